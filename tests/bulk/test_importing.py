"""A large table, read in parallel and stretch by stretch, gives the record that one reading of it gives."""

import csv
import gzip
import io
import json
from dataclasses import replace

import pytest
import zstandard

from kg.bulk.importing import Plan, import_table
from kg.bulk.past import PastRows
from kg.errors import Refused
from kg.intake.tables import find_sources, load_mapping, make_batch, read_table
from kg.keeping import verify_record
from kg.log import Record
from kg.pipeline import record_batch
from kg.projections import Projections, graph_folder, tables_folder
from kg.store.embedded import open_reader
from kg.store.tables import Tables
from kg.store.tables.columns import TABLES
from tests.generator import tables as made

WHEN = "2031-01-01T00:00:00Z"
ROWS = 90


def make_record(root):
    record = Record.create(root, base="https://averment.example/id/", created=WHEN, secret=b"s" * 32)
    Projections(root, record).catch_up()
    return record


def plan_of(root, mapping, *, rows=25, **options):
    loaded = load_mapping(mapping, base="https://averment.example/id/")
    (table,) = loaded.tables
    source = find_sources(table, mapping.parent, {})
    return Plan(
        root=root, mapping=loaded, table=table, source=source, folder=mapping.parent, recorded=WHEN,
        software="averment test", seed=b"1" * 32, rows=rows, **({"workers": 0} | options),
    )  # fmt: skip


def state(root):
    """All that a reader can know of a record."""
    units = sorted((found.unit.subject, found.unit.lines) for found in Record.open(root).log.iter_units())
    with Tables.open(tables_folder(root)).connect() as view:
        tables = {
            name: sorted(map(repr, view.rows(f"SELECT {table.listed} FROM {name}"))) for name, table in TABLES.items()
        }
    with open_reader(graph_folder(root)) as graph:
        quads = sorted(map(repr, graph.query("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }").rows))
    return units, tables, quads


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    """The record that one reading of a table gives, and the mapping beside the table."""
    folder = tmp_path_factory.mktemp("single")
    mapping = made.write_table(folder / "in", made.iter_rows(ROWS))
    record = make_record(folder / "data")
    plan = plan_of(folder / "data", mapping)
    reading = read_table(plan.mapping, plan.table, plan.source, folder=plan.folder)
    record_batch(folder / "data", record, make_batch(plan.mapping, reading, recorded=WHEN, software="averment test"))
    return state(folder / "data"), mapping


@pytest.mark.parametrize(("workers", "rows"), [(0, 25), (2, 40), (0, 1000)])
def test_it_gives_the_record_that_one_reading_gives(tmp_path, single, capfd, workers, rows):
    expected, mapping = single
    imported = import_table(plan_of(tmp_path, mapping, workers=workers, rows=rows), make_record(tmp_path))
    held = made.hold(made.iter_rows(ROWS))
    assert (imported.reading.read, imported.claims, imported.relays) == (held.rows, held.claims, held.relays)
    assert imported.kinds.total() == held.sayings
    for found, wanted in zip(state(tmp_path), expected, strict=True):
        assert found == wanted
    assert verify_record(tmp_path).findings == ()
    assert capfd.readouterr().err == ""  # nor does a worker that ends


def test_the_same_file_again_adds_nothing(tmp_path, single):
    record = make_record(tmp_path)
    import_table(plan_of(tmp_path, single[1]), record)
    assert import_table(plan_of(tmp_path, single[1]), record).entry is None
    assert record.log.number == 1


def test_a_new_version_costs_its_new_rows_alone(tmp_path, single):
    record = make_record(tmp_path)
    first = plan_of(tmp_path, single[1])
    import_table(replace(first, past=PastRows(record, first.mapping, first.table)), record)
    changed = list(made.iter_rows(ROWS, changed=0.1))
    fresh = sum(one != other for one, other in zip(made.iter_rows(ROWS), changed, strict=True))
    second = plan_of(tmp_path, made.write_table(tmp_path / "new", changed))
    imported = import_table(replace(second, past=PastRows(record, second.mapping, second.table)), record)
    reading = imported.reading
    assert (reading.read, reading.known, reading.taken) == (ROWS, ROWS - fresh, fresh)
    assert 0 < imported.claims <= fresh
    assert verify_record(tmp_path).findings == ()


