"""The mapping that is suggested for a table: valid as it stands, and recorded once a person has filled it in."""

import csv
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kg import resources
from kg.errors import Refused
from kg.intake.tables import list_preview, list_sentences, load_mapping, run_tests, suggest_mapping
from kg.intake.yamltext import parse_yaml
from tests.intake.tables.town import BASE, read_file

LEDGER = """\
No;Date of admission;Patient;Age;Sex;Outcome;Remarks
1;03/04/2031;Ilva Torn;34;F;died;brought in by neighbours
2;13/04/2031;Osk Maren;8;M;died;
3;14/04/2031;Pell Ando;51;M;discharged;
"""
LOG = "ref,day,town,deaths_min,deaths_max,wounded\nA1,2031-05-01,Merrow,1,2,more than 5\nA2,2031-05-03,Quay,3,3,\n"


def fill(text):
    """The starter as a newcomer fills it in."""
    text = re.sub("<when .*>", "2031-06-01", text)
    return re.sub("<(who|your|not)[^>]*>", lambda found: {"not": "latin-1"}.get(found[1], "Merrow Watch"), text)


def read_suggested(folder, name, text=None):
    if text is not None:
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / "mapping.yaml"
    path.write_text(fill(suggest_mapping(folder / name)), encoding="utf-8")
    return read_file(load_mapping(path, base=BASE), folder)


def test_a_ledger_of_people_gives_what_became_of_each(tmp_path):
    reading = read_suggested(tmp_path, "ledger.csv", LEDGER)
    assert list_sentences(reading) == [
        "Merrow Watch asserted that Ilva Torn was killed.",
        "Merrow Watch asserted that Osk Maren was killed.",
        "Merrow Watch asserted that Pell Ando was injured.",
    ]


def test_a_log_of_events_gives_numbers_days_and_places(tmp_path):
    said = list_sentences(read_suggested(tmp_path, "log.csv", LOG))
    assert len(said) == 7
    assert any("1 to 2 people killed in log Merrow 2031-05-01" in each for each in said)
    assert any("at least 6 people injured" in each for each in said)
    assert any(each.endswith("took place on 3 May 2031.") for each in said)


MINES = """\
Reported on,Ref,Happened,Village,Killed M,Killed <18,Army reply
12.03.2033,MA-1,01.03.2033,Osk,1,-,not our minefield
14.03.2033,MA-2,02.03.2033,Selm,2,0,
15.03.2033,MA-3,03.03.2033,Osk,-,-,
16.03.2033,MA-3,04.03.2033,Ville,3,1,regrets
17.03.2033,MA-4,05.03.2033,Quay,4,2,
"""


def test_rows_are_told_apart_by_their_number_even_where_two_bear_the_same(tmp_path):
    (tmp_path / "mines.csv").write_text(MINES, encoding="utf-8")
    suggested = suggest_mapping(tmp_path / "mines.csv")
    assert (
        "    key: Ref   # what tells rows apart: two rows alike in it are refused, as those of MA-3 would be"
        in suggested
    )
    reading = read_suggested(tmp_path, "mines.csv")
    assert [problem.value for problem in reading.problems()] == ["MA-3"]


def test_a_day_of_reporting_is_not_the_day_it_happened_and_a_dash_is_no_number(tmp_path):
    reading = read_suggested(tmp_path, "mines.csv", MINES.replace("16.03.2033,MA-3", "16.03.2033,MA-5"))
    said = list_sentences(reading)
    assert not reading.problems()
    assert sum(re.search(r"took place on \d March 2033", each) is not None for each in said) == 5
    killed = [re.search("([0-9]+) (?:people|person) killed .*population: ([a-z]+)", each) for each in said]
    assert [found.groups() for found in killed if found] == [
        *(("1", "men"), ("2", "men"), ("0", "children"), ("3", "men"), ("1", "children"), ("4", "men")),
        ("2", "children"),
    ]


VERIFIED = """\
CaseID\tLoggedBy\tVerifiedOn\tIncidentDate\tGovernorate\tLat\tLon\tKilled
HRV/77\tdesk\t02-Apr-2030\t12-Mar-2030\tNorthern\t12.51\t43.20\t4
HRV/78\tdesk\t02-Apr-2030\t13-Mar-2030\tEastern\t12.60\t43.31\t0
"""


