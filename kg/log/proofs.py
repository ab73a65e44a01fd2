"""Proofs of inclusion: that one unit is in the log, for someone who has a commit file and nothing else of it."""

from dataclasses import dataclass

from kg.log import merkle
from kg.log.chain import from_bytes
from kg.log.layout import SALT_BYTES, Layout, is_sealed
from kg.log.reading import LoggedUnit, damaged, read_box, split_leaves
from kg.log.segments import commit_to
from kg.units import Unit


@dataclass(frozen=True, slots=True)
class Proof:
    """The salt of a unit, its place under a root (tree, leaf, size, path from the bottom up), and the commit file.

    Salt and path are in hexadecimal. Whoever holds the salt can tell whether a guess at the content is right.
    """

    salt: str
    tree: str
    leaf: int
    size: int
    path: tuple[str, ...]
    commit: str


def prove(layout: Layout, found: LoggedUnit) -> Proof:
    """The proof for a unit of the log. Raises Unusable where its salt is not at hand."""
    leaves = split_leaves(layout, found.tree)
    try:
        if is_sealed(found.tree):
            salt = read_box(layout, bytes.fromhex(found.commitment)).key[-SALT_BYTES:]
        else:
            start = found.leaf * SALT_BYTES
            salt = layout.salt_list(found.tree).read_bytes()[start : start + SALT_BYTES]
    except FileNotFoundError:
        raise damaged(layout.salts, f"the salt of {found.unit.subject} is missing") from None
    path = tuple(step.hex() for step in merkle.path_to(leaves, found.leaf))
    commit = layout.commit(found.entry).read_text(encoding="utf-8")
    return Proof(salt.hex(), found.tree, found.leaf, len(leaves), path, commit)


def check_proof(proof: Proof, unit: Unit, *, commit_hash: str) -> bool:
    """Whether the proof shows that `unit` is in the entry whose hash is `commit_hash`, known from elsewhere."""
    try:
        entry = from_bytes(proof.commit.encode())
        commitment = commit_to(bytes.fromhex(proof.salt), bytes.fromhex(unit.digest()))
        root = merkle.follow(commitment, proof.leaf, proof.size, [bytes.fromhex(step) for step in proof.path])
    except ValueError:
        return False
    if root is None or entry.hash != commit_hash:
        return False
    return any((tree.name, tree.units, tree.root) == (proof.tree, proof.size, root.hex()) for tree in entry.trees)
