"""Places, their accuracy, and military grid references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.mgrs_squares import SIDES, parse_mgrs, to_mgrs
from kg.values.places import ACCURACIES, Place, distance_m, parse_accuracy, parse_place, place_from_mgrs
from kg.values.refused import ValueRefused
from tests.values.reading import read_or_refuse

latitudes = st.floats(-79.9, 83.9).map("{:.6f}".format)
longitudes = st.floats(-180, 180).map("{:.6f}".format)
points = st.builds(Place, latitudes, longitudes)


def test_the_digits_of_the_source_are_kept():
    place = parse_place(" 35.9500", "39.0", accuracy="town")
    assert (place.latitude_text, place.longitude_text, place.wkt) == ("35.9500", "39.0", "POINT(39.0 35.9500)")
    assert place.accuracy.endswith("/codes/airwars-geo-town")


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        ("91", "0", "between -90 and 90"),
        ("0", "180.001", "between -180 and 180"),
        ("35,95", "39", "decimal degrees"),
        ("35°57'N", "39", "decimal degrees"),
        ("nan", "39", "decimal degrees"),
        ("1e1", "39", "decimal degrees"),
        ("٣٥", "39", "decimal degrees"),
        ("", "39", "decimal degrees"),
    ],
)
def test_no_such_point_is_refused_with_the_reason(latitude, longitude, reason):
    with pytest.raises(ValueRefused, match=reason):
        parse_place(latitude, longitude)


def test_accuracy_is_a_code_and_metres_only_where_its_words_say_so():
    assert {a.source_value: a.metres for a in ACCURACIES if a.metres} == {"within_1m": 1, "within_100m": 100}
    code = parse_accuracy("within_100m").code
    assert all(
        parse_accuracy(text).code == code for text in (code, "avc:airwars-geo-within-100m", "airwars-geo-within-100m")
    )


def test_an_unknown_accuracy_is_refused_with_those_there_are():
    with pytest.raises(ValueRefused, match=r"exact_location.*province_governorate"):
        parse_place("35.95", "39.0", accuracy="near enough")


@pytest.mark.parametrize(
    ("text", "normal", "side"),
    [
        ("37S EV 00784 78402", "37SEV0078478402", 1),
        ("37sev000784", "37SEV000784", 100),
        ("37SEV", "37SEV", 100_000),
        ("4QFJ12345678", "04QFJ12345678", 10),
    ],
)
def test_a_grid_reference_names_a_square_of_a_known_side(text, normal, side):
    square = parse_mgrs(text)
    assert (square.text, square.side_m) == (normal, side)


def test_a_known_reference_lies_where_the_survey_says():
    # The central meridian of zone 31 and the equator, from the definition of the projection: 500 km east, 0 north.
    square = parse_mgrs("31NEA0000000000")
    assert (square.latitude, square.longitude) == pytest.approx((0, 3), abs=2e-5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("37SIV0078478402", "letters I and O"),
        ("61SEV00", "no zone 61"),
        ("00SEV00", "no zone 00"),
        ("37SEV007", "3 digits"),
        ("37SEV007847840200", "12 digits"),
        ("37TEV0078478402", "does not lie in zone and band 37T"),
        ("37NFV8811796621", "does not lie in zone and band 37N"),
        ("37SZZ00", "not a zone|does not lie"),
        ("YZA11", "polar"),
        ("37SEV000784/37SEV000785", "not a zone"),
        ("٣٧SEV", "not a zone"),
        ("", "not a zone"),
    ],
)
def test_a_bad_grid_reference_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValueRefused, match=reason) as caught:
        parse_mgrs(text)
    assert caught.value.text == text


def test_a_grid_place_has_no_more_decimals_than_its_square():
    assert place_from_mgrs("37SEV0078478402", accuracy="within_1m").wkt == "POINT(39.008699 35.949997)"
    assert place_from_mgrs("37SEV").wkt == "POINT(39.6 35.7)"


@given(points, st.sampled_from(SIDES))
def test_the_square_of_a_point_holds_it_and_reads_back(point, side):
    square = parse_mgrs(to_mgrs(point.latitude, point.longitude, side_m=side))
    assert square.side_m == side
    # Half a diagonal, one more metre for the middle, 1 % for the grid's scale and the sphere.
    assert distance_m(point, square) <= side * 0.7072 * 1.01 + 1


@given(points)
def test_the_middle_of_a_square_of_a_hundred_metres_lies_in_it(point):
    text = to_mgrs(point.latitude, point.longitude, side_m=100)
    square = parse_mgrs(text)
    again = to_mgrs(square.latitude, square.longitude, side_m=100)
    # At the rim of a zone or band the middle may belong to the neighbour.
    assert again == text or again[:3] != text[:3]


@pytest.mark.parametrize(("latitude", "side"), [(84.1, 1), (-80.1, 1), (float("nan"), 1), (35, 50)])
def test_a_point_off_the_grid_or_an_unknown_side_is_refused(latitude, side):
    with pytest.raises(ValueRefused):
        to_mgrs(latitude, 39, side_m=side)


@given(st.text("0123456789CDEFGHJKLMNPQRSTUVWX ", max_size=20) | st.text(max_size=60))
def test_any_text_is_a_square_whose_reference_reads_to_itself_or_is_refused(text):
    square = read_or_refuse(parse_mgrs, text)
    if square is None:
        return
    assert parse_mgrs(square.text) == square


@given(points, points, points)
def test_distance_is_symmetric_and_takes_no_detour(one, two, three):
    assert distance_m(one, two) == pytest.approx(distance_m(two, one))
    assert distance_m(one, three) <= distance_m(one, two) + distance_m(two, three) + 1e-3


def test_a_quarter_of_the_meridian_is_about_ten_thousand_kilometres():
    assert distance_m(Place("0", "0"), Place("90", "0")) == pytest.approx(10_007_557, abs=1)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_are_a_place_with_the_same_digits_or_refused(latitude, longitude):
    try:
        place = parse_place(latitude, longitude)
    except ValueRefused:
        return
    assert place == parse_place(place.latitude_text, place.longitude_text)
