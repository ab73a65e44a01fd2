"""Candidates for what was probably meant, in words."""

import difflib
from collections.abc import Iterable

_LISTED = 12


def list_nearest(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Up to `most` of the known names that are nearest to a word: alike in spelling, or holding it.

    >>> list_nearest("kiled", ["buildings", "killed"])
    ['killed']
    """
    names = sorted(set(known))
    asked = word.lower()[:120]
    near = difflib.get_close_matches(asked, names, n=most, cutoff=0.5)
    holding = [name for name in names if len(asked) > 2 and asked in name and name not in near]
    return (near + holding)[:most]


def suggest(word: str, known: Iterable[str], *, what: str) -> str:
    """A remedy that names the nearest of what is known, or all of it where it is little.

    >>> suggest("x", ["b", "a"], what="code")
    'write one of a, b'
    """
    names = sorted(set(known))
    near = list_nearest(word, names)
    if near:
        return f"did you mean {' or '.join(near)}?"
    if len(names) <= _LISTED:
        return f"write one of {', '.join(names)}"
    return f"write one of the {len(names)} known, such as {names[0]} or {names[-1]}"
