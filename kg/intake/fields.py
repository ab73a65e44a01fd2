"""Fields of a case file as values of the model: text with its language, names, dates, numbers, places."""

from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.model import Text
from kg.terms import Iri
from kg.values.dates import EdtfDate, parse_edtf
from kg.values.refused import ValueRefused


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
    """Names written plainly (then in `language`) or by language, in lower-case BCP 47."""
    if not isinstance(sheet.get(at), dict):
        text = read_text(sheet, at)
        return () if text is None else (Text(text, language.lower()),)
    found = ((tag, read_text(sheet, each)) for tag in sheet.keys(at) for each in sheet.items((*at, tag)))
    return tuple(Text(text, tag.lower()) for tag, text in found if text is not None)


def read_words(sheet: Sheet, at: Path, language: str) -> Text | None:
    """One text written plainly (then in `language`) or with its language; None where there is none."""
    return next(iter(read_names(sheet, at, language)), None)


def read_date(sheet: Sheet, at: Path) -> EdtfDate | None:
    """The EDTF date written at a path; None where there is none, or it is none and noted so."""
    text = sheet.text(at)
    if text is None:
        return None
    try:
        return parse_edtf(text)
    except ValueRefused as refused:
        refuse_value(sheet, at, refused)
        return None


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
    if any(sign <= " " or sign in '<>"{}|^`\\\x7f' for sign in text):
        sheet.refuse(at, "an address holds no space, quotation mark, bracket or backslash", "escape it with %")
        return None
    return Iri(text)


def read_integer(sheet: Sheet, at: Path) -> int | None:
    """The whole number written at a path."""
    value = sheet.get(at)
    return int(value) if isinstance(value, int | float) else None  # the schema lets whole numbers alone through
