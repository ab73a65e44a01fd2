"""The dumps: sorted N-Quads and TriG in zstd, written while the lines go by."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import zstandard

from kg.publish.units import Part
from kg.terms import PREFIXES, RDF_TYPE

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

    def write_lines(self, lines: Iterable[bytes]) -> None:
        """Write lines, each with a line feed."""
        self.write(b"".join(line + b"\n" for line in lines))

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


class TrigWriter:
    """TriG, one block for each unit, in the order of the units."""

    def __init__(self, output: ZstdFile) -> None:
        self._output = output
        self._names: dict[bytes, bytes] = {f"<{RDF_TYPE}>".encode(): b"a"}
        self._spaces = [(f"<{space}".encode(), f"{prefix}:".encode()) for prefix, space in PREFIXES.items()]
        head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
        output.write(head.encode())

    def write(self, part: Part) -> None:
        """Write one unit."""
        first, last = len(part.start), -len(part.end)
        pairs = []
        for line in part.lines:
            predicate, _, value = line[first:last].partition(b" ")
            pairs.append(self._names.get(predicate, b"") or self._name(predicate))
            pairs.append(value)
        body = b" ;\n    ".join(b"%b %b" % pair for pair in zip(pairs[::2], pairs[1::2], strict=True))
        self._output.write(b"\n%b {\n  %b%b .\n}\n" % (part.end[1:-2], part.start, body))

    def _name(self, predicate: bytes) -> bytes:
        """The prefixed name of a predicate where a known prefix fits; only names without any special character."""
        name = predicate
        for space, prefix in self._spaces:
            local = predicate[len(space) : -1]
            if predicate.startswith(space) and local.isalnum() and local.isascii():
                name = prefix + local
        self._names[predicate] = name
        return name
