"""Reading units back: out of segments, and out of sealed files where that is asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kg.errors import Unusable
from kg.log.chain import Entry, Standing, Tree
from kg.log.layout import COMMITMENT_BYTES, Layout, is_sealed
from kg.log.sealing import Access, Box, unseal
from kg.log.segments import has_subject, read_text, split_units, to_lines
from kg.units import Unit


@dataclass(frozen=True, slots=True)
class LoggedUnit:
    """A unit as the log holds it: who may see it, its commitment, and its entry, tree and leaf (counted from 0)."""

    unit: Unit
    access: Access
    commitment: str
    entry: int
    tree: str
    leaf: int


class Current(Protocol):
    """Gives the withdrawals known so far; `again` looks for new ones first."""

    def __call__(self, *, again: bool = False) -> Standing:
        """Return them."""
        ...


def damaged(path: Path, reason: str) -> Unusable:
    """The error for a file that is missing or not as it was written."""
    return Unusable(
        f"{path}: {reason}. Remedy: `averment verify` tells all damage; put back what is damaged from a backup."
    )


def split_leaves(layout: Layout, tree: str) -> list[bytes]:
    """The commitments of a tree, in order. Raises Unusable where the file is missing or not of whole commitments."""
    path = layout.commitment_list(tree)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise damaged(path, "is missing") from None
    if len(data) % COMMITMENT_BYTES:
        raise damaged(path, f"its {len(data)} bytes are no whole number of commitments")
    return [data[start : start + COMMITMENT_BYTES] for start in range(0, len(data), COMMITMENT_BYTES)]


def read_segment(layout: Layout, tree: str, current: Current) -> list[str]:
    """The lines of a segment as it stands. Raises Unusable where it is missing or damaged."""
    return to_lines(_read_text(layout, tree, current))


def _read_text(layout: Layout, tree: str, current: Current) -> bytes:
    for again in (False, True):
        # A withdrawal by another process puts a new version in the place of the one known so far.
        path = layout.segment(tree, current(again=again).version(tree))
        try:
            return read_text(path)
        except FileNotFoundError as error:
            missing = Path(error.filename)
        except ValueError as error:
            raise damaged(path, str(error)) from error
    raise damaged(missing, "is missing")


def iter_tree(
    layout: Layout, entry: Entry, tree: Tree, current: Current, *, include_sealed: bool
) -> Iterator[LoggedUnit]:
    """Yield what is left of a tree's units, in leaf order. Raises Unusable for damage."""
    if is_sealed(tree.name):
        if include_sealed:
            yield from _iter_sealed(layout, entry, tree, current)
        return
    lines = read_segment(layout, tree.name, current)
    yield from _number(layout, entry, tree.name, lines, current())


def _number(layout: Layout, entry: Entry, tree: str, lines: Sequence[str], standing: Standing) -> Iterator[LoggedUnit]:
    leaves = split_leaves(layout, tree)
    gone = standing.leaves_gone(tree)
    live = [(leaf, commitment.hex()) for leaf, commitment in enumerate(leaves) if leaf not in gone]
    try:
        for (leaf, commitment), unit in zip(live, split_units(lines), strict=True):
            yield LoggedUnit(unit, Access.PUBLIC, commitment, entry.number, tree, leaf)
    except ValueError as error:
        raise damaged(layout.segment(tree, standing.version(tree)), str(error)) from error


def read_box(layout: Layout, commitment: bytes) -> Box:
    """The sealed unit of a commitment, as it lies on disk. Raises FileNotFoundError."""
    name = commitment.hex()
    return Box(commitment, layout.box(name).read_bytes(), layout.key(name).read_bytes())


def _iter_sealed(layout: Layout, entry: Entry, tree: Tree, current: Current) -> Iterator[LoggedUnit]:
    for leaf, commitment in enumerate(split_leaves(layout, tree.name)):
        if leaf in current().leaves_gone(tree.name):
            continue
        try:
            unit, access = unseal(read_box(layout, commitment))
        except FileNotFoundError as error:
            if leaf in current(again=True).leaves_gone(tree.name):
                continue
            raise damaged(Path(error.filename), "is missing") from error
        except ValueError as error:
            raise damaged(layout.box(commitment.hex()), str(error)) from error
        yield LoggedUnit(unit, access, commitment.hex(), entry.number, tree.name, leaf)


def find_units(
    layout: Layout, entries: Sequence[Entry], subjects: set[str], current: Current, *, include_sealed: bool
) -> list[LoggedUnit]:
    """The units of some subjects, in the order they were recorded; every segment is read, few are taken apart."""
    starts = [f"<{subject}> ".encode() for subject in sorted(subjects)]
    found: list[LoggedUnit] = []
    for entry in entries:
        for tree in entry.trees:
            if is_sealed(tree.name):
                units = iter_tree(layout, entry, tree, current, include_sealed=include_sealed)
            else:
                text = _read_text(layout, tree.name, current)
                if not any(has_subject(text, start) for start in starts):
                    continue
                units = _number(layout, entry, tree.name, to_lines(text), current())
            found += [each for each in units if each.unit.subject in subjects]
    return found
