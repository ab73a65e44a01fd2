"""Dates from English words."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.date_words import parse_date_words
from kg.values.dates import parse_edtf
from kg.values.refused import ValueRefused
from tests.values.reading import read_or_refuse

MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("25 April 2019", "2019-04-25"),
        ("25th of April, 2019", "2019-04-25"),
        ("April 25, 2019", "2019-04-25"),
        ("on Thursday, 25 April 2019", "2019-04-25"),
        ("Apr. 25, 2019", "2019-04-25"),
        ("٢٥ April ٢٠١٩", "2019-04-25"),
        ("in June 2017", "2017-06"),
        ("Sept. 2017", "2017-09"),
        ("2017", "2017"),
        ("early 2014", "2014"),
        ("mid-2014", "2014"),
        ("the end of May 2017", "2017-05"),
        ("the summer of 2017", "2017-22"),
        ("the 1990s", "199X"),
        ("between June and October of 2017", "2017-06/2017-10"),
        ("June–October 2017", "2017-06/2017-10"),
        ("from 6 June to 12 July 2017", "2017-06-06/2017-07-12"),
        ("6-12 June 2017", "2017-06-06/2017-06-12"),
        ("2014-2019", "2014/2019"),
        ("between 2014 and 2019", "2014/2019"),
        ("by 25 April 2019", "../2019-04-25"),
        ("since June 2017", "2017-06/.."),
        ("before 2019", "../2018-12-31"),
        ("after June 2017", "2017-07-01/.."),
        ("about 6 June 2017", "2017-06-06~"),
        ("possibly June 2017", "2017-06?"),
        ("2017-06-XX", "2017-06-XX"),
        ("../2019-04-25", "../2019-04-25"),
    ],
)
def test_words_give_the_date_they_state(words, edtf):
    assert parse_date_words(words) == parse_edtf(edtf)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Thursday", "depends on the day it was said"),
        ("last year", "depends on the day it was said"),
        ("two weeks ago", "depends on the day it was said"),
        ("6 June", "no year"),
        ("6/12/2017", "day or month first"),
        ("06.12.17", "day or month first"),
        ("30 February 2017", "no day of the calendar"),
        ("Monday 25 April 2019", "was a Thursday"),
        ("6 to 3 June 2017", "before it begins"),
        ("the 2000s", "decade or a century"),
        ("before summer 2017", "no sharp edge"),
        ("after early June 2017", "no sharp edge"),
        ("before about June 2017", "no sharp edge"),
        ("after 31 December 9999", "no day before or after"),
        ("25 April 2019 or so", "not every word"),
        ("", "empty"),
    ],
)
def test_words_that_are_relative_ambiguous_or_wrong_are_refused_with_the_reason(words, reason):
    with pytest.raises(ValueRefused, match=reason) as caught:
        parse_date_words(words)
    assert caught.value.text == words


def test_words_are_read_in_english_only_but_edtf_everywhere():
    assert parse_date_words("2017-06", language="ar") == parse_edtf("2017-06")
    with pytest.raises(ValueRefused, match="English only"):
        parse_date_words("25 April 2019", language="de")


@given(st.dates())
def test_every_day_reads_the_same_in_words_and_figures(day):
    month, year = MONTHS[day.month - 1], f"{day.year:04}"
    expected = parse_edtf(day.isoformat())
    assert parse_date_words(f"{day.day} {month} {year}") == expected
    assert parse_date_words(f"{month[:3]} {day.day}, {year}") == expected


vocabulary = [
    *MONTHS[:6],
    *("between", "and", "from", "to", "early", "late", "the", "of", "by", "before", "after", "since", "about", "on"),
    *("in", "6", "12th", "2017", "2019", "-", ",", "spring", "Monday", "ago"),
]


@given(
    st.lists(st.sampled_from(vocabulary), max_size=8).map(" ".join) | st.text(max_size=210) | st.text(string.printable)
)
def test_any_text_is_read_to_edtf_or_refused(text):
    found = read_or_refuse(parse_date_words, text)
    if found is None:
        return
    assert parse_edtf(found.text) == found
