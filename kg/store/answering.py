"""A snapshot that answers query after query: whole, or cut where an answer grows too long, and then saying so.

Not for the server's own process: nothing here ends a query that takes too long.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import pyoxigraph as ox

from kg.errors import Unusable
from kg.store.base import QueryRefused
from kg.store.cutting import Enough, cut_solutions, mark_solutions, mark_triples
from kg.store.dataset import Results, ask_over
from kg.store.guard import check_query
from kg.store.refusal import explain_syntax_error
from kg.terms import PREFIXES

_SOLUTIONS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_TRIPLES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs a query is asked over, as the protocol names them; None leaves them to the query."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Where an answer is cut: at so many rows (or triples) and bytes; `notice` is the sentence that says so."""

    rows: int
    size: int
    notice: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: its media type, its bytes, and where it was cut how many rows or triples are left in it."""

    media_type: str
    body: bytes
    cut: bool = False
    rows: int = 0


class NotGiven(QueryRefused):
    """A query whose kind of answer has none of the forms that were asked for."""


class Snapshot:
    """One snapshot, open for reading."""

    def __init__(self, path: Path) -> None:
        """Raises Unusable where it cannot be read."""
        self.path = path
        try:
            self._store = ox.Store.read_only(str(path))
        except OSError as error:
            raise Unusable(f"{path} cannot be opened: {error}") from error

    @classmethod
    def in_memory(cls, path: Path) -> "Snapshot":
        """One that has been read into memory, whole. Raises Unusable."""
        snapshot = cls(path)
        held = ox.Store()
        held.bulk_extend(snapshot._store)
        snapshot._store = held
        return snapshot

    def ask(self, query: str, dataset: Dataset) -> "Asked":
        """Begin to answer a query. Raises QueryRefused."""
        check_query(query)
        self._require(dataset)
        try:
            if dataset == Dataset():
                results = ask_over(self._store, query)
            else:
                results = self._store.query(
                    query,
                    default_graph=[*_names(dataset.default or ())],
                    named_graphs=[*_names(dataset.named or ())],
                )
        except SyntaxError as error:
            raise explain_syntax_error(str(error), query) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise QueryRefused(f"the engine cannot answer this: {error}") from error
        return Asked(results)

    def _require(self, dataset: Dataset) -> None:
        """Raises QueryRefused for a graph that is not held here: it would be fetched elsewhere, or taken for empty."""
        for name in (*(dataset.default or ()), *(dataset.named or ())):
            graph = _names([name])[0]
            if next(self._store.quads_for_pattern(None, None, None, graph), None) is None:
                raise QueryRefused(f"there is no graph <{name}> here, and none is fetched from elsewhere")


class Asked:
    """The answer to a query on its way."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def choose(self, solutions: str, triples: str) -> str:
        """The one of two media types that this kind of answer has. Raises NotGiven where that one is ""."""
        wanted, offered = (triples, _TRIPLES) if self._is_triples else (solutions, _SOLUTIONS)
        if wanted not in offered:
            raise NotGiven(f"this answer is given as any of: {', '.join(offered)}")
        return wanted

    @property
    def _is_triples(self) -> bool:
        return isinstance(self._results, ox.QueryTriples)

    def write(self, media_type: str, output: BinaryIO) -> None:
        """Write the whole answer while it is found. Raises QueryRefused where the engine gives up on the way."""
        _write(self._results, media_type, output)

    def give(self, media_type: str, cut: Cut) -> Given:
        """The answer in one piece, cut where it is too long. Raises QueryRefused."""
        if isinstance(self._results, ox.QueryTriples):
            return _give_triples(self._results, media_type, cut)
        if isinstance(self._results, ox.QueryBoolean):
            output = io.BytesIO()
            _write(self._results, media_type, output)
            return Given(media_type, output.getvalue())
        sink = _Sink(cut.size, counts=media_type, rows=cut.rows)
        try:
            _write(self._results, media_type, sink)
        except Enough:
            body, rows = cut_solutions(bytes(sink.held[: cut.size]), media_type, rows=cut.rows)
            return Given(media_type, mark_solutions(body, media_type, cut.notice.format(rows=rows)), True, rows)
        return Given(media_type, bytes(sink.held))


class _Sink:
    """Takes an answer in until it is too long, then raises Enough; of a file it has what the engine asks of one."""

    def __init__(self, size: int, *, counts: str = "", rows: int = 0) -> None:
        self.held = bytearray()
        self._size = size
        self._media_type = counts
        self._sign = _SIGNS.get(counts, b"")
        self._rows = rows
        self._count = self._counted = 0
        self._full = False

    def flush(self) -> None:
        """Nothing is held back."""

    def write(self, data: bytes) -> int:
        """Take some bytes in."""
        if self._full:
            # The engine writes once more what it could not write.
            raise Enough
        self.held += data
        # Shorter than so many signs, it holds fewer rows.
        if self._sign and len(self.held) >= self._rows * len(self._sign):
            self._count += self.held.count(self._sign, max(self._counted - len(self._sign) + 1, 0))
            self._counted = len(self.held)
        if self._sign and self._count >= self._rows:
            # Signs also stand in words; they are told apart once there may be enough of them.
            self._count = cut_solutions(bytes(self.held), self._media_type, rows=1 << 62)[1]
        self._full = len(self.held) > self._size or (bool(self._sign) and self._count > self._rows)
        if self._full:
            raise Enough
        return len(data)


_SIGNS = {
    "application/sparql-results+json": b"},{",
    "application/sparql-results+xml": b"</result>",
    "text/csv": b"\r\n",
    "text/tab-separated-values": b"\n",
}


def _give_triples(results: ox.QueryTriples, media_type: str, cut: Cut) -> Given:
    taken = list(_iter_checked(islice(results, cut.rows + 1)))
    whole, kept = len(taken) <= cut.rows, taken[: cut.rows]
    while True:
        sink = _Sink(cut.size)
        try:
            ox.serialize(kept, cast(BinaryIO, sink), format=_TRIPLES[media_type], prefixes=PREFIXES)
        except Enough:
            whole, kept = False, kept[: len(kept) // 2]
            continue
        if whole:
            return Given(media_type, bytes(sink.held))
        marked = mark_triples(bytes(sink.held), media_type, cut.notice.format(rows=len(kept)))
        return Given(media_type, marked, True, len(kept))


def _iter_checked(results: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
    try:
        yield from results
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryRefused(f"the engine gave this up on the way: {error}") from error


def _write(results: Results, media_type: str, output: BinaryIO | _Sink) -> None:
    file = cast(BinaryIO, output)
    try:
        if isinstance(results, ox.QueryTriples):
            ox.serialize(results, file, format=_TRIPLES[media_type], prefixes=PREFIXES)
        else:
            results.serialize(file, format=_SOLUTIONS[media_type])
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise QueryRefused(f"the engine gave this up on the way: {error}") from error


def _names(graphs: Sequence[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(name) for name in graphs]
    except ValueError as error:
        raise QueryRefused(f"a graph is named by something that is no IRI: {error}") from error
