"""The tables as SQL sees them: one view a table, on a connection of its own that can read nothing else."""

import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from kg.store.files import Hold
from kg.store.tables.columns import TABLES, Table, list_columns
from kg.store.tables.files import Manifest, TablesFolder
from kg.store.tables.recent import read_recent

MEMORY = "750MB"
"""What a database may hold where it works on everything, however much that is; the rest is put aside in files."""

_SQL_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "date32[day]": "DATE", "timestamp[us]": "TIMESTAMP"}


class TablesView:
    """One version of the tables, open for reading until `close`, from any number of threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, hold: Hold | None, manifest: Manifest) -> None:
        self._connection = connection
        self._hold = hold
        self.manifest = manifest

    def standing(self) -> int:
        """The log entry the tables stand at, 0 where they are empty."""
        return self.manifest.entry

    def rows(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows an SQL query yields; `?` or `$name` in it stand for `params`."""
        return self._run(sql, params).fetchall()

    def records(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """The rows an SQL query yields, each by the names of its columns."""
        found = self._run(sql, params)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def stretches(
        self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None, *, size: int = 50_000
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The rows an SQL query yields, at most `size` at a time."""
        found = self._run(sql, params)
        while rows := found.fetchmany(size):
            yield rows

    def batches(self, sql: str, *, size: int) -> pa.RecordBatchReader:
        """The rows an SQL query yields, as Arrow batches of at most `size` that are read one after the other."""
        return self._connection.cursor().sql(sql).to_arrow_reader(size)

    def texts(self, sql: str, *, size: int = 20_000) -> Iterator[bytes]:
        """The rows of a query with one column of texts, each ended by a line feed, some of them at a time."""
        for batch in self.batches(f"SELECT line || chr(10) FROM ({sql}) lines(line)", size=size):
            (column,) = batch.columns
            _, offsets, data = column.buffers()
            # The bytes of the texts lie one after another, in Arrow's own memory.
            first, last = (struct.unpack_from("=i", offsets, 4 * (column.offset + at))[0] for at in (0, len(column)))
            yield data[first:last].to_pybytes()

    def arrow(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> pa.Table:
        """The rows an SQL query yields, as an Arrow table."""
        return self._cursor(sql).sql(sql, params=params).to_arrow_table()

    def close(self) -> None:
        """Let the files of this version be removed."""
        self._connection.close()
        if self._hold is not None:
            self._hold.release()

    def _run(self, sql: str, params: Sequence[object] | Mapping[str, object] | None) -> duckdb.DuckDBPyConnection:
        return self._cursor(sql).execute(sql, params)

    def _cursor(self, sql: str) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the same views, on which to run a query: threads do not wait for each other."""
        return self._connection.cursor()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def connect(*, spill: str = "", threads: int = 0) -> duckdb.DuckDBPyConnection:
    """An empty database in memory; `threads` is 0 for all this process may use.

    With `spill`, a folder for overflow, it holds no more than `MEMORY`.
    """
    threads = threads or len(os.sched_getaffinity(0))
    bounds = {"memory_limit": MEMORY} if spill else {}
    connection = duckdb.connect(
        config={"threads": threads, "temp_directory": spill, "preserve_insertion_order": "false", **bounds}
    )
    # In a process without a program of its own, such as a worker, DuckDB would draw its own bars into the output.
    connection.execute("SET enable_progress_bar = false")
    # The files are never written again; to read their footers anew takes half the time of a small query.
    connection.execute("SET GLOBAL parquet_metadata_cache = true")
    return connection


def lock(connection: duckdb.DuckDBPyConnection, folder: TablesFolder) -> None:
    """Let a connection read the files of the tables and nothing else from now on."""
    connection.execute(f"SET allowed_directories = [{quote(str(folder.files))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def attach(
    connection: duckdb.DuckDBPyConnection,
    folder: TablesFolder,
    manifest: Manifest,
    *,
    prefix: str = "",
    recent: bool = True,
) -> frozenset[str]:
    """Make a view `<prefix><table>` of every table, with or without `recent` rows; the names of those with rows."""
    if manifest.gone:
        files = _list(folder, [part.file for part in manifest.gone])
        connection.execute(
            f"CREATE TABLE {prefix}gone AS SELECT name, key, max(seq) AS seq FROM read_parquet({files}) GROUP BY ALL"
        )
    lately = _load_recent(connection, folder, manifest, prefix=f"{prefix}lately_") if recent else frozenset()
    for table in TABLES.values():
        sources = (
            [f"read_parquet({_list(folder, [part.file for part in parts])})"]
            if (parts := manifest.tables.get(table.name, ()))
            else []
        )
        sources += [f"{prefix}lately_{table.name}"] if table.name in lately else []
        gone = f"{prefix}gone" if manifest.gone else ""
        rows = " UNION ALL ".join(stored_rows(table, source, gone) for source in sources)
        connection.execute(f"CREATE VIEW {prefix}{table.name} AS {rows or to_empty(table)}")
    return lately | {name for name, parts in manifest.tables.items() if parts}


def to_empty(table: Table, *, raw: bool = False) -> str:
    """A query that yields no row of a table, its columns named and typed."""
    fields = table.raw_schema if raw else table.schema
    columns = ", ".join(f'NULL::{_sql_type(field.type)} AS "{field.name}"' for field in fields)
    return f"SELECT {columns} WHERE false"


def _load_recent(
    connection: duckdb.DuckDBPyConnection, folder: TablesFolder, manifest: Manifest, *, prefix: str
) -> frozenset[str]:
    if manifest.recent is None:
        return frozenset()
    rows = read_recent(folder.files / manifest.recent.file)
    for name, table in rows.items():
        connection.register("arriving", table)
        connection.execute(f"CREATE TABLE {prefix}{name} AS FROM arriving")
        connection.unregister("arriving")
    return frozenset(rows)


def stored_rows(table: Table, source: str, gone: str) -> str:
    """A query for the rows of a table in one source, without those in the relation `gone`, "" for none."""
    columns = list_columns(table.names, of="t")
    rows = f"SELECT {columns} FROM {source} t"
    if not gone:
        return rows
    dead = f"g.name = '{table.name}' AND g.key = t.{table.key} AND g.seq > t.seq"
    return f"{rows} ANTI JOIN {gone} g ON {dead}"


def _list(folder: TablesFolder, files: list[str]) -> str:
    return f"[{', '.join(quote(str(folder.files / name)) for name in files)}]"


def quote(text: str) -> str:
    """A text as an SQL string."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_sql_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return f"STRUCT({', '.join(f'{field.name} {_sql_type(field.type)}' for field in kind)})"
    return _SQL_TYPES[str(kind)]
