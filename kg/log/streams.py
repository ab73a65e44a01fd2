"""The public lines of a log as one sorted stream, in bounded memory, whatever the number of segments."""

import hashlib
import io
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard

from kg.log.layout import checksum_path, is_sealed
from kg.log.reader import LogReader
from kg.log.reading import damaged, read_segment

_CHUNK = 1 << 20  # bytes of text read from one segment at a time
_SMALL = 1 << 16  # bytes of a compressed segment below which it is read whole, so that few files are open at once


def iter_sorted(log: LogReader, *, upto: int | None = None) -> Iterator[list[bytes]]:
    """Yield the public lines up to an entry, each once, sorted as bytes, in batches. Raises Unusable for damage."""
    sources: list[Iterator[list[bytes]]] = []
    small: set[bytes] = set()
    for entry in log.entries()[:upto]:
        for tree in entry.trees:
            if is_sealed(tree.name):
                continue
            path = log.layout.segment(tree.name, log._current().version(tree.name))
            if path.exists() and path.stat().st_size >= _SMALL:
                sources.append(_iter_chunks(path))
            else:
                small.update(line.encode() for line in read_segment(log.layout, tree.name, log._current))
    return merge_sorted([*sources, iter([sorted(small)])])


def merge_sorted(sources: Iterable[Iterator[list[bytes]]]) -> Iterator[list[bytes]]:
    """Merge sorted lists of lines that come in chunks, each line once.

    >>> list(merge_sorted([iter([[b"a", b"c"], [b"d"]]), iter([[b"a", b"b"]])]))
    [[b'a', b'b'], [b'c'], [b'd']]
    """
    buffers = [(chunk, source) for source in sources if (chunk := _next(source))]
    while buffers:
        limit = min(chunk[-1] for chunk, _ in buffers)
        batch: list[bytes] = []
        left: list[tuple[list[bytes], Iterator[list[bytes]]]] = []
        for chunk, source in buffers:
            place = bisect_right(chunk, limit)
            batch += chunk[:place]
            if rest := chunk[place:] or _next(source):
                left.append((rest, source))
        buffers = left
        # Equal lines are all at or before the limit, so that they meet in one batch.
        batch.sort()  # quicker than it looks: the parts are sorted already
        yield list(dict.fromkeys(batch))


def list_segments(log: LogReader) -> list[Path]:
    """The files of the segments of a log as they stand, in order."""
    standing = log._current(again=True)
    trees = [tree.name for entry in log.entries() for tree in entry.segments]
    return [log.layout.segment(name, standing.version(name)) for name in trees]


def iter_segment(path: Path) -> Iterator[bytes]:
    """Yield a segment in stretches of whole lines; its file is hashed first. Raises Unusable for damage."""
    _check(path)
    rest = b""
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        try:
            while data := stream.read(_CHUNK):
                cut = data.rfind(b"\n") + 1
                yield rest + data[:cut]
                rest = data[cut:]
        except zstandard.ZstdError as error:
            raise damaged(path, f"it cannot be decompressed ({error})") from error
    if rest:
        raise damaged(path, "its last line has no end")


def _next(source: Iterator[list[bytes]]) -> list[bytes]:
    return next((chunk for chunk in source if chunk), [])


def _iter_chunks(path: Path) -> Iterator[list[bytes]]:
    """Yield the lines of a segment; its file is hashed before its first line is believed."""
    _check(path)
    yield from iter_lines(path)


def _check(path: Path) -> None:
    """Raises Unusable where a segment's bytes are not those that were written."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if checksum_path(path).read_text(encoding="utf-8") != f"{digest}  {path.name}\n":
            raise damaged(path, "its bytes are not those its .sha256 file was written for")
    except FileNotFoundError as error:
        raise damaged(Path(error.filename), "is missing") from None


def iter_lines(path: Path) -> Iterator[list[bytes]]:
    """Yield the lines of a zstd file in chunks, without their ends. Raises ValueError where it is cut or damaged."""
    rest = b""
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        buffered = io.BufferedReader(stream, _CHUNK)
        try:
            while data := buffered.read(_CHUNK):
                *lines, rest = (rest + data).split(b"\n")
                yield lines
        except zstandard.ZstdError as error:
            raise ValueError(f"it cannot be decompressed ({error})") from error
    if rest:
        raise ValueError("its last line has no end")
