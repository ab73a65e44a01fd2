"""Passages: spans of a capture by offsets or by a quote, checked against the bytes where they are at hand."""

import hashlib
from dataclasses import dataclass, field

from kg import iris
from kg.intake.captures import Captures, Held
from kg.intake.fields import read_integer
from kg.intake.quotes import find_nearest, find_quote, show_place
from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.model import Passage
from kg.terms import Iri

_MOST_SHOWN = 20
_AT_HAND = "give the bytes with --capture, or start, end and sha256"


@dataclass(slots=True)
class Passages:
    """Reads the passages of claims and relays, and keeps every one by its IRI."""

    sheet: Sheet
    captures: Captures
    found: dict[Iri, Passage] = field(default_factory=dict)
    origins: dict[Iri, Path] = field(default_factory=dict)

    def read(self, at: Path, document: str | None) -> tuple[Iri, ...]:
        """The IRIs of the passages at a path, one or a list, in the captures of a document (None: of any)."""
        found = (self._read_one(each, document) for each in self.sheet.items(at))
        return tuple(iri for iri in found if iri is not None)

    def find_document(self, at: Path) -> str | None:
        """The key of the document whose capture a passage at this path names, None where it names none."""
        for each in self.sheet.items(at):
            held = self.captures.held.get(self.sheet.text((*each, "capture")) or "")
            if held:
                return held.document
        return None

    def _read_one(self, at: Path, document: str | None) -> Iri | None:
        held = self._find_capture(at, document)
        span = self._read_span(at, held) if held else None
        if held is None or span is None:
            return None
        start, end, sha256 = span
        capture = iris.capture_iri(self.sheet.base, held.sha256)
        iri = iris.passage_iri(self.sheet.base, capture, start, end)
        self.found.setdefault(iri, Passage(iri=iri, capture=capture, start=start, end=end, sha256=sha256))
        self.origins.setdefault(iri, at)
        return iri

    def _find_capture(self, at: Path, document: str | None) -> Held | None:
        for place in ((*at, "capture"), ("defaults", "passage_capture")):
            sha256 = self.sheet.text(place)
            if sha256 is not None and (held := self.captures.held.get(sha256)) is not None:
                return held
            if sha256 is not None:
                self.sheet.refuse(place, "no document of this file has this capture", "describe it under its document")
                return None
        choices = self.captures.of_document(document)
        if len(choices) == 1:
            return choices[0]
        if choices:
            listed = ", ".join(f"{held.sha256} ({held.document})" for held in choices)
            remedy = f"say which with `capture` (or `document`): {listed}"
            self.sheet.refuse(at, "the passage may be in any of several captures", remedy, value="")
        elif self.sheet.is_sound(("documents",)):
            where = f"document {document}" if document else "the file"
            self.sheet.refuse(at, f"{where} describes no capture to find a passage in", "describe one", value="")
        return None

    def _read_span(self, at: Path, held: Held) -> tuple[int, int, str] | None:
        start, end = read_integer(self.sheet, (*at, "start")), read_integer(self.sheet, (*at, "end"))
        if not self.sheet.is_sound(at):
            return None
        if start is not None and end is not None:
            return self._check_offsets(at, held, start, end)
        if start is not None or end is not None:
            missing = "end" if end is None else "start"
            self.sheet.refuse((*at, missing), "missing", "give both start and end, or a quote", value="")
            return None
        quote = self.sheet.text((*at, "quote"))
        if quote is None:
            self.sheet.refuse(at, "no place is given", "give quote, or start, end and sha256")
            return None
        return self._look_up(at, held, quote)

    def _check_offsets(self, at: Path, held: Held, start: int, end: int) -> tuple[int, int, str] | None:
        longest = held.length if held.text is None else len(held.text)
        if start >= end:
            self.sheet.refuse((*at, "end"), f"it does not come after start, {start}", "give the offset past the last")
            return None
        if end > longest:
            reason = (
                f"past the end of the capture, which has {longest:,} {'bytes' if held.text is None else 'characters'}"
            )
            self.sheet.refuse((*at, "end"), reason, "count code points, not bytes, from 0")
            return None
        declared, quote = self.sheet.text((*at, "sha256")), self.sheet.text((*at, "quote"))
        words = quote if held.text is None else held.text[start:end]
        if words is None:
            if declared is None:
                self.sheet.refuse((*at, "sha256"), "missing, and the capture is not at hand", _AT_HAND, value="")
            return None if declared is None else (start, end, declared)
        return self._check_words(at, held, (start, end), words)

    def _check_words(self, at: Path, held: Held, span: tuple[int, int], words: str) -> tuple[int, int, str] | None:
        start, end = span
        declared, quote = self.sheet.text((*at, "sha256")), self.sheet.text((*at, "quote"))
        sha256 = hash_words(words)
        place = show_place(held.text, start, end) if held.text is not None else ""
        if quote is not None and (quote != words or len(quote) != end - start):
            there = f"there stands {place}" if place else f"it has {len(quote)} characters, the span {end - start}"
            self.sheet.refuse((*at, "quote"), f"not what stands at {start}–{end}: {there}", "correct quote or offsets")
            return None
        if declared is not None and declared != sha256:
            there = f"the words at {place}" if place else "the words quoted"
            reason = f"another hash than that of {there}"
            self.sheet.refuse((*at, "sha256"), reason, f"correct the offsets, or write {sha256}")
            return None
        return start, end, sha256

    def _look_up(self, at: Path, held: Held, quote: str) -> tuple[int, int, str] | None:
        if held.text is None:
            self.sheet.refuse((*at, "quote"), "it cannot be looked up: the capture is not at hand", _AT_HAND)
            return None
        starts = find_quote(held.text, quote)
        if len(starts) == 1:
            return self._check_words(at, held, (starts[0], starts[0] + len(quote)), quote)
        if starts:
            places = "; ".join(show_place(held.text, start, start + len(quote)) for start in starts[:_MOST_SHOWN])
            rest = f"; and {len(starts) - _MOST_SHOWN} more" if len(starts) > _MOST_SHOWN else ""
            reason = f"found {len(starts)} times in the capture: {places}{rest}"
            remedy = "quote more of the words around it, or give start and end beside it"
        else:
            reason, remedy = _explain_absence(held.text, quote)
        self.sheet.refuse((*at, "quote"), reason, remedy)
        return None


def _explain_absence(text: str, quote: str) -> tuple[str, str]:
    near = find_nearest(text, quote)
    if near is None:
        return "not found in the capture, nor anything like it", "check the capture, and the quote"
    place = show_place(text, near.start, near.end)
    reason = f"not found in the capture; the nearest is {place}; what differs: {near.differs}"
    return reason, f"quote it as it stands there, or give start: {near.start}, end: {near.end}"


def hash_words(words: str) -> str:
    """SHA-256, in hexadecimal, of the words in UTF-8."""
    return hashlib.sha256(words.encode()).hexdigest()
