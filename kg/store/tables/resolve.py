"""What rows say only together, worked out in SQL: merged things, the claim at a relay's end, what a claim concerns.

New rows stand in `n_<table>`, rows that stand already in `o_<table>`; what is to be written is left in `d_<table>`. The
same statements serve one claim and a million. Where new rows change what older rows say (a set is placed within an
event after claims were made about it), `is_stale` says so, and everything is worked out anew.
"""

import duckdb

from kg.store.tables.columns import TABLES
from kg.store.tables.merge import Merger
from kg.store.tables.sql import CHAINS, CLAIMS, CONCERNS, DOCUMENTS, LOOSE, MADE, REACH, ROOTS, UNPLACED

Connection = duckdb.DuckDBPyConnection

# What older rows were worked out from: the column of a thing that, once changed, changes them.
_DECISIVE = {"sets": "within", "occasions": "document", "captures": "document"}
_AWAITED = ("claims", "propositions", "events", "victims", "sets", "occasions", "passages", "captures")


class Resolver:
    """Works out the rows of one delta on a connection that has `n_<table>` and `o_<table>` for every table."""

    def __init__(
        self,
        connection: Connection,
        *,
        new: frozenset[str],
        old: frozenset[str],
        kept: bool = False,
        repeated: frozenset[str] | None = None,
    ) -> None:
        """Take the names of the tables that have new rows, and of those that have old ones; the rest as `Merger`."""
        self._connection = connection
        self._merger = Merger(connection, new=new, old=old, kept=kept, repeated=repeated)
        self._new = new
        self._old = old
        self.gone: dict[str, list[str]] = {}

    def resolve(self) -> frozenset[str]:
        """Make the `d_<table>` of every table with rows to write, and return their names; fills `gone`."""
        self._merger.merge()
        self.gone = self._merger.gone
        if "claims" not in self._new:
            return self._new
        self._find_propositions()
        self._find_roots()
        self._find_concerns()
        self._find_documents()
        self._find_recordings()
        for step in MADE:
            self._run(step)
        self._run(CLAIMS)
        self._run(LOOSE)
        return self._new | {"concerns", "loose"}

    def is_stale(self) -> bool:
        """Whether older rows were worked out without something that is among the new ones; after `resolve`."""
        awaited = [f"SELECT {TABLES[name].key} FROM n_{name}" for name in _AWAITED if name in self._new]
        checks = []
        if awaited and "loose" in self._old:
            checks.append(f"EXISTS (FROM o_loose WHERE iri IN ({' UNION ALL '.join(awaited)}))")
        for name, column in _DECISIVE.items():
            if name in self.gone:
                pairs = f"d_{name} d JOIN o_{name} o USING (iri)"
                checks.append(f"EXISTS (SELECT 1 FROM {pairs} WHERE d.{column} IS DISTINCT FROM o.{column})")
        found = self._run(f"SELECT {' OR '.join(checks) or 'false'}").fetchone() if checks else None
        return found is not None and bool(found[0])

    def _run(self, sql: str) -> Connection:
        return self._connection.execute(sql)

    def _from_both(self, columns: str, name: str, wanted: str, *, fresh: str = "n") -> str:
        """The new rows of a table, and those old ones whose key is among the `wanted` and not among the new."""
        key = TABLES[name].key
        parts = [f"SELECT {columns} FROM {fresh}_{name}"] if name in self._new else []
        if name in self._old:
            known = f" AND {key} NOT IN (SELECT {key} FROM {fresh}_{name})" if name in self._new else ""
            parts.append(f"SELECT {columns} FROM o_{name} WHERE {key} IN ({wanted}){known}")
        return " UNION ALL ".join(parts) or f"SELECT {columns} FROM o_{name} WHERE false"

    def _find_propositions(self) -> None:
        columns = "iri, kind, question, about, slots"
        rows = self._from_both(columns, "propositions", "SELECT proposition FROM t_claims", fresh="d")
        other = "slots ->> '$.other'"
        targets = f"CASE WHEN kind = 'Identity' THEN list_append(about, {other}) ELSE about END"
        self._run(f"CREATE TABLE t_props AS SELECT iri, kind, question, {targets} AS targets FROM ({rows})")

    def _find_roots(self) -> None:
        self._run(CHAINS)
        self._make(
            "t_known",
            "SELECT iri, root, depth FROM o_claims WHERE iri IN (SELECT far FROM t_ends)",
            wanted="claims" in self._old and self._has("t_ends", "far NOT IN (SELECT iri FROM t_claims)"),
        )
        self._run(ROOTS)

    def _find_concerns(self) -> None:
        sets = self._from_both("iri, within", "sets", "SELECT iri FROM o_sets", fresh="d")
        self._run(f"CREATE TABLE t_sets AS {sets}")
        self._run(REACH)
        known = [self._from_both("iri", name, "SELECT far FROM t_far") for name in ("events", "victims")]
        known.append("SELECT iri FROM t_sets")
        outside = " AND ".join(f"far NOT IN ({rows})" for rows in known)
        self._run(f"CREATE TABLE t_unknown AS SELECT DISTINCT far AS iri FROM t_far WHERE {outside}")
        wanted = "claims" in self._old and self._has("t_unknown")
        concerned = "SELECT claim AS iri, event FROM o_concerns WHERE claim IN (FROM t_unknown)"
        self._make("t_concerned", concerned, wanted=wanted)
        self._make("t_silent", "SELECT iri FROM o_claims WHERE iri IN (FROM t_unknown)", wanted=wanted)
        self._run(CONCERNS)

    def _find_documents(self) -> None:
        occasions = self._from_both("iri, document", "occasions", "SELECT occasion FROM t_claims", fresh="d")
        self._run(f"CREATE TABLE t_occasions AS {occasions}")
        self._run(UNPLACED)
        wanted = self._has("t_unplaced")
        passages = self._from_both("iri, capture", "passages", "SELECT passage FROM t_unplaced", fresh="d")
        self._make("t_passages", passages, wanted=wanted)
        captures = self._from_both("iri, document", "captures", "SELECT capture FROM t_passages", fresh="d")
        self._make("t_captures", captures, wanted=wanted)
        self._run(DOCUMENTS)

    def _find_recordings(self) -> None:
        rows = "n_recordings" if "recordings" in self._new else "o_recordings WHERE false"
        # Not by arg_min: the texts that it finds cannot be put aside.
        first = "QUALIFY row_number() OVER (PARTITION BY records ORDER BY entry, iri) = 1"
        self._run(f"CREATE TABLE t_records AS SELECT records, ingestion FROM {rows} {first}")
        rows = self._from_both("iri, recorded", "ingestions", "SELECT ingestion FROM t_records", fresh="d")
        self._run(f"CREATE TABLE t_ingestions AS {rows}")

    def _make(self, relation: str, rows: str, *, wanted: bool) -> None:
        """Make a relation, empty where nothing is looked up in it."""
        self._run(f"CREATE TABLE {relation} AS {rows}" if wanted else f"CREATE VIEW {relation} AS {rows} LIMIT 0")

    def _has(self, table: str, condition: str = "true") -> bool:
        return self._run(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1").fetchone() is not None
