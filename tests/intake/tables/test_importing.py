from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import Refused
from kg.intake.tables import (
    find_sources,
    list_sentences,
    load_mapping,
    make_batch,
    read_table,
    run_tests,
    write_sideline,
)
from kg.model import Count
from tests.intake.tables.town import BASE, GOOD, HEADER, MAPPING, read, read_file, reasons, write


def test_a_row_becomes_the_claims_of_its_voices(tmp_path):
    reading = read(tmp_path, GOOD)
    count, position = list_sentences(reading)
    assert count.startswith("Merrow Watch asserted that there were 2 to 5 people killed in M1")
    assert position.startswith("The Army asserted that the status of M1")
    assert position.endswith("Known through Merrow Watch.")


def test_each_claim_knows_the_cells_it_was_read_from(tmp_path):
    reading = read(tmp_path, GOOD)
    fragments = [fragment for iri, _, fragment, _ in reading.places if iri in reading.claims]
    assert fragments == ["cell=2,1;2,3-2,5", "cell=2,1;2,7"]


@pytest.mark.parametrize(
    ("row", "columns", "reason"),
    [
        ("2,M2,2020-03-01,6,1,final,", "least, most", "rising order"),
        ("2,M2,2020-02-30,1,2,final,", "day", "no date of the form"),
        ("2,M2,2020-03-01,1,2,final,no such position", "position", "no term of"),
        ("1,M2,2020-03-01,1,2,final,", "id", "row 2 has the same key"),
        (",M2,2020-03-01,1,2,final,", "id", "the key of the row is empty"),
        ("2,M2 N7,2020-03-01,1,2,final,", "code", "two public codes"),
        ("2,M2,2020-03-01,-1,2,final,", "least", "less than 0"),
        ("2,M2,2020-03-01,a few,2,final,", "least", "not a whole number"),
        ("2,M2,2020-03-01,#DIV/0!,2,final,", "least", "a formula that failed"),
    ],
)
def test_a_bad_row_is_told_by_row_columns_and_reason_and_the_good_one_is_read(tmp_path, row, columns, reason):
    reading = read(tmp_path, GOOD, row)
    ((number, named, told), *_) = reasons(reading)
    assert (number, named) == (3, columns)
    assert reason in told
    assert (reading.read, reading.taken, len(reading.refused), len(reading.claims)) == (2, 1, 1, 2)


def test_every_bad_row_is_told_at_once(tmp_path):
    rows = [f"{number},M{number},2020-03-01,9,1,final," for number in range(2, 900)]
    assert len(read(tmp_path, GOOD, *rows).refused) == 898


def test_rows_the_mapping_does_not_mean_are_counted_as_skipped(tmp_path):
    reading = read(tmp_path, GOOD, "2,M2,2020-03-01,1,2,draft,")
    assert (reading.read, reading.taken, reading.skipped, len(reading.refused)) == (2, 1, 1, 0)


def test_an_unmapped_value_is_counted(tmp_path):
    rows = [f"{number},M{number},2020-03-01,1,2,final,odd" for number in (2, 3)]
    assert read(tmp_path, GOOD, *rows).unmapped() == {("position", "odd"): 2}


def test_the_day_a_date_names_is_read_in_any_form_the_mapping_gives(tmp_path):
    first, second = read(tmp_path, GOOD, "2,M2,01/03/2020,2,5,final,").claims.values(), "2020-03-01"
    assert {claim.said for claim in first if claim.said} == {second}


def test_an_open_range_stays_open(tmp_path):
    reading = read(tmp_path, "1,M1,2020-03-01,,5,final,")
    (count,) = [each for each in reading.propositions.values() if isinstance(each, Count)]
    assert (count.at_least, count.at_most) == (None, 5)


def test_two_rows_that_describe_one_event_in_two_ways_are_told(tmp_path):
    mapping = MAPPING.replace("    key: id\n", "")
    ((row, _, reason),) = reasons(read(tmp_path, GOOD, "1,M7,2020-03-02,1,2,final,", mapping=mapping))
    assert row == 3
    assert "described otherwise in row 2" in reason


