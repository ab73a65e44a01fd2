"""A coarser place holds the true one, and tells nothing finer than its cell."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.values.coarse import LEAST_METRES, MOST_DECIMALS, MOST_METRES, Coarseness, coarsen
from kg.values.places import Place, distance_m

LEVELS = st.one_of(
    st.builds(Coarseness, decimals=st.integers(0, MOST_DECIMALS)),
    st.builds(Coarseness, metres=st.integers(LEAST_METRES, MOST_METRES)),
)


def degrees(limit):
    return st.decimals(-limit, limit, places=6).map(lambda value: format(value, "f"))


PLACES = st.builds(Place, degrees(90), degrees(180))


def middle(circle):
    return Place(circle.latitude_text, circle.longitude_text)


def ellipsoid_m(one, other):
    """Metres on the ellipsoid of WGS 84 for near points, by the radii of curvature: independent of what is tested."""
    a, e2 = 6_378_137.0, 0.00669437999014
    lat = math.radians((one.latitude + other.latitude) / 2)
    w = math.sqrt(1 - e2 * math.sin(lat) ** 2)
    north = math.radians(other.latitude - one.latitude) * a * (1 - e2) / w**3
    east = math.radians(other.longitude - one.longitude) * a / w * math.cos(lat)
    return math.hypot(north, east)


@given(PLACES, LEVELS)
def test_the_published_circle_always_holds_the_true_point(place, level):
    circle = coarsen(place, level)
    assert distance_m(place, middle(circle)) <= circle.metres
    if abs(place.latitude) < 80:
        assert ellipsoid_m(place, middle(circle)) <= circle.metres


@given(PLACES, LEVELS, st.floats(0, 2 * math.pi), st.floats(0.001, 0.49))
def test_a_point_elsewhere_in_the_cell_gives_the_same_bytes(place, level, bearing, part):
    """The middle of the cell stands for all of it: a point at almost half the side away in any direction too."""
    circle = coarsen(place, level)
    at = middle(circle)
    assume(abs(at.latitude) < 75 and abs(at.longitude) < 175)
    if level.decimals is not None:
        north = east = 10.0**-level.decimals * part
    else:
        side = math.degrees(math.sqrt(2) * level.metres / 1.02 / 6_371_008.8)
        north, east = side * part * 0.95, side * part * 0.9
    other = Place(f"{at.latitude + north * math.sin(bearing):.9f}", f"{at.longitude + east * math.cos(bearing):.9f}")
    assert coarsen(other, level) == circle


@given(PLACES, LEVELS)
def test_what_was_coarsened_once_is_not_moved_again(place, level):
    circle = coarsen(place, level)
    assert coarsen(middle(circle), level) == circle


@given(PLACES, st.integers(0, MOST_DECIMALS))
def test_decimals_are_as_many_as_stated(place, decimals):
    circle = coarsen(place, Coarseness(decimals=decimals))
    assert {len(text.partition(".")[2]) for text in (circle.latitude_text, circle.longitude_text)} == {decimals}


@given(PLACES, st.integers(LEAST_METRES, MOST_METRES))
def test_the_circle_is_of_the_metres_stated(place, metres):
    assert coarsen(place, Coarseness(metres=metres)).metres == metres


def test_zero_bears_no_sign():
    assert coarsen(Place("-0.01", "-0.04"), Coarseness(decimals=1)).wkt == "POINT(0.0 0.0)"


@pytest.mark.parametrize("place", [Place("90", "180"), Place("-90", "-180"), Place("89.99", "179.97")])
@pytest.mark.parametrize("level", [Coarseness(decimals=0), Coarseness(decimals=3), Coarseness(metres=200_000)])
def test_the_edges_of_the_map_have_cells_too(place, level):
    circle = coarsen(place, level)
    assert distance_m(place, middle(circle)) <= circle.metres
