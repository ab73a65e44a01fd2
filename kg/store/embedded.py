"""The graph in an Oxigraph store inside this process: one writer on the live store, readers on immutable snapshots."""

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pyoxigraph as ox

from kg.errors import Unusable
from kg.store.base import (
    MARKER,
    MARKER_GRAPH,
    VOCABULARY_GRAPH,
    Answer,
    Progress,
    QueryRefused,
    Rows,
    Term,
    Triples,
    Truth,
)
from kg.store.dataset import Results, ask_over
from kg.store.guard import check_query
from kg.store.loading import encode_lines, load_quads
from kg.store.refusal import explain_syntax_error
from kg.store.snapshots import WriterFolder, hold_snapshot
from kg.terms import XSD

_BULK = 50_000  # lines beyond which copying the store and loading in bulk is quicker than one transaction
_REPORT = 100_000
_SOLUTION_FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_TRIPLE_FORMATS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
SOLUTION_TYPES = tuple(_SOLUTION_FORMATS)
TRIPLE_TYPES = tuple(_TRIPLE_FORMATS)
_STRING = ox.NamedNode(f"{XSD}string")
_FORGET = f"DELETE WHERE {{ GRAPH <{MARKER_GRAPH}> {{ <{MARKER_GRAPH}> <{MARKER}> ?entry }} }}"


class _Opened:
    """An open store, whoever opened it."""

    _store: ox.Store | None

    def standing(self) -> int:
        """The log entry the graph stands at, 0 where it is empty."""
        return _standing(_alive(self._store))

    def query(self, sparql: str, *, default_graph_union: bool = True) -> Answer:
        """Answer a SPARQL 1.1 query, by default over all named graphs as one; raises QueryRefused."""
        return _to_answer(_ask(_alive(self._store), sparql, union=default_graph_union))

    def lines_of(self, subject: str) -> list[str]:
        """The N-Quads lines of a subject, in whatever graph; found by index, whatever the size of the store."""
        found = _alive(self._store).quads_for_pattern(ox.NamedNode(subject), None, None, None)
        return [f"{quad} ." for quad in found]

    def iter_lines(self) -> Iterator[str]:
        """Yield every N-Quads line, none of them twice, in the store's own order."""
        return (f"{quad} ." for quad in _alive(self._store))

    def lines_in(self, graph: str, *, predicate: str = "") -> Iterator[str]:
        """Yield the N-Quads lines of one graph, of every predicate or of one."""
        wanted = ox.NamedNode(predicate) if predicate else None
        found = _alive(self._store).quads_for_pattern(None, wanted, None, ox.NamedNode(graph))
        return (f"{quad} ." for quad in found)

    def lines_naming(self, iri: str, *, predicate: str = "") -> list[str]:
        """The N-Quads lines whose object is `iri`, of every predicate or of one; found by index."""
        wanted = ox.NamedNode(predicate) if predicate else None
        found = _alive(self._store).quads_for_pattern(None, wanted, ox.NamedNode(iri), None)
        return [f"{quad} ." for quad in found]


class EmbeddedReader(_Opened):
    """One immutable snapshot, open for reading until `close`; the writer goes on beside it."""

    def __init__(self, folder: Path) -> None:
        """Open the snapshot that stands now. Raises Unusable where there is none or it cannot be read."""
        self.path, self._hold = hold_snapshot(folder)
        self._store: ox.Store | None = _open(self.path, read_only=True)

    def write_answer(self, sparql: str, media_type: str, output: BinaryIO, *, default_graph_union: bool = True) -> None:
        """Write an answer as `media_type` while it is found, without holding it whole; raises QueryRefused."""
        _serialise(_ask(_alive(self._store), sparql, union=default_graph_union), media_type, output)

    def query_serialised(self, sparql: str, media_type: str, *, default_graph_union: bool = True) -> bytes:
        """An answer as `media_type`; raises QueryRefused, also where that kind of answer has no such form."""
        output = io.BytesIO()
        self.write_answer(sparql, media_type, output, default_graph_union=default_graph_union)
        return output.getvalue()

    def describe(self, iri: str) -> dict[str, tuple[Term, ...]]:
        """What any graph says of a thing, by property, each value once and in order."""
        found: dict[str, list[Term]] = {}
        for quad in _alive(self._store).quads_for_pattern(ox.NamedNode(iri), None, None, None):
            if (value := _to_term(quad.object)) is not None:
                found.setdefault(quad.predicate.value, []).append(value)
        # Most properties have one value, which is in order already.
        return {
            prop: tuple(values) if len(values) == 1 else tuple(sorted(set(values), key=_in_order))
            for prop, values in found.items()
        }

    def subjects(self, prop: str, iri: str) -> tuple[str, ...]:
        """The IRIs of which any graph says that this thing is their value of a property, in order."""
        pattern = (None, ox.NamedNode(prop), ox.NamedNode(iri), None)
        found = (quad.subject for quad in _alive(self._store).quads_for_pattern(*pattern))
        return tuple(sorted({subject.value for subject in found if isinstance(subject, ox.NamedNode)}))

    def count_subjects(self, prop: str, iri: str, *, most: int) -> int:
        """How many statements there are that a thing is the value of a property, counted up to `most`."""
        pattern = (None, ox.NamedNode(prop), ox.NamedNode(iri), None)
        return sum(1 for _ in islice(_alive(self._store).quads_for_pattern(*pattern), most))

    def close(self) -> None:
        """Let the snapshot be removed."""
        self._store = None
        self._hold.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_reader(folder: Path) -> EmbeddedReader:
    """Open the snapshot that stands now in a graph folder; raises Unusable where there is none."""
    return EmbeddedReader(folder)


