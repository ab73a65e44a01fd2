"""Comparison of a whole record beside a bare interval join and all-pairs SPARQL: python tests/bench/bench_compare.py.

The record is made by SQL with a fixed seed, as Parquet like the real tables: few events have very many claims, voices
are of uneven weight, one claim in ten denies and one in ten revises. Arguments: the sizes, in claims.

With --told SIZE … the record is one of tests/generator instead, with both its projections and the shape of real ones
(heavy-tailed reports an event, relay chains, revisions, one thread in twenty circular), and SPARQL is asked on its own
graph in two ways: as a newcomer would, every two counts of one event with the same scope, and as one who knows
`av:question` would. With --record DIR it is the tables of a record that is there, and all that is derived of it as RDF.
Both in processor seconds.
"""

import json
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import duckdb
import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.analysis.claims_sql import Query
from kg.analysis.compare.groups import summarise
from kg.analysis.compare.pairs import count_pairs, find_pairs
from kg.analysis.derived.derive import derive_analysis_lines, find_touched, iter_analysis_lines
from kg.projections import tables_folder
from kg.record import OpenRecord
from kg.store.tables import Tables
from kg.store.tables.columns import TABLES
from kg.store.tables.view import to_empty
from tests.bench.made_record import make_record

# The two obvious queries: how many pairs of counts of different voices no number satisfies both.
_SCOPE = ["measure", "population", "basis", "actor", "period"]
_NEWCOMER = {
    side: f"?{side} av:asserts ?p{side} ; prov:wasAttributedTo ?v{side} ; av:concerns ?event . ?p{side} a av:Count ; "
    + " ; ".join(f"av:{slot} ?{slot}" for slot in _SCOPE)
    for side in "ab"
}
_KNOWING = {
    side: f"?{side} av:asserts ?p{side} ; prov:wasAttributedTo ?v{side} . ?p{side} av:question ?question"
    for side in "ab"
}
_OF_COUNTS = Query("c.proposition_kind = 'Count'")
BASE = "https://averment.example/id/"
AVC = "https://w3id.org/averment/codes/"
AV = "https://w3id.org/averment/ns#"
# Claims and events; the second is one event with very many.
SPARQL_RECORDS = ((10_000, 1_250), (5_000, 1), (20_000, 1))
# Above so many claims the finding is measured and not its RDF, which takes minutes.
RDF_MOST = 100_000
# Above so many claims the newcomer's query takes hours; at so many, half an hour.
NEWCOMER_MOST = 100_000

_ROWS = f"""
CREATE TABLE made AS
SELECT i, floor({{events}} * u * u)::BIGINT AS event, floor(200 * v * v)::INT AS voice,
       w < 0.7 AS is_count, x < 0.1 AS denies, floor(1 / pow(0.001 + y, 0.8))::BIGINT AS low,
       floor(5 * z)::BIGINT AS more, DATE '2014-01-01' + (2000 * t)::INT AS day
FROM (SELECT i, hash(i * 8 + 1) / 1.8446744073709552e19 AS u, hash(i * 8 + 2) / 1.8446744073709552e19 AS v,
             hash(i * 8 + 3) / 1.8446744073709552e19 AS w, hash(i * 8 + 4) / 1.8446744073709552e19 AS x,
             hash(i * 8 + 5) / 1.8446744073709552e19 AS y, hash(i * 8 + 6) / 1.8446744073709552e19 AS z,
             hash(i * 8 + 7) / 1.8446744073709552e19 AS t FROM range({{claims}}) r(i));
CREATE TABLE named AS
SELECT *, '{BASE}claim/' || lpad(i::VARCHAR, 32, '0') AS iri,
       CASE WHEN is_count THEN '{BASE}proposition/' || event || '-' || low || '-' || (low + more)
            ELSE '{BASE}proposition/' || event || '-s' || (low % 3) END AS proposition,
       '{BASE}question/' || event || CASE WHEN is_count THEN 'c' ELSE 's' END AS question,
       '{BASE}event/' || event AS about, '{BASE}agent/' || voice AS who,
       lag('{BASE}claim/' || lpad(i::VARCHAR, 32, '0'))
           OVER (PARTITION BY event, voice, is_count ORDER BY day, i) AS before
FROM made;
"""
_CLAIMS = """
SELECT iri, 'claim' AS kind, CASE WHEN denies THEN 'denies' ELSE 'asserts' END AS stance, proposition, who AS voice,
       day AS earliest, day AS latest, about AS event, question, CASE WHEN is_count THEN 'Count' ELSE 'Assessment' END
       AS proposition_kind, 1 + i // 10000 AS entry,
       CASE WHEN i % 10 = 0 AND before IS NOT NULL THEN [before] ELSE []::VARCHAR[] END AS revises,
       []::VARCHAR[] AS withdraws FROM named"""
