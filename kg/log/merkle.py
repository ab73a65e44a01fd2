"""The Merkle tree of RFC 6962, section 2.1: one root for a list of leaves, and the path from a leaf to it."""

import hashlib
from collections.abc import Iterable, Sequence


def _leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of leaves that go by one after another; only one hash a level is kept.

    >>> root_of([]).hex()[:8]
    'e3b0c442'
    """
    sha256 = hashlib.sha256
    # The roots of full trees, each at least twice the one after it.
    full: list[bytes] = []
    for height, leaf in enumerate(leaves, start=1):
        here = sha256(b"\x00" + leaf).digest()
        while not height & 1:
            here = sha256(b"\x01" + full.pop() + here).digest()
            height >>= 1
        full.append(here)
    while len(full) > 1:
        right = full.pop()
        full.append(_node(full.pop(), right))
    return full[0] if full else sha256().digest()


def path_to(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The hashes that lead from leaf `index` to the root, from the bottom up. Raises IndexError outside the list."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    # From the top down, as the standard has it: of the two halves, one holds the leaf, the root of the other is a step.
    path, start, stop = [], 0, len(leaves)
    while stop - start > 1:
        middle = start + (1 << (stop - start - 1).bit_length() - 1)
        start, stop, other = (start, middle, (middle, stop)) if index < middle else (middle, stop, (start, middle))
        path.append(root_of(leaves[at] for at in range(*other)))
    return tuple(reversed(path))


def follow(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf and its path lead to in a tree of `size` leaves; None where the path has not that length.

    >>> leaves = [b"a", b"b", b"c"]
    >>> follow(b"c", 2, 3, path_to(leaves, 2)) == root_of(leaves)
    True
    """
    if not 0 <= index < size:
        return None
    here, rest = _leaf(leaf), list(path)
    while size > 1:
        if index ^ 1 < size:
            if not rest:
                return None
            other = rest.pop(0)
            here = _node(other, here) if index % 2 else _node(here, other)
        index, size = index // 2, (size + 1) // 2
    return None if rest else here
