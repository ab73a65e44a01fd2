"""The graph on any SPARQL 1.1 server: queries by SPARQLWrapper, changes by Update and the Graph Store Protocol.

Nothing but the standard is spoken. Whatever is written is ground (no blank node), so that what arrives twice after a
dropped connection is there once.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from itertools import groupby, islice
from urllib.parse import quote
from urllib.request import Request

from SPARQLWrapper import POST, SELECT, SPARQLWrapper
from SPARQLWrapper.Wrapper import QueryResult

from kg.errors import Unusable
from kg.rdf import parse_quads, write_iri
from kg.store.base import MARKER, MARKER_GRAPH, Answer, Progress, QueryRefused, Rows, Term, Truth
from kg.store.guard import check_query
from kg.store.http import Rejected, Transport, media_type, plain, shorten
from kg.store.refusal import explain_syntax_error
from kg.store.results import iter_quads, read_json, read_triples
from kg.terms import XSD

_JSON, _NTRIPLES, _TSV = "application/sparql-results+json", "application/n-triples", "text/tab-separated-values"
# One request asks for both kinds of answer: which it is, is for the server's grammar to say.
_EITHER = f"{_JSON}, {_NTRIPLES};q=0.9"
_PLACE = re.compile(r"\bline:?\s*(\d+),?\s*col(?:umn)?:?\s*(\d+)", re.IGNORECASE)
_COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
_FORGET = f"DELETE WHERE {{ GRAPH <{MARKER_GRAPH}> {{ <{MARKER_GRAPH}> ?property ?value }} }}"
BATCH = 1_000_000  # bytes of one request
_CHECKED = 10_000
_WHOLE = 500  # lines of one graph from which they go by the Graph Store Protocol
NOT_AS_ONE = (
    "it does not ask all named graphs as one. Remedy: let its default graph be the union of the named ones "
    "(docs/stores.md says how, for each server)"
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a server answers queries, takes updates, and offers the Graph Store Protocol ("" for not at all)."""

    query: str
    update: str
    graphs: str = ""


