"""What rows say only together, worked out in SQL: merged things, the claim at a relay's end, what a claim concerns.

New rows stand in `n_<table>`, rows that stand already in `o_<table>`; what is to be written is left in `d_<table>`. The
same statements serve one claim and a million. Where new rows change what older rows say (a set is placed within an
event after claims were made about it), `is_stale` says so, and everything is worked out anew.
"""

import duckdb

from kg.store.tables_columns import TABLES, Table
from kg.store.tables_sql import CHAINS, CLAIMS, CONCERNS, DOCUMENTS, LABELS, LOOSE, REACH, ROOTS, UNPLACED

Connection = duckdb.DuckDBPyConnection

# What older rows were worked out from: the column of a thing that, once changed, changes them.
_DECISIVE = {"sets": "within", "occasions": "document", "captures": "document"}
_AWAITED = ("claims", "propositions", "sets", "occasions", "passages", "captures")


class Resolver:
    """Works out the rows of one delta on a connection that has `n_<table>` and `o_<table>` for every table."""

    def __init__(self, connection: Connection, *, new: frozenset[str], old: frozenset[str]) -> None:
        """Take the names of the tables that have new rows, and of those that have old ones."""
        self._connection = connection
        self._new = new
        self._old = old

    def resolve(self) -> frozenset[str]:
        """Make the `d_<table>` of every table with rows to write, and return their names."""
        for name in sorted(self._new):
            if TABLES[name].merged:
                self._merge(TABLES[name])
            elif name != "claims":
                self._keep_first(TABLES[name])
        if "claims" not in self._new:
            return self._new
        self._run(f"CREATE TABLE t_claims AS SELECT * FROM n_claims QUALIFY {_first('iri')}")
        self._find_propositions()
        self._find_roots()
        self._find_concerns()
        self._find_documents()
        self._find_recordings()
        self._run(CLAIMS)
        self._find_loose()
        return self._new | {"concerns", "loose"}

    def is_stale(self) -> bool:
        """Whether older rows were worked out without something that is among the new ones; after `resolve`."""
        awaited = [f"SELECT {TABLES[name].key} FROM n_{name}" for name in _AWAITED if name in self._new]
        checks = []
        if awaited and "loose" in self._old:
            checks.append(f"EXISTS (FROM o_loose WHERE iri IN ({' UNION ALL '.join(awaited)}))")
        for name, column in _DECISIVE.items():
            if name in self._new and name in self._old:
                checks.append(
                    f"EXISTS (SELECT 1 FROM d_{name} d JOIN o_{name} o USING (iri) "
                    f"WHERE d.{column} IS DISTINCT FROM o.{column})"
                )
        return bool(checks) and bool(self._run(f"SELECT {' OR '.join(checks)}").fetchone()[0])  # type: ignore[index]

    def gone(self, name: str) -> list[str]:
        """Keys of the old rows of a table that new ones replace; after `resolve`."""
        if not TABLES[name].merged or name not in self._new or name not in self._old:
            return []
        rows = self._run(f"SELECT iri FROM o_{name} WHERE iri IN (SELECT iri FROM n_{name})").fetchall()
        return [row[0] for row in rows]

    def _run(self, sql: str) -> Connection:
        return self._connection.execute(sql)

    def _from_both(self, columns: str, name: str, wanted: str, *, fresh: str = "n") -> str:
        """The new rows of a table, and those old ones whose key is among the `wanted` and not among the new."""
        key = TABLES[name].key
        parts = [f"SELECT {columns} FROM {fresh}_{name}"] if name in self._new else []
        if name in self._old:
            known = f" AND {key} NOT IN (SELECT {key} FROM n_{name})" if name in self._new else ""
            parts.append(f"SELECT {columns} FROM o_{name} WHERE {key} IN ({wanted}){known}")
        return " UNION ALL ".join(parts) or f"SELECT {columns} FROM o_{name} WHERE false"

    def _keep_first(self, table: Table) -> None:
        # Two partitions rows of one proposition differ in their part, two recordings of one claim in their own IRI.
        columns = ", ".join(table.names)
        first = _first(", ".join(name for name in table.names if name in ("iri", "proposition", "whole", "part")))
        self._run(f"CREATE TABLE d_{table.name} AS SELECT {columns} FROM n_{table.name} QUALIFY {first}")

    def _merge(self, table: Table) -> None:
        name, raw = table.name, table.raw_schema
        columns = ", ".join(raw.names)
        union = f"SELECT {columns} FROM n_{name}"
        if name in self._old:
            union += f" UNION ALL SELECT {columns} FROM o_{name} WHERE iri IN (SELECT iri FROM n_{name})"
        self._run(f"CREATE TABLE u_{name} AS {union}")
        self._run(f"CREATE TABLE v_{name} AS SELECT iri FROM u_{name} GROUP BY iri HAVING count(*) > 1")
        merged = ", ".join(_merge_column(field.name, str(field.type)) for field in raw)
        sorted_ = ", ".join(f"list_sort({f.name}) AS {f.name}" if _is_list(str(f.type)) else f.name for f in raw)
        rows = (
            f"SELECT {sorted_} FROM u_{name} WHERE iri NOT IN (FROM v_{name}) "
            f"UNION ALL SELECT {merged} FROM u_{name} WHERE iri IN (FROM v_{name}) GROUP BY iri"
        )
        chosen = ", ".join(LABELS[name_] if name_ in table.made else name_ for name_ in table.names)
        if "title" in raw.names:
            chosen = chosen.replace(LABELS["label_language"], "title_language AS label_language")
            chosen = chosen.replace(LABELS["label"], "title AS label")
        self._run(f"CREATE TABLE d_{name} AS SELECT {chosen} FROM ({rows})")

    def _find_propositions(self) -> None:
        rows = self._from_both("iri, kind, question, about, slots", "propositions", "SELECT proposition FROM t_claims")
        other = "slots ->> '$.other'"
        targets = f"CASE WHEN kind = 'Identity' THEN list_append(about, {other}) ELSE about END"
        self._run(f"CREATE TABLE t_props AS SELECT iri, kind, question, {targets} AS targets FROM ({rows})")

    def _find_roots(self) -> None:
        self._run(CHAINS)
        known = "SELECT iri, root, depth FROM o_claims WHERE false"
        if "claims" in self._old and self._has("t_ends", "at NOT IN (SELECT iri FROM t_claims)"):
            known = "SELECT iri, root, depth FROM o_claims WHERE iri IN (SELECT at FROM t_ends)"
        self._run(f"CREATE TABLE t_known AS {known}")
        self._run(ROOTS)

    def _find_concerns(self) -> None:
        sets = self._from_both("iri, within", "sets", "SELECT iri FROM o_sets", fresh="d")
        self._run(f"CREATE TABLE t_sets AS {sets}")
        self._run(REACH)
        wanted = "SELECT at FROM t_ends_of_reach"
        events = self._from_both("iri", "events", wanted)
        self._run(
            "CREATE TABLE t_unknown AS SELECT DISTINCT at AS iri FROM t_ends_of_reach "
            f"WHERE at NOT IN ({events}) AND at NOT IN (SELECT iri FROM t_sets)"
        )
        claims = concerned = "SELECT claim AS iri, event FROM o_concerns WHERE false"
        if "claims" in self._old and self._has("t_unknown"):
            concerned = "SELECT claim AS iri, event FROM o_concerns WHERE claim IN (FROM t_unknown)"
            claims = "SELECT iri, NULL AS event FROM o_claims WHERE iri IN (FROM t_unknown)"
        self._run(f"CREATE TABLE t_concerned AS {concerned}")
        self._run(f"CREATE TABLE t_silent AS SELECT iri FROM ({claims})")
        self._run(CONCERNS)

    def _find_documents(self) -> None:
        wanted = "SELECT occasion FROM t_claims"
        occasions = self._from_both("iri, document", "occasions", wanted, fresh="d")
        self._run(f"CREATE TABLE t_occasions AS {occasions}")
        self._run(UNPLACED)
        passages = "SELECT NULL::VARCHAR AS iri, NULL::VARCHAR AS capture WHERE false"
        if self._has("t_unplaced"):
            passages = self._from_both("iri, capture", "passages", "SELECT passage FROM t_unplaced", fresh="d")
        self._run(f"CREATE TABLE t_passages AS {passages}")
        captures = "SELECT NULL::VARCHAR AS iri, NULL::VARCHAR AS document WHERE false"
        if self._has("t_passages"):
            captures = self._from_both("iri, document", "captures", "SELECT capture FROM t_passages", fresh="d")
        self._run(f"CREATE TABLE t_captures AS {captures}")
        self._run(DOCUMENTS)

    def _find_recordings(self) -> None:
        rows = self._from_both("records, ingestion, iri, entry", "recordings", "SELECT iri FROM t_claims")
        self._run(
            "CREATE TABLE t_records AS SELECT records, arg_min(ingestion, (entry, iri)) AS ingestion "
            f"FROM ({rows}) GROUP BY records"
        )
        rows = self._from_both("iri, recorded", "ingestions", "SELECT ingestion FROM t_records", fresh="d")
        self._run(f"CREATE TABLE t_ingestions AS {rows}")

    def _find_loose(self) -> None:
        self._run(LOOSE)

    def _has(self, table: str, condition: str = "true") -> bool:
        return self._run(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1").fetchone() is not None


def _first(key: str) -> str:
    return f"row_number() OVER (PARTITION BY {key} ORDER BY entry) = 1"


def _is_list(kind: str) -> bool:
    return kind.startswith("list")


def _merge_column(name: str, kind: str) -> str:
    """What the first entry says, or for a list what any entry says."""
    if name == "iri":
        return "iri"
    if name == "entry":
        return "min(entry) AS entry"
    if _is_list(kind):
        return f"list_sort(list_distinct(flatten(list({name})))) AS {name}"
    return f"arg_min({name}, entry) AS {name}"
