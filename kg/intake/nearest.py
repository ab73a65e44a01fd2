"""Candidates for what was probably meant, in words."""

import difflib
from collections.abc import Collection, Iterable


def list_nearest(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Up to `most` of the known words that are nearest to a word, the nearest first.

    >>> list_nearest("mesure", ["measure", "number", "about"])
    ['measure']
    """
    candidates = sorted(set(known))
    near = difflib.get_close_matches(word.lower(), candidates, n=most, cutoff=0.7)
    holding = [
        each for each in candidates if len(word) > 2 and (word.lower() in each or each in word.lower().split("-"))
    ]
    return (near + [each for each in holding if each not in near])[:most]


def suggest(word: str, known: Collection[str], *, what: str, where: str = "") -> str:
    """A remedy: the nearest of what is known, or all of it where it is little, else `where` it can be found.

    >>> suggest("mesure", ["measure", "about"], what="field")
    "did you mean 'measure'? Every field here: about, measure"
    """
    near = list_nearest(word, known)
    asked = f"did you mean {' or '.join(repr(each) for each in near)}?" if near else ""
    if len(known) <= 12 or not (near and where):
        listed = ", ".join(sorted(known))
        rest = f"Every {what} here: {listed}" if listed else f"there is no {what} here"
    else:
        rest = f"All {len(known)} {what}s are in {where}"
    return f"{asked} {rest}".strip()
