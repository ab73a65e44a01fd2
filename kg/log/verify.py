"""Verification: every hash is computed anew, from record.json to each unit, and every file is accounted for."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from kg.log.about import About, check_of
from kg.log.chain import Entry, Standing, from_bytes
from kg.log.damage import Damage, Findings
from kg.log.layout import Layout, checksum_path, is_sealed
from kg.log.leaves import check_commitments, check_sealed, check_segment
from kg.log.placing import head_bytes, iter_unplaced, read_head, withdrawal_folder

Progress = Callable[[int, int], None]


def verify(layout: Layout, progress: Progress | None = None, *, apart: bool = False) -> list[Damage]:
    """Everything wrong with a log and what lies beside it, in order of file; `progress` gets trees done, of how many.

    Where what is sealed and its keys lie `apart`, in another place, they are not missed.

    A recording or withdrawal that was interrupted is no damage: the next writer settles it.
    """
    before = _commit_names(layout)
    damages = _verify_once(layout, progress, apart=apart)
    # Another process may have committed, and so moved files, while this one was reading.
    if damages and _commit_names(layout) != before:
        damages = _verify_once(layout, progress, apart=apart)
    return damages


def _commit_names(layout: Layout) -> list[str]:
    return sorted(path.name for path in layout.commits.glob("*"))


def _verify_once(layout: Layout, progress: Progress | None, *, apart: bool) -> list[Damage]:
    findings = Findings(layout)
    # Listed first: what is put in place later is then named by a commit or by a list of moves.
    present = _list_files(layout)
    genesis = _check_record(findings, apart=apart)
    entries = _check_chain(findings, present, genesis)
    _check_head(findings, entries, genesis)
    standing = Standing.of(entries)
    unfinished = _find_unfinished(layout, entries)
    trees = [tree for entry in entries for tree in entry.trees]
    for done, tree in enumerate(trees):
        if progress:
            progress(done, len(trees))
        if not is_sealed(tree.name):
            check_segment(findings, tree, standing, unfinished)
        elif apart:
            check_commitments(findings, tree)
        else:
            check_sealed(findings, tree, standing)
    if progress:
        progress(len(trees), len(trees))
    _check_captures(findings)
    _check_strangers(findings, present, entries, standing, unfinished)
    return sorted(set(findings.damages))


def _list_files(layout: Layout) -> set[Path]:
    folders = (layout.root / "log", layout.salts, layout.sealed, layout.keys)
    return {path for folder in folders for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}


def _check_record(findings: Findings, *, apart: bool) -> str | None:
    """Check record.json and the key; the hash that the first entry must follow, None where that is not known."""
    layout = findings.layout
    data = findings.read(layout.record)
    if data is None:
        return None
    try:
        about = About.from_bytes(data)
    except ValueError as error:
        findings.add(layout.record, str(error))
        return None
    secret = None if apart else findings.read(layout.secret)
    if secret is not None and check_of(secret) != about.key_check:
        findings.add(layout.secret, "it is not the key that record.json was made with")
    return about.hash


def _check_chain(findings: Findings, present: set[Path], genesis: str | None) -> list[Entry]:
    """Check every commit file and that each follows the one before; the entries that can be read."""
    layout = findings.layout
    numbers = [int(path.stem) for path in present if path.parent == layout.commits and path.stem.isdecimal()]
    numbers += [entry + 1 for entry in numbers if layout.commit(entry + 1).exists()]
    entries: list[Entry] = []
    previous = genesis
    for number in range(1, max(numbers, default=0) + 1):
        path = layout.commit(number)
        data = findings.read(path)
        entry = _parse(findings, path, data) if data is not None else None
        if entry is None:
            previous = None
            continue
        if entry.number != number:
            findings.add(path, f"it holds entry {entry.number}, not {number}")
        if previous is not None and entry.previous != previous:
            findings.add(path, "it does not follow the entry before it: its `previous` is another hash")
        previous = entry.hash
        entries.append(entry)
    return entries


def _parse(findings: Findings, path: Path, data: bytes) -> Entry | None:
    try:
        return from_bytes(data)
    except ValueError as error:
        findings.add(path, str(error))
        return None


def _check_head(findings: Findings, entries: list[Entry], genesis: str | None) -> None:
    """Check that the entry which the log was known to end with is still there."""
    path = findings.layout.head
    data = findings.read(path)
    hashes = {0: genesis} | {entry.number: entry.hash for entry in entries}
    if data is None or any(known and data == head_bytes(number, known) for number, known in hashes.items()):
        return
    noted = read_head(findings.layout)
    if noted and noted[0] > max(hashes):
        findings.read(findings.layout.commit(noted[0]))
    findings.add(path, f"no entry has the number and hash it names: {data[:160].decode('utf-8', 'replace').strip()}")


def _find_unfinished(layout: Layout, entries: list[Entry]) -> int:
    """The number of the last entry where it is a withdrawal that has not destroyed everything yet, else 0."""
    last = entries[-1].number if entries else 0
    return last if withdrawal_folder(layout, last).is_dir() else 0


def _check_captures(findings: Findings) -> None:
    for path in sorted(findings.layout.captures.glob("*")):
        data = findings.read(path) if path.suffix != ".part" else None
        if data is not None and hashlib.sha256(data).hexdigest() != path.name:
            findings.add(path, "its name is not the hash of its bytes")


def _check_strangers(
    findings: Findings, present: set[Path], entries: list[Entry], standing: Standing, unfinished: int
) -> None:
    """Report files that belong to no entry; what an interrupted writer has still to move or destroy is its own."""
    layout = findings.layout
    excused = {placed for _, placed in iter_unplaced(layout)}
    for each in (each for entry in entries if entry.number == unfinished for each in entry.withdrawn):
        if is_sealed(each.tree):
            excused |= {layout.key(each.commitment), layout.box(each.commitment)}
        else:
            old = layout.segment(each.tree, standing.version(each.tree) - 1)
            excused |= {old, checksum_path(old)}
    for path in sorted(present - findings.known - excused):
        if path.exists() or path.is_symlink():
            findings.add(path, "no entry of the log names this file")
