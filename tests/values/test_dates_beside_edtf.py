"""Our bounds beside those of the `edtf` package, where both read a text.

Left out, because the package differs: doubt (ours has no bounds), seasons (it takes the northern ones and cuts winter
off at the year's end), open and unknown ends (it supplies a date), intervals that run backwards (it accepts them).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.values.dates import parse_edtf
from kg.values.refused import ValueRefused

edtf = pytest.importorskip("edtf")

days = st.dates().map(str)
months = days.map(lambda day: day[:7])
years = days.map(lambda day: day[:4])
masked = months.map("{}-XX".format) | years.map("{}-XX".format) | st.dates().map(lambda day: f"{str(day)[:3]}X")
single = days | months | years | masked.filter(lambda text: not text.startswith("000"))
forward = st.tuples(days, days).map(sorted) | st.tuples(years, years).map(sorted)


# Its first parse builds its grammar, which takes longer than any later one.
@settings(deadline=None, max_examples=60)
@given(single | forward.map("/".join))
def test_bounds_agree_with_the_edtf_package_where_both_read_a_text(text):
    found, theirs = parse_edtf(text), edtf.parse_edtf(text)
    assert found.earliest.timetuple()[:3] == theirs.lower_strict()[:3]
    assert found.latest.timetuple()[:3] == theirs.upper_strict()[:3]


@pytest.mark.parametrize("text", ["2017-02-30", "2017-13", "2017-00", "2019-04-25T25:00:00Z", "..2019"])
def test_both_refuse_what_is_no_date(text):
    with pytest.raises(edtf.EDTFParseException):
        edtf.parse_edtf(text)
    with pytest.raises(ValueRefused):
        parse_edtf(text)
