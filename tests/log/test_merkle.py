import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.log.merkle import follow, path_to, root_of

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def by_the_book(leaves):
    """The definition of RFC 6962, word for word: split at the largest power of two below the number of leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + by_the_book(leaves[:split]) + by_the_book(leaves[split:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_root_is_the_one_the_standard_defines(leaves):
    assert root_of(leaves) == by_the_book(leaves)


@given(LEAVES, st.data())
def test_the_path_of_every_leaf_leads_to_the_root(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    assert follow(leaves[index], index, len(leaves), path_to(leaves, index)) == root_of(leaves)


@given(LEAVES, st.data())
def test_the_path_of_a_leaf_leads_elsewhere_from_another_leaf(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = leaves[index] + b"!"
    assert follow(other, index, len(leaves), path_to(leaves, index)) != root_of(leaves)


@given(LEAVES, st.data())
def test_a_path_too_long_or_too_short_leads_nowhere(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = path_to(leaves, index)
    assert follow(leaves[index], index, len(leaves), (*path, b"x")) is None
    if path:
        assert follow(leaves[index], index, len(leaves), path[:-1]) is None


def test_there_is_no_path_to_a_leaf_outside_the_list():
    with pytest.raises(IndexError):
        path_to([b"a"], 1)
    assert follow(b"a", 1, 1, ()) is None
