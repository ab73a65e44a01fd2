"""The tables as a partitioned data set: every row once, no event in two files, nothing else overwritten."""

import json
from collections import Counter
from itertools import pairwise

import pyarrow.parquet as pq
import pytest

from kg.errors import Unusable
from kg.store.tables import Tables
from kg.store.tables.columns import TABLES
from kg.store.tables.partition import LIST, write_partitioned
from tests.generator.entries import iter_entries

BASE = "https://averment.example/id/"


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A record in three deltas, some of it taken back."""
    tables = Tables.open(tmp_path_factory.mktemp("tables"))
    for entry in iter_entries(1_200, per_entry=400):
        tables.append(entry.units, entry=entry.number)
    with tables.connect() as view:
        gone = [row[0] for row in view.rows("SELECT iri FROM claims ORDER BY iri LIMIT 10")]
    tables.remove(gone, entry=4)
    return tables


def test_every_row_is_there_once_and_none_that_is_no_more(tables, tmp_path):
    with tables.connect() as view:
        written = write_partitioned(view, tmp_path / "out", base=BASE, rows=100)
        for name, table in TABLES.items():
            found = pq.read_table(tmp_path / "out" / name)
            assert found.schema.equals(table.schema), name
            assert written[name] == found.num_rows
            expected = view.rows(f"SELECT {table.listed} FROM {name}")
            assert sorted(map(repr, expected)) == sorted(repr(tuple(row.values())) for row in found.to_pylist())
    content = json.loads((tmp_path / "out" / LIST).read_text())
    assert (content["entry"], content["base"]) == (4, BASE)
    assert {name: sum(files.values()) for name, files in content["tables"].items()} == written


@pytest.mark.parametrize("rows", [1, 37, 100])
def test_an_event_lies_in_one_file_and_files_follow_each_other(tables, tmp_path, rows):
    with tables.connect() as view:
        write_partitioned(view, tmp_path / "out", base=BASE, rows=rows)
    files = sorted((tmp_path / "out/claims").iterdir())
    events = [pq.read_table(file, columns=["event"])["event"].to_pylist() for file in files]
    assert len(files) > 3
    assert all(one[-1] != other[0] for one, other in pairwise(events))
    together = [event for each in events for event in each]
    assert max(Counter(filter(None, together)).values()) > rows
    assert together == sorted(together, key=lambda event: (event is None, event or ""))


def test_the_same_tables_give_the_same_bytes_in_place_of_the_old(tables, tmp_path):
    def write():
        with tables.connect() as view:
            write_partitioned(view, tmp_path / "out", base=BASE, rows=100)
        return {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}

    first = write()
    assert write() == first


def test_a_folder_with_something_else_in_it_is_left_alone(tables, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with tables.connect() as view, pytest.raises(Unusable, match="holds something else"):
        write_partitioned(view, tmp_path, base=BASE)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
