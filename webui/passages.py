"""Passages in the bytes they were read from: the words where the capture is at hand, and overlapping marks."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from kg.reading import PassageView

CONTEXT = 160


class Captures(Protocol):
    """Where the bytes of captures are kept."""

    def read_capture(self, sha256: str) -> bytes | None:
        """The bytes of a capture, None where they are not kept here."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """A passage as it is shown: its words with what stands around them, or the reason why there are none."""

    passage: PassageView
    before: str = ""
    text: str = ""
    after: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same passages, the innermost last."""

    text: str
    start: int
    passages: tuple[str, ...]
    opens: tuple[str, ...]


def read_text(captures: Captures, sha256: str) -> tuple[str, str]:
    """The text of a capture, and why there is none ("" where there is one)."""
    data = captures.read_capture(sha256)
    if data is None:
        return "", "The capture is not at hand here, so its words cannot be shown."
    if hashlib.sha256(data).hexdigest() != sha256:
        return "", "The bytes at hand do not have the hash that was recorded, so they are not shown."
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return "", "The capture is not text in UTF-8, so its words cannot be shown."


def read_words(captures: Captures, passage: PassageView) -> Words:
    """The words of a passage, cut by code points and held against their hash."""
    text, missing = read_text(captures, passage.capture_sha256)
    if missing:
        return Words(passage, missing=missing)
    words = text[passage.start : passage.end]
    if hashlib.sha256(words.encode()).hexdigest() != passage.sha256:
        return Words(passage, missing="The words at this place do not have the hash that was recorded.")
    before, after = text[: passage.start], text[passage.end :]
    return Words(passage, from_word(before), words, to_word(after))


def from_word(text: str) -> str:
    """The end of a text, from the beginning of a word."""
    return text if len(text) <= CONTEXT else f"… {text[-CONTEXT:].partition(' ')[2]}"


def to_word(text: str) -> str:
    """The beginning of a text, up to the end of a word."""
    return text if len(text) <= CONTEXT else f"{text[:CONTEXT].rpartition(' ')[0]} …"


def cut_pieces(text: str, passages: Iterable[PassageView]) -> list[Piece]:
    """The text cut wherever a passage begins or ends, so that nested and overlapping passages are all shown.

    `opens` names the passages that begin with a piece; what lies outside the text is left out.
    """
    inside = [passage for passage in passages if 0 <= passage.start < passage.end <= len(text)]
    bounds = sorted({0, len(text), *(p.start for p in inside), *(p.end for p in inside)})
    ordered: Sequence[PassageView] = sorted(inside, key=lambda p: (p.start - p.end, p.start, p.iri))
    pieces: list[Piece] = []
    for start, end in pairwise(bounds):
        over = tuple(p.iri for p in ordered if p.start <= start and end <= p.end)
        opens = tuple(p.iri for p in ordered if p.start == start)
        pieces.append(Piece(text[start:end], start, over, opens))
    return pieces
