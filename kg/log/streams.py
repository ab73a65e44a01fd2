"""The public lines of a log as one sorted stream of subjects, in bounded memory, whatever the number of segments.

A line feed never stands inside a line of N-Quads, so that whatever is searched for with one cannot be found in a text.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import zstandard

from kg.log.layout import checksum_path, is_sealed
from kg.log.reader import LogReader
from kg.log.reading import damaged, read_segment

_CHUNK = 1 << 20  # bytes of text read from one segment at a time, of a quarter where all are merged
_MERGED = 1 << 18
_SMALL = 1 << 16  # bytes of a compressed segment below which it is read whole, so that few files are open at once


class Subject(NamedTuple):
    """All lines of one subject: `start` is `<subject> `, `data` its sorted lines, each ended."""

    start: bytes
    data: bytes


_start = attrgetter("start")


def iter_sorted(log: LogReader, *, upto: int | None = None) -> Iterator[list[Subject]]:
    """Yield the subjects up to an entry, each once, in order of their bytes, in batches. Raises Unusable for damage."""
    sources: list[Iterator[list[Subject]]] = []
    small: set[bytes] = set()
    for entry in log.entries()[:upto]:
        for tree in entry.trees:
            if is_sealed(tree.name):
                continue
            path = log.layout.segment(tree.name, log._current().version(tree.name))
            if path.exists() and path.stat().st_size >= _SMALL:
                sources.append(_iter_checked(path))
            else:
                small.update(line.encode() for line in read_segment(log.layout, tree.name, log._current))
    return merge_subjects([*sources, iter([join_lines(small)])])


def join_lines(lines: Iterable[bytes]) -> list[Subject]:
    """The subjects of lines in no order and without their ends, each line once."""
    return split_subjects(b"".join(line + b"\n" for line in sorted(set(lines))))


def split_subjects(data: bytes) -> list[Subject]:
    """The subjects of sorted lines, each ended. Raises ValueError for a line that does not begin with an IRI.

    >>> split_subjects(b"<a:1> 1\\n<a:1> 2\\n<a:2> 3\\n")
    [Subject(start=b'<a:1> ', data=b'<a:1> 1\\n<a:1> 2\\n'), Subject(start=b'<a:2> ', data=b'<a:2> 3\\n')]
    """
    found, place, size = [], 0, len(data)
    find, begins = data.find, data.startswith
    while place < size:
        start = data[place : find(b"> ", place) + 2]
        end = find(b"\n", place) + 1
        if not start.startswith(b"<") or not end or b"\n" in start:
            raise ValueError(f"not a quad: {data[place : place + 120]!r}")
        while begins(start, end):
            if not (after := find(b"\n", end) + 1):
                raise ValueError("its last line has no end")
            end = after
        found.append(Subject(start, data[place:end]))
        place = end
    return found


def merge_subjects(sources: Iterable[Iterator[list[Subject]]]) -> Iterator[list[Subject]]:
    """Merge sorted subjects that come in chunks; lines of one subject from several sources come together, each once.

    >>> a, b, c = (split_subjects(text) for text in (b"<a:1> 1\\n<a:3> 1\\n", b"<a:4> 1\\n", b"<a:1> 0\\n<a:1> 1\\n"))
    >>> [[subject.data for subject in batch] for batch in merge_subjects([iter([a, b]), iter([c])])]
    [[b'<a:1> 0\\n<a:1> 1\\n'], [b'<a:3> 1\\n', b'<a:4> 1\\n']]
    """
    buffers = [_Buffer(source) for source in sources]
    while buffers := [buffer for buffer in buffers if buffer.fill()]:
        limit = min(buffer.held[-1].start for buffer in buffers)
        # What is equal is all at or before the limit, so that it meets in one batch.
        batch = [subject for buffer in buffers for subject in buffer.take(limit)]
        batch.sort(key=_start)  # quicker than it looks: the parts are sorted already
        yield _unite(batch)


class _Buffer:
    """What has been read of one source and not yet been taken."""

    def __init__(self, source: Iterator[list[Subject]]) -> None:
        self.held: list[Subject] = []
        self._source = source
        self._least = 1

    def fill(self) -> bool:
        """Hold at least half a chunk, where there is so much; whether anything is held.

        Filled only when empty, the buffers would run out one after another, and each time all of them be asked.
        """
        while len(self.held) < self._least and (chunk := next(self._source, None)):
            self._least = len(chunk) // 2 + 1
            self.held += chunk
        return bool(self.held)

    def take(self, limit: bytes) -> list[Subject]:
        """Give away what is not after a subject."""
        place = bisect_right(self.held, limit, key=_start)
        taken, self.held = self.held[:place], self.held[place:]
        return taken


def _unite(batch: list[Subject]) -> list[Subject]:
    found: list[Subject] = []
    last = b""
    for subject in batch:
        if subject.start == last:
            lines = {*found[-1].data.split(b"\n")[:-1], *subject.data.split(b"\n")[:-1]}
            found[-1] = Subject(last, b"".join(line + b"\n" for line in sorted(lines)))
        else:
            found.append(subject)
            last = subject.start
    return found


def list_segments(log: LogReader) -> list[Path]:
    """The files of the segments of a log as they stand, in order."""
    standing = log._current(again=True)
    trees = [tree.name for entry in log.entries() for tree in entry.segments]
    return [log.layout.segment(name, standing.version(name)) for name in trees]


def iter_segment(path: Path) -> Iterator[bytes]:
    """Yield a segment in stretches of whole lines; its file is hashed first. Raises Unusable for damage."""
    _check(path)
    try:
        yield from _iter_stretches(path, _CHUNK)
    except ValueError as error:
        raise damaged(path, str(error)) from error


def iter_subjects(path: Path) -> Iterator[list[Subject]]:
    """Yield the subjects of a zstd file of sorted lines, in batches. Raises ValueError where it is cut or damaged."""
    rest = b""
    for data in _iter_stretches(path, _MERGED):
        # The last subject may go on in the next stretch.
        *subjects, (_, rest) = split_subjects(rest + data)
        if subjects:
            yield subjects
    if rest:
        yield split_subjects(rest)


def _iter_checked(path: Path) -> Iterator[list[Subject]]:
    """Yield the subjects of a segment; its file is hashed before its first line is believed."""
    _check(path)
    yield from iter_subjects(path)


def _check(path: Path) -> None:
    """Raises Unusable where a segment's bytes are not those that were written."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if checksum_path(path).read_text(encoding="utf-8") != f"{digest}  {path.name}\n":
            raise damaged(path, "its bytes are not those its .sha256 file was written for")
    except FileNotFoundError as error:
        raise damaged(Path(error.filename), "is missing") from None


def _iter_stretches(path: Path, size: int) -> Iterator[bytes]:
    """Yield a zstd file in stretches of whole lines. Raises ValueError where it is cut or damaged."""
    rest = b""
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        try:
            while data := stream.read(size):
                if cut := data.rfind(b"\n") + 1:
                    yield rest + data[:cut]
                    rest = data[cut:]
                else:
                    rest += data
        except zstandard.ZstdError as error:
            raise ValueError(f"it cannot be decompressed ({error})") from error
    if rest:
        raise ValueError("its last line has no end")
