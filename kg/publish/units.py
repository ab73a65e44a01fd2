"""From sorted lines to units: the lines of one subject, taken apart by graph, with their digests.

A line feed never stands inside a line of N-Quads, so that whatever is searched for with one cannot be found in a text.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """The sorted lines, each ended, of one subject in one graph: `start` is `<subject> `, `end` is ` <graph> .`."""

    start: bytes
    end: bytes
    data: bytes

    def digest(self) -> bytes:
        """SHA-256, 32 bytes, of the lines: the RDFC-1.0 hash of its graph."""
        return hashlib.sha256(self.data).digest()

    def lines(self) -> list[bytes]:
        """The lines without their ends."""
        return self.data.split(b"\n")[:-1]

    def turtle(self) -> bytes:
        """Predicates and objects as Turtle has them, each on a line of its own, indented by four spaces."""
        pairs = self.data.replace(self.end + b"\n" + self.start, b" ;\n    ")
        return b"    " + pairs[len(self.start) : -len(self.end) - 1]


@dataclass(frozen=True, slots=True)
class Subject:
    """All lines of one subject: `start` is `<subject> `, `data` its sorted lines, each ended, `count` how many."""

    start: bytes
    data: bytes
    count: int

    def parts(self) -> list[Part]:
        """Its units, in order of graph."""
        end = self.data[self.data.rindex(b" <") : -1]
        if self.data.count(end + b"\n") == self.count:
            return [Part(self.start, end, self.data)]
        graphs: dict[bytes, list[bytes]] = {}
        for line in self.data.split(b"\n")[:-1]:
            graphs.setdefault(line[line.rindex(b" <") :], []).append(line + b"\n")
        return [Part(self.start, end, b"".join(own)) for end, own in sorted(graphs.items(), key=lambda item: item[0])]


def iter_subjects(batches: Iterable[list[bytes]]) -> Iterator[Subject]:
    """Yield each subject of sorted lines. Raises ValueError for a line that is not a quad.

    >>> [subject.count for subject in iter_subjects([[b"<a:1> <b:1> <c:1> <g:1> ."], [b"<a:1> <b:2> <c:1> <g:1> ."]])]
    [2]
    """
    start, held = b"\xff", list[bytes]()
    for batch in batches:
        for line in batch:
            if line.startswith(start):
                held.append(line)
                continue
            if held:
                yield _join(start, held)
            start, held = line[: line.index(b"> ") + 2], [line]
    if held:
        yield _join(start, held)


def _join(start: bytes, lines: list[bytes]) -> Subject:
    return Subject(start, b"\n".join(lines) + b"\n", len(lines))


def iter_parts(batches: Iterable[list[bytes]]) -> Iterator[Part]:
    """Yield every unit of sorted lines, in order of subject, then graph."""
    for subject in iter_subjects(batches):
        yield from subject.parts()
