"""What a mapping draws from cells, and the names it gives to it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import Refused
from kg.intake.tables import make_batch, write_sideline
from kg.intake.tables.expressions import Expression, Misfit, parse_template
from kg.intake.tables.mapping import load_mapping
from kg.model import Count
from tests.intake.tables.town import BASE, GOOD, HEADER, MAPPING, read, read_file, reasons, write

NOTE = f"{HEADER},note"
VALUES = """    values:
      told: {column: note, find: "([a-z0-9]+) (?:people )?killed"}
      who: {column: grade, map: voices}
"""
VALUED = MAPPING.replace("    events:", VALUES + "    events:").replace(
    "tables:\n", "maps:\n  voices: {final: watch, leaked: army}\ntables:\n"
)
VALUED += """      - who: "{who}"
        where: {told: filled}
        wording: "{note}"
        asserts: {count: {about: "event/town-{id|key}", measure: killed, population: children, number: "{told}"}}
"""


def read_note(tmp_path, note, grade="final"):
    return read(tmp_path, GOOD.replace("final", grade) + f",{note}", mapping=VALUED, header=NOTE)


def children(reading):
    return [each for each in reading.propositions.values() if isinstance(each, Count) and "children" in each.population]


def test_a_number_is_found_in_words_and_leads_to_the_column_it_stands_in(tmp_path):
    reading = read_note(tmp_path, "eight people killed")
    (count,) = children(reading)
    assert (count.at_least, count.at_most) == (8, 8)
    assert "cell=2,1;2,6;2,8" in {fragment for _, _, fragment, _ in reading.places}


SIGNS = r"""    values:
      told: {column: note, patterns: {'^entre (\d+) et (\d+)$': '\1-\2', 'plus de (\d+)': '>\1'}}
