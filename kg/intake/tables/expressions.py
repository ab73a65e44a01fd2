"""What a value of a mapping is made of: columns, with the words that turn a cell into what the record says."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from kg.codes import load_schemes
from kg.intake.tables.rows import Fault
from kg.iris import is_key
from kg.nearest import suggest
from kg.terms import avc

_HOLE = re.compile(r"\{\{|\}\}|\{([^{}|]+)(\|key|\|maybe)?\}")
_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")
# What browsers escape in a path or query, and the marks of direction, which RFC 3987 (section 4.1) forbids.
_NOT_IN_ADDRESS = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f-\xa0\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]')
_HASHED = 12
# January first; %B and %b in a form stand for any of them too. The second line is Arabic of the Levant and Iraq.
_MONTHS = {
    name: number
    for line in (
        "يناير,فبراير,مارس,أبريل,مايو,يونيو,يوليو,أغسطس,سبتمبر,أكتوبر,نوفمبر,ديسمبر",
        "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول",
        "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
        "enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre",
    )
    for number, name in enumerate(line.split(","), start=1)
}
_MONTH = re.compile("|".join(rf"\b{name}\b" for name in _MONTHS), re.IGNORECASE)
_GROUP = re.compile(r"\\([0-9])")
# Days of 1954 to 2119, as spreadsheets count them from 1899-12-30.
_SERIAL = re.compile("[2-7][0-9]{4}")
NUMBER, ROW = "#", "\0"
"""Stand for the number of the row: where a mapping asks for it (a column of that name is meant first), and in ids."""

WORDS = (
    "column",
    "template",
    "map",
    "patterns",
    "otherwise",
    "codes",
    "find",
    "split",
    "date",
    "not_before",
    "not_after",
    "blank",
    "address",
)
"""The fields of a value that is drawn from the row."""


class Misfit(ValueError):
    """A cell that a mapping cannot take; it carries the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def to_key(text: str) -> str:
    """A text as a key: itself where it is one, else its plain letters with a short hash, so that no two texts meet.

    >>> to_key("CS952"), to_key("cs952")
    ('cs952-ejn3ffcq3pnn', 'cs952')
    """
    if is_key(text):
        return text
    plain = _NOT_IN_KEY.sub("-", text.lower()).strip("-")[:60].strip("-")
    digest = base64.b32encode(hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()).decode().lower()
    return f"{plain}-{digest[:_HASHED]}" if plain else f"x-{digest[:_HASHED]}"


