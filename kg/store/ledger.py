"""What a projection on another server says of itself, in a graph of its own: which record, which entry, how far.

It stands there, and not beside the log, so that whoever goes on after a dropped connection, from whichever machine,
knows what has arrived.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kg.errors import Unusable
from kg.rdf import write_iri, write_literal
from kg.store.base import MARKER, MARKER_GRAPH, GraphReader, Rows
from kg.terms import XSD, Iri, av

_INTEGER = f"{XSD}integer"
_NAMES = {"loadedTo": "loaded", "ofRecord": "record", "ofBase": "base", "builtWith": "built"}
_STATE = f"SELECT ?p ?o {{ GRAPH <{MARKER_GRAPH}> {{ <{MARKER_GRAPH}> ?p ?o }} }}"
_ENTRIES = f"""SELECT ?n ?hash ?thing {{ GRAPH <{MARKER_GRAPH}> {{
  ?entry <{av("entryNumber")}> ?n ; <{av("entryHash")}> ?hash . OPTIONAL {{ ?entry <{av("brought")}> ?thing }}
}} }}"""


@dataclass(frozen=True, slots=True)
class State:
    """Where a projection stands: the entry it shows whole, and the last unit taken of what comes after it.

    `record` and `base` tell the record, `built` the vocabulary and rules; "" for none.
    """

    entry: int = 0
    loaded: str = ""
    record: str = ""
    base: str = ""
    built: str = ""

    def to_lines(self) -> list[str]:
        """The N-Quads lines that say so."""
        facts = [(MARKER, write_literal(str(self.entry), datatype=_INTEGER))]
        facts += [
            (av(name), write_literal(value)) for name, field in _NAMES.items() if (value := str(getattr(self, field)))
        ]
        graph = write_iri(MARKER_GRAPH)
        return [f"{graph} {write_iri(predicate)} {value} {graph} ." for predicate, value in facts]


@dataclass(frozen=True, slots=True)
class Posted:
    """One entry of the log as a projection lists it: number, hash, its ingestion and what else no ingestion names."""

    number: int
    hash: str
    brought: tuple[Iri, ...] = ()

    def to_lines(self) -> list[str]:
        """The N-Quads lines that say so."""
        graph = write_iri(MARKER_GRAPH)
        start = write_iri(f"{MARKER_GRAPH}#entry-{self.number}")
        facts = [
            (av("entryNumber"), write_literal(str(self.number), datatype=_INTEGER)),
            (av("entryHash"), write_literal(self.hash)),
            # As text: whoever asks what leads to an ingestion is answered from the record, not from its projection.
            *((av("brought"), write_literal(each)) for each in self.brought),
        ]
        return [f"{start} {write_iri(predicate)} {value} {graph} ." for predicate, value in facts]


def read_state(store: GraphReader) -> State | None:
    """What a projection says of itself, None where there is none. Raises Unusable."""
    rows = _rows(store, _STATE)
    if not rows.rows:
        return None
    values = {term[0].value: term[1].value for term in rows.rows if term[0] and term[1]}
    fields = {field: values.get(av(name), "") for name, field in _NAMES.items()}
    try:
        return State(entry=int(values.get(MARKER, "0")), **fields)
    except ValueError as error:
        raise Unusable(f"the marker of the projection is damaged ({error}); `averment project --replace`") from error


def read_entries(store: GraphReader) -> list[Posted]:
    """The entries that a projection lists, in order."""
    found: dict[int, tuple[str, list[Iri]]] = {}
    for number, hash_, thing in _rows(store, _ENTRIES).rows:
        if number and hash_:
            _, brought = found.setdefault(int(number.value), (hash_.value, []))
            brought += [Iri(thing.value)] if thing else []
    return [Posted(number, each, tuple(sorted(brought))) for number, (each, brought) in sorted(found.items())]


def _rows(store: GraphReader, sparql: str) -> Rows:
    answer = store.query(sparql)
    return answer if isinstance(answer, Rows) else Rows((), ())


def own_things(subjects: Iterable[tuple[Iri, Iri]], base: str) -> list[Iri]:
    """Of (subject, graph) pairs, the subjects in graphs of their own of which no recording tells the entry."""
    told = tuple(f"{base}{kind}/" for kind in ("claim", "relay", "proposition"))
    return [subject for subject, graph in subjects if subject == graph and not subject.startswith(told)]
