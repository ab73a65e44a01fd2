"""A copy of a log, whole up to some entry, made while others record; made again, it takes what is new.

Entries are listed first, their files copied after: those of an entry are in place before it is committed. A withdrawal
changes files that were listed, so that the copying begins anew where one came meanwhile.
"""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Unusable
from kg.log.chain import Entry, Standing, from_bytes
from kg.log.disk import Disk, told
from kg.log.layout import COMMITMENT_BYTES, Layout, checksum_path, is_sealed
from kg.log.placing import head_bytes, withdrawal_folder

_TRIES, _PAUSE = 20, 0.5


@dataclass(frozen=True, slots=True)
class Copied:
    """Which entry a copy ends with, how many files were written, and how many that are no more were destroyed."""

    entry: int
    written: int
    destroyed: int


def copy_log(root: Path, target: Path, *, also: Iterable[str] = (), keys: Path | None = None) -> Copied:
    """Copy what a record consists of, and the folders named `also`; what opens the sealed goes to `keys`, or nowhere.

    Raises Unusable where the target holds something else, or a withdrawal is at work all the while.
    """
    layout = Layout(root)
    _require(layout, target)
    for _ in range(_TRIES):
        try:
            entries = _read_entries(layout)
            if not (entries and withdrawal_folder(layout, entries[-1].number).is_dir()):
                copied = _copy(layout, entries, target, also=tuple(also), keys=keys)
                if not any(each.withdrawn for each in _read_entries(layout)[len(entries) :]):
                    return copied
        except FileNotFoundError:
            pass  # a withdrawal has removed what was listed
        time.sleep(_PAUSE)
    raise Unusable(f"{root}: a withdrawal is not finished. Remedy: give the command again once it is.")


def _require(layout: Layout, target: Path) -> None:
    copy = Layout(target)
    if target.exists() and any(target.iterdir()):
        if not copy.record.exists() or copy.record.read_bytes() != layout.record.read_bytes():
            raise Unusable(f"{target} holds something else than a copy of this record. Remedy: name an empty folder.")
        if (target / "lock").exists() or copy.staging.exists():
            raise Unusable(f"{target} is a record that is worked with. Remedy: name an empty folder.")


def _read_entries(layout: Layout) -> list[Entry]:
    numbers = sorted(int(path.stem) for path in layout.commits.glob("*.json"))
    return [from_bytes(layout.commit(number).read_bytes()) for number in numbers]


def _copy(layout: Layout, entries: list[Entry], target: Path, *, also: tuple[str, ...], keys: Path | None) -> Copied:
    listed = [layout.record, *(layout.commit(each.number) for each in entries), *_files_of(layout, entries)]
    listed += (path for path in layout.captures.glob("*") if path.suffix != ".part")
    listed += (path for name in also for path in sorted((layout.root / name).rglob("*")) if path.is_file())
    written = sum(_take(path, target / path.relative_to(layout.root)) for path in listed)
    folders = {target: {target / path.relative_to(layout.root) for path in listed}}
    if keys is not None:
        opening = [layout.secret] * layout.secret.exists() + list(_opening(layout, entries))
        written += sum(_take(path, keys / path.relative_to(layout.root), private=True) for path in opening)
        folders.setdefault(keys, set()).update(keys / path.relative_to(layout.root) for path in opening)
    head = Layout(target).head
    if entries:
        Disk().write(head, head_bytes(entries[-1].number, entries[-1].hash))
    folders[target].add(head)
    destroyed = sum(_destroy_others(folder, kept) for folder, kept in folders.items())
    return Copied(entries[-1].number if entries else 0, written, destroyed)


def _files_of(layout: Layout, entries: list[Entry]) -> Iterator[Path]:
    standing = Standing.of(entries)
    for tree in (tree for entry in entries for tree in entry.trees):
        yield layout.commitment_list(tree.name)
        if not is_sealed(tree.name):
            segment = layout.segment(tree.name, standing.version(tree.name))
            yield from (segment, checksum_path(segment), layout.salt_list(tree.name))


def _opening(layout: Layout, entries: list[Entry]) -> Iterator[Path]:
    """The files of what is sealed and stands, and the keys to them."""
    standing = Standing.of(entries)
    for tree in (tree for entry in entries for tree in entry.trees if is_sealed(tree.name)):
        data, gone = layout.commitment_list(tree.name).read_bytes(), standing.leaves_gone(tree.name)
        for leaf, start in enumerate(range(0, len(data), COMMITMENT_BYTES)):
            if leaf not in gone:
                commitment = data[start : start + COMMITMENT_BYTES].hex()
                yield from (layout.box(commitment), layout.key(commitment))


def _take(path: Path, place: Path, *, private: bool = False) -> bool:
    """Copy a file that is not there yet as it is; whether it was copied."""
    there = path.stat()
    if place.exists() and (place.stat().st_size, place.stat().st_mtime_ns) == (there.st_size, there.st_mtime_ns):
        return False
    part = place.with_name(f"{place.name}.part")
    with told(place):
        place.parent.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
    data = path.read_bytes()
    Disk().write(part, data, private=private)
    os.utime(part, ns=(there.st_atime_ns, there.st_mtime_ns))
    part.rename(place)
    return True


def _destroy_others(folder: Path, kept: set[Path]) -> int:
    """Destroy what stands in a copy and in the record no more: it was withdrawn."""
    others = [path for path in folder.rglob("*") if path.is_file() and path not in kept]
    for path in others:
        Disk().shred(path)
    return len(others)
