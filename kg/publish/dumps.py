"""The dumps: sorted N-Quads and TriG in zstd, written while the lines go by."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import zstandard

LEVEL = 3
_BUFFER = 1 << 20


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


def write_texts(path: Path, texts: Iterable[bytes]) -> None:
    """Write texts one after another as a zstd file."""
    with ZstdFile(path) as output:
        for text in texts:
            output.write(text)
