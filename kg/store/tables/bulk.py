"""The tables with very many new rows: gathered in files by any number of processes, looked at, then published."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kg.store.tables.columns import READ, TABLES, list_columns
from kg.store.tables.files import Manifest, TablesFolder
from kg.store.tables.resolve import Resolver
from kg.store.tables.view import TablesView, attach, connect, lock, quote, to_empty
from kg.store.tables.write import write_tables


def write_rows(folder: Path, label: str, rows: Mapping[str, pa.Table]) -> None:
    """Put the rows of some units aside, one file a table."""
    for name in READ:
        path = folder / f"rows-{name}-{label}.parquet"
        path.unlink(missing_ok=True)
        if rows[name].num_rows:
            part = path.with_suffix(".part")
            pq.write_table(rows[name], part, compression="lz4", write_statistics=False)
            part.rename(path)


class BulkTables:
    """The next version of the tables, which nobody sees before `publish`; made by `prepare`."""

    def __init__(self, folder: TablesFolder, prepared: Manifest) -> None:
        self._folder = folder
        self.manifest = prepared

    def view(self) -> TablesView:
        """The next version, for reading."""
        connection = connect(spill=str(self._folder.staging))
        attach(connection, self._folder, self.manifest)
        lock(connection, self._folder)
        return TablesView(connection, None, self.manifest)

    def publish(self) -> None:
        """Let it stand."""
        self._folder.publish(self.manifest)


@contextmanager
def prepare(path: Path, rows: Path, *, entry: int) -> Iterator[BulkTables]:
    """Work out the tables in the folder `path` with the rows that `write_rows` put aside in another; the writer's lock
    is held until the end."""
    folder = TablesFolder(path)
    with folder.writing() as manifest:
        with connect(spill=str(folder.staging)) as connection:
            attach(connection, folder, Manifest(), prefix="o_")
            stored = attach(connection, folder, manifest, prefix="s_")
            names = Resolver(connection, new=_gather(connection, rows, stored), old=frozenset()).resolve()
            number = manifest.number + 1
            tables = write_tables(folder, connection, names, f"{number}", prefix="d_")
        yield BulkTables(folder, Manifest(number=number, entry=entry, tables=tables))


def _gather(connection: duckdb.DuckDBPyConnection, rows: Path, stored: frozenset[str]) -> frozenset[str]:
    """Make `n_<table>` of the rows there are and those put aside; the names of the tables that have any."""
    found = set()
    for name, table in READ.items():
        files = sorted(rows.glob(f"rows-{name}-*.parquet"))
        parts = [f"SELECT {list_columns(table.raw_schema.names)} FROM s_{name}"] if name in stored else []
        if files:
            listed = ", ".join(quote(str(file)) for file in files)
            parts.append(f"SELECT {list_columns(table.raw_schema.names)} FROM read_parquet([{listed}])")
        if parts:
            found.add(name)
        sql = " UNION ALL ".join(parts) or to_empty(TABLES[name], raw=True)
        connection.execute(f"CREATE VIEW n_{name} AS {sql}")
    return frozenset(found)
