"""The bytes of a table: hashed as they lie on disk, decompressed where their name says so."""

import gzip
import hashlib
import shutil
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard

from kg.errors import Problem, Refused

_CHUNK = 1 << 20
_IN_MEMORY = 1 << 24
_PACKED = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}


@dataclass(frozen=True, slots=True)
class Source:
    """A table's file: `suffix` is that of the form inside, such as `.csv` of `a.csv.gz`; `length` in bytes."""

    path: Path
    sha256: str
    length: int
    suffix: str


def find_source(path: Path) -> Source:
    """The file at a path, with its hash. Raises Refused where it cannot be read."""
    digest, length = hashlib.sha256(), 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                length += len(chunk)
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror or error}"
        raise Refused(
            [Problem(str(path), reason=reason, remedy="check the path, or name its folder with --from")]
        ) from None
    return Source(path, digest.hexdigest(), length, find_suffix(path))


def find_suffix(path: Path) -> str:
    """The suffix of the form inside.

    >>> find_suffix(Path("lists/a.CSV.gz"))
    '.csv'
    """
    inner = path.with_suffix("") if path.suffix.lower() in _PACKED else path
    return inner.suffix.lower()


def open_source(source: Source) -> IO[bytes]:
    """The bytes of a table, unpacked, to be read and sought in. Raises Refused for a packed file that is cut short."""
    packing = _PACKED.get(source.path.suffix.lower())
    if packing is None:
        return source.path.open("rb")
    # Unpacked as a whole first: a workbook is sought in, and a file cut short is told before any row is taken from it.
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    try:
        if packing == "gzip":
            with gzip.open(source.path) as stream:
                shutil.copyfileobj(stream, spool, _CHUNK)
        else:
            _unpack_zstd(source.path, spool)
    except (EOFError, OSError, zlib.error, zstandard.ZstdError, ValueError) as error:
        spool.close()
        reason = f"the {packing} file is damaged or cut short: {error}"
        raise Refused([Problem(str(source.path), reason=reason, remedy="fetch the file again")]) from None
    spool.seek(0)
    return spool


def _unpack_zstd(path: Path, spool: IO[bytes]) -> None:
    """Unpack every frame; the library's own reader takes a frame without its end for a whole one."""
    unpacker, waiting = zstandard.ZstdDecompressor().decompressobj(), False
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            while chunk:
                spool.write(unpacker.decompress(chunk))
                chunk, waiting = b"", True
                if unpacker.eof:
                    chunk, waiting = unpacker.unused_data, False
                    unpacker = zstandard.ZstdDecompressor().decompressobj()
    if waiting:
        raise ValueError("its last frame has no end")
