"""The manifest: every file of a folder with its size and SHA-256, its own checksum beside it, and a signature."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.iris import canonical_json
from kg.publish.signing import SIGNATURE, Signer

FORMAT = 1
MANIFEST = "manifest.json"
CHECKSUM = "manifest.json.sha256"
# What cannot stand in the manifest, since it is made from it.
OUTSIDE = (MANIFEST, CHECKSUM, SIGNATURE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the manifest lists it: its path in the folder, its size in bytes, its SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a publication holds, and the checkpoint it was made at."""

    files: tuple[Listed, ...]
    checkpoint: dict[str, Any]

    def to_bytes(self) -> bytes:
        """Canonical JSON with a line feed."""
        return b"".join(self._iter_bytes())

    def _iter_bytes(self) -> Iterator[bytes]:
        """The same file by file: hundreds of thousands of them at once would take gigabytes."""
        start, _, end = canonical_json({"checkpoint": self.checkpoint, "files": [], "format": FORMAT}).rpartition(b"[]")
        yield start + b"["
        for number, each in enumerate(self.files):
            told = canonical_json({"path": each.path, "sha256": each.sha256, "size": each.size})
            yield b"," + told if number else told
        yield b"]" + end + b"\n"

    def _is_written(self, data: bytes) -> bool:
        """Whether these bytes are those it is written as."""
        place = 0
        for each in self._iter_bytes():
            if not data.startswith(each, place):
                return False
            place += len(each)
        return place == len(data)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        """Raises ValueError where it is not as this program writes it."""
        try:
            content = json.loads(data, object_hook=_to_listed)
            if content["format"] != FORMAT:
                raise ValueError(f"its format is {content['format']!r}, this program reads {FORMAT}")
            files = tuple(content["files"])
            if not all(isinstance(each, Listed) for each in files):
                raise ValueError("it lists something that is no file")
            manifest = cls(files, dict(content["checkpoint"]))
            same = manifest._is_written(data)
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"it is not the manifest of a publication ({type(error).__name__}: {error})") from error
        if not same:
            raise ValueError("its bytes are not canonical JSON")
        return manifest


def _to_listed(content: dict[str, Any]) -> object:
    """A file of the manifest, where an object of its JSON is one."""
    if content.keys() != {"path", "sha256", "size"}:
        return content
    return Listed(str(content["path"]), int(content["size"]), str(content["sha256"]))


def digest_file(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_file(folder: Path, path: Path) -> Listed:
    """A file with its size and checksum, its path relative to the folder with slashes."""
    return Listed(path.relative_to(folder).as_posix(), path.stat().st_size, digest_file(path))


def iter_paths(folder: Path) -> Iterator[str]:
    """Yield the paths, relative and with slashes, of all files and links in a folder, sorted."""
    found = []
    for top, folders, files in os.walk(folder):
        inner = os.path.relpath(top, folder)
        names = files + [name for name in folders if Path(top, name).is_symlink()]
        found += names if inner == "." else [f"{inner}/{name}" for name in names]
    yield from sorted(found)


def checksum_line(data: bytes) -> bytes:
    """The checksum of a manifest, as `sha256sum --check` reads it."""
    return f"{hashlib.sha256(data).hexdigest()}  {MANIFEST}\n".encode()


def write_manifest(
    folder: Path, checkpoint: dict[str, Any], *, signer: Signer | None, listed: Mapping[str, Listed] | None = None
) -> int:
    """List everything that lies in the folder, sign the list where there is a key; how many files there are.

    What is `listed` already, by path, is not read again.
    """
    known = listed or {}
    files = tuple(known.get(path) or list_file(folder, folder / path) for path in iter_paths(folder))
    data = Manifest(files, checkpoint).to_bytes()
    (folder / MANIFEST).write_bytes(data)
    (folder / CHECKSUM).write_bytes(checksum_line(data))
    if signer is not None:
        (folder / SIGNATURE).write_bytes(signer.sign(data))
    return len(files) + (2 if signer is None else 3)
