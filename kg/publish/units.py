"""From sorted lines to units: the lines of one subject, taken apart by graph, with their digests."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Lines = list[bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """The sorted lines of one subject in one graph: `start` is `<subject> `, `end` is ` <graph> .`, as bytes."""

    start: bytes
    end: bytes
    lines: Lines

    def digest(self) -> bytes:
        """SHA-256, 32 bytes, of the lines, each ended by a line feed: the RDFC-1.0 hash of its graph."""
        return hashlib.sha256(b"\n".join(self.lines) + b"\n").digest()


def iter_subjects(batches: Iterable[Lines]) -> Iterator[tuple[bytes, Lines]]:
    """Yield each `<subject> ` of sorted lines with its lines. Raises ValueError for a line that is not a quad.

    >>> list(iter_subjects([[b"<a:1> <b:1> <c:1> <g:1> ."], [b"<a:1> <b:2> <c:1> <g:1> ."]]))[0][0]
    b'<a:1> '
    """
    start, held = b"\xff", []
    for batch in batches:
        for line in batch:
            if line.startswith(start):
                held.append(line)
                continue
            if held:
                yield start, held
            start, held = line[: line.index(b"> ") + 2], [line]
    if held:
        yield start, held


def split_parts(start: bytes, lines: Lines) -> list[Part]:
    """The units of one subject, in order of graph."""
    end = lines[0][lines[0].rindex(b" <") :]
    if all(line.endswith(end) for line in lines):
        return [Part(start, end, lines)]
    graphs: dict[bytes, Lines] = {}
    for line in lines:
        graphs.setdefault(line[line.rindex(b" <") :], []).append(line)
    return [Part(start, end, own) for end, own in sorted(graphs.items(), key=lambda item: item[0])]
