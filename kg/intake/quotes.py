"""Where a quote stands in a text; and, where it stands nowhere, the nearest place and what differs there."""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Typographic signs and the plain ones that people type instead; invisible ones vanish.
_PLAIN: dict[str, str | None] = {
    **dict.fromkeys("’‘‛", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("–—‑‐", "-"),
    **dict.fromkeys("\u00a0\u202f\u2009", " "),
    **dict.fromkeys("\u00ad\u200b\ufeff", None),
}
_ALIKE = str.maketrans(_PLAIN)
_WORD = re.compile(r"\w+")
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Nearest:
    """The place in a text that is nearest to a quote (code points, end not included), and how it differs."""

    start: int
    end: int
    differs: str


def find_quote(text: str, quote: str) -> list[int]:
    """The offsets, in code points, at which a quote begins in a text; overlapping ones too.

    >>> find_quote("aXaXa", "aXa")
    [0, 2]
    """
    found, at = [], text.find(quote)
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def show_place(text: str, start: int, end: int) -> str:
    """A place in words: offsets, line, and the words with a little of what stands around them.

    >>> show_place("One. Two men. Three.", 5, 12)
    '5–12 (line 1): One. [Two men]. Three.'
    """
    line = text.count("\n", 0, start) + 1
    before = text[max(0, start - _SHOWN) : start].rpartition("\n")[2]
    after = text[end : end + _SHOWN].partition("\n")[0]
    inside = text[start:end] if end - start <= 160 else f"{text[start : start + 160]}…"
    return f"{start}–{end} (line {line}): {before}[{inside}]{after}"


def find_nearest(text: str, quote: str) -> Nearest | None:
    """The place most like a quote that is not in the text; None where nothing is."""
    folded, places = _fold(text)
    sought = _fold(quote)[0].strip()
    at = folded.find(sought) if sought else -1
    if at >= 0:
        start, end = places[at], places[at + len(sought) - 1] + 1
        return Nearest(start, end, _name_difference(text[start:end], quote))
    return _find_similar(text, quote)


def _fold(text: str) -> tuple[str, list[int]]:
    """The text with quotation marks, hyphens, spaces and capitals made alike, and where each character came from."""
    out: list[str] = []
    places: list[int] = []
    for at, sign in enumerate(text):
        for each in unicodedata.normalize("NFKD", sign.translate(_ALIKE)).casefold():
            each = " " if each.isspace() else each
            if unicodedata.combining(each) or (each == " " and out and out[-1] == " "):
                continue
            out.append(each)
            places.append(at)
    return "".join(out), places


def _name_difference(there: str, quote: str) -> str:
    """Which of the differences that folding removes are there."""
    steps = {
        "white space": lambda text: re.sub(r"\s+", " ", text).strip(),
        "typographic quotation marks, hyphens or invisible characters": lambda text: text.translate(_ALIKE),
        "capital letters": str.casefold,
    }
    named = [name for name, step in steps.items() if step(there) == step(quote)]
    return named[0] if named else "several: white space, quotation marks, accents or capital letters"


def _find_similar(text: str, quote: str) -> Nearest | None:
    """The stretch of words with the longest run in common with the quote's."""
    words, sought = list(_iter_words(text)), [word for word, _, _ in _iter_words(quote)]
    if not words or not sought:
        return None
    matcher = difflib.SequenceMatcher(None, [word for word, _, _ in words], sought, autojunk=False)
    match = matcher.find_longest_match()
    if match.size == 0:
        return None
    first = max(0, match.a - match.b)
    last = min(len(words), first + len(sought)) - 1
    start, end = words[first][1], words[last][2]
    ours = {word for word, _, _ in words[first : last + 1]}
    missing = [word for word in sought if word not in ours]
    return Nearest(
        start, end, f"not there: {', '.join(dict.fromkeys(missing))}" if missing else "the order of the words"
    )


def _iter_words(text: str) -> Iterator[tuple[str, int, int]]:
    for found in _WORD.finditer(text):
        yield found[0].casefold(), found.start(), found.end()
