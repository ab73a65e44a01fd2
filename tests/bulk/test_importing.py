"""A large table, read in parallel and stretch by stretch, gives the record that one reading of it gives."""

from dataclasses import replace

import pytest

from kg.bulk.importing import Plan, import_table
from kg.bulk.past import PastRows
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
