"""A table that gives away what the record withholds is told of, row by row, however it is imported."""

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from kg.bulk.importing import Plan, import_table
from kg.bulk.past import PastRows
from kg.cli import averment, importing_large
from kg.intake.tables import find_sources, load_mapping, make_batch, read_table
from kg.log import Record
from kg.pipeline import record_batch
from tests.generator import tables as made
from tests.test_given_before import HIDDEN, WHISPER, WITNESS, is_open
from tests.town import BASE, Town, case, occurred

WHEN = "2031-07-01T00:00:00Z"
PLACE = made.COLUMNS.index("place")
COLUMNS = "modified, id, place, lat, lon, accuracy"
TOLD = {7: "the mill of FERRAN, Quílla Ferran", 31: "Quilla Ferran's house", 32: "the Ferran mill", 55: "by Ilse Maar"}


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """A record that withholds a victim's name and a whole claim."""
    town = Town(tmp_path_factory.mktemp("held"))
    town.add(case(occurred(about="victim/first"), {**occurred(), **WHISPER}, victims={"first": HIDDEN}, agents=WITNESS))
    return town


@pytest.fixture
def town(held, tmp_path):
    return held.copy(tmp_path / "town")


def write(folder, places=None):
    """A table of sixty incidents, some of whose places are given by the row of the file."""
    rows = list(made.iter_rows(60))
    for row, text in (TOLD if places is None else places).items():
        # A place is read of rows that have a point alone.
        rows[row - 2][PLACE : PLACE + 4] = [text, "35.1", "39.1", "village"]
    return made.write_table(folder / "in", rows)


def plan_of(town, mapping, **options):
    loaded = load_mapping(mapping, base=BASE)
    (table,) = loaded.tables
    source = find_sources(table, mapping.parent, {})
    return Plan(
        root=town.root, mapping=loaded, table=table, source=source, folder=mapping.parent, recorded=WHEN,
        software="averment test", rows=25, **({"workers": 0} | options),
    )  # fmt: skip


def open_notices(notices):
    return sorted(str(problem) for _, problem in notices if is_open(problem))


@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.exhaustive)])
def test_it_tells_what_one_reading_tells_and_names_file_row_and_column(town, workers):
    mapping = write(town.folder)
    other = town.copy(town.folder / "other")
    plan = plan_of(town, mapping, workers=workers)
    told = open_notices(import_table(plan, town.record).notices)
    batch = make_batch(
        plan.mapping,
        read_table(plan.mapping, plan.table, plan.source, folder=plan.folder),
        recorded=WHEN,
        software="averment test",
    )
    assert told == open_notices(record_batch(other.root, other.record, batch).notices)
    assert [each.partition(" (here")[0].rpartition("incidents.csv:")[2] for each in told] == [
        f"{row}: {COLUMNS}: the name that is withheld, or a part of it, stands in the open in {COLUMNS}"
        for row in (31, 55, 7)
    ]
    assert not [each for each in told if "Quilla" in each or "Ilse" in each]


def test_a_few_new_rows_of_a_version_are_looked_at_too(town):
    first = plan_of(town, write(town.folder / "first", {}))
    import_table(replace(first, past=PastRows(town.record, first.mapping, first.table)), town.record)
    second = plan_of(town, write(town.folder / "second", {31: TOLD[31]}))
    imported = import_table(replace(second, past=PastRows(town.record, second.mapping, second.table)), town.record)
    assert imported.reading.known == 59
    assert len(open_notices(imported.notices)) == 1


def test_a_name_that_many_rows_lead_to_and_that_of_the_file_are_told_once(town):
    mapping = write(town.folder, {})
    text = mapping.read_text().replace("name: An Army", "name: Army of Quilla Ferran").replace("incidents.csv", "x.csv")
    mapping.write_text(text.replace("x.csv", "quilla-ferran.csv"))
    (mapping.parent / "incidents.csv").rename(mapping.parent / "quilla-ferran.csv")
    told = import_table(plan_of(town, mapping), town.record).notices
    places = [problem.reason.rpartition(" in ")[2] for _, problem in told]
    assert sorted(places) == [f"{BASE}agent/army", "the name of the file"]


def test_where_nothing_is_withheld_nothing_is_looked_at(tmp_path, monkeypatch):
    town = Town(tmp_path)
    monkeypatch.setattr("kg.bulk.importing.Search", None)
    assert open_notices(import_table(plan_of(town, write(tmp_path)), town.record).notices) == []


def test_rows_about_a_victim_of_whom_a_name_is_withheld_are_recorded_where_they_are_held_to_it(town):
    mapping = write(town.folder, {})
    text = re.sub("timing:.*?time: .*?\n", "occurrence: {about: victim/first}\n", mapping.read_text(), flags=re.S)
    text = text.replace("agents:", "uses: [victim/first]\nagents:", 1)
    mapping.write_text(text)
    assert import_table(plan_of(town, mapping), town.record).withheld


@pytest.fixture(params=["large", "small"])
def run(request, town, monkeypatch):
    monkeypatch.setattr(importing_large, "LARGE", 0 if request.param == "large" else 1 << 40)
    return lambda *words: CliRunner().invoke(averment, ["import", "--data", str(town.root), *map(str, words)])


def test_the_command_tells_it_before_and_when_it_is_recorded_and_each_row_where_that_is_asked_for(run, town):
    mapping = write(town.folder, {31: TOLD[31], 7: TOLD[7]})
    words = "the name that is withheld, or a part of it, stands in the open in"
    before = run(mapping, "--dry-run")
    assert before.exit_code == 0, before.output
    assert f"warning: {words} {COLUMNS} (2 rows, the first is 7)" in before.output
    assert "Quilla" not in before.output.replace("Quilla Ferran's house", "")
    done = run(mapping, "--every-problem")
    assert done.exit_code == 0, done.output
    rows = [line for line in (7, 31) if f"incidents.csv:{line}: {COLUMNS}: {words}" in done.output]
    assert rows == [7, 31]
    assert Record.open(town.root).log.number == 2


VICTIMS = """\
averment-mapping: 1
recorder: A. Coder
language: en
agents:
  office: {kind: organisation, name: An Office}
documents:
  list: {title: A list, publisher: office, kind: monitor, published_as: dataset, published: "2031"}
defaults: {document: list, as: table-cell, via: []}
tables:
  dead:
    file: dead.csv
    victims:
      "v-{key}":
        name: {column: name}
        access: {name: {level: sealed, reason: child}}
    claims:
      - who: office
        wording: "{note}"
        asserts: {occurrence: {about: "victim/v-{key}", what: killed}}
"""


def test_a_table_that_withholds_and_gives_it_away_itself_is_refused_before_it_is_recorded(tmp_path):
    mapping = tmp_path / "dead.yaml"
    mapping.write_text(VICTIMS)
    (tmp_path / "dead.csv").write_text("key,name,note\n1,Ilva Torn,a girl\n2,Orla Vell,little Orla\n")
    data = tmp_path / "data"
    command = ["import", "--data", str(data), str(mapping)]
    told = CliRunner().invoke(averment, [*command, "--dry-run"])
    assert told.exit_code == 1, told.output
    assert "dead.csv:3: " in told.output
    assert "stands in the open in note" in told.output
    assert "Nothing of" in told.output
    assert not data.exists()
    (tmp_path / "dead.csv").write_text("key,name,note\n1,Ilva Torn,a girl\n2,Orla Vell,a child\n")
    assert CliRunner().invoke(averment, [*command, "--dry-run"]).exit_code == 0