class EmbeddedStore(_Opened):
    """The graph as its one writer holds it, from opening to `close`; every change is published as a snapshot."""

    def __init__(self, folder: Path) -> None:
        """Open the live store, made where it is absent. Raises Unusable where another process writes it."""
        self._folder = WriterFolder(folder)
        try:
            self._store: ox.Store | None = _open(self._folder.live)
        except Unusable:
            self._folder.close()
            raise
        if not self._folder.pointer.snapshot:
            self.publish()

    def apply(self, added: Sequence[str], removed: Sequence[str], *, entry: int) -> None:
        """Remove and add N-Quads lines and move the marker to `entry`, all or nothing; readers opened later see it."""
        store = _alive(self._store)
        if len(added) > _BULK:
            fresh = self.fresh()
            store.backup(str(fresh))
            extend_store(fresh, added, removed, entry=entry)
            self.swap_in(fresh, entry=entry)
            return
        steps = [_to_update("DELETE DATA", removed)] if removed else []
        steps += [_FORGET, _to_update("INSERT DATA", [*added, _marker(entry)])]
        _update(store, steps)
        self.publish()

    def replace_graph(self, graph: str, lines: Sequence[str]) -> None:
        """Let one graph hold these lines and no others, all or nothing; readers opened later see it."""
        _update(_alive(self._store), [f"DROP SILENT GRAPH <{graph}>", _to_update("INSERT DATA", lines)])
        self.publish()

    def rebuild(self, lines: Iterable[str], *, entry: int, progress: Progress | None = None) -> None:
        """Replace everything by these N-Quads lines, in a fresh folder that is swapped in when it is whole."""
        self.rebuild_from(encode_lines(lines), entry=entry, progress=progress)

    def rebuild_from(self, chunks: Iterable[bytes], *, entry: int, progress: Progress | None = None) -> None:
        """Replace everything by N-Quads in stretches of whole lines, as `rebuild` does."""
        fresh = self.fresh()
        fill_store(fresh, chunks, entry=entry, progress=progress)
        self.swap_in(fresh, entry=entry)

    def publish(self) -> Path:
        """Make the live store, as it is, the snapshot that readers open from now on."""
        store = _alive(self._store)
        snapshot = self._folder.fresh_snapshot(_standing(store))
        store.backup(str(snapshot))
        self._folder.move(snapshot=snapshot)
        self._folder.clear_aside()
        return snapshot

    def close(self) -> None:
        """Let the next writer in."""
        self._store = None
        self._folder.close()

    def fresh(self) -> Path:
        """A folder in which another process may fill a store, to be swapped in; nothing is there yet."""
        return self._folder.fresh()

    def swap_in(self, fresh: Path, *, entry: int) -> None:
        """Put a filled store in the place of this one."""
        store = _open(fresh)
        snapshot = self._folder.fresh_snapshot(entry)
        store.backup(str(snapshot))
        self._store = store
        self._folder.move(live=fresh, snapshot=snapshot)
        self._folder.clear_orphans()

    def forget_before(self, entry: int) -> None:
        """Remove every snapshot that stands before an entry and is not the newest, whoever reads it."""
        self._folder.clear_orphans(since=entry)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def fill_store(path: Path, chunks: Iterable[bytes], *, entry: int, progress: Progress | None = None) -> None:
    """Load N-Quads, in stretches of whole lines, into a store of their own, set its marker, and compact it.

    The lines are those of a log, which a strict parser has read before. Raises Unusable.
    """
    store = _open(path)
    # Not in a transaction of its own: one small file beside the large ones would make compaction write all anew.
    load_quads(store, path, chain(_report(chunks, progress), encode_lines([_marker(entry)])))
    store.flush()
    store.optimize()


