"""Rows on their way in: those of one batch in memory, those of the whole log in staged files."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kg.store.tables.columns import READ, TABLES, list_columns
from kg.store.tables.files import Manifest, TablesFolder
from kg.store.tables.resolve import Resolver
from kg.store.tables.rows import UNTYPED, RowBuilder
from kg.store.tables.view import attach, connect, quote, to_empty
from kg.terms import Iri
from kg.units import Unit


class Delta:
    """What a batch changes: rows to write in `d_<table>` of the connection, and keys of old rows that are `gone`.

    `anew` says that the batch changes what older rows say; `d_<table>` then holds every row there is.
    """

    def __init__(self, folder: TablesFolder, manifest: Manifest, raw: Mapping[str, pa.Table]) -> None:
        self.connection = connect()
        old = attach(self.connection, folder, manifest, prefix="o_")
        raw = _with_untyped(self.connection, raw, old)
        new = _register(self.connection, raw)
        resolver = Resolver(self.connection, new=new, old=old)
        self.names = resolver.resolve()
        self.anew = resolver.is_stale()
        self.gone = resolver.gone
        if self.anew:
            self.connection.close()
            self.connection = connect(spill=str(folder.staging) if folder.staging.exists() else "")
            self.names = _resolve_everything(self.connection, folder, manifest, raw)
            self.gone = {}

    def make_views(self) -> None:
        """Make a view of every table as it would be with the batch recorded."""
        for name, table in TABLES.items():
            columns = table.listed
            rows = to_empty(table)
            if name in self.names:
                # A copy: the rows of the batch are registered with this connection, and its cursors do not see them.
                self.connection.execute(f"CREATE TABLE m_{name} AS SELECT {columns} FROM d_{name}")
                rows = f"SELECT {columns} FROM m_{name}"
            if not self.anew:
                rows += f" UNION ALL SELECT {columns} FROM o_{name}"
                if keys := self.gone.get(name):
                    listed = ", ".join(quote(key) for key in keys)
                    rows += f" WHERE {table.key} NOT IN ({listed})"
            self.connection.execute(f"CREATE VIEW {name} AS {rows}")


class Staging:
    """Rows of a long reading, in files until all are there."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._folder = folder
        self._connection = connection
        self._files: dict[str, list[str]] = {name: [] for name in READ}
        self._untyped: list[pa.Table] = []

    def write(self, rows: Mapping[str, pa.Table]) -> None:
        """Put some rows aside."""
        for name, table in rows.items():
            if name == UNTYPED:
                self._untyped.append(table)
            elif table.num_rows:
                path = self._folder / f"{name}-{len(self._files[name])}.parquet"
                pq.write_table(table, path, compression="lz4")
                self._files[name].append(quote(str(path)))

    def finish(self) -> frozenset[str]:
        """Make the relations `n_<table>` and return the names of those that have rows."""
        new = self._make_views()
        untyped = pa.concat_tables(self._untyped) if self._untyped else None
        if untyped is not None and untyped.num_rows:
            self.write(_place(self._connection, untyped, [f"n_{name}" for name in _merged(new)]))
            new = self._make_views()
        return new

    def _make_views(self) -> frozenset[str]:
        for name, files in self._files.items():
            rows = f"SELECT * FROM read_parquet([{', '.join(files)}])" if files else to_empty(TABLES[name], raw=True)
            self._connection.execute(f"CREATE OR REPLACE VIEW n_{name} AS {rows}")
        return frozenset(name for name, files in self._files.items() if files)


def _resolve_everything(
    connection: duckdb.DuckDBPyConnection, folder: TablesFolder, manifest: Manifest, raw: Mapping[str, pa.Table]
) -> frozenset[str]:
    stored = attach(connection, folder, manifest, prefix="s_")
    fresh = _register(connection, raw, prefix="r_")
    attach(connection, folder, Manifest(), prefix="o_")
    for name in (stored | fresh) & READ.keys():
        columns = list_columns(READ[name].raw_schema.names)
        relations = [f"{at}_{name}" for at, names in (("s", stored), ("r", fresh)) if name in names]
        rows = " UNION ALL ".join(f"SELECT {columns} FROM {relation}" for relation in relations)
        connection.execute(f"CREATE VIEW n_{name} AS {rows}")
    return Resolver(connection, new=(stored | fresh) & READ.keys(), old=frozenset()).resolve()


def _register(
    connection: duckdb.DuckDBPyConnection, raw: Mapping[str, pa.Table], *, prefix: str = "n_"
) -> frozenset[str]:
    fresh = frozenset(name for name in READ if name in raw and raw[name].num_rows)
    for name in fresh:
        connection.register(f"{prefix}{name}", raw[name])
    return fresh


def _with_untyped(
    connection: duckdb.DuckDBPyConnection, raw: Mapping[str, pa.Table], old: frozenset[str]
) -> Mapping[str, pa.Table]:
    untyped = raw.get(UNTYPED)
    if untyped is None or not untyped.num_rows:
        return raw
    fresh = _register(connection, raw, prefix="x_")
    relations = [*(f"x_{name}" for name in _merged(fresh)), *(f"o_{name}" for name in _merged(old))]
    placed = _place(connection, untyped, relations)
    return {name: pa.concat_tables([raw[name], placed[name]]) if name in raw else placed[name] for name in READ}


def _merged(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if TABLES[name].merged)


def _place(connection: duckdb.DuckDBPyConnection, untyped: pa.Table, relations: Sequence[str]) -> dict[str, pa.Table]:
    """The rows of units without a type, put into the table in which their subject stands; in none, they add no row."""
    connection.register("untyped", untyped)
    table_of: dict[str, str] = {}
    for relation in relations:
        rows = connection.execute(f"SELECT iri FROM {relation} WHERE iri IN (SELECT iri FROM untyped)").fetchall()
        table_of.update({row[0]: relation[2:] for row in rows})
    builder = RowBuilder()
    for row in untyped.to_pylist():
        if row["iri"] in table_of:
            graph = row["lines"][0][:-2].rpartition(" ")[2][1:-1]
            unit = Unit(Iri(row["iri"]), Iri(graph), tuple(row["lines"]))
            builder.add_untyped(table_of[row["iri"]], unit, entry=row["entry"])
    return builder.to_tables()
