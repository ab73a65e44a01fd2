"""A few rows of the tables in memory, as they are and as they would be with some new ones.

The statements that work rows out are those for the whole record (`kg.store.tables.resolve`); here they meet few rows,
so that what they cost is their own planning, and whatever saves some of it is done once for many slices.
"""

import duckdb
import pyarrow as pa

from kg.store.tables.columns import READ, TABLES
from kg.store.tables.files import Manifest
from kg.store.tables.merge import row_name
from kg.store.tables.resolve import Resolver
from kg.store.tables.rows import UNTYPED, TableRows
from kg.store.tables.view import TablesView, connect, to_empty


class Workbench:
    """A database in memory on which one slice after another is worked out; it holds an empty table of every name."""

    def __init__(self) -> None:
        self.connection = connect(threads=1)
        # A plan for few rows need not be the best one; finding it takes longer than running any.
        self.connection.execute("PRAGMA disable_optimizer")
        statements = ["CREATE SCHEMA bare", "CREATE SCHEMA present", "CREATE SCHEMA earlier"]
        for name, table in TABLES.items():
            statements += [f"CREATE TABLE bare.{prefix}{name} AS {to_empty(table)}" for prefix in ("", "o_")]
        self.connection.execute("; ".join(statements))
        self.look_at("present")

    def look_at(self, *schemas: str) -> None:
        """Let a name stand for the first relation of these schemas that bears it, else for an empty table."""
        self.connection.execute(f"SET search_path = '{','.join((*schemas, 'bare'))}'")

    def close(self) -> None:
        """Forget everything."""
        self.connection.close()


class Slice:
    """The rows of some recorded units and of the new units of entry number `entry`, worked out together, until `close`.

    The recorded ones have to be all that the new ones touch, and the new ones must add nothing to a recorded thing. It
    is a transaction on the workbench that is never committed.
    """

    def __init__(self, workbench: Workbench, around: TableRows, fresh: TableRows, *, entry: int) -> None:
        if fresh[UNTYPED].num_rows or around[UNTYPED].num_rows:
            raise ValueError("a unit that only adds to a recorded thing cannot stand in a slice")
        self._workbench, self._entry = workbench, entry
        self._connection = workbench.connection
        self._connection.begin()
        self._fresh = [name for name in READ if fresh[name].num_rows]
        rows = {name: pa.concat_tables([around[name], fresh[name]]) for name in READ}
        self._names = frozenset(name for name, table in rows.items() if table.num_rows)
        for name in self._names:
            self._connection.register(f"n_{name}", rows[name])
        repeated = frozenset(name for name in self._names if _repeats(name, rows[name]))
        made = Resolver(self._connection, new=self._names, old=frozenset(), kept=True, repeated=repeated).resolve()
        self._connection.execute("; ".join(f"ALTER TABLE d_{name} RENAME TO {name}" for name in sorted(made)))

    def after(self) -> TablesView:
        """The tables with the new rows, for one thread."""
        self._workbench.look_at("present")
        return _SliceView(self._connection)

    def before(self) -> TablesView:
        """The tables without the new rows, for one thread, in the place of `after`."""
        views = [
            f"CREATE OR REPLACE VIEW earlier.{name} AS {self._rows(name, is_new=False)}" for name in self._changed()
        ]
        self._connection.execute("; ".join(views))
        self._workbench.look_at("earlier", "present")
        return _SliceView(self._connection)

    def is_whole(self) -> bool:
        """Whether everything that the rows refer to is among them."""
        return self._connection.execute("SELECT 1 FROM loose LIMIT 1").fetchone() is None

    def new_rows(self) -> TableRows:
        """The rows that the new units add, by name of the table."""
        found: dict[str, pa.Table] = {}
        for name in self._changed():
            rows = self._connection.sql(self._rows(name, is_new=True)).to_arrow_table()
            if rows.num_rows:
                found[name] = rows.cast(TABLES[name].schema)
        return found

    def close(self) -> None:
        """Forget the rows."""
        self._connection.rollback()
        for name in self._names:
            self._connection.unregister(f"n_{name}")
        self._workbench.look_at("present")

    def _changed(self) -> list[str]:
        return [*self._fresh, "concerns"] if "claims" in self._fresh else self._fresh

    def _rows(self, name: str, *, is_new: bool) -> str:
        sign = "=" if is_new else "<"
        if name == "concerns":
            claims = f"SELECT iri FROM present.claims WHERE entry {sign} {self._entry}"
            return f"SELECT * FROM present.concerns WHERE claim IN ({claims})"
        return f"SELECT * FROM present.{name} WHERE entry {sign} {self._entry}"


def _repeats(name: str, rows: pa.Table) -> bool:
    """Whether a row stands twice."""
    keys = list(zip(*(rows.column(key).to_pylist() for key in row_name(name).split(", ")), strict=True))
    return len(set(keys)) < len(keys)


class _SliceView(TablesView):
    """Its queries run one after another on one connection: making a cursor costs as much as a small query."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection, None, Manifest())

    def arrow(self, sql: str, params: object = None) -> pa.Table:
        """The rows an SQL query yields, as an Arrow table."""
        return self._connection.sql(sql, params=params).to_arrow_table()

    def _run(self, sql: str, params: object = None) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(sql, params)

    def close(self) -> None:
        """Leave the rows to the slice."""
