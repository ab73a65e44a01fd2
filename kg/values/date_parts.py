"""One EDTF date, as it stands between the slashes: its normal form, its first and last possible day, its precision."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kg.values.refused import ValueRefused


class Precision(StrEnum):
    """How fine a date is: the smallest unit that is wholly given, or the form it has."""

    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    MILLENNIUM = "millennium"
    UNKNOWN = "unknown"
    INTERVAL = "interval"
    SET = "set"


@dataclass(frozen=True, slots=True)
class DatePart:
    """A single date read: normal text, the inclusive period it names, and whether it is uncertain or approximate."""

    text: str
    first: date | None
    last: date | None
    precision: Precision
    qualified: bool = False


_Period = tuple[date | None, date | None]

_DATE = re.compile(
    "(?P<q0>[?~%]?)(?P<year>[0-9X]{4})(?P<q1>[?~%]?)"
    "(?:-(?P<q2>[?~%]?)(?P<month>[0-9X]{2})(?P<q3>[?~%]?)(?:-(?P<q4>[?~%]?)(?P<day>[0-9X]{2})(?P<q5>[?~%]?))?)?"
)
_INSTANT = re.compile(
    "([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-][0-9]{2}(?::[0-9]{2})?)?"
)
_A_LEAP_YEAR = 2000
_QUALIFIER = re.compile("[?~%]")
_EXAMPLES = "write it like 2017-06-06, 2017-06, 2017, 2017-06-XX, 2017-06/2017-10, ../2019-04-25 or 2017-06-06~"

# Where a season begins and ends by any custom in use (calendar months or solstice and equinox), widest reading:
# (first month and day, years later, last month and day). Winter 2017 may be either end of 2017.
_NORTH = {
    1: ((3, 1), 0, (6, 21)),
    2: ((6, 1), 0, (9, 23)),
    3: ((9, 1), 0, (12, 22)),
    4: ((1, 1), 1, (3, 21)),
}
_SOUTH = {1: _NORTH[3], 2: _NORTH[4], 3: _NORTH[1], 4: _NORTH[2]}
_EITHER = {1: ((3, 1), 0, (12, 22)), 2: _NORTH[4], 3: ((3, 1), 0, (12, 22)), 4: _NORTH[4]}


def parse_part(text: str, whole: str) -> DatePart:
    """One EDTF date or date and time; raises ValueRefused, showing `whole`, where it is not one or does not exist.

    >>> parse_part("2016-02-XX", "2016-02-XX").last
    datetime.date(2016, 2, 29)
    """
    if "T" in text:
        return _parse_instant(text, whole)
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueRefused(whole, f"{text!r} is not an EDTF date", _EXAMPLES)
    year, month, day = match["year"], match["month"], match["day"]
    if month and month.isdigit() and 21 <= int(month) <= 41:
        period: _Period = _season(year, int(month), day, whole)
        precision = Precision.SEASON
    else:
        period = _bounds(year, month, day, text, whole)
        precision = _precision(year, month, day)
    return DatePart(_normal(match), *period, precision, bool(_QUALIFIER.search(text)))


def _normal(match: re.Match[str]) -> str:
    """The text, with one qualifier on every component written once at the end, which means the same."""
    levels = [name for name in ("year", "month", "day") if match[name]]
    signs = [match[f"q{2 * at}"] for at in range(len(levels))]
    if len(levels) > 1 and signs[0] and len(set(signs)) == 1 and match[0].count(signs[0]) == len(levels):
        return "-".join(match[name] for name in levels) + signs[0]
    if len(levels) == 1 and match["q0"] and not match["q1"]:
        return match["year"] + match["q0"]
    return match[0]


def _parse_instant(text: str, whole: str) -> DatePart:
    match = _INSTANT.fullmatch(text)
    if not match:
        raise ValueRefused(whole, f"{text!r} is not an EDTF date and time", "write it like 2019-04-25T10:00:00Z")
    shift = match[3] or ""
    hours, _, minutes = shift[1:].partition(":")
    if shift not in ("", "Z") and (int(hours) * 60 + int(minutes or 0) > 14 * 60 or int(minutes or 0) > 59):
        raise ValueRefused(whole, f"no place is {shift} from UTC", "give a shift from -14:00 to +14:00, or Z")
    # The day is the one that was written: a shift to UTC could move what was said to another day.
    first, last = _bounds(text[:4], text[5:7], text[8:10], text, whole)
    stem = text.removesuffix(shift)
    if shift and shift != "Z":
        shift = "Z" if int(hours) == int(minutes or 0) == 0 else f"{shift[0]}{hours}:{minutes or '00'}"
    return DatePart(stem + shift, first, last, Precision.INSTANT)


def _bounds(year: str, month: str | None, day: str | None, text: str, whole: str) -> _Period:
    """The first and last day that fits; (None, None) where the year is wholly unknown, for then every day may."""
    if year == "0000":
        raise ValueRefused(whole, "the year 0000 is outside 0001 to 9999", "check the year")
    if month and not list(_fitting(month, 1, 12)):
        raise ValueRefused(whole, f"there is no month {month}", "give a month from 01 to 12")
    first, last = _extreme(year, month, day, False), _extreme(year, month, day, True)
    if first is None or last is None:
        raise ValueRefused(whole, f"no day of the calendar fits {text!r}", "give a day that exists, or only the month")
    return (None, None) if year == "XXXX" else (first, last)


def _extreme(year: str, month: str | None, day: str | None, latest: bool) -> date | None:
    if not _exists_in(_A_LEAP_YEAR, month, day):
        return None
    for y in _fitting(year, 1, 9999, reverse=latest):
        for m in _fitting(month or "XX", 1, 12, reverse=latest):
            for d in _fitting(day or "XX", 1, monthrange(y, m)[1], reverse=latest):
                return date(y, m, d)
    return None


def _exists_in(year: int, month: str | None, day: str | None) -> bool:
    months = _fitting(month or "XX", 1, 12)
    return any(True for m in months for _ in _fitting(day or "XX", 1, monthrange(year, m)[1]))


def _fitting(mask: str, least: int, most: int, *, reverse: bool = False) -> Iterator[int]:
    """The numbers from least to most that fit a mask of digits and X."""
    if mask.isdigit():
        if least <= int(mask) <= most:
            yield int(mask)
        return
    low, high = int(mask.replace("X", "0")), int(mask.replace("X", "9"))
    candidates = range(max(least, low), min(most, high) + 1)
    for number in reversed(candidates) if reverse else candidates:
        if all(m in ("X", n) for m, n in zip(mask, f"{number:0{len(mask)}}", strict=True)):
            yield number


def _precision(year: str, month: str | None, day: str | None) -> Precision:
    if "X" in year:
        known = len(year.rstrip("X"))
        coarse = {3: Precision.DECADE, 2: Precision.CENTURY, 1: Precision.MILLENNIUM}
        return coarse.get(known, Precision.UNKNOWN) if "X" not in year[:known] else Precision.UNKNOWN
    if not month or "X" in month:
        return Precision.YEAR
    return Precision.MONTH if not day or "X" in day else Precision.DAY


def _season(year: str, code: int, day: str | None, whole: str) -> tuple[date, date]:
    """Bounds of EDTF's codes 21 to 41: seasons of either hemisphere, then quarters, thirds and halves of a year."""
    if day or not year.isdigit() or not 1 <= int(year) <= 9998:
        raise ValueRefused(whole, f"code {code} (a season or part of a year) needs a full year and no day", _EXAMPLES)
    y = int(year)
    if code <= 32:
        seasons = _EITHER if code <= 24 else _NORTH if code <= 28 else _SOUTH
        start, later, end = seasons[(code - 21) % 4 + 1]
        return date(y, *start), date(y + later, *end)
    months, base = (3, 33) if code <= 36 else (4, 37) if code <= 39 else (6, 40)
    final = (code - base + 1) * months
    return date(y, final - months + 1, 1), date(y, final, monthrange(y, final)[1])


def shift_day(day: date | None, days: int, whole: str) -> date:
    """The day some days later; raises ValueRefused where there is none."""
    if day is None or not 0 < day.toordinal() + days <= date.max.toordinal():
        raise ValueRefused(whole, "there is no day before or after it", "give the day itself")
    return day + timedelta(days)