class _Wrapper(SPARQLWrapper):
    """A SPARQLWrapper whose requests go by a transport: its own follows redirects, credentials and all."""

    def __init__(
        self, address: str, transport: Transport, accept: str, graphs: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(address, agent="averment")
        self._transport = transport
        self.setMethod(POST)
        self.setOnlyConneg(True)
        self.addCustomHttpHeader("Accept", accept)
        for name, values in (graphs or {}).items():
            for value in values:
                self.addParameter(name, value)

    def ask(self, sparql: str) -> tuple[bytes, str]:
        """The whole answer and its media type."""
        return self._transport.fetch(self._prepare(sparql))

    def stream(self, sparql: str) -> QueryResult:
        """The answer as it comes in."""
        self._prepare(sparql)
        return self.query()

    def _prepare(self, sparql: str) -> Request:
        # Not setQuery, which takes the word INSERT in a comment for an update; `check_query` has told that it is none.
        self.queryString, self.queryType = sparql, SELECT
        request: Request = self._createRequest()
        return request

    def _query(self) -> tuple[HTTPResponse, str]:
        return self._transport.open(self._createRequest()), self.returnFormat


class RemoteReader:
    """A graph on a server, asked live."""

    def __init__(self, address: str, transport: Transport) -> None:
        self.address, self.transport = address, transport
        self.where = plain(address)

    def standing(self) -> int:
        """The log entry the graph stands at, 0 where it is empty or being filled."""
        answer = self._fetch_rows(f"SELECT ?n {{ GRAPH <{MARKER_GRAPH}> {{ <{MARKER_GRAPH}> <{MARKER}> ?n }} }}")
        return max((int(row[0].value) for row in answer.rows if row[0]), default=0)

    def query(self, sparql: str) -> Answer:
        """Answer a SPARQL 1.1 query over all named graphs as one; raises QueryRefused, Unusable."""
        data, kind = self._ask(sparql, _EITHER)
        if kind in (_JSON, "application/json"):
            return read_json(data, self.where)
        if kind in (_NTRIPLES, "text/plain"):
            return read_triples(data, self.where)
        raise self._unlike(kind)

    def query_serialised(self, sparql: str, media_type: str) -> bytes:
        """The server's own answer as `media_type`; raises QueryRefused, also where it is not given so."""
        data, kind = self._ask(sparql, media_type)
        if kind != media_type:
            raise QueryRefused(f"the server does not give this answer as {media_type}, but as {kind or 'nothing'}")
        return data

    def describe(self, iri: str) -> dict[str, tuple[Term, ...]]:
        """What any graph says of a thing, by property, each value once and in order."""
        found: dict[str, set[Term]] = {}
        for prop, value in self._fetch_rows(f"SELECT ?p ?o {{ GRAPH ?g {{ {write_iri(iri)} ?p ?o }} }}").rows:
            if prop and value:
                found.setdefault(prop.value, set()).add(value)
        return {prop: tuple(sorted(values, key=_in_order)) for prop, values in found.items()}

    def subjects(self, prop: str, iri: str) -> tuple[str, ...]:
        """The IRIs of which any graph says that this thing is their value of a property, in order."""
        rows = self._fetch_rows(f"SELECT ?s {{ GRAPH ?g {{ ?s {write_iri(prop)} {write_iri(iri)} }} }}").rows
        return tuple(sorted({row[0].value for row in rows if row[0] and row[0].kind == "iri"}))

    def count_subjects(self, prop: str, iri: str, *, most: int) -> int:
        """How many statements there are that a thing is the value of a property, counted up to `most`."""
        pattern = f"GRAPH ?g {{ ?s {write_iri(prop)} {write_iri(iri)} }}"
        return len(self._fetch_rows(f"SELECT ?s {{ {pattern} }} LIMIT {most}").rows)

    def is_union(self) -> bool:
        """Whether a query without GRAPH sees what stands in named graphs; a marker must stand."""
        answer = self.query(f"ASK {{ <{MARKER_GRAPH}> <{MARKER}> ?n }}")
        return isinstance(answer, Truth) and answer.value

    def count(self) -> int:
        """How many quads stand in named graphs."""
        return int(next(row[0].value for row in self._fetch_rows(_COUNT).rows if row[0]))

    def fetch_subjects(self, start: str) -> list[str]:
        """The IRIs of all subjects that begin so. Raises Unusable where the server sends fewer than it counts."""
        pattern = f'{{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?s), "{start}")) }}'
        counted = self._fetch_rows(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {pattern}")
        found = [row[0].value for row in self._fetch_rows(f"SELECT DISTINCT ?s {pattern}").rows if row[0]]
        self._check_count(len(found), counted, "subjects")
        return found

    def iter_lines(self, where: str = "") -> Iterator[str]:
        """Yield every quad as an N-Quads line, or those that fit a filter over ?s ?p ?o ?g, as the server sends them.

        Raises Unusable where it sends fewer than it counts: some cut long answers without a word.
        """
        pattern = f"{{ GRAPH ?g {{ ?s ?p ?o }} {where} }}"
        counted = self._fetch_rows(f"SELECT (COUNT(*) AS ?n) {pattern}")
        result = _Wrapper(self.address, self.transport, _TSV).stream(f"SELECT ?s ?p ?o ?g {pattern}")
        response = result.response
        found = 0
        try:
            if media_type(response) != _TSV:
                raise self._unlike(media_type(response))
            for line in iter_quads(iter(response.readline, b""), self.where):
                found += 1
                yield line
        except OSError as error:
            raise Unusable(f"{self.where}: the connection was dropped before its answer was whole.") from error
        finally:
            response.close()
        self._check_count(found, counted, "quads")

    def _check_count(self, found: int, counted: Rows, what: str) -> None:
        wanted = int(next(row[0].value for row in counted.rows if row[0]))
        if found != wanted:
            raise Unusable(
                f"{self.where}: it counts {wanted:,} {what} and sends {found:,}. Remedy: raise the number of rows that "
                "it answers with, or try again where it was being written."
            )

    def _fetch_rows(self, sparql: str) -> Rows:
        answer = self.query(sparql)
        if not isinstance(answer, Rows):
            raise Unusable(f"{self.where}: it answers a SELECT with {type(answer).__name__.lower()}.")
        return answer

    def open_answer(
        self, sparql: str, accept: str, *, graphs: Mapping[str, Sequence[str]] | None = None
    ) -> HTTPResponse:
        """The server's answer as it comes in; `graphs` are those the protocol names by its parameters.

        The caller closes it. Raises QueryRefused, Unusable.
        """
        check_query(sparql)
        with _telling(sparql, accept):
            return _Wrapper(self.address, self.transport, accept, graphs).stream(sparql).response

    def _ask(self, sparql: str, accept: str) -> tuple[bytes, str]:
        check_query(sparql)
        with _telling(sparql, accept):
            return _Wrapper(self.address, self.transport, accept).ask(sparql)

    def _unlike(self, kind: str) -> Unusable:
        return Unusable(
            f"{self.where}: it answers with {kind or 'no media type'}, which is no answer to a SPARQL query. "
            "Remedy: name the address of its SPARQL endpoint, not that of a page."
        )


@contextmanager
def _telling(sparql: str, accept: str) -> Iterator[None]:
    """Tell a refusal of the query itself from a server that fails."""
    try:
        yield
    except Rejected as error:
        if error.status == 400:
            raise explain_refusal(error.said, sparql) from error
        if error.status == 406:
            raise QueryRefused(f"the server does not give this answer as {accept}") from error
        raise


@dataclass(frozen=True, slots=True)
class Operation:
    """INSERT DATA or DELETE DATA of N-Quads lines."""

    verb: str
    lines: Sequence[str]

    def write(self) -> str:
        """The operation in SPARQL 1.1 Update."""
        parts = [self.verb + " {"]
        for graph, group in groupby(self.lines, key=_graph_of):
            parts.append(f"GRAPH {graph} {{")
            parts += [f"{line[: line.rindex(' <')]} ." for line in group]
            parts.append("}")
        return "\n".join([*parts, "}"])


class RemoteStore(RemoteReader):
    """A graph on a server, written by its one writer."""

    def __init__(self, addresses: Addresses, transport: Transport, *, batch: int = BATCH) -> None:
        """`batch` is the greatest size of a request in bytes; a single line may be larger."""
        super().__init__(addresses.query, transport)
        self.addresses, self.batch = addresses, batch

    def apply(self, added: Sequence[str], removed: Sequence[str], *, entry: int) -> None:
        """Remove and add N-Quads lines, in requests of one batch each, and move the marker with the last of them."""
        check_lines([*removed, *added])
        self.send(added, removed, marker=[to_marker(entry)])

    def rebuild(self, lines: Iterable[str], *, entry: int, progress: Progress | None = None) -> None:
        """Replace everything in the server's store by these N-Quads lines, read to their end before any is sent.

        A reader meanwhile finds it standing at 0.
        """
        with spool(lines) as kept:
            self.clear()
            for place, batch in enumerate(take_batches(kept, self.batch), start=1):
                self.send(batch, ())
                if progress is not None:
                    progress(place * len(batch))
        self.send((), (), marker=[to_marker(entry)])

    def clear(self) -> None:
        """Remove everything."""
        self.update("CLEAR ALL")

    def send(self, added: Sequence[str], removed: Sequence[str], *, marker: Sequence[str] | None = None) -> None:
        """Remove and add lines; `marker` is what stands of the projection itself once they are there."""
        rest = list(added)
        if self.addresses.graphs:
            rest = [line for batch in take_batches(added, self.batch) for line in self._post_graphs(batch)]
        steps = [Operation("DELETE DATA", batch) for batch in take_batches(removed, self.batch)]
        steps += [Operation("INSERT DATA", batch) for batch in take_batches(rest, self.batch)]
        last = [] if marker is None else [_FORGET, Operation("INSERT DATA", marker).write()]
        if len(steps) < 2:
            # One request, and so one transaction with most servers.
            self.update(" ;\n".join([*(step.write() for step in steps), *last]))
            return
        for step in steps:
            self._run(step)
        self.update(" ;\n".join(last))

    def replace_graph(self, graph: str, lines: Sequence[str]) -> None:
        """Let one graph hold these lines and no others."""
        if self.addresses.graphs:
            self._to_graph("PUT", graph, lines)
            return
        self.update(f"DROP SILENT GRAPH <{graph}>")
        for batch in take_batches(lines, self.batch):
            self._run(Operation("INSERT DATA", batch))

    def update(self, sparql: str) -> None:
        """Run a SPARQL 1.1 update; nothing where there is none. Raises Unusable."""
        if not sparql:
            return
        headers = {"Content-Type": "application/sparql-update; charset=utf-8", "User-Agent": "averment"}
        request = Request(self.addresses.update, data=sparql.encode(), headers=headers, method="POST")  # noqa: S310
        try:
            self.transport.fetch(request)
        except Rejected as error:
            if error.status == 400:
                words = shorten(error.said)
                raise Rejected(f"{self.where}: the graph could not be changed: {words}", 400, error.said) from error
            raise

    def _run(self, step: Operation) -> None:
        """Run one operation; where the server takes no request of its size, in halves."""
        try:
            self.update(step.write())
        except Rejected as error:
            if error.status != 413 or len(step.lines) < 2:
                raise
            middle = len(step.lines) // 2
            for half in (step.lines[:middle], step.lines[middle:]):
                self._run(Operation(step.verb, half))

    def _post_graphs(self, lines: Iterable[str]) -> list[str]:
        """Add what is much for one graph by the Graph Store Protocol, and return the rest."""
        rest: list[str] = []
        for graph, group in groupby(sorted(lines, key=_graph_of), key=_graph_of):
            found = list(group)
            if len(found) < _WHOLE:
                rest += found
            else:
                self._to_graph("POST", graph[1:-1], found)
        return rest

    def _to_graph(self, method: str, graph: str, lines: Sequence[str]) -> None:
        address = f"{self.addresses.graphs}{'&' if '?' in self.addresses.graphs else '?'}graph={quote(graph, safe='')}"
        body = "".join(f"{line[: line.rindex(' <')]} .\n" for line in lines).encode()
        headers = {"Content-Type": _NTRIPLES, "User-Agent": "averment"}
        self.transport.fetch(Request(address, data=body, headers=headers, method=method))  # noqa: S310


def explain_refusal(said: str, sparql: str) -> QueryRefused:
    """The refusal of a query in a server's own words, with its place where they name one.

    >>> print(explain_refusal("Encountered x at line 2, column 7.", "ASK"))
    line 2, column 7: the server refuses it: Encountered x at line 2, column 7.
    """
    if "error at " in said and "expected" in said:
        return explain_syntax_error(said[said.index("error at ") :], sparql)
    found = _PLACE.search(said)
    reason = f"the server refuses it: {shorten(said) or 'it does not say why'}"
    return QueryRefused(reason, line=int(found[1]), column=int(found[2])) if found else QueryRefused(reason)


def _in_order(term: Term) -> tuple[str, str, str]:
    return term.value, term.language, term.datatype


def to_marker(entry: int) -> str:
    """The line that says at which entry of the log a projection stands."""
    return f'<{MARKER_GRAPH}> <{MARKER}> "{entry}"^^<{XSD}integer> <{MARKER_GRAPH}> .'


def check_lines(lines: Sequence[str]) -> None:
    """Refuse lines that are no ground quads before any is sent. Raises Unusable."""
    try:
        parse_quads(lines)
    except SyntaxError as error:
        raise Unusable(f"the graph could not be changed, it stands as it was: {error}") from error
    for line in lines:
        if line.startswith("_:") or " _:" in line.partition('"')[0]:
            raise Unusable(f"the graph could not be changed: a blank node would be there twice: {line[:200]}")


def take_batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield the lines in groups of at most so many bytes each, or of one line."""
    batch: list[str] = []
    held = 0
    for line in lines:
        length = len(line.encode()) + 1
        if batch and held + length > size:
            yield batch
            batch, held = [], 0
        batch.append(line)
        held += length
    if batch:
        yield batch


@contextmanager
def spool(lines: Iterable[str]) -> Iterator[Iterator[str]]:
    """Lines that are read to their end, and then given again one by one."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as file:
        source = iter(lines)
        while chunk := list(islice(source, _CHECKED)):
            check_lines(chunk)
            file.writelines(f"{line}\n" for line in chunk)
        file.seek(0)
        yield (line.rstrip("\n") for line in file)


def _graph_of(line: str) -> str:
    return line[line.rindex(" <") + 1 : -2]
