"""The contract of every graph store, and what its answers are made of; no engine's own objects leave this room."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from kg.errors import AvermentError
from kg.terms import Iri, av

# The marker stands in a graph of its own, so that GRAPH and FROM can tell it from the record.
MARKER_GRAPH = Iri("https://w3id.org/averment/projection")
MARKER = av("standsAt")
VOCABULARY_GRAPH = Iri("https://w3id.org/averment/ns")

Progress = Callable[[int], None]
"""Called now and then with the number of lines loaded so far."""


class Term(NamedTuple):
    """One value of an answer; `language` and `datatype` are "" where it has none, or a plain string."""

    kind: Literal["iri", "literal", "bnode"]
    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a SELECT: names without `?`, and rows as long as they, None where a variable is unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """The answer to an ASK."""

    value: bool


@dataclass(frozen=True, slots=True)
class Triples:
    """The answer to a CONSTRUCT or DESCRIBE, as N-Triples lines without their line ends, in the engine's order."""

    lines: tuple[str, ...]


Answer = Rows | Truth | Triples


class QueryRefused(AvermentError):
    """A query that is not run: why, and where; `line` and `column` count from 1, 0 where no one place is at fault."""

    def __init__(self, reason: str, *, line: int = 0, column: int = 0) -> None:
        self.reason = reason
        self.line = line
        self.column = column
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(f"{place}{reason}")


class GraphReader(Protocol):
    """A graph that can be asked."""

    def standing(self) -> int:
        """Return the log entry the graph stands at, 0 where it is empty."""
        ...

    def query(self, sparql: str) -> Answer:
        """Answer a SPARQL 1.1 query over all named graphs as one; raises QueryRefused."""
        ...


class GraphStore(GraphReader, Protocol):
    """A graph that can be asked and brought up to an entry of the log."""

    def apply(self, added: Sequence[str], removed: Sequence[str], *, entry: int) -> None:
        """Remove and add N-Quads lines and move the marker to `entry`; lines that are refused change nothing.

        A store that takes large changes in several steps moves the marker with the last; repeating it doubles nothing.
        """
        ...

    def rebuild(self, lines: Iterable[str], *, entry: int, progress: Progress | None = None) -> None:
        """Replace everything by these N-Quads lines, none of which is taken before the last one has been read."""
        ...
