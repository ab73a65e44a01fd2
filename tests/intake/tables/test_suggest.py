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
from kg.model import Count, Responsibility
from kg.terms import avc
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
    own = {"the": "fr", "what": r"~\1"}
    return re.sub("<(who|your|the|what)[^>]*>", lambda found: own.get(found[1], "Merrow Watch"), text)


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


@pytest.mark.parametrize(
    ("encoding", "header"),
    [("windows-1252", "tués à"), ("windows-1256", "قتلى مدنيون"), ("windows-1251", "убито людей"), ("utf-16", "قتلى")],
)
def test_the_encoding_of_a_file_is_guessed_and_told_as_a_guess(tmp_path, encoding, header):
    (tmp_path / "log.csv").write_bytes(f"ref,{header}\nA,1\n".encode(encoding))
    suggested = suggest_mapping(tmp_path / "log.csv")
    assert f"encoding: {encoding}   # a guess" in suggested
    assert f"#   {header}: filled" in suggested


ONG = """\
Liste des incidents de mars
;;
Référence;Date de l'incident;Commune;Auteur présumé;Civils tués;Civils blessés;Type
I-1;03/02/2031;Orle;Armée nationale;entre 3 et 5;une dizaine;Mine
I-2;14/02/2031;Valterre;Groupes armés;2;;Tir
I-3;mars 2031;Valterre;Inconnu;jusqu'à 7;plus de 12;Mine
I-4;05/03/2031;Lessart;Armée nationale;1 200;quelque 4;Tir
I-5;06/03/2031;Lessart;Groupes armés;n/d;3 à 6;Mine
"""


def test_a_table_of_another_language_gives_numbers_and_days_all_the_same(tmp_path):
    (tmp_path / "ong.csv").write_text(ONG, encoding="windows-1252", newline="\r\n")
    path = tmp_path / "mapping.yaml"
    path.write_text(fill(suggest_mapping(tmp_path / "ong.csv")), encoding="utf-8")
    reading = read_file(load_mapping(path, base=BASE), tmp_path)
    assert [(problem.line, problem.value) for problem in reading.problems()] == [(4, "une dizaine")]
    counts = [each for each in reading.propositions.values() if isinstance(each, Count)]
    assert [(each.at_least, each.at_most, each.approximately) for each in counts] == [
        *((2, 2, None), (None, 7, None), (13, None, None), (1200, 1200, None), (None, None, 4), (3, 6, None)),
    ]
    assert {each.population for each in counts} == {avc("civilians")}
    said = list_sentences(reading)
    assert any(each.endswith("took place in March 2031.") for each in said)
    assert any("took place at Lessart" in each for each in said)


def test_who_did_it_is_shown_how_to_claim(tmp_path):
    (tmp_path / "ong.csv").write_text(ONG, encoding="windows-1252")
    claimed = suggest_mapping(tmp_path / "ong.csv").replace("      # - who: publisher", "      - who: publisher")
    claimed = claimed.replace("      #   ", "        ").replace("agent/…", "agent/army")
    claimed = claimed.replace("agents:\n", "agents:\n  army: {kind: organisation, name: the Army}\n", 1)
    (tmp_path / "mapping.yaml").write_text(fill(claimed), encoding="utf-8")
    reading = read_file(load_mapping(tmp_path / "mapping.yaml", base=BASE), tmp_path)
    blamed = [each for each in reading.propositions.values() if isinstance(each, Responsibility)]
    assert len(blamed) == 3


FACTS = """\
id,incident,speaker,published,variable,value,quote
1,KAR-1,Ministry,2031-05-02,killed,0,nobody was harmed
2,KAR-1,Karsa Monitor,2031-05-03,killed,14,14 were killed
3,KAR-1,Karsa Monitor,2031-05-03T10:00:00Z,injured,30+,more than 29 wounded
4,KAR-2,Ministry,2031-06-12,happened,denied,there was no strike
5,KAR-2,Karsa Monitor,2031-06-12,killed,>=4,at least four
"""


def test_a_table_with_a_row_for_each_assertion_lets_the_voices_in_it_speak(tmp_path):
    reading = read_suggested(tmp_path, "facts.csv", FACTS)
    assert reading.problems() == []
    assert len(reading.claims) == len(reading.relays) == 4
    assert {claim.said for claim in reading.claims.values()} == {"2031-05-02", "2031-05-03", "2031-06-12"}
    said = list_sentences(reading)
    assert said[0].startswith("Ministry asserted that there were 0 people killed in facts KAR-1")
    assert said[2].startswith("Karsa Monitor asserted that there were at least 30 people injured in facts KAR-1")
    assert "Rows that make no claim yet, of which each kind is claimed in its own way: happened." in (
        (tmp_path / "mapping.yaml").read_text(encoding="utf-8")
    )


def test_the_docs_show_how_each_kind_of_such_rows_is_claimed(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "mappings.md").read_text(encoding="utf-8")
    (shown,) = (
        found for found in re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL) if "blamed" in found
    )
    facts = FACTS.replace("speaker", "voice")
    (tmp_path / "facts.csv").write_text(f"{facts}6,KAR-1,Ministry,2031-05-02,responsible,Rebels,they did it\n")
    begun = fill(suggest_mapping(tmp_path / "facts.csv"))
    claims = shown.replace('"%Y-%m-%d"', '["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]')
    path = tmp_path / "mapping.yaml"
    path.write_text(begun[: begun.index("    # Who speaks in the rows.")] + claims, encoding="utf-8")
    reading = read_file(load_mapping(path, base=BASE), tmp_path)
    assert reading.problems() == []
    said = list_sentences(reading)
    assert any(each.startswith("Ministry asserted that responsibility for KAR-1 lies with Rebels.") for each in said)
    assert any(each.startswith("Ministry denied that KAR-2 took place.") for each in said)


DEAD = """\
م,الاسم الكامل,العمر,الجنس,تاريخ الوفاة,المكان,
1,سالم النجمي,34,ذكر,2031/05/02,كرسا,
2,مريم النجمي,٨,أنثى,2031/05/02,كرسا,
,,,,,,
3,ليلى برهان,6 أشهر,أنثى,2031/05/03,تل مدار,
4,هدى فؤاد,60,أنثى,47975,كرسا,
"""


def test_a_list_of_the_dead_in_arabic_out_of_a_spreadsheet_is_taken_for_one(tmp_path):
    (tmp_path / "dead.csv").write_text(DEAD, encoding="utf-8-sig", newline="\r\n")
    reading = read_suggested(tmp_path, "dead.csv")
    assert [(problem.line, problem.value) for problem in reading.problems()] == [(6, "47975")]
    said = list_sentences(reading)
    assert said[:3] == [
        "Merrow Watch asserted that سالم النجمي was killed.",
        "Merrow Watch asserted that what befell سالم النجمي took place on 2 May 2031.",
        "Merrow Watch asserted that what befell سالم النجمي took place at كرسا (accuracy: not stated).",
    ]
    assert {claim.wording.text for claim in reading.claims.values() if claim.wording} >= {"مريم النجمي; ٨; أنثى; كرسا"}
    assert "language: ar" in (tmp_path / "mapping.yaml").read_text(encoding="utf-8")


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
