"""Quantities from words."""

import dataclasses
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.conventions import AIRWARS_VAGUE_PLURALS, CONVENTIONS, GRAMMATICAL_PLURAL, Convention, get_convention
from kg.values.numerals import MOST
from kg.values.quantities import Quantity, parse_quantity, to_words
from kg.values.refused import ValueRefused
from tests.values.reading import read_or_refuse

SHARE = Convention("share-of-ten", "About N is N give or take a tenth", (), "made up for the tests", about_percent=10)
VOCABULARY = (
    *(
        "more than",
        "at least",
        "no fewer than",
        "less than",
        "between",
        "and",
        "from",
        "to",
        "up to",
        "about",
        "nearly",
    ),
    *("some", "or more", "one", "two", "twenty", "hundred", "thousand", "million", "dozen", "dozens", "several", "a"),
    *("-", "–", ",", ".", "+", "~", ">", "<", "0", "3", "7", "40", "1,600", "1.600", "3,000", "١٢", "۱۲", "many", "no"),
)


@st.composite
def quantities(draw):
    """Any quantity: some of the three figures, in rising order."""
    low, about, high = sorted(draw(st.tuples(*[st.integers(0, MOST)] * 3)))
    kept = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()).filter(any))
    low, about, high = (n if keep else None for n, keep in zip((low, about, high), kept, strict=True))
    return Quantity(low, high, about, "as said", None)


@pytest.mark.parametrize(
    ("text", "low", "high", "about"),
    [
        ("318", 318, 318, None),
        ("1,600", 1600, 1600, None),
        ("1 600", 1600, 1600, None),
        ("1\u202f600", 1600, 1600, None),
        ("1'600'000", 1600000, 1600000, None),
        ("more than 1,600", 1601, None, None),
        ("More than one thousand", 1001, None, None),
        ("over a thousand", 1001, None, None),
        (">1,600", 1601, None, None),
        ("at least 12", 12, None, None),
        ("no fewer than twelve", 12, None, None),
        ("12 or more", 12, None, None),
        ("100+", 100, None, None),
        ("fewer than 7", None, 6, None),
        ("less than 7", None, 6, None),
        ("up to 7", None, 7, None),
        ("at most 7", None, 7, None),
        ("between 3 and 7", 3, 7, None),
        ("between one hundred and five hundred", 100, 500, None),
        ("3-7", 3, 7, None),
        ("3–7", 3, 7, None),
        ("3 to 7", 3, 7, None),
        ("from 3 to 7", 3, 7, None),
        ("1,600-2,000", 1600, 2000, None),
        ("at least 3 but no more than 7", 3, 7, None),
        ("about 40", None, None, 40),
        ("some 40", None, None, 40),
        ("~40", None, None, 40),
        ("40 or so", None, None, 40),
        ("about 40, between 36 and 44", 36, 44, 40),
        ("none", 0, 0, None),
        ("no", 0, 0, None),
        ("zero", 0, 0, None),
        ("twenty-one", 21, 21, None),
        ("sixteen hundred", 1600, 1600, None),
        ("a hundred and five", 105, 105, None),
        ("two million three hundred thousand and one", 2300001, 2300001, None),
        ("2 million", 2000000, 2000000, None),
        ("three dozen", 36, 36, None),
        ("١٬٦٠٠", 1600, 1600, None),
        ("۱۶۰۰", 1600, 1600, None),
        ("more than ٤٠", 41, None, None),
    ],
)
def test_words_give_the_figures_they_state_and_no_more(text, low, high, about):
    quantity = parse_quantity(text)
    assert quantity.figures == (low, high, about)
    assert (quantity.wording, quantity.convention) == (text, None)


@pytest.mark.parametrize("text", ["nearly 40", "almost 40", "close to 40"])
def test_nearly_is_a_round_figure_without_an_upper_bound(text):
    assert parse_quantity(text).figures == (None, None, 40)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.600", "thousands or as decimals"),
        ("1,60", "thousands or as decimals"),
        ("1,600 000", "thousands or as decimals"),
        ("1.5", "thousands or as decimals"),
        ("١٫٥", "thousands or as decimals"),
        ("007", "leading zero"),
        ("1٢", "different scripts"),
        ("3 to 4,000", "3 or 3,000"),
        ("20-25,000", "20 or 20,000"),
        ("two to three hundred", "2 or 200"),
        ("7-3", "rising order"),
        ("fewer than 0", "not between 0"),
        ("about 40, at least 50", "rising order"),
        ("-5", "not every word"),
        ("318 killed", "not every word"),
        ("3 or 7", "not every word"),
        ("half a dozen", "not read as a quantity"),
        ("a", "not read as a quantity"),
        ("more than", "not read as a quantity"),
        ("", "empty"),
        (" \n", "empty"),
        ("9" * 16, "greater than"),
        ("one" * 100, "300 characters"),
    ],
)
def test_what_is_unreadable_or_has_two_readings_is_refused_with_its_reason(text, reason):
    with pytest.raises(ValueRefused, match=reason) as caught:
        parse_quantity(text)
    assert caught.value.text == text
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["١٬٦٠٠", "1 600", "1600", "≥ 1600", "1,600"])
def test_outside_english_a_comma_is_not_taken_for_thousands(text):
    if "," in text:
        with pytest.raises(ValueRefused, match="thousands or as decimals"):
            parse_quantity(text, language="de")
    else:
        assert parse_quantity(text, language="ar-SY").at_least == 1600


