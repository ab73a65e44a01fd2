"""One row for one thing: what several entries say of an agent is merged, and a row said twice stands once."""

from collections.abc import Mapping, Sequence

import duckdb

from kg.store.tables.columns import TABLES, Table, list_columns
from kg.store.tables.sql import NAME_LABELS, TITLE_LABELS

# What names a row where the key of its table does not: two parts of one whole, two recordings of one claim.
_ROW = {"partitions": ("proposition", "whole", "part"), "recordings": ("iri",)}
# What is named by its content is never merged: what stands already is left out of the new rows, as are its details.
_CONTENT = ("claims", "propositions")
_DETAILS = ("counts", "positions", "partitions")


class Merger:
    """Makes `d_<table>` of `n_<table>` and `o_<table>` for every table whose rows need no others to be worked out.

    They are views, or tables where they are `kept`; `repeated` are the tables with a row twice, where that is known.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        new: frozenset[str],
        old: frozenset[str],
        kept: bool = False,
        repeated: frozenset[str] | None = None,
    ) -> None:
        self._connection = connection
        self._new = new
        self._old = old
        self._kind = "TABLE" if kept else "VIEW"
        self._repeated = repeated
        self.gone: dict[str, list[str]] = {}

    def merge(self) -> None:
        """Make the relations, and find the keys of old rows that new ones replace: `gone`, by name of the table."""
        repeated = self._find_repeated() if self._repeated is None else self._repeated
        known = self._find_known()
        self.gone = {name: keys for name, keys in known.items() if name not in _CONTENT}
        for name in _CONTENT:
            if name in known:
                self._connection.execute(f"CREATE TABLE k_{name} AS SELECT unnest($1) AS iri", [known[name]])
        for name in sorted(self._new):
            table = TABLES[name]
            if name == "claims":
                columns = list_columns(table.raw_schema.names)
                self._make("t_claims", name, columns, repeated=name in repeated, known=known)
            elif table.merged and (name in repeated or name in self.gone):
                self._merge(table)
            else:
                self._make(f"d_{name}", name, _with_labels(table), repeated=name in repeated, known=known)

    def _find_repeated(self) -> frozenset[str]:
        """Names of the tables in whose new rows something stands twice."""
        if not self._new:
            return frozenset()
        counts = " UNION ALL ".join(
            f"SELECT '{name}' WHERE (SELECT count(*) > count(DISTINCT ({row_name(name)})) FROM n_{name})"
            for name in sorted(self._new)
        )
        return frozenset(row[0] for row in self._connection.execute(counts).fetchall())

    def _find_known(self) -> dict[str, list[str]]:
        names = sorted(name for name in self._new & self._old if TABLES[name].merged or name in _CONTENT)
        if not names:
            return {}
        found: dict[str, list[str]] = {}
        known = " UNION ALL ".join(
            f"SELECT '{name}', iri FROM o_{name} WHERE iri IN (SELECT iri FROM n_{name})" for name in names
        )
        for name, iri in self._connection.execute(known).fetchall():
            found.setdefault(name, []).append(iri)
        return found

    def _make(
        self, relation: str, name: str, columns: str, *, repeated: bool, known: Mapping[str, Sequence[str]]
    ) -> None:
        rows = f"SELECT {columns} FROM n_{name}"
        content = "propositions" if name in _DETAILS else name
        if content in _CONTENT and content in known:
            rows += f" WHERE {TABLES[name].key} NOT IN (FROM k_{content})"
        if repeated:
            first = f"row_number() OVER (PARTITION BY {row_name(name)} ORDER BY entry) = 1"
            self._connection.execute(f"CREATE TABLE {relation} AS {rows} QUALIFY {first}")
        else:
            self._connection.execute(f"CREATE {self._kind} {relation} AS {rows}")

    def _merge(self, table: Table) -> None:
        name, raw = table.name, table.raw_schema
        columns = list_columns(raw.names)
        rows = f"SELECT {columns} FROM n_{name}"
        if name in self.gone:
            rows += f" UNION ALL SELECT {columns} FROM o_{name} WHERE iri IN (SELECT iri FROM n_{name})"
        merged = ", ".join(_merge_column(field.name, str(field.type)) for field in raw)
        self._connection.execute(f"CREATE TABLE u_{name} AS {rows}")
        self._connection.execute(f"CREATE TABLE v_{name} AS SELECT iri FROM u_{name} GROUP BY iri HAVING count(*) > 1")
        once = f"SELECT {columns} FROM u_{name} WHERE iri NOT IN (FROM v_{name})"
        often = f"SELECT {merged} FROM u_{name} WHERE iri IN (FROM v_{name}) GROUP BY iri"
        self._connection.execute(
            f"CREATE TABLE d_{name} AS SELECT {_with_labels(table)} FROM ({once} UNION ALL {often})"
        )


def name_columns(name: str) -> tuple[str, ...]:
    """The columns that tell the rows of a table apart."""
    return _ROW.get(name, (TABLES[name].key,))


def row_name(name: str) -> str:
    """The same as SQL lists them."""
    return ", ".join(name_columns(name))


def _with_labels(table: Table) -> str:
    """The columns of a table, its lists sorted and its label chosen among the names."""
    labels = TITLE_LABELS if "title" in table.names else NAME_LABELS
    columns = []
    for name, kind in table.columns:
        if name in table.made:
            columns.append(labels[name])
        elif table.merged and str(kind).startswith("list"):
            columns.append(f'list_sort("{name}") AS "{name}"')
        else:
            columns.append(f'"{name}"')
    return ", ".join(columns)


def _merge_column(name: str, kind: str) -> str:
    """What the first entry says, or for a list what any entry says."""
    if name == "iri":
        return "iri"
    if name == "entry":
        return "min(entry) AS entry"
    if kind.startswith("list"):
        return f'list_distinct(flatten(list("{name}"))) AS "{name}"'
    return f'arg_min("{name}", entry) AS "{name}"'