"""


@pytest.mark.parametrize(("note", "bounds"), [("entre 3 et 5", (3, 5)), ("plus de ٤", (5, None))])
def test_words_of_any_language_are_read_through_signs(tmp_path, note, bounds):
    mapping = VALUED.replace(VALUES.splitlines(keepends=True)[1], "".join(SIGNS.splitlines(keepends=True)[1:]))
    mapping = mapping.replace("language: en", "language: fr")
    (count,) = children(read(tmp_path, f"{GOOD},{note}", mapping=mapping, header=NOTE))
    assert (count.at_least, count.at_most) == bounds


def test_a_sign_for_a_group_that_a_pattern_does_not_have_is_told(tmp_path):
    signs = SIGNS.replace(r"'>\1'", r"'>\2'")
    with pytest.raises(Refused) as error:
        read(tmp_path, f"{GOOD},x", mapping=MAPPING.replace("    events:", f"{signs}    events:"), header=NOTE)
    assert [each.reason for each in error.value.problems] == ["the regular expression has 1 (groups), not 2"]


@pytest.mark.parametrize(
    ("text", "form", "read"),
    [
        ("5 mars 2031", "%d %B %Y", "2031-03-05"),
        ("Août 2031", "%B %Y", "2031-08"),
        ("3 de mayo de 2031", "%d de %B de %Y", "2031-05-03"),
        ("14 نيسان 2031", "%d %B %Y", "2031-04-14"),
        ("تشرين الثاني 2031", "%B %Y", "2031-11"),
        ("14 مايو 2031", "%d %b %Y", "2031-05-14"),
    ],
)
def test_months_are_read_by_their_names_in_four_languages(text, form, read):
    assert Expression(parse_template("{d}"), date=(form,)).evaluate({"d": text}) == [read]


def test_a_day_as_a_spreadsheet_counts_it_is_told_as_such():
    with pytest.raises(Misfit) as error:
        Expression(parse_template("{d}"), date=("%d/%m/%Y",)).evaluate({"d": "47975"})
    assert "it would be 2031-05-07" in error.value.fault.remedy


def test_what_is_not_found_makes_no_claim(tmp_path):
    assert children(read_note(tmp_path, "nobody hurt")) == []


def test_a_map_under_a_name_serves_wherever_it_is_named(tmp_path):
    reading = read_note(tmp_path, "2 killed", grade="leaked")
    (voice,) = {claim.voice for claim in reading.claims.values() if claim.wording and claim.wording.text == "2 killed"}
    assert voice == f"{BASE}agent/army"


def test_a_value_the_map_does_not_know_is_told_with_its_column(tmp_path):
    ((row, column, reason),) = reasons(read_note(tmp_path, "2 killed", grade="rumour"))
    assert (row, column) == (2, "grade")
    assert "no word for this value" in reason


def test_a_map_that_is_not_there_is_told_with_those_that_are(tmp_path):
    with pytest.raises(Refused, match="no map of this name"):
        load_mapping(write(tmp_path, mapping=VALUED.replace("map: voices", "map: voces")), base=BASE)


def test_names_of_values_stand_in_no_side_file(tmp_path):
    path = write_sideline(read_note(tmp_path, "2 killed", grade="rumour"), tmp_path)
    assert path.read_text(encoding="utf-8").splitlines()[0] == f"{NOTE},averment:row,averment:reason"


SPLIT = MAPPING.replace("    events:", '    values:\n      army: {column: position, split: "|"}\n    events:').replace(
    "status: {column: position, codes", "status: {column: army, codes"
)


def test_a_cell_of_several_values_makes_a_claim_for_each(tmp_path):
    reading = read(tmp_path, GOOD.replace("non_credible", "non_credible|duplicate"), mapping=SPLIT)
    assert len(reading.relays) == 2
    assert {fragment for iri, _, fragment, _ in reading.places if iri in reading.relays} == {"cell=2,1;2,7"}


def test_a_value_among_several_that_has_no_code_refuses_the_row(tmp_path):
    reading = read(tmp_path, GOOD.replace("non_credible", "non_credible|odd"), mapping=SPLIT)
    assert [(row, column) for row, column, _ in reasons(reading)] == [(2, "position")]


def test_the_files_of_joined_tables_are_among_what_names_an_ingestion(tmp_path):
    joined = MAPPING.replace("    events:", "    join: {extra: {file: extra.csv, on: id}}\n    events:")
    options = {"recorded": "2026-01-01T00:00:00Z", "software": "test"}
    named = []
    for word in ("a", "b"):
        (tmp_path / "extra.csv").write_text(f"id,word\n1,{word}\n", encoding="utf-8")
        mapping = load_mapping(write(tmp_path, GOOD, mapping=joined), base=BASE)
        named.append(make_batch(mapping, read_file(mapping, tmp_path), **options).ingestion)
    assert named[0].iri != named[1].iri
    assert [len(each.files) for each in named] == [3, 3]


@given(st.text(max_size=60))
def test_an_address_holds_no_sign_that_an_address_cannot_hold(text):
    cell = f"https://town.example/{text}"
    (escaped,) = Expression(parse_template("{url}"), address=True).evaluate({"url": cell})
    assert escaped.startswith("https://town.example/")
    assert not set(escaped) & set(' "<>\\^`{|}\u200f\u202a\x00\n')


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_in_any_form_is_the_same_day(day):
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"):
        assert Expression(parse_template("{d}"), date=(form,)).evaluate({"d": day.strftime(form)}) == [day.isoformat()]


REVISED = MAPPING.replace(
    "      - who: army\n",
    """      - who: watch
        revises: claim/killed
        wording: "{most}"
        asserts: {count: {about: "event/town-{id|key}", measure: killed, number: "{most}"}}
      - who: army
""",
)


def test_a_claim_of_a_row_can_refer_to_another_of_the_same_row(tmp_path):
    reading = read(tmp_path, GOOD, GOOD.replace("1,M1", "2,M2"), mapping=REVISED)
    revising = [claim for claim in reading.claims.values() if claim.revises]
    assert len(revising) == 2
    for claim in revising:
        (revised,) = claim.revises
        assert (
            reading.propositions[reading.claims[revised].proposition].about
            == reading.propositions[claim.proposition].about
        )


def test_the_number_of_a_row_can_tell_rows_apart(tmp_path):
    mapping = MAPPING.replace("town-{id|key}", "town-{#}").replace("key: id", "key: day")
    assert f"{BASE}event/town-2" in read(tmp_path, GOOD, mapping=mapping).entities
