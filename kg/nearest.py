"""Candidates for what was probably meant, in words."""

import difflib
from collections.abc import Collection, Iterable

# Characters of a word that are compared, so that a hostile one costs no more than a long one.
_LOOKED_AT = 120


def list_nearest(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Up to `most` of the known words that are nearest to a word, the nearest first.

    >>> list_nearest("mesure", ["measure", "number", "about"])
    ['measure']
    """
    candidates = sorted(set(known))
    asked = word.lower()[:_LOOKED_AT]
    near = difflib.get_close_matches(asked, candidates, n=most, cutoff=0.65)
    holding = [each for each in candidates if len(asked) > 2 and (asked in each or each in asked.split("-"))]
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
