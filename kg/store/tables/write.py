"""Writing the files of the tables: sorted Parquet, tombstones, and the joining of many small files into few."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kg.store.tables.columns import TABLES
from kg.store.tables.files import Manifest, Part, TablesFolder
from kg.store.tables.recent import join_recent, read_recent, write_recent
from kg.store.tables.view import attach, connect, quote

_GROUP = 20_480  # rows in a row group: the least that is read to see one event
_SMALL = 50_000  # a file with fewer rows is worth joining with others
_SMALL_FILES = 10
_DELTAS = 100
_RECENT = 2_000  # rows of all tables that are kept in one file and read by everyone who opens the tables
_SHARE = 10  # compact only when a tenth of the rows lie outside the largest files

Parts = tuple[Part, ...]


def write_tables(
    folder: TablesFolder, connection: duckdb.DuckDBPyConnection, names: Iterable[str], label: str, *, prefix: str = ""
) -> dict[str, Parts]:
    """Write the relations `<prefix><table>`, all their rows marked with the number that `label` begins with."""
    number = label.partition("-")[0]
    written: dict[str, Parts] = {}
    for name in sorted(names):
        rows = f"SELECT {TABLES[name].listed}, {number}::INTEGER AS seq FROM {prefix}{name}"
        written[name] = _copy(folder, connection, rows, name, label)
    return written


def write_gone(folder: TablesFolder, gone: Mapping[str, Sequence[str]], number: int) -> Parts:
    """Write the keys, by table, of rows written before version `number` that are no more."""
    names = [name for name, keys in gone.items() for _ in keys]
    if not names:
        return ()
    keys = [key for found in gone.values() for key in found]
    table = pa.table({"name": names, "key": keys, "seq": pa.array([number] * len(names), pa.int32())})
    file = f"gone-{number}.parquet"
    pq.write_table(table, folder.files / file)
    return (Part(file, len(names)),)


def add_recent(folder: TablesFolder, manifest: Manifest, rows: Mapping[str, pa.Table]) -> Manifest:
    """Put rows, each with its `seq`, to the recent ones; once these are many, they become a delta like any other."""
    if manifest.recent is not None:
        rows = join_recent(read_recent(folder.files / manifest.recent.file), rows)
    if sum(table.num_rows for table in rows.values()) > _RECENT:
        return _add_delta(folder, replace(manifest, recent=None, deltas=manifest.deltas + 1), rows)
    file = f"recent-{manifest.number}.arrows"
    return replace(manifest, recent=Part(file, write_recent(folder.files / file, rows)))


def _add_delta(folder: TablesFolder, manifest: Manifest, rows: Mapping[str, pa.Table]) -> Manifest:
    tables = dict(manifest.tables)
    with connect() as connection:
        for name, table in rows.items():
            connection.register("arriving", table)
            written = _copy(folder, connection, "FROM arriving", name, f"{manifest.number}")
            tables[name] = (*tables.get(name, ()), *written)
    return replace(manifest, tables=tables)


def tidy(folder: TablesFolder, manifest: Manifest) -> Manifest:
    """Compact where it is time; else join the small files of any table that has many."""
    if manifest.deltas >= _DELTAS and _is_scattered(manifest):
        return compact(folder, manifest, manifest.number)
    label = f"{manifest.number}-joined"
    tables = {name: _join(folder, parts, name, label) for name, parts in manifest.tables.items()}
    return replace(manifest, tables=tables, gone=_join(folder, manifest.gone, "gone", label))


def compact(folder: TablesFolder, manifest: Manifest, number: int) -> Manifest:
    """Write every table as one sorted file without rows that are no more, as version `number`."""
    with connect(spill=str(folder.staging)) as connection:
        names = attach(connection, folder, manifest)
        tables = write_tables(folder, connection, names, f"{number}-compact")
    return Manifest(number=number, entry=manifest.entry, tables=tables)


def _is_scattered(manifest: Manifest) -> bool:
    everything = [parts for parts in manifest.tables.values() if parts]
    rows = sum(part.rows for parts in everything for part in parts)
    apart = rows - sum(max(part.rows for part in parts) for parts in everything)
    return _SHARE * (apart + sum(part.rows for part in manifest.gone)) >= rows


def _join(folder: TablesFolder, parts: Parts, name: str, label: str) -> Parts:
    small = [part for part in parts if part.rows < _SMALL]
    if len(small) < _SMALL_FILES:
        return parts
    files = ", ".join(quote(str(folder.files / part.file)) for part in small)
    with connect(spill=str(folder.staging)) as connection:
        joined = _copy(folder, connection, f"SELECT * FROM read_parquet([{files}])", name, label)
    return (*(part for part in parts if part not in small), *joined)


def _copy(folder: TablesFolder, connection: duckdb.DuckDBPyConnection, rows: str, name: str, label: str) -> Parts:
    order = TABLES[name].order if name in TABLES else ("name", "key")
    sorting = ", ".join(f"{column} NULLS LAST" for column in order)
    path = folder.files / f"{name}-{label}.parquet"
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP}"
    found = connection.execute(f"COPY ({rows} ORDER BY {sorting}) TO {quote(str(path))} ({options})").fetchone()
    count = int(found[0]) if found else 0
    return (Part(path.name, count),) if count else ()
