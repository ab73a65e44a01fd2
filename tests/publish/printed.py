"""A publication under test: everything in it as bytes one can search, whatever it was packed in."""

import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import zstandard


def iter_bytes(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file as it lies there, and again unpacked where it is compressed; file names count as content."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        yield f"name of {name}", name.encode()
        if not path.is_file():
            continue
        yield name, path.read_bytes()
        if path.suffix == ".zst":
            yield f"{name} unpacked", unpack(path)
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            yield f"{name} unpacked", (repr(table.to_pylist()) + repr(table.schema.metadata)).encode()


def unpack(path: Path) -> bytes:
    """The content of a zstd file."""
    return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(path.read_bytes())).read()


def where_found(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Every place in which one of the words is met."""
    return [f"{place}: {word}" for place, data in iter_bytes(folder) for word in words if word.encode() in data]


def snapshot_of(folder: Path) -> dict[str, bytes]:
    """Every file by its name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
