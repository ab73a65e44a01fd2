"""From subjects to units: the lines of one subject, taken apart by graph, with their digests."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, overload

from kg.log.streams import Subject

DIGEST = 32  # bytes of a digest


class Digests(Sequence[bytes]):
    """The digests of a file, one after another, as they lie there: millions of objects would take five times the room.

    >>> list(Digests(bytes(32) + bytes([1]) * 32 + b"rest")) == [bytes(32), bytes([1]) * 32]
    True
    """

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data) // DIGEST

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> "Digests": ...
    def __getitem__(self, index: int | slice) -> "bytes | Digests":
        if isinstance(index, slice):
            return Digests(b"".join(self[at] for at in range(len(self))[index]))
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        start = index % len(self) * DIGEST
        return self._data[start : start + DIGEST]


class Part(NamedTuple):
    """The sorted lines, each ended, of one subject in one graph: `start` is `<subject> `, `end` is ` <graph> .`.

    `pairs` are what stands between the two in each line: property and value.
    """

    start: bytes
    end: bytes
    data: bytes
    pairs: list[bytes]

    def digest(self) -> bytes:
        """SHA-256, 32 bytes, of the lines: the RDFC-1.0 hash of its graph."""
        return hashlib.sha256(self.data).digest()

    def lines(self) -> list[bytes]:
        """The lines without their ends."""
        return self.data.split(b"\n")[:-1]

    def trig(self) -> bytes:
        """A block of TriG, each predicate and object on a line of its own; IRIs in full, at the cost of a copy."""
        return b"%b {\n  %b\n    %b .\n}\n" % (self.end[1:-2], self.start[:-1], b" ;\n    ".join(self.pairs))


def split_parts(subject: Subject) -> list[Part]:
    """The units of a subject, in order of graph.

    >>> lines = b"<a:1> <b:1> <c:1> <g:2> .\\n<a:1> <b:2> <c:1> <g:1> .\\n"
    >>> [(part.end, part.pairs) for part in split_parts(Subject(b"<a:1> ", lines))]
    [(b' <g:1> .', [b'<b:2> <c:1>']), (b' <g:2> .', [b'<b:1> <c:1>'])]
    """
    start, data = subject
    part = _to_part(start, data[data.rindex(b" <") : -1], data)
    if len(part.pairs) == data.count(b"\n"):
        return [part]
    graphs: dict[bytes, list[bytes]] = {}
    for line in data.split(b"\n")[:-1]:
        graphs.setdefault(line[line.rindex(b" <") :], []).append(line + b"\n")
    return [_to_part(start, end, b"".join(own)) for end, own in sorted(graphs.items())]


def _to_part(start: bytes, end: bytes, data: bytes) -> Part:
    """The lines of a subject, all of which end with ` <graph> .`."""
    return Part(start, end, data, data[len(start) : -len(end) - 1].split(end + b"\n" + start))


def iter_parts(batches: Iterable[list[Subject]]) -> Iterator[Part]:
    """Yield every unit of sorted subjects, in order of subject, then graph."""
    for batch in batches:
        for subject in batch:
            yield from split_parts(subject)
