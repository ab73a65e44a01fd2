"""The tables of a graph that stands on another server: its quads taken apart into units, each with its log entry.

The quads arrive in any order and may be more than fit into memory: they are sorted in a DuckDB file. The entry of a
unit is that of its ingestion's graph; of a claim or relay, that of the first recording of it; of a proposition, that of
the first saying that holds it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa

from kg.rdf import write_iri
from kg.store.base import Progress
from kg.store.ledger import Posted
from kg.store.tables import Tables
from kg.terms import Iri, av
from kg.units import Unit

_CHUNK = 50_000
_LINKS = {write_iri(av("records")): "records", write_iri(av("content")): "holds", write_iri(av("renders")): "holds"}
_QUADS = pa.schema([("s", pa.string()), ("g", pa.string()), ("line", pa.string())])
_LINKED = pa.schema([("how", pa.string()), ("s", pa.string()), ("o", pa.string()), ("g", pa.string())])
_ENTRIES = """
    CREATE TABLE entries AS
    WITH told AS (
        SELECT l.o AS g, min(p.n) AS n FROM links l JOIN posted p USING (g) WHERE l.how = 'records' GROUP BY l.o)
    SELECT g, min(n) AS n FROM (
        FROM posted UNION ALL FROM told
        UNION ALL SELECT l.o, t.n FROM links l JOIN told t ON t.g = l.s WHERE l.how = 'holds') GROUP BY g"""


@dataclass(frozen=True, slots=True)
class _Logged:
    unit: Unit
    entry: int


def rebuild_from_quads(
    tables: Tables,
    lines: Iterable[str],
    entries: Sequence[Posted],
    *,
    base: str,
    entry: int,
    scratch: Path,
    progress: Progress | None = None,
) -> int:
    """Fill tables from N-Quads lines and the entries that brought them, and return how many quads belong to none.

    `scratch` is a folder for what does not fit into memory. Raises Unusable.
    """
    file = scratch / "quads.duckdb"
    file.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(file)) as connection:
            _load(connection, lines, progress)
            _place(connection, entries, base)
            tables.rebuild(_iter_units(connection), entry=entry)
            strangers = connection.execute("SELECT count(*) FROM quads WHERE g NOT IN (SELECT g FROM entries)")
            return int((strangers.fetchone() or (0,))[0])
    finally:
        file.unlink(missing_ok=True)


def _load(connection: duckdb.DuckDBPyConnection, lines: Iterable[str], progress: Progress | None) -> None:
    connection.execute("CREATE TABLE quads (s VARCHAR, g VARCHAR, line VARCHAR)")
    connection.execute("CREATE TABLE links (how VARCHAR, s VARCHAR, o VARCHAR, g VARCHAR)")
    source, count = iter(lines), 0
    while chunk := list(islice(source, _CHUNK)):
        split = [_split(line) for line in chunk]
        rows = [{"s": s, "g": g, "line": line} for (s, _, _, g), line in zip(split, chunk, strict=True)]
        links = [{"how": _LINKS[p], "s": s, "o": o, "g": g} for s, p, o, g in split if p in _LINKS]
        for name, found, schema in (("quads", rows, _QUADS), ("links", links, _LINKED)):
            connection.register("chunk", pa.Table.from_pylist(found, schema=schema))
            connection.execute(f"INSERT INTO {name} FROM chunk")
            connection.unregister("chunk")
        count += len(chunk)
        if progress is not None:
            progress(count)


def _split(line: str) -> tuple[str, str, str, str]:
    """Subject, predicate, object and graph of a line, without the brackets of all but the predicate."""
    subject, predicate, rest = line.removesuffix(" .").split(" ", 2)
    value, _, graph = rest.rpartition(" ")
    return subject[1:-1], predicate, value[1:-1], graph[1:-1]


def _place(connection: duckdb.DuckDBPyConnection, entries: Sequence[Posted], base: str) -> None:
    posted = [(graph, each.number) for each in entries for thing in each.brought for graph in _graphs(thing, base)]
    columns = {"g": [graph for graph, _ in posted], "n": [number for _, number in posted]}
    connection.register("given", pa.table(columns, schema=pa.schema([("g", pa.string()), ("n", pa.int64())])))
    connection.execute("CREATE TABLE posted AS FROM given")
    connection.execute(_ENTRIES)


def _graphs(thing: Iri, base: str) -> tuple[str, ...]:
    """The graphs that an entry filled: an ingestion's and the one that tells what it recorded, or a thing's own."""
    if thing.startswith(f"{base}ingestion/"):
        return thing, f"{base}graph/recording/{thing.rsplit('/', 1)[1]}"
    return (thing,)


def _iter_units(connection: duckdb.DuckDBPyConnection) -> Iterator[_Logged]:
    found = connection.cursor().execute(
        "SELECT e.n, q.s, q.g, list(q.line ORDER BY q.line) FROM quads q JOIN entries e USING (g) "
        "GROUP BY ALL ORDER BY e.n, q.s, q.g"
    )
    while rows := found.fetchmany(_CHUNK):
        for number, subject, graph, lines in rows:
            yield _Logged(Unit(Iri(subject), Iri(graph), tuple(lines)), number)
