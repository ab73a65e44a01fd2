"""Dates of EDTF in words; what cannot be put in words is shown as it stands."""

import re
from calendar import month_name

from kg.terms import NOT_STATED
from kg.values.dates import parse_edtf
from kg.values.refused import ValueRefused

UNSTATED = "date not stated"
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_PLAIN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MARKS = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}


def date_words(text: str) -> str:
    """An EDTF date in words.

    >>> date_words("../2019-04-25"), date_words("2017-06/2017-10"), date_words("2018~"), date_words("")
    ('by 25 April 2019', 'June to October 2017', 'about 2018', 'date not stated')
    """
    if text in ("", NOT_STATED):
        return UNSTATED
    try:
        normal = parse_edtf(text).text
    except ValueRefused:
        return text
    if "/" not in normal:
        return _part_words(normal) or text
    start, end = normal.split("/")
    if start in ("", ".."):
        return f"by {_part_words(end) or end}"
    if end in ("", ".."):
        return f"from {_part_words(start) or start} on"
    return _span_words(_part_words(start) or start, _part_words(end) or end)


def when_words(text: str) -> str:
    """An EDTF date as it follows what happened, or was said, then.

    >>> when_words("2019-04-25"), when_words("2017-06/2017-10"), when_words("2018"), when_words("../2018-07")
    ('on 25 April 2019', 'from June to October 2017', 'in 2018', 'by July 2018')
    """
    words = date_words(text)
    if words.startswith(("by ", "from ")):
        return words
    if " to " in words:
        return f"from {words}"
    if words.startswith(("about ", "perhaps ", "some time ")):
        return words
    is_day = words.startswith("a day in ") or re.match(r"\d\d? ", words)
    return f"on {words}" if is_day else f"in {words}"


def _span_words(start: str, end: str) -> str:
    head, _, year = start.rpartition(" ")
    return f"{head} to {end}" if head and end.endswith(f" {year}") else f"{start} to {end}"


def _part_words(part: str) -> str:
    """One date in words, "" where it has a form that words do not fit."""
    body = part.partition("T")[0]
    mark = body[-1] if body[-1:] in _MARKS else ""
    found = _PLAIN.fullmatch(body.removesuffix(mark) if mark else body)
    if found is None:
        return _decade_words(body)
    year, month, day = found.groups()
    if month is None:
        words = year
    elif month in _SEASONS:
        words = f"{_SEASONS[month]} {year}"
    else:
        words = f"{month_name[int(month)]} {year}"
    return f"{_MARKS.get(mark, '')}{int(day)} {words}" if day else f"{_MARKS.get(mark, '')}{words}"


def _decade_words(body: str) -> str:
    if re.fullmatch(r"\d{3}X", body):
        return f"the {body[:3]}0s"
    if re.fullmatch(r"\d{4}-\d{2}-XX", body):
        return f"a day in {_part_words(body[:7])}"
    if re.fullmatch(r"\d{4}-XX-XX|\d{4}-XX", body):
        return f"some time in {body[:4]}"
    return ""


def instant_words(text: str) -> str:
    """An instant in UTC in words, as recorded.

    >>> instant_words("2026-11-23 21:00:59.5")
    '23 November 2026, 21:00 UTC'
    """
    day, _, clock = text.replace("T", " ").partition(" ")
    return f"{date_words(day)}, {clock[:5]} UTC" if clock else date_words(day)