_UNSTATED = f"'{AVC}not-stated'"
_COUNTS = f"""
SELECT DISTINCT proposition, question, [about] AS about, '{AVC}killed' AS measure, {_UNSTATED} AS population,
       {_UNSTATED} AS basis, {_UNSTATED} AS actor, {_UNSTATED} AS period, low AS at_least, low + more AS at_most
FROM named WHERE is_count"""
_STATUSES = f"['{AVC}oir-credible', '{AVC}oir-open', '{AVC}oir-not-credible-did-not-occur']"
_PROPOSITIONS = f"""
SELECT DISTINCT proposition AS iri, CASE WHEN is_count THEN 'Count' ELSE 'Assessment' END AS kind, question,
       [about] AS about, CASE WHEN is_count THEN '{{}}' ELSE
       '{{"scheme":"{AVC}scheme-oir-allegation-status","standard":"{AVC}not-stated","status":"'
       || {_STATUSES}[1 + low % 3] || '"}}' END AS slots FROM named"""
_CONCERNS = "SELECT iri AS claim, about AS event, about AS home FROM named"
_EVENTS = "SELECT DISTINCT about AS iri, 'Incident' AS kind, about AS label FROM named"
# What the finding is held against: every two numbers of an event that no number satisfies both, and nothing else.
_BARE = """
SELECT count(*) FROM plain a JOIN plain b ON a.question = b.question AND a.voice <> b.voice AND a.low > b.high"""


