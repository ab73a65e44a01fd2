"""A few rows of the tables in memory, as they are and as they would be with some new ones.

The statements that work rows out are those for the whole record (`kg.store.tables_resolve`); here they meet few rows.
"""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from kg.store.tables_columns import READ, TABLES
from kg.store.tables_files import Manifest
from kg.store.tables_resolve import Resolver
from kg.store.tables_rows import UNTYPED
from kg.store.tables_view import TablesView, connect, to_empty

_BEFORE = "earlier"


class Slice:
    """The rows of some recorded units and of the new units of entry number `entry`, worked out together.

    The recorded ones have to be all that the new ones touch, and the new ones must add nothing to a recorded thing.
    """

    def __init__(self, around: Mapping[str, pa.Table], fresh: Mapping[str, pa.Table], *, entry: int) -> None:
        self._connection = connect(threads=1)
        self._entry = entry
        names = self._make_rows(around, fresh)
        self._names = Resolver(self._connection, new=names, old=frozenset()).resolve()
        self._make_tables()

    def after(self) -> TablesView:
        """The tables with the new rows; to be used by one thread until `close`."""
        return _SliceView(self._connection)

    def before(self) -> TablesView:
        """The tables without the new rows; to be used by one thread until `close`."""
        cursor = self._connection.cursor()
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {_BEFORE}")
        cursor.execute(f"SET schema = '{_BEFORE}'")
        for name, table in TABLES.items():
            condition = f"entry < {self._entry}" if "entry" in table.names else "true"
            if name == "concerns":
                condition = f"claim IN (SELECT iri FROM main.claims WHERE entry < {self._entry})"
            cursor.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM main.{name} WHERE {condition}")
        return _SliceView(cursor)

    def is_whole(self) -> bool:
        """Whether everything that the rows refer to is among them."""
        return self._connection.execute("SELECT 1 FROM loose LIMIT 1").fetchone() is None

    def new_rows(self) -> dict[str, pa.Table]:
        """The rows that the new units add, by name of the table."""
        found: dict[str, pa.Table] = {}
        for name in sorted(self._names):
            condition = f"entry = {self._entry}" if "entry" in TABLES[name].names else "true"
            if name == "concerns":
                condition = f"claim IN (SELECT iri FROM claims WHERE entry = {self._entry})"
            rows = self._connection.sql(f"SELECT * FROM {name} WHERE {condition}").to_arrow_table()
            if rows.num_rows:
                found[name] = rows.cast(TABLES[name].schema)
        return found

    def close(self) -> None:
        """Forget the rows."""
        self._connection.close()

    def _make_rows(self, around: Mapping[str, pa.Table], fresh: Mapping[str, pa.Table]) -> frozenset[str]:
        if fresh[UNTYPED].num_rows or around[UNTYPED].num_rows:
            raise ValueError("a unit that only adds to a recorded thing cannot stand in a slice")
        names = []
        for name in READ:
            parts = [rows[name] for rows in (around, fresh) if rows[name].num_rows]
            if parts:
                self._connection.register(f"n_{name}", pa.concat_tables(parts))
                names.append(name)
        self._connection.execute(";".join(f"CREATE VIEW o_{name} AS {to_empty(TABLES[name])}" for name in TABLES))
        return frozenset(names)

    def _make_tables(self) -> None:
        statements = []
        for name, table in TABLES.items():
            rows = f"SELECT {table.listed} FROM d_{name}" if name in self._names else to_empty(table)
            statements.append(f"CREATE TABLE {name} AS {rows}")
        self._connection.execute(";".join(statements))


class _SliceView(TablesView):
    """Its queries run one after another on one connection: making a cursor costs as much as a small query."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection, None, Manifest())

    def _run(self, sql: str, params: object = None) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(sql, params)

    def close(self) -> None:
        """Leave the rows to the slice."""