@dataclass(frozen=True, slots=True)
class Template:
    """Text with holes for cells: `pieces` are texts, or (column, how): "key" makes it a key, "maybe" may be empty."""

    pieces: tuple[str | tuple[str, str], ...]
    columns: tuple[str, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Note the columns it draws on, in the order written."""
        names = [piece[0] for piece in self.pieces if not isinstance(piece, str)]
        columns = tuple(dict.fromkeys(name for name in names if name not in (NUMBER, ROW)))
        object.__setattr__(self, "columns", columns)

    def fill(self, cells: Mapping[str, str]) -> str:
        """The text with its holes filled; "" where a cell is empty, since half a text says something else."""
        filled = []
        for piece in self.pieces:
            if isinstance(piece, str):
                filled.append(piece)
                continue
            text = cells.get(piece[0], "").strip()
            if not text and piece[1] != "maybe":
                return ""
            filled.append(to_key(text) if piece[1] == "key" else text)
        return "".join(filled)


def parse_template(text: str) -> Template:
    """The template that a text is; `{{` and `}}` stand for braces. Raises ValueError for a brace without its fellow.

    >>> parse_template("cs-{code|key}").pieces
    ('cs-', ('code', 'key'))
    """
    pieces: list[str | tuple[str, str]] = []
    end = 0
    for hole in _HOLE.finditer(text):
        _add_text(pieces, text[end : hole.start()])
        if hole[1]:
            pieces.append((hole[1].strip(), (hole[2] or "")[1:]))
        else:
            pieces.append(hole[0][0])
        end = hole.end()
    _add_text(pieces, text[end:])
    return Template(tuple(pieces))


def _add_text(pieces: list[str | tuple[str, str]], text: str) -> None:
    if "{" in text or "}" in text:
        raise ValueError("a brace without its fellow; write {{ or }} for a brace that is meant")
    if text:
        pieces.append(text)


@dataclass(frozen=True, slots=True)
class Expression:
    """A value drawn from a row; `codes` is the name of a scheme whose own terms the cells are.

    `find` is the part of a cell that is meant, its first group where it has one; `address` escapes what no URL holds.
    """

    template: Template
    find: re.Pattern[str] | None = None
    map: Mapping[str, str] | None = None
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()
    otherwise: str | None = None
    codes: str = ""
    split: str = ""
    date: tuple[str, ...] = ()
    not_before: str = ""
    not_after: str = ""
    blank: frozenset[str] = field(default_factory=frozenset)
    address: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it draws on."""
        return self.template.columns

    def evaluate(self, cells: Mapping[str, str]) -> list[str]:
        """The texts it gives for a row: none where a cell is empty, several where it is split. Raises Misfit."""
        whole = self.template.fill(cells)
        if self.find is not None:
            found = self.find.search(whole)
            whole = next((group for group in found.groups() if group), found[0]) if found else ""
        texts = [part.strip() for part in whole.split(self.split)] if self.split else [whole]
        return [self._read(text) for text in texts if text and text not in self.blank]

    def _read(self, text: str) -> str:
        if self.map is not None and text in self.map:
            return self.map[text]
        for pattern, value in self.patterns:
            if found := pattern.search(text):
                return _put_groups(value, found)
        if self.codes:
            return self._read_code(text)
        if self.date:
            text = self._read_date(text)
        if self.address:
            text = _NOT_IN_ADDRESS.sub(lambda sign: quote(sign[0]), text)
        if self.map is not None or self.patterns:
            if self.otherwise is None:
                remedy = "add it under map: or patterns:"
                if self.map:
                    remedy = f"add it under map:. {_near(text, self.map, 'value')}"
                self._refuse(text, "the mapping has no word for this value", remedy, unmapped=True)
            return str(self.otherwise)
        return text

    def _read_code(self, text: str) -> str:
        terms = load_terms(self.codes)
        if text in terms:
            return terms[text]
        if self.otherwise is not None:
            return self.otherwise
        reason = f"no term of {self.codes}"
        remedy = f"add it under map: with a code of {self.codes}. {_near(text, terms, 'term')}"
        return self._refuse(text, reason, remedy, unmapped=True)

    def _read_date(self, text: str) -> str:
        for form in self.date:
            found = _parse_date(text, form)
            if found is None:
                continue
            if (self.not_before and found < self.not_before) or (
                self.not_after and found[: len(self.not_after)] > self.not_after
            ):
                span = f"{self.not_before or '..'}/{self.not_after or '..'}"
                return self._refuse(text, f"the date lies outside {span}, which the mapping expects", "mend the date")
            return found
        remedy = "mend the date, or add its form under date:"
        if _SERIAL.fullmatch(text):
            day = date(1899, 12, 30) + timedelta(days=int(text))
            remedy = f"as spreadsheets count days it would be {day}: give that column the form of a date and save again"
        return self._refuse(text, f"no date of the form {' or '.join(self.date)}", remedy)

    def _refuse(self, text: str, reason: str, remedy: str, *, unmapped: bool = False) -> str:
        raise Misfit(Fault(self.columns, text, reason, remedy, unmapped))


@lru_cache(maxsize=4096)
def _parse_date(text: str, form: str) -> str | None:
    """The date in EDTF, no more exact than its form; None where the text is not of that form."""
    if form == "edtf":
        return text
    named, count = _MONTH.subn(lambda month: str(_MONTHS[month[0].lower()]), text)
    if count and re.search("%[Bb]", form):
        text, form = named, re.sub("%[Bb]", "%m", form)
    try:
        read = datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return None
    length = 10 if "%d" in form or "%j" in form else 7 if re.search("%[mbB]", form) else 4
    return read.date().isoformat()[:length]


def _near(text: str, known: Mapping[str, str], what: str) -> str:
    """What a text was probably meant to be, as a sentence of its own."""
    told = suggest(text, list(known), what=what)
    return told[:1].upper() + told[1:]


def _put_groups(text: str, found: re.Match[str]) -> str:
    """A text with what the groups of a pattern found in place of \\1, \\2 …"""
    return _GROUP.sub(lambda group: found[int(group[1])] or "", text)


@lru_cache(maxsize=64)
def load_terms(scheme: str) -> dict[str, str]:
    """The codes of a scheme by the source's own terms, and by their own slugs. Raises KeyError for no such scheme."""
    codes = load_schemes()[avc(f"scheme-{scheme.removeprefix('scheme-')}")].codes
    terms = {code.slug: f"avc:{code.slug}" for code in codes}
    return terms | {code.notation: f"avc:{code.slug}" for code in codes if code.notation}
