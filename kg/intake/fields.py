"""Fields of a case file as values of the model: text with its language, names, dates, numbers, places."""

import re
from collections.abc import Iterator
from functools import lru_cache

from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.model import Text
from kg.terms import Iri
from kg.values.dates import EdtfDate, parse_edtf
from kg.values.names import parse_name
from kg.values.refused import ValueRefused

# RFC 3987, section 2.2, less the characters that turn the direction of text (section 4.1).
_SIGNS = (
    r"[^\x00-\x20<>\"{}|^`\\\[\]#%\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069"
    r"\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff]"
)
_UNFIT = re.compile(f"%(?![0-9A-Fa-f]{{2}})|(?!%){_SIGNS.replace('[^', '[', 1)}")
_PART = f"(?:{_SIGNS}|%[0-9A-Fa-f]{{2}})*"
_ADDRESS = re.compile(f"[A-Za-z][A-Za-z0-9+.-]*:{_PART}(?:#{_PART})?")


def refuse_value(sheet: Sheet, at: Path, refused: ValueRefused) -> None:
    """Note a value that `kg.values` does not read, with its own reason and remedy."""
    sheet.refuse(at, refused.reason, refused.remedy, value=refused.text)


def read_text(sheet: Sheet, at: Path) -> str | None:
    """Text as written; None where there is none. Text of spaces alone is noted."""
    text = sheet.text(at)
    if text is not None and not text.strip():
        sheet.refuse(at, "nothing but space", "write the text, or leave the field out")
        return None
    return text


def read_names(sheet: Sheet, at: Path, language: str) -> tuple[Text, ...]:
    """Names written plainly (then in `language`) or by language; one that hides signs or belies its script is noted."""
    names = []
    for place, text, tag in _iter_texts(sheet, at, language):
        try:
            # The language of the document is only presumed of a plain name: a foreign script does not belie it.
            written = tag if isinstance(sheet.get(at), dict) else None
            names.append(Text(parse_name(text, language=written).text, tag.lower()))
        except ValueRefused as refused:
            refuse_value(sheet, place, refused)
    return tuple(names)


def read_words(sheet: Sheet, at: Path, language: str) -> Text | None:
    """One text, exactly as written plainly (then in `language`) or with its language; None where there is none."""
    return next((Text(text, tag.lower()) for _, text, tag in _iter_texts(sheet, at, language)), None)


def _iter_texts(sheet: Sheet, at: Path, language: str) -> Iterator[tuple[Path, str, str]]:
    """The place, text and language tag of every text at a path."""
    by_language = isinstance(sheet.get(at), dict)
    places = [((*at, tag), tag) for tag in sheet.keys(at)] if by_language else [(at, language)]
    for holder, tag in places:
        for place in sheet.items(holder):
            text = read_text(sheet, place)
            if text is not None:
                yield place, text, tag


def read_date(sheet: Sheet, at: Path) -> EdtfDate | None:
    """The EDTF date written at a path; None where there is none, or it is none and noted so."""
    text = sheet.text(at)
    if text is None:
        return None
    try:
        return parse_date(text)
    except ValueRefused as refused:
        refuse_value(sheet, at, refused)
        return None


# Rows of a table say the same few dates over and over.
parse_date = lru_cache(maxsize=4096)(parse_edtf)


def read_period(sheet: Sheet, at: Path) -> str | None:
    """The normal text of the EDTF date written at a path."""
    date = read_date(sheet, at)
    return None if date is None else date.text


def read_urls(sheet: Sheet, at: Path) -> tuple[Iri, ...]:
    """Addresses, one or a list; a character that cannot stand in one is noted."""
    return tuple(found for each in sheet.items(at) if (found := read_url(sheet, each)))


def read_url(sheet: Sheet, at: Path) -> Iri | None:
    """The address written at a path."""
    text = sheet.text(at)
    if text is None:
        return None
    if not _ADDRESS.fullmatch(text):
        unfit = _UNFIT.search(text)
        held = f": {unfit[0]!r} at character {unfit.start() + 1}" if unfit else ""
        reason = f"not an address (RFC 3987), which names a scheme and holds no space, quotation mark or bracket{held}"
        sheet.refuse(at, reason, "escape the character with %, or mend the address")
        return None
    return Iri(text)


def read_integer(sheet: Sheet, at: Path) -> int | None:
    """The whole number written at a path."""
    value = sheet.get(at)
    return int(value) if isinstance(value, int | float) else None  # the schema lets whole numbers alone through
