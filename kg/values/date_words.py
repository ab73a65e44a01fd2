"""Dates from English words, as EDTF; what depends on the day of speaking ("last Thursday") is refused."""

import re
from collections.abc import Callable
from datetime import date

from kg.values.date_parts import Precision, shift_day
from kg.values.dates import LONGEST, EdtfDate, parse_edtf
from kg.values.numerals import to_ascii_digits
from kg.values.refused import ValueRefused, check_length

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEASONS = {"spring": "21", "summer": "22", "autumn": "23", "fall": "23", "winter": "24"}
_MONTH_NUMBERS = {
    name: f"{number:02}"
    for number, month in enumerate(_MONTHS, 1)
    for name in {month, month[:3], f"{month[:3]}."} | ({"sept", "sept."} if month == "september" else set())
}

_MONTH = "(?P<month>" + "|".join(map(re.escape, sorted(_MONTH_NUMBERS, key=len, reverse=True))) + ")"
_DAY = "(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?"
_YEAR = "(?P<year>[0-9]{4})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        f"{_DAY} (?:of )?{_MONTH},? {_YEAR}",
        f"{_MONTH} {_DAY},? {_YEAR}",
        f"{_MONTH},? (?:of )?{_YEAR}",
        f"(?P<season>{'|'.join(_SEASONS)}),? (?:of )?{_YEAR}",
        "(?P<decade>[0-9]{3})0s",
        _YEAR,
    )
)
_EDTF = re.compile(r"[?~%]?[0-9X]{4}(?:[?~%/T]|-[?~%]?[0-9X]{2}(?![0-9X])|$)|[.][.]/|/|[\[{]")
_WEEKDAY = re.compile(f"({'|'.join(_DAYS)}),? (.+)")
# "Early" and its like name no day on which they end, so they leave the period as it is; the claim keeps the words.
_PART_OF = re.compile("(?:early|mid|late)(?: in)?[ -]|(?:the )?(?:start|beginning|middle|end) of ")
_HEDGES = {"~": re.compile("(?:about|around|circa|ca?[.]|approximately) "), "?": re.compile("(?:perhaps|possibly) ")}
_RELATIVE = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|now|currently|ago|last|next|this|recently|earlier|later|"
    rf"{'|'.join(_DAYS)})\b"
)
_RANGE = re.compile(
    "(?:between (?P<a>.+) and|from (?P<b>.+) (?:to|until|till|through)|(?P<c>.+?)(?: to | ?[-–] ?)) ?(?P<end>.+)"
)
_EXAMPLES = "write it like 25 April 2019, June 2017, between June and October of 2017, or in EDTF"


def parse_date_words(text: str, *, language: str = "en") -> EdtfDate:
    """The date English words state, or an EDTF text; bounds are inclusive, and no part is supplied from a context.

    Raises ValueRefused, with the reason, for a relative date, a date without its year, and figures like 6/12/2017.

    >>> parse_date_words("between June and October of 2017").text
    '2017-06/2017-10'
    """
    check_length(text, LONGEST)
    body = " ".join(to_ascii_digits(text).lower().split())
    if _EDTF.match(body.upper()):
        return _parse(to_ascii_digits(text), text)
    if language.lower().split("-")[0] != "en":
        raise ValueRefused(text, "date words are read in English only", "give the date in EDTF, such as 2017-06-06")
    found = _read(body.removeprefix("on ").removeprefix("in "), text)
    if found is None:
        raise _refusal(text, body)
    return found


def _read(body: str, whole: str) -> EdtfDate | None:
    for phrases, build in _BOUNDS:
        phrase = next((p for p in phrases if body.startswith(p)), None)
        single = _read_single(body.removeprefix(phrase), whole) if phrase else None
        if single:
            return build(single, whole)
    return _read_single(body, whole) or _read_range(body, whole)


def _read_single(body: str, whole: str) -> EdtfDate | None:
    for sign, hedge in _HEDGES.items():
        match = hedge.match(body)
        if match:
            plain = _read_single(body[match.end() :], whole)
            return parse_edtf(plain.text + sign) if plain and not plain.qualified else None
    weekday = _WEEKDAY.fullmatch(body)
    if weekday:
        return _check_weekday(_read_single(weekday[2], whole), weekday[1], whole)
    body = _PART_OF.sub("", body, count=1) if _PART_OF.match(body) else body
    for form in _FORMS:
        match = form.fullmatch(body.removeprefix("the "))
        if match:
            return _build(match.groupdict(), whole)
    return None


