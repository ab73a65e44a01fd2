"""Names, scripts and search keys."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.names import normalise_language, parse_name
from kg.values.refused import ValueRefused
from kg.values.scripts import detect_script, find_scripts
from kg.values.search_keys import search_key
from tests.values.reading import read_or_refuse


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Raqqa", "Latn"),
        ("ʿAyn al-ʿArab", "Latn"),
        ("الرقة", "Arab"),
        ("الرقــة ٢", "Arab"),
        ("Ракка", "Cyrl"),
        ("רקה", "Hebr"),
        ("ラッカの町", "Jpan"),
        ("락카", "Hang"),
        ("Raqqa الرقة", None),
        ("2017", None),
    ],
)
def test_the_script_is_found_from_the_letters(text, script):
    assert parse_name(text).script == script


def test_a_stated_script_that_the_letters_contradict_is_refused():
    with pytest.raises(ValueRefused, match="said to be in Arab, but has letters in Latn"):
        parse_name("Raqqa", script="Arab")
    with pytest.raises(ValueRefused, match="said to be in Arab, but has letters in Latn"):
        parse_name("Raqqa", script="Latn", language="ar-Arab")


def test_a_script_code_that_is_none_is_refused():
    with pytest.raises(ValueRefused, match="ISO 15924"):
        parse_name("Raqqa", script="latin")


def test_a_variant_of_a_script_is_kept_as_stated():
    assert parse_name("الرقة", script="Aran").script == "Aran"


def test_a_transliteration_keeps_its_original_and_scheme():
    name = parse_name("ar-Raqqah", language="ar-latn", transliteration_of="الرقة", scheme="ala-lc")
    assert (name.language, name.script, name.transliteration_of, name.scheme) == ("ar-Latn", "Latn", "الرقة", "ala-lc")


def test_a_transliteration_into_its_own_script_is_refused():
    with pytest.raises(ValueRefused, match="both in Latn"):
        parse_name("ar-Raqqah", transliteration_of="Raqqa")


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("Raq\u202eqa", "U+202E"),
        ("Raqqa\u200f", "U+200F"),
        ("Raq\tqa", "U+0009"),
        ("a\x00b", "U+0000"),
        ("\ud800a", "U+D800"),
        ("a\u200db", "U+200D"),
        ("a\u2066b", "U+2066"),
        ("a\ufeffb", "U+FEFF"),
    ],
)
def test_hidden_characters_are_refused_with_their_code_points(text, point):
    with pytest.raises(ValueRefused, match=point.replace("+", r"\+")):
        parse_name(text)


def test_a_joiner_between_persian_letters_is_part_of_the_spelling():
    assert parse_name("علی\u200cرضا").script == "Arab"


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), ("  ", "empty"), ("…", "no letter"), ("a" * 301, "301 char")]
)
def test_an_empty_or_over_long_name_is_refused(text, reason):
    with pytest.raises(ValueRefused, match=reason):
        parse_name(text)


def test_normalisation_is_recorded_and_the_wording_kept():
    name = parse_name("Dayr az-Zawr\u0304 ")
    assert (name.text, name.wording, name.normalised) == ("Dayr az-Zawr\u0304", "Dayr az-Zawr\u0304 ", True)
    assert parse_name("e\u0301").text == "\u00e9"
    assert not parse_name("\u00e9").normalised


def test_normalisation_joins_marks_but_changes_no_letter():
    assert parse_name("Ruﬁ №²").text == "Ruﬁ №²"


@pytest.mark.parametrize(
    ("tag", "normal"), [("AR", "ar"), ("en-gb", "en-GB"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419")]
)
def test_language_tags_take_their_usual_case(tag, normal):
    assert normalise_language(tag) == normal


@pytest.mark.parametrize("tag", ["english language", "e", "ar_SY", "-", "ar-", "ar-Latn-", "عر"])
def test_a_malformed_language_tag_is_refused(tag):
    with pytest.raises(ValueRefused, match="BCP 47"):
        parse_name("Raqqa", language=tag)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Al-Ḥasakah", "al hasakah"),
        ("ʿAyn al-ʿArab", "Ayn al 'Arab".replace("'", "")),
        ("Mi'dan", "Miʾdan"),
        ("أحمد", "احمد"),
        ("الرقــة", "الرقه"),
        ("علي", "علی"),
        ("مُحَمَّد", "محمد"),
        ("Straße", "STRASSE"),
        ("حي ١٢", "حي 12"),
        ("Łódź", "lodz"),
    ],
)
def test_spelling_habits_meet_in_one_search_key(one, other):
    assert search_key(one) == search_key(other) != ""


def test_different_names_keep_different_search_keys():
    keys = {search_key(name) for name in ("Raqqa", "Hasakah", "Homs", "حمص", "حماة", "12", "21")}
    assert len(keys) == 7


def test_an_over_long_search_text_is_refused():
    with pytest.raises(ValueRefused, match="at most 1000"):
        search_key("a\u0315\u0300" * 1000)


@given(st.text(max_size=60))
def test_the_search_key_of_a_search_key_is_itself(text):
    assert search_key(search_key(text)) == search_key(text)


@given(st.text(max_size=60))
def test_the_search_key_does_not_depend_on_normal_form_or_case(text):
    key = search_key(text)
    assert search_key(unicodedata.normalize("NFC", text)) == search_key(unicodedata.normalize("NFD", text)) == key


@given(st.text(max_size=320), st.sampled_from([None, "ar", "en-GB", "ar-Latn"]))
def test_any_text_is_a_name_that_reads_to_itself_or_refused(text, language):
    name = read_or_refuse(parse_name, text, language=language)
    if name is None:
        return
    again = parse_name(name.text, language=name.language)
    assert (again.text, again.language, again.script, again.normalised) == (
        name.text,
        name.language,
        name.script,
        False,
    )
    assert name.wording == text


@given(st.text(max_size=60))
def test_one_script_is_reported_exactly_where_there_is_one(text):
    found = find_scripts(text)
    assert (detect_script(text) in found) == (len(found) == 1 and found != ("Zzzz",))