def test_a_bad_row_refuses_all_or_is_set_aside(tmp_path):
    rows = list(made.iter_rows(60))
    rows[40][4] = "-3"
    mapping = made.write_table(tmp_path / "in", rows)
    record = make_record(tmp_path / "data")
    refused = import_table(plan_of(tmp_path / "data", mapping), record)
    assert (refused.entry, list(refused.reading.refused), record.log.number) == (None, [42], 0)
    kept = import_table(plan_of(tmp_path / "data", mapping, set_aside=True), record)
    assert (kept.entry, kept.reading.taken, list(kept.reading.refused)) == (1, 59, [42])
    assert verify_record(tmp_path / "data").findings == ()


AMISS = {
    3: {"killed_min": "9", "killed_max": "2"},
    30: {"day": "2019-02-30"},
    31: {"day": "2042-01-01"},
    35: {"grading": "Wrong"},
    40: {"code": "M1 and M2"},
    50: {"killed_max": "#REF!"},
    60: {"id": "0000011"},  # that of an earlier row, in another stretch
    70: {"lat": "95.1"},
    75: {"killed_max": "many"},
    80: {"modified": "soon"},
    85: {"belligerent": "nobody known"},
}
"""By the place of a row from 0: cells of which something is to be told."""


@pytest.fixture(scope="module")
def amiss(tmp_path_factory):
    """The mapping of a table of which many rows are amiss, each in another way."""
    rows = list(made.iter_rows(ROWS))
    for place, cells in AMISS.items():
        for column, value in cells.items():
            rows[place][made.COLUMNS.index(column)] = value
    return made.write_table(tmp_path_factory.mktemp("amiss"), rows)


@pytest.mark.parametrize(("workers", "rows"), [(0, 25), (2, 40)])
def test_every_row_that_is_amiss_is_told_as_one_reading_tells_it(tmp_path, amiss, workers, rows):
    plan = plan_of(tmp_path, amiss, workers=workers, rows=rows)
    alone = read_table(plan.mapping, plan.table, plan.source, folder=plan.folder)
    imported = import_table(plan, make_record(tmp_path))
    assert imported.reading.refused == alone.refused
    assert sorted(imported.reading.refused) == [place + 2 for place in AMISS]
    assert (imported.entry, imported.reading.read) == (None, ROWS)


def cut(data):
    return data[: len(data) // 2]


def broken(data):
    return data.replace("حي".encode(), b"\xff\xfe", 1)


def outcome(reading):
    """What a reading of a table tells: what is amiss with the file, or with which rows."""
    try:
        return reading().refused
    except Refused as error:
        return error.problems


@pytest.mark.parametrize(
    ("suffix", "damage", "workers"),
    [
        (".csv", broken, 0),
        (".csv.gz", lambda data: cut(gzip.compress(data)), 0),
        (".csv.zst", lambda data: cut(zstandard.compress(data)), 2),
        (".jsonl", cut, 0),
        (".jsonl.gz", lambda data: gzip.compress(cut(data)), 2),
    ],
)
def test_a_damaged_file_is_told_as_one_reading_tells_it_and_nothing_recorded(tmp_path, suffix, damage, workers):
    mapping = made.write_table(tmp_path / "in", made.iter_rows(ROWS))
    table = mapping.with_name("incidents.csv")
    data = table.read_bytes()
    if ".jsonl" in suffix:
        rows = csv.DictReader(io.StringIO(data.decode()))
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    table.unlink()
    table.with_name(f"incidents{suffix}").write_bytes(damage(data))
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("incidents.csv", f"incidents{suffix}"), "utf-8")
    plan, record = plan_of(tmp_path / "data", mapping, workers=workers), make_record(tmp_path / "data")
    told = outcome(lambda: import_table(plan, record).reading)
    assert told
    assert told == outcome(lambda: read_table(plan.mapping, plan.table, plan.source, folder=plan.folder))
    assert (record.log.number, verify_record(tmp_path / "data").findings) == (0, ())
