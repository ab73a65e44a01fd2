"""The text of a document, cut so that a selection in the page is the same characters of the capture."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from kg.intake.quotes import find_nearest, find_quote
from webui.names import is_hidden

_AROUND = 60


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text from a code point on; `shown` is what a hidden character is shown as, "" for all else.

    `claims` are the ids of the claims that cite it.
    """

    at: int
    text: str
    shown: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands, or something like it, with what stands around it."""

    start: int
    end: int
    before: str
    words: str
    after: str


def cut_runs(text: str, passages: Iterable[tuple[int, int, str]]) -> list[Run]:
    """The text cut wherever a passage (start, end, claim) begins or ends, and around every hidden character."""
    inside = [each for each in passages if 0 <= each[0] < each[1] <= len(text)]
    hidden = [at for at, sign in enumerate(text) if sign == "\r" or is_hidden(sign)]
    ends = {bound for start, end, _ in inside for bound in (start, end)}
    bounds = sorted({0, len(text), *ends, *hidden, *(at + 1 for at in hidden)})
    runs = []
    marks = set(hidden)
    for start, end in pairwise(bounds):
        over = tuple(dict.fromkeys(claim for first, last, claim in inside if first <= start and end <= last))
        shown = "" if start not in marks else "" if text[start] == "\r" else f"[U+{ord(text[start]):04X}]"
        runs.append(Run(start, text[start:end], shown, over))
    return runs


def find_places(text: str, quote: str) -> tuple[list[Place], str]:
    """Every place of a quote; where it stands nowhere, the nearest one and in what it differs."""
    found = [_place(text, start, start + len(quote)) for start in find_quote(text, quote)]
    if found:
        return found, ""
    near = find_nearest(text, quote)
    return ([_place(text, near.start, near.end)], near.differs) if near else ([], "")


def _place(text: str, start: int, end: int) -> Place:
    return Place(start, end, text[max(0, start - _AROUND) : start], text[start:end], text[end : end + _AROUND])
