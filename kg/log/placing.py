"""From staging into the log: files are moved to their places, and one last rename is the commit.

`moves.json` is written before the first move, so that after a kill it is known which files belong to nobody yet.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.iris import canonical_json
from kg.log.chain import WITHDRAWAL, Entry, Standing, to_bytes
from kg.log.disk import Disk
from kg.log.layout import SALT_BYTES, Layout, checksum_path, is_sealed

MOVES = "moves.json"
COMMIT = "commit.json"
PLAN = "plan.json"


def withdrawal_folder(layout: Layout, number: int) -> Path:
    """The staging folder of a withdrawal, which stays until everything it destroys is destroyed."""
    return layout.staging / f"{WITHDRAWAL}-{number:08}"


def place(disk: Disk, layout: Layout, folder: Path, files: Sequence[tuple[str, Path]], entry: Entry) -> None:
    """Move staged files to their places, then commit the entry; every file's bytes are on disk already."""
    target = layout.commit(entry.number)
    disk.write(folder / COMMIT, to_bytes(entry))
    moves = {"moves": [[name, layout.name(path)] for name, path in files], "commit": layout.name(target)}
    disk.write(folder / MOVES, canonical_json(moves))
    disk.sync_folder(folder)
    disk.sync_folder(layout.staging)
    for name, path in files:
        disk.move(folder / name, path)
    for parent in sorted({path.parent for _, path in files}):
        disk.sync_folder(parent)
    disk.move(folder / COMMIT, target)
    disk.sync_folder(layout.commits)


def head_bytes(number: int, head: str) -> bytes:
    """The bytes of head.json."""
    return canonical_json({"hash": head, "number": number}) + b"\n"


def write_head(disk: Disk, layout: Layout, number: int, head: str) -> None:
    """Write down, outside the log, where it stands, so that a log cut short is noticed."""
    disk.write(layout.head, head_bytes(number, head))
    disk.sync_folder(layout.root)


def read_head(layout: Layout) -> tuple[int, str] | None:
    """Number and hash of the entry the log was last known to end with; None where that is not written down."""
    try:
        content = json.loads(layout.head.read_bytes())
        return int(content["number"]), str(content["hash"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def iter_unplaced(layout: Layout) -> Iterator[tuple[Path, Path]]:
    """Yield staged place and final place of every file that an interrupted recording was moving when it ended."""
    for folder in _folders(layout):
        try:
            moves = json.loads((folder / MOVES).read_bytes())
        except (FileNotFoundError, ValueError):
            continue
        if not (layout.root / moves["commit"]).exists():
            yield from ((folder / name, layout.root / path) for name, path in moves["moves"])


def _folders(layout: Layout) -> list[Path]:
    return sorted(path for path in layout.staging.glob("*") if path.is_dir()) if layout.staging.is_dir() else []


def recover(disk: Disk, layout: Layout, entries: Sequence[Entry], *, keep: Path | None = None) -> None:
    """Bring order after an interrupted writer: undo what was not committed, finish what was, clean what nobody needs.

    The folder `keep` stays, for a recording that is to be carried on. The caller holds the lock.
    """
    for staged, placed in iter_unplaced(layout):
        if placed.exists() and not staged.exists():
            disk.move(placed, staged)
    if entries and withdrawal_folder(layout, entries[-1].number).is_dir():
        destroy(disk, layout, entries[-1], Standing.of(entries))
    for folder in _folders(layout):
        if folder == keep:
            disk.remove(folder / MOVES)
            disk.remove(folder / COMMIT)
        else:
            clean(disk, folder)


def clean(disk: Disk, folder: Path) -> None:
    """Remove a staging folder; seeds and keys are overwritten first."""
    for path in sorted(folder.glob("*")):
        # The list of moves goes last: until then it tells whose the other files are.
        if ".key" in path.name or path.name.startswith(PLAN):
            disk.shred(path)
        elif path.name != MOVES:
            disk.remove(path)
    disk.remove(folder / MOVES)
    disk.remove_folder(folder)


def destroy(disk: Disk, layout: Layout, entry: Entry, standing: Standing) -> None:
    """Destroy what a committed withdrawal withdrew: keys first, then salts, then boxes and older segment files."""
    sealed = [each.commitment for each in entry.withdrawn if is_sealed(each.tree)]
    public = [each for each in entry.withdrawn if not is_sealed(each.tree)]
    for commitment in sealed:
        disk.shred(layout.key(commitment))
    for each in public:
        disk.wipe(layout.salt_list(each.tree), start=each.leaf * SALT_BYTES, length=SALT_BYTES)
    for commitment in sealed:
        disk.shred(layout.box(commitment))
    for tree in sorted({each.tree for each in public}):
        old = layout.segment(tree, standing.version(tree) - 1)
        disk.remove(checksum_path(old))
        disk.shred(old)
    for folder in (layout.keys, layout.sealed, layout.segments):
        disk.sync_folder(folder)
