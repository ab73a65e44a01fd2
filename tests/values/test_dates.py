"""EDTF dates and the days they can mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.dates import parse_edtf
from kg.values.refused import ValueRefused
from tests.values.reading import read_or_refuse

D = date.fromisoformat


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("2019-04-25", "2019-04-25", "2019-04-25", "day"),
        ("2017-06", "2017-06-01", "2017-06-30", "month"),
        ("2017", "2017-01-01", "2017-12-31", "year"),
        ("201X", "2010-01-01", "2019-12-31", "decade"),
        ("20XX", "2000-01-01", "2099-12-31", "century"),
        ("2017-06-XX", "2017-06-01", "2017-06-30", "month"),
        ("2016-02-XX", "2016-02-01", "2016-02-29", "month"),
        ("2017-XX-06", "2017-01-06", "2017-12-06", "year"),
        ("2017-1X", "2017-10-01", "2017-12-31", "year"),
        ("19XX-02-29", "1904-02-29", "1996-02-29", "century"),
        ("XXXX-12-XX", None, None, "unknown"),
        ("2019-04-25T10:00:00Z", "2019-04-25", "2019-04-25", "instant"),
        ("2019-04-25T23:30:00-05:00", "2019-04-25", "2019-04-25", "instant"),
        ("2017-06/2017-10", "2017-06-01", "2017-10-31", "interval"),
        ("../2019-04-25", None, "2019-04-25", "interval"),
        ("/2019-04-25", None, "2019-04-25", "interval"),
        ("2017-06-06/..", "2017-06-06", None, "interval"),
        ("2017-06~/2017-10", None, "2017-10-31", "interval"),
        ("2017-06~", None, None, "month"),
        ("2017-06-06?", None, None, "day"),
        ("2017?-06-06", None, None, "day"),
        ("2017-25", "2017-03-01", "2017-06-21", "season"),
        ("2017-24", "2017-01-01", "2018-03-21", "season"),
        ("2017-34", "2017-04-01", "2017-06-30", "season"),
        ("[2017-06-06,2017-06-12]", "2017-06-06", "2017-06-12", "set"),
        ("{2017,2019..2020}", "2017-01-01", "2020-12-31", "set"),
        ("[..2017]", None, "2017-12-31", "set"),
    ],
)
def test_a_date_has_the_first_and_last_day_it_can_mean(text, earliest, latest, precision):
    found = parse_edtf(text)
    assert found.earliest == (D(earliest) if earliest else None)
    assert found.latest == (D(latest) if latest else None)
    assert (found.text, found.precision) == (text, precision)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (" 2017-06-xx ", "2017-06-XX"),
        ("2017?~", "2017%"),
        ("?2017", "2017?"),
        ("?2017-?06-?06", "2017-06-06?"),
        ("2017-06 / open", "2017-06/.."),
        ("[2017, 2018]", "[2017,2018]"),
        ("2019-04-25t10:00:00z", "2019-04-25T10:00:00Z"),
        ("2019-04-25T10:00:00+00:00", "2019-04-25T10:00:00Z"),
        ("2019-04-25T10:00:00+03", "2019-04-25T10:00:00+03:00"),
    ],
)
def test_ways_of_writing_one_date_meet_in_one_text(text, normal):
    assert parse_edtf(text).text == normal


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2017-02-30", "no day of the calendar"),
        ("2017-02-3X", "no day of the calendar"),
        ("20X1-02-29", "no day of the calendar"),
        ("2017-13", "no month 13"),
        ("2017-00", "no month 00"),
        ("0000", "outside 0001 to 9999"),
        ("2019/2017", "before it begins"),
        ("[2019..2017]", "backwards"),
        ("../..", "open at both ends"),
        ("/", "open at both ends"),
        ("2017/2018/2019", "one slash"),
        ("2019-04-25T25:00:00Z", "not an EDTF date and time"),
        ("2019-04-25T10:00:00+15:00", "no place is"),
        ("2017-22-01", "no day"),
        ("Y170000002", "not an EDTF date"),
        ("1950S2", "not an EDTF date"),
        ("25/4/2019", "one slash"),
        ("٢٠١٧", "ASCII"),
        ("[]", "closes with"),
        ("[2017,]", "not an EDTF date"),
        ("", "not an EDTF date"),
        ("2017/" * 100, "500 characters"),
    ],
)
def test_a_date_that_is_malformed_or_does_not_exist_is_refused_with_its_reason(text, reason):
    with pytest.raises(ValueRefused, match=reason) as caught:
        parse_edtf(text)
    assert caught.value.text == text


def test_surely_and_possibly_differ_where_the_day_is_not_known():
    june = parse_edtf("2017-06")
    assert june.surely_by(D("2017-06-30"))
    assert not june.surely_by(D("2017-06-29"))
    assert june.possibly_by(D("2017-06-01"))
    assert not june.possibly_by(D("2017-05-31"))


def test_nothing_surely_happened_by_a_date_in_doubt_but_the_period_it_names_is_kept():
    doubtful = parse_edtf("2017-06-06~")
    assert not doubtful.surely_by(D("2100-01-01"))
    assert doubtful.possibly_by(D("1900-01-01"))
    assert doubtful.named_period() == (D("2017-06-06"), D("2017-06-06"))


@pytest.mark.parametrize(("north", "south"), [(25, 31), (26, 32), (27, 29), (28, 30)])
def test_a_season_without_a_hemisphere_covers_it_in_both(north, south):
    either = parse_edtf(f"2017-{21 + (north - 25)}")
    for code in (north, south):
        named = parse_edtf(f"2017-{code}")
        assert either.earliest <= named.earliest <= named.latest <= either.latest


masked = st.from_regex(r"[?~%]?[0-9X]{4}[?~%]?(-[?~%]?[0-9X]{2}[?~%]?){0,2}", fullmatch=True)
plain = st.dates().map(str) | st.dates().map(lambda d: str(d)[:7]) | st.integers(1, 9999).map("{:04}".format)
single = plain | masked | st.just("..") | st.just("")
edtf_like = (
    single
    | st.tuples(single, single).map("/".join)
    | st.lists(single, min_size=1, max_size=4).map(lambda parts: f"[{','.join(parts)}]")
    | st.text("0123456789X-/.?~%[]{},TZ:+ ", max_size=40)
    | st.text(max_size=210)
)


@given(edtf_like)
def test_any_text_is_read_to_a_normal_text_that_reads_to_itself_or_is_refused(text):
    found = read_or_refuse(parse_edtf, text)
    if found is None:
        return
    assert parse_edtf(found.text) == found
    assert found.earliest is None or found.latest is None or found.earliest <= found.latest
    first, last = found.named_period()
    assert (found.earliest or first, found.latest or last) == (first, last)


@given(st.dates(), st.dates(), st.dates())
def test_what_is_surely_so_is_possibly_so(one, other, day):
    found = parse_edtf(f"{min(one, other)}/{max(one, other)}")
    assert found.surely_by(day) <= found.possibly_by(day)
    assert found.surely_by(day) == (max(one, other) <= day)


@given(st.dates())
def test_masking_a_date_only_widens_it(day):
    whole = parse_edtf(str(day))
    for mask in (f"{day:%Y}-XX-XX".rjust(10, "0"), f"{str(day)[:8]}XX", f"{str(day)[:3]}X"):
        wider = parse_edtf(mask)
        assert wider.earliest <= whole.earliest <= whole.latest <= wider.latest
