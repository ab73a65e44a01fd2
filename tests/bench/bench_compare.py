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
import random
import resource
import sys
import tempfile
from collections.abc import Callable
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
from kg.store.tables import Tables, TablesView
from tests.generator.entries import Entry, iter_entries, make_units
from tests.generator.record import make_record, make_tables
from tests.generator.stories import make_story

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
# Claims and relays, and whether all are of one event.
SPARQL_RECORDS = ((10_000, False), (5_000, True), (20_000, True))
# Above so many claims the finding is measured and not its RDF, which takes minutes.
RDF_MOST = 100_000
# Above so many claims the newcomer's query takes hours; at so many, half an hour.
NEWCOMER_MOST = 100_000

_ASSERTED = """SELECT c.iri, c.proposition, c.voice, c.question, n.at_least AS low, n.at_most AS high
FROM claims c JOIN counts n USING (proposition) WHERE c.stance = 'asserts'"""
# What the finding is held against: every two numbers of an event that no number satisfies both, and nothing else.
_BARE = """
SELECT count(*) FROM plain a JOIN plain b ON a.question = b.question AND a.voice <> b.voice AND a.low > b.high"""


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
        tables, making = timed(lambda: make_tables(Path(folder), iter_entries(claims)))
        view = tables.connect()
        bare, bare_seconds = join_barely(view)
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
        "bare join pairs": bare,
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


def join_barely(view: TablesView) -> tuple[int, float]:
    """How many pairs the bare join finds, and its seconds."""
    plain = view.arrow(_ASSERTED)
    with duckdb.connect() as connection:
        connection.register("arrived", plain)
        connection.execute("CREATE TABLE plain AS FROM arrived")
        found, seconds = timed(lambda: connection.execute(_BARE).fetchall())
    return found[0][0], seconds


def tell_of_one_event(claims: int) -> list[Entry]:
    """An entry in which so many claims and relays, or a few more, are all of one event."""
    beats = make_story(1, threads=1, dice=random.Random(1), reports=claims).beats
    return [Entry(1, tuple(make_units(1, beats[:claims])))]


def beside_sparql(claims: int, *, one_event: bool) -> dict[str, object]:
    """The obvious query on the graph, every two claims of a question, against every group by SQL."""
    with tempfile.TemporaryDirectory() as folder:
        entries = tell_of_one_event(claims) if one_event else iter_entries(claims)
        view = make_tables(Path(folder) / "tables", entries).connect()
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
        "all of one event": one_event,
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


def _quads(view: TablesView) -> list[ox.Quad]:
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    quads = []
    rows = view.rows(f"SELECT iri, proposition, voice, question, low, high FROM ({_ASSERTED})")
    for iri, proposition, voice, question, low, high in rows:
        claim, said = ox.NamedNode(iri), ox.NamedNode(proposition)
        quads += [
            ox.Quad(claim, ox.NamedNode(f"{AV}asserts"), said, claim),
            ox.Quad(claim, ox.NamedNode(f"{AV}voice"), ox.NamedNode(voice), claim),
            ox.Quad(said, ox.NamedNode(f"{AV}question"), ox.NamedNode(question), said),
        ]
        quads += [
            ox.Quad(said, ox.NamedNode(f"{AV}{name}"), ox.Literal(str(bound), datatype=integer), said)
            for name, bound in (("atLeast", low), ("atMost", high))
            if bound is not None
        ]
    return quads


def main(*sizes: int) -> dict[str, object]:
    """Every size, and the comparison with SPARQL."""
    return {
        "sizes": [measure(size, rdf=size <= RDF_MOST) for size in sizes or (10_000, 100_000)],
        "SPARQL": [beside_sparql(claims, one_event=one_event) for claims, one_event in SPARQL_RECORDS],
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