def extend_store(path: Path, added: Iterable[str], removed: Sequence[str], *, entry: int) -> None:
    """Remove and load N-Quads lines of a log in a store that readers do not see; its marker moves. Raises Unusable."""
    store = _open(path)
    _update(store, [_to_update("DELETE DATA", removed), _FORGET])
    load_quads(store, path, encode_lines(added))
    _update(store, [_to_update("INSERT DATA", [_marker(entry)])])
    store.flush()


def _report(chunks: Iterable[bytes], progress: Progress | None) -> Iterator[bytes]:
    """The same chunks; now and then, and at the end, the number of lines so far is told."""
    count = 0
    for chunk in chunks:
        yield chunk
        before, count = count, count + chunk.count(b"\n") if progress else 0
        if progress and before // _REPORT != count // _REPORT:
            progress(count)
    if progress:
        progress(count)


def to_vocabulary_lines(turtle: Iterable[str]) -> list[str]:
    """N-Quads lines, in the vocabulary's graph, of Turtle texts; for `rebuild`. Raises SyntaxError."""
    return sorted({line for text in turtle for line in to_lines(text, graph=VOCABULARY_GRAPH)})


def to_lines(turtle: str, *, graph: str, base: str | None = None) -> list[str]:
    """N-Quads lines, in one graph, of a Turtle text whose relative IRIs are read against `base`. Raises SyntaxError."""
    name = ox.NamedNode(graph)
    quads = ox.parse(turtle, format=ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True)
    return [f"{ox.Quad(quad.subject, quad.predicate, quad.object, name)} ." for quad in quads]


def _open(path: Path, *, read_only: bool = False) -> ox.Store:
    try:
        return ox.Store.read_only(str(path)) if read_only else ox.Store(str(path))
    except OSError as error:
        raise Unusable(f"{path} cannot be opened ({error}); it can be removed, it is rebuilt from the log") from error


def _alive(store: ox.Store | None) -> ox.Store:
    if store is None:
        raise ValueError("this store was closed")
    return store


def _standing(store: ox.Store) -> int:
    graph, marker = ox.NamedNode(MARKER_GRAPH), ox.NamedNode(MARKER)
    found = (quad.object for quad in store.quads_for_pattern(graph, marker, None, graph))
    return max((int(term.value) for term in found if isinstance(term, ox.Literal)), default=0)


def _marker(entry: int) -> str:
    return f'<{MARKER_GRAPH}> <{MARKER}> "{entry}"^^<{XSD}integer> <{MARKER_GRAPH}> .'


def _to_update(verb: str, lines: Iterable[str]) -> str:
    """One operation of a SPARQL update over N-Quads lines, every one of which ends in its graph."""
    parts = []
    for line in lines:
        body, _, graph = line.removesuffix(" .").rpartition(" ")
        parts.append(f"GRAPH {graph} {{ {body} }}")
    return f"{verb} {{ {' '.join(parts)} }}"


def _update(store: ox.Store, steps: Sequence[str]) -> None:
    """Run operations as one transaction."""
    try:
        store.update(" ;\n".join(steps))
    except (SyntaxError, OSError) as error:
        raise Unusable(f"the graph could not be changed, it stands as it was: {error}") from error


def _ask(store: ox.Store, sparql: str, *, union: bool) -> Results:
    check_query(sparql)
    try:
        return ask_over(store, sparql) if union else store.query(sparql)
    except SyntaxError as error:
        raise explain_syntax_error(str(error), sparql) from error
    except (OSError, ValueError) as error:
        raise QueryRefused(f"the engine cannot answer this: {error}") from error


def _to_answer(results: Results) -> Answer:
    if isinstance(results, ox.QueryBoolean):
        return Truth(bool(results))
    if isinstance(results, ox.QueryTriples):
        return Triples(tuple(f"{triple} ." for triple in results))
    names = tuple(variable.value for variable in results.variables)
    return Rows(names, tuple(tuple(map(_to_term, row)) for row in results))


def _to_term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Term | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    if isinstance(term, ox.Triple):
        return Term("literal", str(term))
    datatype = "" if term.language or term.datatype == _STRING else term.datatype.value
    return Term("literal", term.value, term.language or "", datatype)


def _in_order(term: Term) -> tuple[str, str, str]:
    return term.value, term.language, term.datatype


def _serialise(results: Results, media_type: str, output: BinaryIO) -> None:
    formats = _TRIPLE_FORMATS if isinstance(results, ox.QueryTriples) else _SOLUTION_FORMATS
    if media_type not in formats:
        raise QueryRefused(f"this answer is not given as {media_type}, but as any of {', '.join(formats)}")
    if isinstance(results, ox.QueryTriples):
        results.serialize(output, format=_TRIPLE_FORMATS[media_type])
    else:
        results.serialize(output, format=_SOLUTION_FORMATS[media_type])