@pytest.mark.parametrize("text", ["more than 40", "about 40", "under 40", "forty", "3 to 7", "40 or more", "none"])
def test_outside_english_no_words_are_read(text):
    with pytest.raises(ValueRefused, match="English only"):
        parse_quantity(text, language="sv")


@pytest.mark.parametrize(("text", "least"), [("dozens", 24), ("hundreds", 200), ("Tens of thousands", 20_000)])
def test_a_vague_plural_is_a_range_only_under_a_named_convention(text, least):
    with pytest.raises(ValueRefused, match="grammatical-plural"):
        parse_quantity(text)
    quantity = parse_quantity(text, convention=GRAMMATICAL_PLURAL)
    assert quantity == Quantity(least, None, None, text, "grammatical-plural")


def test_two_conventions_may_differ_on_one_word():
    assert parse_quantity("dozens", convention=AIRWARS_VAGUE_PLURALS).figures == (12, 24, None)
    assert parse_quantity("dozens", convention=GRAMMATICAL_PLURAL).figures == (24, None, None)


def test_a_convention_silent_on_a_word_is_refused_with_those_that_cover_it():
    with pytest.raises(ValueRefused, match=r"under convention 'airwars-vague-plurals'.*: grammatical-plural"):
        parse_quantity("thousands", convention=AIRWARS_VAGUE_PLURALS)


def test_a_convention_that_was_not_needed_is_not_recorded():
    assert parse_quantity("at least 12", convention=GRAMMATICAL_PLURAL).convention is None
    assert parse_quantity("about 40", convention=GRAMMATICAL_PLURAL).figures == (None, None, 40)


def test_about_is_widened_only_by_a_convention_that_says_by_how_much():
    quantity = parse_quantity("about 40", convention=SHARE)
    assert (quantity.figures, quantity.convention) == ((36, 44, 40), "share-of-ten")


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda c: c.code)
def test_every_shipped_convention_is_found_by_code_and_reads_its_own_words(convention):
    assert get_convention(convention.code) is convention
    for word, least, most in convention.table:
        assert parse_quantity(word, convention=convention).figures == (least, most, None)


def test_an_unknown_convention_is_refused_with_the_known_ones():
    with pytest.raises(ValueRefused, match="grammatical-plural, airwars-vague-plurals"):
        get_convention("rule of thumb")


def test_a_quantity_that_says_nothing_cannot_be_made():
    with pytest.raises(ValueRefused, match="neither a bound nor a round figure"):
        Quantity(None, None, None, "many", None)


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((1601, None, None), "at least 1,601"),
        ((None, 6, None), "at most 6"),
        ((318, 318, None), "318"),
        ((0, 0, None), "0"),
        ((1600, 2000, None), "between 1,600 and 2,000"),
        ((3, 4000, None), "between 3 and 4000"),
        ((None, None, 40), "about 40"),
        ((36, 44, 40), "about 40, between 36 and 44"),
    ],
)
def test_figures_have_one_form_of_words_each(figures, words):
    assert to_words(Quantity(*figures, "as said", None)) == words


@given(quantities())
def test_the_words_of_any_quantity_read_back_to_its_figures(quantity):
    assert parse_quantity(to_words(quantity)).figures == quantity.figures


texts = st.text(max_size=250) | st.lists(st.sampled_from(VOCABULARY), max_size=8).map(" ".join)


@given(texts | st.text(string.digits + "٠١٢۰۱,.-–'’ +~<>", max_size=20), st.sampled_from([*CONVENTIONS, SHARE, None]))
def test_any_text_is_read_to_something_that_reads_back_or_is_refused(text, convention):
    quantity = read_or_refuse(parse_quantity, text, convention=convention)
    if quantity is None:
        return
    assert quantity.wording == text
    assert parse_quantity(to_words(quantity)) == dataclasses.replace(
        quantity, wording=to_words(quantity), convention=None
    )


@given(
    st.integers(0, MOST), st.sampled_from(["{:,}", "{}"]), st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])
)
def test_a_number_is_the_same_in_every_script_of_digits(number, form, digits):
    text = form.format(number).translate(str.maketrans("0123456789", digits))
    assert parse_quantity(text).figures == (number, number, None)


@given(st.integers(1, MOST - 1))
def test_more_than_is_at_least_one_more_and_fewer_than_at_most_one_less(number):
    assert parse_quantity(f"more than {number:,}").figures == (number + 1, None, None)
    assert parse_quantity(f"fewer than {number:,}").figures == (None, number - 1, None)