def _build(parts: dict[str, str | None], whole: str) -> EdtfDate:
    if parts.get("decade"):
        decade = str(parts["decade"])
        if decade.endswith("0"):
            raise ValueRefused(whole, "it may be a decade or a century", f"write {decade}X or {decade[:2]}XX")
        return parse_edtf(f"{decade}X")
    text = str(parts["year"])
    if parts.get("season"):
        return parse_edtf(f"{text}-{_SEASONS[str(parts['season'])]}")
    if parts.get("month"):
        text += f"-{_MONTH_NUMBERS[str(parts['month'])]}"
    if parts.get("day"):
        text += f"-{int(str(parts['day'])):02}"
    return _parse(text, whole)


def _check_weekday(found: EdtfDate | None, weekday: str, whole: str) -> EdtfDate | None:
    if found is None or found.precision is not Precision.DAY or found.earliest is None:
        return None
    actual = _DAYS[found.earliest.weekday()]
    if actual != weekday:
        raise ValueRefused(whole, f"{found.text} was a {actual.title()}", "check the day and the date")
    return found


def _read_range(body: str, whole: str) -> EdtfDate | None:
    match = _RANGE.fullmatch(body)
    if not match:
        return None
    end = _read_single(match["end"], whole)
    left = match["a"] or match["b"] or match["c"]
    if end is None or end.qualified:
        return None
    start = _read_single(left, whole) or _complete(left, end, whole)
    if start is None or start.qualified:
        return None
    return _parse(f"{start.text}/{end.text}", whole)


def _complete(left: str, end: EdtfDate, whole: str) -> EdtfDate | None:
    """A start that shares the month or year of its end: "June and October of 2017", "6 to 12 June 2017"."""
    year, *rest = end.text.split("-")
    named = _MONTHS[int(rest[0]) - 1] if rest and int(rest[0]) <= 12 else ""
    tails = [f" {year}"] + ([f" {named} {year}"] if end.precision is Precision.DAY else [])
    return next((found for tail in tails if (found := _read_single(left + tail, whole))), None)


def _parse(edtf: str, whole: str) -> EdtfDate:
    """Read EDTF made from the words; a refusal shows the words, not what was made of them."""
    try:
        return parse_edtf(edtf)
    except ValueRefused as refused:
        raise ValueRefused(whole, refused.reason, refused.remedy) from None


def _until(found: EdtfDate, whole: str) -> EdtfDate:
    return _parse(f"../{found.text}", whole)


def _since(found: EdtfDate, whole: str) -> EdtfDate:
    return _parse(f"{found.text}/..", whole)


def _before(found: EdtfDate, whole: str) -> EdtfDate:
    _check_edges(found, whole)
    return _parse(f"../{_next(found.earliest, -1, whole)}", whole)


def _after(found: EdtfDate, whole: str) -> EdtfDate:
    _check_edges(found, whole)
    return _parse(f"{_next(found.latest, 1, whole)}/..", whole)


def _check_edges(found: EdtfDate, whole: str) -> None:
    """Refuse what has no sharp first and last day: "before summer 2017" may well be May."""
    if found.qualified or found.precision is Precision.SEASON or _PART_OF.search(" ".join(whole.lower().split())):
        raise ValueRefused(whole, "the period it comes before or after has no sharp edge", "give a day, month or year")


def _next(day: date | None, days: int, whole: str) -> str:
    return shift_day(day, days, whole).isoformat()


_Build = Callable[[EdtfDate, str], EdtfDate]
_BOUNDS: tuple[tuple[tuple[str, ...], _Build], ...] = (
    (("on or before ", "no later than ", "by ", "until ", "till ", "up to "), _until),
    (("on or after ", "no earlier than ", "since "), _since),
    (("before ", "prior to "), _before),
    (("after ",), _after),
)


def _refusal(text: str, body: str) -> ValueRefused:
    if not body:
        return ValueRefused(text, "it is empty", _EXAMPLES)
    if re.search("[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}", body):
        return ValueRefused(text, "its figures may be day or month first", "write it like 2017-12-06")
    if _RELATIVE.search(body):
        return ValueRefused(text, "it depends on the day it was said", "work out the date and give it in full")
    if not re.search("[0-9]{4}", body):
        return ValueRefused(text, "it has no year", _EXAMPLES)
    return ValueRefused(text, "not every word of it is read as part of a date", _EXAMPLES)
