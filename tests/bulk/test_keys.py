"""Keys kept close together tell what a set tells."""

from hypothesis import given
from hypothesis import strategies as st

from kg.bulk.keys import Keys

# Of few bytes, so that one is often found across two others.
KEYS = st.lists(st.text("ab", min_size=6, max_size=6).map(str.encode), max_size=60)


@given(KEYS, KEYS)
def test_they_hold_what_was_added_and_nothing_else(added, asked):
    keys, known = Keys(), set()
    for key in added:
        assert keys.add(key) is (key not in known)
        known.add(key)
    assert [key in keys for key in asked] == [key in known for key in asked]
    assert bool(keys) is bool(known)
