"""The dumps: sorted N-Quads and TriG in zstd, written while the lines go by."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import zstandard

from kg.log.streams import Subject, iter_subjects, join_lines, merge_subjects

LEVEL = 3
_BUFFER = 1 << 20
_MOST_HELD = 500_000  # lines held in memory at a time


class ZstdFile:
    """A zstd file being written; the same bytes in give the same bytes out, from one version of the library."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One worker: it compresses while the next lines are put together, and the frame does not depend on timing.
        compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, threads=1)
        self._file = path.open("wb")
        self._stream = compressor.stream_writer(self._file, closefd=False)
        self._pending: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Write bytes."""
        self._pending.append(data)
        self._size += len(data)
        if self._size >= _BUFFER:
            self._flush()

    def _flush(self) -> None:
        self._stream.write(b"".join(self._pending))
        self._pending, self._size = [], 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._flush()
            self._stream.flush(zstandard.FLUSH_FRAME)
        self._file.close()


def write_sorted(path: Path, stretches: Iterable[list[str]], spare: Path) -> None:
    """Write N-Quads lines that come in no order as a sorted zstd file, each once, in bounded memory.

    `spare` is a folder for work, made here and removed.
    """
    spare.mkdir()
    parts = list[Path]()
    for subjects in _iter_sorted_parts(stretches):
        parts.append(spare / f"{len(parts)}")
        _write_subjects(parts[-1], [subjects])
    _write_subjects(path, merge_subjects(iter_subjects(part) for part in parts))
    shutil.rmtree(spare)


def _iter_sorted_parts(stretches: Iterable[list[str]]) -> Iterator[list[Subject]]:
    held: list[bytes] = []
    for lines in stretches:
        held += [line.encode() for line in lines]
        if len(held) >= _MOST_HELD:
            yield join_lines(held)
            held = []
    yield join_lines(held)


def _write_subjects(path: Path, batches: Iterable[list[Subject]]) -> None:
    with ZstdFile(path) as output:
        for batch in batches:
            output.write(b"".join(subject.data for subject in batch))