def test_refused_rows_mended_in_their_file_can_be_imported_alone(tmp_path):
    reading = read(tmp_path, GOOD, "2,M2,2020-03-01,6,1,final,", "3,M3,2020-03-01,6,8,final,")
    path = write_sideline(reading, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == f"{HEADER},averment:row,averment:reason"
    path.write_text(text.replace("6,1,final", "1,6,final"), encoding="utf-8")
    again = read_file(load_mapping(tmp_path / "mapping.yaml", base=BASE), tmp_path, incidents=path)
    assert (again.read, again.taken, len(again.claims)) == (1, 1, 1)
    assert not set(again.claims) & set(reading.claims)


def test_a_later_version_is_read_as_the_mapping_says_and_rows_set_aside_as_they_were_written(tmp_path):
    mapping = MAPPING.replace("file: incidents.csv", 'file: incidents.csv\n    delimiter: ";"\n    encoding: utf-16')
    path = write(tmp_path, mapping=mapping)
    later = tmp_path / "later.csv"
    later.write_text("\n".join([HEADER, GOOD, "2,M2,2020-03-01,6,1,final,", ""]).replace(",", ";"), encoding="utf-16")
    reading = read_file(load_mapping(path, base=BASE), tmp_path, incidents=later)
    assert (reading.taken, len(reading.refused), len(reading.claims)) == (1, 1, 2)
    aside = write_sideline(reading, tmp_path).rename(tmp_path / "mended.csv")
    aside.write_text(aside.read_text(encoding="utf-8").replace("6,1", "1,6"), encoding="utf-8")
    assert read_file(load_mapping(path, base=BASE), tmp_path, incidents=aside).taken == 1


@pytest.mark.parametrize(("cell", "other"), [("2020-02-30", "day"), ("\udcff", "code")])
def test_what_is_amiss_with_a_cell_is_told_once(tmp_path, cell, other):
    row = {"id": "2", "code": "M2", "day": "2020-03-01", "least": "1", "most": "2", "grade": "final", other: cell}
    timing = 'timing: {about: "event/town-{id|key}", time: {column: day, date: ["%Y-%m-%d", "%d/%m/%Y"]}}'
    more = f"      - who: watch\n        asserts:\n          {timing}\n      - who: army\n"
    path = write(tmp_path, mapping=MAPPING.replace("      - who: army\n", more))
    text = "\n".join([HEADER, ",".join([*row.values(), ""]), ""])
    (tmp_path / "incidents.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert [field for _, field, _ in reasons(read_file(load_mapping(path, base=BASE), tmp_path))] == [other]


def test_how_rows_are_grouped_changes_nothing(tmp_path, monkeypatch):
    rows = [f"{number},M{number},2020-03-01,1,{number},final,credible" for number in range(2, 40)]
    whole = read(tmp_path, *rows)
    monkeypatch.setattr("kg.intake.tables.importing.GROUP", 3)
    parts = read(tmp_path, *rows)
    assert whole.claims == parts.claims
    assert whole.relays == parts.relays
    assert sorted(whole.places) == sorted(parts.places)


def test_the_mapping_is_part_of_what_names_an_ingestion(tmp_path):
    options = {"recorded": "2026-01-01T00:00:00Z", "software": "test"}
    first = load_mapping(write(tmp_path, GOOD), base=BASE)
    one = make_batch(first, read_file(first, tmp_path), **options).ingestion
    second = load_mapping(write(tmp_path, GOOD, mapping=MAPPING + "# another\n"), base=BASE)
    other = make_batch(second, read_file(second, tmp_path), **options).ingestion
    assert one.iri != other.iri
    assert len(one.files) == 2


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ("who: watch", "woh: watch", "tables.incidents.claims[0].woh", "unknown field"),
        ("measure: killed", "mesure: killed", "asserts.count.mesure", "unknown field"),
        ("codes: airwars-belligerent-position", "codes: no-such", "status.codes", "no scheme of codes"),
        ('"{least|maybe} to {most}"', '"{least to"', "wording", "a brace without its fellow"),
        ("{column: day, date:", "{column: day, dete:", "said.dete", "unknown field"),
    ],
)
def test_a_slip_in_the_mapping_is_told_in_its_own_file(tmp_path, old, new, field, reason):
    with pytest.raises(Refused) as error:
        read(tmp_path, GOOD, mapping=MAPPING.replace(old, new, 1))
    problems = [each for each in error.value.problems if each.field.endswith(field)]
    assert problems
    assert problems[0].file.endswith("mapping.yaml")
    assert reason in problems[0].reason


def test_a_wrong_constant_is_told_once_and_not_for_every_row(tmp_path):
    with pytest.raises(Refused, match="no agent of this key") as error:
        read(
            tmp_path,
            GOOD,
            mapping=MAPPING.replace("defaults: {document: log", "defaults: {via: [nobody], document: log"),
        )
    assert len(error.value.problems) == 1


TESTS = """
tests:
  - table: incidents
    row: {id: 1, code: M1, least: 2, most: 2, grade: final}
    says: ["Merrow Watch asserted that there were 3 people killed in M1"]
  - table: incidents
    row: {id: 1, code: M1, least: 3, most: 2, grade: final}
    refused: rising order
"""


def test_a_mapping_carries_its_own_tests_and_what_fails_is_told(tmp_path):
    count, problems = run_tests(load_mapping(write(tmp_path, mapping=MAPPING + TESTS), base=BASE))
    assert count == 2
    assert [problem.reason for problem in problems] == [
        "no claim of the row says this",
        "the row says this, the test does not",
    ]


CELL = st.sampled_from(
    ["", "1", "2", "5", "-1", "a few", "2020-03-01", "2020-02-30", "final", "draft", "credible", "odd"]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELL, min_size=7, max_size=8).map(",".join), max_size=12))
def test_whatever_stands_in_the_rows_the_counts_add_up_and_nothing_is_lost(rows):
    with TemporaryDirectory() as folder:
        path = Path(folder)
        reading = read(path, *rows)
        told = [row for row in rows if row.strip(",")]
        assert reading.read == len(told) == reading.taken + reading.skipped + len(reading.refused)
        assert set(reading.refused) == set(reading.aside) == {problem.line for problem in reading.problems()}
        written = write_sideline(reading, path).read_text(encoding="utf-8").splitlines()
        assert len(written) == 1 + len(reading.refused)
        told = {row for _, row, _, _ in reading.places}
        assert not told & set(reading.refused)


def test_how_far_a_table_is_read_is_told_beside_about_how_many_rows_it_has(tmp_path):
    rows = [f"{number},M{number},2020-03-01,2,5,final,non_credible" for number in range(1000)]
    mapping = load_mapping(write(tmp_path, *rows), base=BASE)
    told: list[tuple[int, int]] = []
    source = find_sources(mapping.tables[0], tmp_path, {})
    read_table(mapping, mapping.tables[0], source, folder=tmp_path, progress=lambda *each: told.append(each))
    assert [read for read, _ in told] == [400, 800, 1000]
    assert all(read <= total <= 1100 for read, total in told)
    assert told[-1] == (1000, 1000)
