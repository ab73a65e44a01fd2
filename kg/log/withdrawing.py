"""Withdrawing: a unit is destroyed, an entry says so, and the chain, which hashes commitments only, still holds."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kg.log.chain import Entry, Standing, Withdrawn, with_hash
from kg.log.disk import Disk
from kg.log.layout import Layout, checksum_path, is_sealed
from kg.log.placing import place, withdrawal_folder
from kg.log.reading import LoggedUnit, damaged
from kg.log.segments import checksum_line, compress, read_lines


def keyed(secret: bytes, text: str) -> str:
    """HMAC-SHA-256 of a text in UTF-8, in hexadecimal (RFC 2104)."""
    return hmac.digest(secret, text.encode(), "sha256").hex()


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write(
    disk: Disk, layout: Layout, found: Sequence[LoggedUnit], standing: Standing, *, entry: Entry, secret: bytes
) -> Entry:
    """Commit a withdrawal of the units found; what it withdrew is still to be destroyed (`kg.log.placing.recover`)."""
    gone = [
        Withdrawn(each.tree, each.leaf, each.commitment, keyed(secret, each.unit.subject))
        for each in sorted(found, key=lambda each: (each.tree, each.leaf))
    ]
    entry = with_hash(replace(entry, withdrawn=tuple(gone)))
    folder = withdrawal_folder(layout, entry.number)
    disk.make_folder(folder, private=True)
    files: list[tuple[str, Path]] = []
    for tree in sorted({each.tree for each in gone if not is_sealed(each.tree)}):
        units = [each for each in found if each.tree == tree]
        path = layout.segment(tree, standing.version(tree) + 1)
        data = _without(layout.segment(tree, standing.version(tree)), units)
        disk.write(folder / path.name, data)
        disk.write(folder / checksum_path(path).name, checksum_line(path.name, data))
        files += [(path.name, path), (checksum_path(path).name, checksum_path(path))]
    place(disk, layout, folder, files, entry)
    return entry


def _without(path: Path, units: Sequence[LoggedUnit]) -> bytes:
    """The bytes of a segment without some of its units."""
    lines_gone = {line for each in units for line in each.unit.lines}
    try:
        lines = read_lines(path)
    except ValueError as error:
        raise damaged(path, str(error)) from error
    return compress("".join(f"{line}\n" for line in lines if line not in lines_gone).encode())
