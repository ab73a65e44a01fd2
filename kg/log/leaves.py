"""Verification of one tree: the commitments under its root, and that every unit and salt is what was committed to."""

import hashlib
from itertools import pairwise

from kg.log.chain import Standing, Tree
from kg.log.damage import Findings
from kg.log.layout import COMMITMENT_BYTES, SALT_BYTES, checksum_path
from kg.log.merkle import root_of
from kg.log.sealing import Box, unseal
from kg.log.segments import commit_to, read_lines, split_units
from kg.units import Unit


def check_commitments(findings: Findings, tree: Tree) -> list[bytes] | None:
    """The commitments of a tree, None where they do not give its root."""
    path = findings.layout.commitment_list(tree.name)
    data = findings.read(path)
    if data is None:
        return None
    if len(data) != tree.units * COMMITMENT_BYTES:
        findings.add(path, f"it has {len(data)} bytes, not {COMMITMENT_BYTES} for each of {tree.units} units")
        return None
    leaves = [data[start : start + COMMITMENT_BYTES] for start in range(0, len(data), COMMITMENT_BYTES)]
    if root_of(leaves).hex() != tree.root:
        findings.add(path, "its commitments do not give the root in the chain")
        return None
    return leaves


def check_segment(findings: Findings, tree: Tree, standing: Standing, unfinished: int) -> None:
    """Check a segment: file, order, salts, and each unit against its commitment."""
    gone = standing.leaves_gone(tree.name)
    leaves = check_commitments(findings, tree)
    salts = _check_salts(findings, tree, gone, unfinished)
    units = _read_units(findings, tree, standing.version(tree.name), tree.units - len(gone))
    if leaves is None or salts is None or units is None:
        return
    path = findings.layout.segment(tree.name, standing.version(tree.name))
    live = (leaf for leaf in range(tree.units) if leaf not in gone)
    for leaf, unit in zip(live, units, strict=True):
        digest = hashlib.sha256("".join(f"{line}\n" for line in unit.lines).encode()).digest()
        if commit_to(salts[leaf], digest) != leaves[leaf]:
            what = "this unit and its salt do not give its commitment"
            findings.add(path, what, place=f"unit {leaf + 1}, {unit.subject}")


def _check_salts(findings: Findings, tree: Tree, gone: dict[int, int], unfinished: int) -> list[bytes] | None:
    path = findings.layout.salt_list(tree.name)
    data = findings.read(path)
    if data is None:
        return None
    if len(data) != tree.units * SALT_BYTES:
        findings.add(path, f"it has {len(data)} bytes, not {SALT_BYTES} for each of {tree.units} units")
        return None
    salts = [data[start : start + SALT_BYTES] for start in range(0, len(data), SALT_BYTES)]
    for leaf, number in gone.items():
        if any(salts[leaf]) and number != unfinished:
            findings.add(path, f"it is not blank, though entry {number} withdrew the unit", place=f"salt {leaf + 1}")
    return salts


def _read_units(findings: Findings, tree: Tree, version: int, count: int) -> list[Unit] | None:
    path = findings.layout.segment(tree.name, version)
    if findings.read(path) is None or findings.read(checksum_path(path)) is None:
        return None
    try:
        lines = read_lines(path)
        units = list(split_units(lines))
    except ValueError as error:
        findings.add(path, str(error))
        return None
    for number, (before, after) in enumerate(pairwise(lines), start=2):
        if before >= after:
            findings.add(path, "it is not after the line before it", place=f"line {number}")
            return None
    if len(units) != count:
        findings.add(path, f"it has {len(units)} units, not {count}")
        return None
    return units


def check_sealed(findings: Findings, tree: Tree, standing: Standing) -> None:
    """Check that each sealed unit can be opened and is what was committed to, and that withdrawn ones are gone."""
    gone = standing.leaves_gone(tree.name)
    layout = findings.layout
    for leaf, commitment in enumerate(check_commitments(findings, tree) or []):
        if leaf in gone:
            # Their files, were they still there, belong to no entry.
            continue
        path = layout.box(commitment.hex())
        data, key = findings.read(path), findings.read(layout.key(commitment.hex()))
        if data is None or key is None:
            continue
        try:
            unseal(Box(commitment, data, key))
        except ValueError as error:
            findings.add(path, str(error))
