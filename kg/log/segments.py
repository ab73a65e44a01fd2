"""Segments: units as sorted N-Quads, compressed the same way every time, and the salted commitment to each unit.

Within a segment the lines are sorted as a whole; a unit is what is left of them for one subject and one graph, and the
units count as leaves in the order of subject, then graph.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from operator import lt
from pathlib import Path
from typing import NamedTuple

import zstandard

from kg.log.layout import SALT_BYTES, checksum_path
from kg.log.merkle import root_of
from kg.terms import Iri
from kg.units import Unit

# Part of the format: another level gives other bytes for the same content.
_LEVEL = 3
_NOT_NAMED = re.compile("[ <>]")


class Draft(NamedTuple):
    """A unit on its way into a segment; it sorts as its lines do. `start` is `<subject> `, `data` its lines."""

    start: str
    graph: str
    data: bytes
    claim: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment ready to be written: compressed lines, commitments and salts in leaf order, and the root."""

    data: bytes
    commitments: bytes
    salts: bytes
    units: int
    claims: int
    root: str


def draft_unit(unit: Unit, *, claim: bool = False) -> Draft:
    """A unit ready for a segment. Raises ValueError where it could not be read back as the same unit."""
    start, end = f"<{unit.subject}> ", f" <{unit.graph}> ."
    lines = unit.lines
    text = "\n".join([*lines, ""])
    if not lines or _NOT_NAMED.search(unit.subject + unit.graph):
        raise ValueError(f"a unit needs lines and IRIs without spaces or brackets: {unit.subject!r} in {unit.graph!r}")
    if text.count("\n") != len(lines) or "\r" in text:
        raise ValueError(f"a line end inside a line of {unit.subject}")
    if not (all(map(str.startswith, lines, repeat(start))) and all(map(str.endswith, lines, repeat(end)))):
        raise ValueError(f"a line is not of {unit.subject} in the graph {unit.graph}: {text[:500]!r}")
    if not all(map(lt, lines, lines[1:])):
        raise ValueError(f"the lines of {unit.subject} are not sorted, or one is there twice")
    return Draft(start, unit.graph, text.encode(), claim)


def order_drafts(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts in leaf order, each once. Raises ValueError where one subject in one graph has two different contents."""
    ordered: list[Draft] = []
    for draft in sorted(drafts):
        if ordered and ordered[-1][:2] == draft[:2]:
            if ordered[-1].data != draft.data:
                raise ValueError(f"two different units of {draft.start}in the graph {draft.graph}")
            ordered[-1] = draft
        else:
            ordered.append(draft)
    return ordered


def join_drafts(ordered: Sequence[Draft]) -> bytes:
    """The lines of ordered drafts, sorted as a whole."""
    if all(before.start != after.start for before, after in pairwise(ordered)):
        return b"".join(draft.data for draft in ordered)
    # One subject in two graphs: the lines of its units interleave.
    lines = b"".join(draft.data for draft in ordered).split(b"\n")[:-1]
    return b"".join(line + b"\n" for line in sorted(lines))


def salt_of(seed: bytes, digest: bytes) -> bytes:
    """The salt of a unit, 16 bytes, from its digest and the seed of its batch (HMAC, RFC 2104)."""
    return hmac.digest(seed, b"salt" + digest, "sha256")[:SALT_BYTES]


def commit_to(salt: bytes, digest: bytes) -> bytes:
    """The commitment to a unit, 32 bytes; without the salt it tells nothing of the content."""
    return hashlib.sha256(salt + digest).digest()


def build_segment(ordered: Sequence[Draft], content: bytes, *, seed: bytes) -> Segment:
    """The segment of ordered drafts and their joined lines."""
    digests = [hashlib.sha256(draft.data).digest() for draft in ordered]
    salts = [salt_of(seed, digest) for digest in digests]
    commitments = [commit_to(salt, digest) for salt, digest in zip(salts, digests, strict=True)]
    return Segment(
        data=compress(content),
        commitments=b"".join(commitments),
        salts=b"".join(salts),
        units=len(ordered),
        claims=sum(draft.claim for draft in ordered),
        root=root_of(commitments).hex(),
    )


def compress(content: bytes) -> bytes:
    """One zstd frame with content size and checksum; the same bytes every time from one version of the library."""
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True, write_content_size=True).compress(content)


def checksum_line(name: str, data: bytes) -> bytes:
    """The checksum file of a segment file, as `sha256sum --check` reads it."""
    return f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode()


def read_lines(path: Path) -> list[str]:
    """The sorted lines of a segment file. Raises ValueError for damage, FileNotFoundError where a file is missing."""
    return to_lines(read_text(path))


def to_lines(text: bytes) -> list[str]:
    """The lines of a segment's text, without their ends."""
    return text.decode().split("\n")[:-1]


def has_subject(text: bytes, start: bytes) -> bool:
    """Whether a line of a segment's text begins with `<subject> `; as the lines are sorted, few are looked at.

    >>> [has_subject(b"<a:1> 1\\n<a:3> 1\\n", start) for start in (b"<a:1> ", b"<a:2> ", b"<a:3> ", b"<a:4> ")]
    [True, False, True, False]
    """
    # Where a line begins that may be the first not before `start`, and where one begins that is not, or the end.
    low, high = 0, len(text)
    while low < high:
        line = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = text.index(b"\n", line) + 1
        if text[line:end] < start:
            low = end
        else:
            high = line
    return text.startswith(start, low)


def read_text(path: Path) -> bytes:
    """The sorted lines of a segment file, each ended. Raises ValueError for damage, FileNotFoundError."""
    data = path.read_bytes()
    if checksum_path(path).read_bytes() != checksum_line(path.name, data):
        raise ValueError("its bytes are not those its .sha256 file was written for")
    try:
        text = zstandard.ZstdDecompressor().decompress(data)
    except zstandard.ZstdError as error:
        raise ValueError(f"it cannot be decompressed ({error})") from error
    if text and not text.endswith(b"\n"):
        raise ValueError("its last line has no end")
    return text


def split_units(lines: Sequence[str]) -> Iterator[Unit]:
    """The units of a segment's lines, in leaf order. Raises ValueError for a line that is not a quad of IRIs."""
    here, end = 0, len(lines)
    while here < end:
        start = lines[here][: lines[here].index("> ") + 2]
        there = here + 1
        while there < end and lines[there].startswith(start):
            there += 1
        yield from _split_graphs(Iri(start[1:-2]), lines[here:there])
        here = there


def _split_graphs(subject: Iri, lines: Sequence[str]) -> Iterator[Unit]:
    """The units of one subject, in order of graph."""
    graph = _graph_of(lines[0])
    end = f" <{graph}> ."
    if all(line.endswith(end) for line in lines):
        yield Unit(subject, graph, tuple(lines))
        return
    graphs: dict[Iri, list[str]] = {}
    for line in lines:
        graphs.setdefault(_graph_of(line), []).append(line)
    for graph, own in sorted(graphs.items()):
        yield Unit(subject, graph, tuple(own))


def _graph_of(line: str) -> Iri:
    if not line.endswith("> ."):
        raise ValueError(f"not a quad with a graph: {line[:120]!r}")
    return Iri(line[line.rindex(" <") + 2 : -3])