class View:
    """The tables of a made-up record, as Parquet."""

    def __init__(self, folder: Path, claims: int, *, events: int) -> None:
        self.connection = duckdb.connect(config={"preserve_insertion_order": "false"})
        for statement in _ROWS.format(events=events, claims=claims).split(";\n"):
            self.connection.execute(statement)
        made = {"claims": _CLAIMS, "counts": _COUNTS, "propositions": _PROPOSITIONS, "concerns": _CONCERNS}
        made["events"] = _EVENTS
        for name, table in TABLES.items():
            self._write(folder / f"{name}.parquet", table.order, to_empty(table), made.get(name))
            self.connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder / name}.parquet')")

    def _write(self, path: Path, order: Sequence[str], empty: str, rows: str | None) -> None:
        filled = f"FROM ({empty}) UNION ALL BY NAME ({rows})" if rows else empty
        by = ", ".join(f'"{column}"' for column in order)
        self.connection.execute(f"COPY (SELECT * FROM ({filled}) ORDER BY {by}) TO '{path}'")

    def rows(self, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
        """The rows an SQL query yields."""
        return self.connection.cursor().execute(sql, params).fetchall()

    def records(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        """The same, each row by the names of its columns."""
        found = self.connection.cursor().execute(sql, params)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What some work yields, and its seconds."""
    start = perf_counter()
    found = work()
    return found, round(perf_counter() - start, 3)


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(claims: int, *, rdf: bool = True) -> dict[str, object]:
    """One size: the whole record, its largest event, one claim's worth of what is derived, and with `rdf` all of it."""
    with tempfile.TemporaryDirectory() as folder:
        view, making = timed(lambda: View(Path(folder), claims, events=max(10, claims // 8)))
        view.connection.execute(
            """CREATE TABLE plain AS SELECT c.iri, c.voice, c.question, n.at_least AS low, n.at_most AS high
               FROM claims c JOIN counts n USING (proposition) WHERE c.stance = 'asserts'"""
        )
        bare, bare_seconds = timed(lambda: view.rows(_BARE))
        spent = process_time()
        groups, seconds = timed(lambda: summarise(view, Query()))
        spent = process_time() - spent
        peak = _peak_mb()
        pairs, pairs_seconds = timed(lambda: find_pairs(view, Query(), most=50))
        total, total_seconds = timed(lambda: count_pairs(view, Query()))
        largest = max(groups, key=lambda group: group.claims)
        event = Query.of_event(largest.event)
        _, event_seconds = timed(lambda: summarise(view, event))
        _, event_pairs = timed(lambda: find_pairs(view, event, most=50))
        middle = sorted(groups, key=lambda group: group.claims)[len(groups) // 2]
        (claim,) = view.rows("SELECT iri FROM claims WHERE question = ? LIMIT 1", [middle.question])[0]
        touched, touched_seconds = timed(lambda: find_touched(view, [claim]))
        _, derived_seconds = timed(lambda: derive_analysis_lines(view, BASE, subjects=touched))
        lines, lines_seconds = timed(lambda: sum(1 for _ in iter_analysis_lines(view, BASE))) if rdf else (None, None)
    return {
        "claims": claims,
        "groups": len(groups),
        "groups that contradict themselves": sum(group.contradicts for group in groups),
        "contradicting pairs": total,
        "widest gap": pairs[0].gap if pairs else None,
        "making seconds": making,
        "bare join pairs": bare[0][0],
        "bare join seconds": bare_seconds,
        "every group seconds": seconds,
        "ratio to bare join": round(seconds / bare_seconds, 1),
        "every group processor seconds": round(spent, 2),
        "microseconds a claim": round(seconds / claims * 1e6, 2),
        "peak MB of every group": peak,
        "widest 50 pairs seconds": pairs_seconds,
        "count of all pairs seconds": total_seconds,
        "largest group": largest.claims,
        "largest event seconds": event_seconds,
        "largest event pairs seconds": event_pairs,
        "one claim touches seconds": touched_seconds,
        "one claim derived seconds": derived_seconds,
        "RDF lines": lines,
        "RDF seconds": lines_seconds,
        "peak MB": _peak_mb(),
    }


def beside_sparql(claims: int, *, events: int) -> dict[str, object]:
    """The obvious query on the graph, every two claims of a question, against every group by SQL."""
    with tempfile.TemporaryDirectory() as folder:
        view = View(Path(folder), claims, events=events)
        store = ox.Store(str(Path(folder) / "graph"))
        store.bulk_extend(_quads(view))
        store.optimize()
        query = f"""SELECT (COUNT(*) AS ?n) WHERE {{
            ?a <{AV}asserts> ?p ; <{AV}voice> ?v . ?p <{AV}question> ?q ; <{AV}atLeast> ?low .
            ?b <{AV}asserts> ?r ; <{AV}voice> ?w . ?r <{AV}question> ?q ; <{AV}atMost> ?high .
            FILTER(?v != ?w && ?low > ?high) }}"""
        _, sparql = timed(lambda: list(store.query(query, use_default_graph_as_union=True)))
        _, sql = timed(lambda: summarise(view, Query()))
        _, counted = timed(lambda: count_pairs(view, Query()))
    return {
        "claims": claims,
        "events": events,
        "all-pairs SPARQL seconds": sparql,
        "every group by SQL seconds": sql,
        "count of pairs by SQL seconds": counted,
        "ratio": round(sparql / sql, 1),
    }


def _all_pairs(sides: dict[str, str]) -> str:
    return f"""PREFIX av: <{AV}> PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT (COUNT(*) AS ?n) WHERE {{
            {sides["a"]} ; av:atLeast ?low . {sides["b"]} ; av:atMost ?high . FILTER(?va != ?vb && ?low > ?high) }}"""


def beside_sparql_as_told(claims: int, *, newcomer: bool) -> dict[str, object]:
    """The obvious queries on the graph of a record shaped like real ones, against every group of counts by SQL."""
    with tempfile.TemporaryDirectory() as name:
        make_record(Path(name), claims)
        record = OpenRecord.open(Path(name))
        view = record.view()
        summarise(view, Query())  # read from disk once, as the graph is below
        _, every = spent(lambda: summarise(view, Query()))
        # What SPARQL is asked below is of counts alone.
        groups, ours = spent(lambda: summarise(view, _OF_COUNTS))
        pairs, listed = spent(lambda: find_pairs(view, _OF_COUNTS, most=50))
        record.query("SELECT * WHERE { ?s ?p ?o } LIMIT 1")
        _, knowing = spent(lambda: record.query(_all_pairs(_KNOWING)))
        _, asked = spent(lambda: record.query(_all_pairs(_NEWCOMER))) if newcomer else (None, None)
        sizes = [group.claims for group in groups]
    return {
        "claims": claims,
        "groups of counts": len(groups),
        "pairs of counts with one question": sum(size * size for size in sizes),
        "largest group": max(sizes),
        "widest gap": pairs[0].gap,
        "every group by SQL": every,
        "every group of counts by SQL": ours,
        "widest 50 pairs of counts by SQL": listed,
        "SPARQL, by question": knowing,
        "SPARQL, by question / every group of counts": round(knowing / ours, 1),
        "SPARQL, by event and scope": asked,
        "SPARQL, by event and scope / every group of counts": round(asked / ours, 1) if asked else None,
    }


def measure_record(root: Path) -> dict[str, object]:
    """Every group of a record, its widest pairs, and what is derived of it as RDF, without its graph."""
    with Tables.open(tables_folder(root)).connect() as view:
        groups, first = spent(lambda: summarise(view, Query()))
        _, again = spent(lambda: summarise(view, Query()))
        peak = _peak_mb()
        _, pairs = spent(lambda: find_pairs(view, Query(), most=50))
        lines, derived = spent(lambda: sum(1 for _ in iter_analysis_lines(view, BASE)))
    return {
        "groups": len(groups),
        "groups that contradict themselves": sum(group.contradicts for group in groups),
        "largest group": max(group.claims for group in groups),
        "every group, first": first,
        "every group, again": again,
        "peak MB of every group": peak,
        "widest 50 pairs": pairs,
        "RDF lines": lines,
        "RDF": derived,
        "peak MB": _peak_mb(),
    }


def spent(work: Callable[[], Any]) -> tuple[Any, float]:
    """What some work yields, and its processor seconds."""
    start = process_time()
    found = work()
    return found, round(process_time() - start, 3)


def _quads(view: View) -> list[ox.Quad]:
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    quads = []
    rows = view.rows("""SELECT c.iri, c.proposition, c.voice, c.question, n.at_least, n.at_most FROM claims c
                        JOIN counts n USING (proposition) WHERE c.stance = 'asserts'""")
    for iri, proposition, voice, question, low, high in rows:
        claim, said = ox.NamedNode(iri), ox.NamedNode(proposition)
        quads += [
            ox.Quad(claim, ox.NamedNode(f"{AV}asserts"), said, claim),
            ox.Quad(claim, ox.NamedNode(f"{AV}voice"), ox.NamedNode(voice), claim),
            ox.Quad(said, ox.NamedNode(f"{AV}question"), ox.NamedNode(question), said),
            ox.Quad(said, ox.NamedNode(f"{AV}atLeast"), ox.Literal(str(low), datatype=integer), said),
            ox.Quad(said, ox.NamedNode(f"{AV}atMost"), ox.Literal(str(high), datatype=integer), said),
        ]
    return quads


def main(*sizes: int) -> dict[str, object]:
    """Every size, and the comparison with SPARQL."""
    return {
        "sizes": [measure(size, rdf=size <= RDF_MOST) for size in sizes or (10_000, 100_000)],
        "SPARQL": [beside_sparql(claims, events=events) for claims, events in SPARQL_RECORDS],
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--told"]:
        sizes = [int(size) for size in sys.argv[2:]]
        measured: object = [beside_sparql_as_told(size, newcomer=size <= NEWCOMER_MOST) for size in sizes]
    elif sys.argv[1:2] == ["--record"]:
        measured = measure_record(Path(sys.argv[2]))
    else:
        measured = main(*map(int, sys.argv[1:]))
    sys.stdout.write(json.dumps(measured, indent=1) + "\n")
