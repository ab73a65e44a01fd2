"""What the pages need of a record, and how a request reaches it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar, cast

from flask import current_app, g

from kg.reading import Graph, Points, Reader
from kg.store.base import Answer
from kg.store.tables.view import TablesView

EXTENSION = "averment-record"
T = TypeVar("T")


class Placement(Protocol):
    """Where a unit stands in the log: its entry and that entry's hash, its own hash, and when it was recorded."""

    @property
    def entry(self) -> int:
        """The number of the entry."""
        ...

    @property
    def entry_hash(self) -> str:
        """The hash of the entry."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the unit as canonical N-Quads, in hexadecimal."""
        ...

    @property
    def recorded(self) -> str:
        """The instant of recording, in UTC."""
        ...


class Withdrawal(Protocol):
    """What a withdrawal says of itself."""

    @property
    def entry(self) -> int:
        """The number of its log entry."""
        ...

    @property
    def recorded(self) -> str:
        """When, in UTC."""
        ...

    @property
    def who(self) -> str:
        """Who decided."""
        ...

    @property
    def reason(self) -> str:
        """The IRI of the code of its reason."""
        ...


class Record(Protocol):
    """A record open for reading by any number of threads, always the newest state of it."""

    @property
    def root(self) -> Path:
        """The folder of the record."""
        ...

    @property
    def base(self) -> str:
        """The base of the record's IRIs."""
        ...

    def view(self) -> TablesView:
        """The newest tables, for SQL."""
        ...

    def graph(self) -> Graph:
        """The newest graph, for looking up single things."""
        ...

    def query(self, sparql: str) -> Answer:
        """Answer a SPARQL 1.1 query. Raises QueryRefused."""
        ...

    def query_serialised(self, sparql: str, media_type: str) -> bytes:
        """The answer to a query in a standard result format. Raises QueryRefused."""
        ...

    def read_capture(self, sha256: str) -> bytes | None:
        """The bytes of a capture, None where they are not kept here."""
        ...

    def standing(self) -> int:
        """The log entry that what is read stands at."""
        ...

    def statements(self, iri: str) -> Sequence[str]:
        """The N-Quads lines of a thing, [] where the record holds none."""
        ...

    def place_in_log(self, iri: str, *, entry: int | None = None) -> Placement | None:
        """Where a thing stands in the log, None where it is not in it; `entry` is its entry where that is known."""
        ...

    def find_commitment(self, iri: str) -> str | None:
        """The salted commitment that the chain of the log holds to a thing, None where it is not at hand."""
        ...

    def withdrawal(self, iri: str) -> Withdrawal | None:
        """What may be said of something that was withdrawn, None where nothing may."""
        ...

    def counts(self) -> dict[str, int]:
        """How many of each kind of thing the record holds."""
        ...


@dataclass(frozen=True, slots=True)
class Tables:
    """One state of the record's tables, as analyses take it."""

    base: str
    tables: TablesView

    def view(self) -> TablesView:
        """The tables."""
        return self.tables


def get_record() -> Record:
    """The record this application serves."""
    return cast(Record, current_app.extensions[EXTENSION])


def get_tables() -> Tables:
    """One state of the tables for the whole of a request, so that a page never mixes two."""
    if "tables" not in g:
        g.tables = Tables(get_record().base, get_record().view())
    return cast(Tables, g.tables)


def once(name: str, make: Callable[[], T]) -> T:
    """What `make` gives for this state of the tables, made once for all requests."""
    kept = current_app.extensions.setdefault(f"{EXTENSION}-once", {})
    view = get_tables().view()
    if kept.get(name, (None,))[0] is not view:
        kept[name] = view, make()
    return cast(T, kept[name][1])


def get_reader() -> Reader:
    """One reader of that state, which learns each name once."""
    if "reader" not in g:
        g.reader = Reader(get_tables().tables, get_record().base, graph=get_record().graph())
    return cast(Reader, g.reader)


def get_points() -> Points:
    """The same reader's look-ups of single things."""
    return points_of(get_reader())


def points_of(reader: Reader) -> Points:
    """The look-ups of a reader that has a graph."""
    assert reader.points is not None
    return reader.points
