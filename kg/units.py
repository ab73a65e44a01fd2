"""The unit of hashing, logging, sealing and projecting: the triples of one subject in one graph."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from kg.terms import Iri


@dataclass(frozen=True, slots=True)
class Unit:
    """The triples of one subject in one graph, as sorted N-Quads lines without their line ends."""

    subject: Iri
    graph: Iri
    lines: tuple[str, ...]

    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the lines as canonical N-Quads."""
        return digest_lines(self.lines)


def digest_lines(lines: Iterable[str]) -> str:
    """SHA-256, in hexadecimal, of sorted N-Quads lines, each ended by a line feed.

    >>> digest_lines([])[:8]
    'e3b0c442'
    """
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