def test_days_with_dashes_and_governorates_are_known(tmp_path):
    said = list_sentences(read_suggested(tmp_path, "verified.tsv", VERIFIED))
    assert any(each.endswith("took place on 12 March 2030.") for each in said)
    assert any("Northern" in each and "4 people killed" in each for each in said)
    assert not any("took place on 2 April 2030" in each for each in said)
    assert "# point: [{column: Lat}, {column: Lon}]" in (tmp_path / "mapping.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "text"), [("ledger.csv", LEDGER), ("log.csv", LOG), ("verified.tsv", VERIFIED)])
def test_the_test_that_is_begun_names_columns_that_the_mapping_uses(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    begun, tests = fill(suggest_mapping(tmp_path / name)).split("# tests:\n")
    tests = re.sub("(?m)^#", "", tests).replace("…", "x")
    (tmp_path / "mapping.yaml").write_text(f"{begun}tests:\n{tests}", encoding="utf-8")
    _, problems = run_tests(load_mapping(tmp_path / "mapping.yaml", base=BASE))
    assert "row: {}" not in tests
    assert not [problem for problem in problems if "does not name" in problem.reason]


def test_a_column_with_somebody_elses_word_is_shown_how_to_claim_it(tmp_path):
    (tmp_path / "mines.csv").write_text(MINES, encoding="utf-8")
    text = suggest_mapping(tmp_path / "mines.csv")
    assert "# Perhaps somebody else's word: Army reply." in text
    claimed = text.replace("      # - who: army", "      - who: army").replace("      #   ", "        ")
    claimed = claimed.replace("agents:\n", "agents:\n  army: {kind: organisation, name: the Army}\n", 1)
    (tmp_path / "mapping.yaml").write_text(fill(claimed), encoding="utf-8")
    reading = read_file(load_mapping(tmp_path / "mapping.yaml", base=BASE), tmp_path)
    assert len(reading.relays) == 1


@pytest.mark.parametrize("text", [LEDGER, LOG, "a\n1\n", "x,y\n1,1\n1,1\n"], ids=["people", "events", "one", "alike"])
def test_a_suggestion_is_valid_by_the_published_schema(tmp_path, text):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    tree, problems = parse_yaml(suggest_mapping(tmp_path / "t.csv").encode(), file="t.yaml")
    assert problems == []
    schema = json.loads(resources.read_text("schema/mapping.schema.json"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(tree.data)] == []


def test_what_is_still_to_be_filled_in_is_told_all_at_once(tmp_path):
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(suggest_mapping(tmp_path / "log.csv"), encoding="utf-8")
    with pytest.raises(Refused) as error:
        load_mapping(tmp_path / "mapping.yaml", base=BASE)
    assert [problem.reason for problem in error.value.problems] == ["still to be filled in"] * 3


def test_the_values_of_a_column_that_may_name_people_are_not_written_out(tmp_path):
    (tmp_path / "log.csv").write_text("no,name,age\n1,Ilva Torn,5\n2,Ilva Torn,6\n", encoding="utf-8")
    assert "Torn" not in suggest_mapping(tmp_path / "log.csv")


def test_a_workbook_of_several_sheets_begins_with_the_first_and_names_the_others(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Log"
    for row in csv.reader(LOG.splitlines()):
        book.active.append(row)
    book.create_sheet("Notes")
    book.save(tmp_path / "log.xlsx")
    assert "sheet: Log   # the workbook has: Log, Notes" in suggest_mapping(tmp_path / "log.xlsx")
    assert len(read_suggested(tmp_path, "log.xlsx").claims) == 7


def test_the_list_of_rows_is_found_in_nested_json(tmp_path):
    rows = list(csv.DictReader(LOG.splitlines()))
    (tmp_path / "log.json").write_text(json.dumps({"meta": {"n": 2}, "data": {"rows": rows}}), encoding="utf-8")
    assert 'path: "/data/rows"' in suggest_mapping(tmp_path / "log.json")
    assert len(read_suggested(tmp_path, "log.json").claims) == 7


def test_a_file_that_is_not_utf8_is_told_in_the_suggestion(tmp_path):
    (tmp_path / "log.csv").write_bytes("ref,tués\nA,1\nB,é\n".encode("latin-1"))
    assert "encoding: <not UTF-8" in suggest_mapping(tmp_path / "log.csv")


def test_the_tutorial_of_the_docs_goes_as_it_is_told(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "mappings.md").read_text(encoding="utf-8")
    ledger, told = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[:2]
    claims = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[0]
    (tmp_path / "ledger.csv").write_text(ledger, encoding="utf-8")
    begun = fill(suggest_mapping(tmp_path / "ledger.csv")).replace("Merrow Watch", "Merrow hospital")
    path = tmp_path / "ledger.yaml"
    path.write_text(begun, encoding="utf-8")
    reading = read_file(load_mapping(path, base=BASE), tmp_path)
    assert list_preview(reading, of_each=3) == [line.strip() for line in told.splitlines()[1:]]

    path.write_text(begun[: begun.index("    claims:\n")] + claims, encoding="utf-8")
    reading = read_file(load_mapping(path, base=BASE), tmp_path)
    assert [str(problem).partition("ledger.csv")[2] for problem in reading.problems()] == [
        ":5: Date of admission: '31/04/2031': no date of the form %d/%m/%Y. "
        "Remedy: mend the date, or add its form under date:."
    ]
    assert sorted(claim.said for claim in reading.claims.values()) == ["2031-04-03", "2031-04-13"]


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).map(str.strip).filter(bool)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(NAMES, min_size=1, max_size=5, unique=True), st.lists(st.lists(NAMES, min_size=5, max_size=5), max_size=4)
)
def test_whatever_the_columns_are_called_the_suggestion_reads(names, rows):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.jsonl"
        cells = [dict(zip(names, row, strict=False)) for row in rows] or [dict.fromkeys(names, "x")]
        path.write_text("\n".join(map(json.dumps, cells)), encoding="utf-8")
        mapping = Path(folder) / "mapping.yaml"
        mapping.write_text(fill(suggest_mapping(path)), encoding="utf-8")
        reading = read_file(load_mapping(mapping, base=BASE), Path(folder))
        assert reading.read == len(cells)
        assert reading.taken + len(reading.refused) == len(cells)
