"""Dates in words, names made harmless, passages cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.reading import PassageView, Ref
from kg.values.dates_in_words import date_words
from webui.cite import _escape
from webui.names import is_hidden, visible
from webui.passages import cut_pieces

POST = Ref("urn:d", "d", "document")


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2017-06-06", "6 June 2017"),
        ("2017-06-06T10:00:00Z", "6 June 2017"),
        ("2017-06", "June 2017"),
        ("2017-06/2017-10", "June to October 2017"),
        ("2016-11/2017-01", "November 2016 to January 2017"),
        ("../2019-04-25", "by 25 April 2019"),
        ("2014/..", "from 2014 on"),
        ("2017~", "about 2017"),
        ("2017-06-XX", "a day in June 2017"),
        ("201X", "the 2010s"),
        ("[2017-06,2017-07]", "[2017-06,2017-07]"),
        ("not a date", "not a date"),
        ("", "date not stated"),
    ],
)
def test_a_date_is_put_in_words_or_shown_as_it_stands(edtf, words):
    assert date_words(edtf) == words


@settings(deadline=None)
@given(st.text())
def test_nothing_that_is_shown_can_hide(text):
    assert not any(is_hidden(character) for character in visible(text))


@pytest.mark.parametrize("text", ["معركة الرقة", "می‌خواهم", "naïve – “quoted”", "line\nline"])
def test_words_of_any_script_stay_as_they_are(text):
    assert visible(text) == text


def passage(start, end):
    return PassageView(f"urn:p:{start}-{end}", start, end, "", "urn:c", "", POST)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=60), st.data())
def test_cut_text_joins_to_the_whole_and_each_piece_knows_its_passages(text, data):
    place = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(place, place).map(sorted), max_size=8))
    passages = [passage(start, end) for start, end in spans if start < end]
    pieces = cut_pieces(text, passages)
    assert "".join(piece.text for piece in pieces) == text
    for piece in pieces:
        over = {p.iri for p in passages if p.start <= piece.start and piece.start + len(piece.text) <= p.end}
        assert set(piece.passages) == over


def test_the_innermost_passage_comes_last():
    (_, inner, _) = cut_pieces("abcdef", [passage(0, 6), passage(2, 4)])
    assert inner.passages == ("urn:p:0-6", "urn:p:2-4")
    assert inner.opens == ("urn:p:2-4",)


def test_a_passage_beyond_the_text_is_not_marked():
    assert [piece.passages for piece in cut_pieces("abc", [passage(2, 9)])] == [()]


@pytest.mark.parametrize(
    ("text", "written"), [("50% & more", r"50\% \& more"), ("a\\b{c}", r"a\textbackslash{}b\{c\}")]
)
def test_a_name_cannot_break_out_of_bibtex(text, written):
    assert _escape(text) == written
