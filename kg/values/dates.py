"""Dates as said, in EDTF (ISO 8601-2 levels 0 to 2), with the first and last day they can mean.

The parser is our own. The `edtf` package (5.0) takes 0.17 s to import and 8 ms a date, ends an unknown interval ten
years off, accepts intervals that run backwards, and answers some malformed texts with TypeError; the tests compare the
two where both give bounds. Not read, and refused: years outside 0001 to 9999, exponents, significant digits.

A date marked uncertain or approximate (? ~ %) has no bounds: how far off it may be is not said, and nothing
"surely" happened by it. `named_period` gives the period it names, for drawing and sorting.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from kg.values.date_parts import DatePart, Precision, parse_part
from kg.values.refused import ValueRefused, check_length

LONGEST = 200
_PLAIN_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class EdtfDate:
    """A date in normal EDTF text, with the inclusive first and last day it can mean (None: open, or not known)."""

    text: str
    earliest: date | None
    latest: date | None
    precision: Precision

    @property
    def qualified(self) -> bool:
        """Whether any part of it is marked uncertain or approximate."""
        return any(sign in self.text for sign in "?~%")

    def named_period(self) -> tuple[date | None, date | None]:
        """The first and last day of the period it names, its marks of doubt left aside.

        >>> parse_edtf("2017-06~").named_period()
        (datetime.date(2017, 6, 1), datetime.date(2017, 6, 30))
        """
        if not self.qualified:
            return self.earliest, self.latest
        plain = parse_edtf(re.sub("[?~%]", "", self.text))
        return plain.earliest, plain.latest

    def surely_by(self, day: date) -> bool:
        """Whether every day it can mean is `day` or before."""
        return self.latest is not None and self.latest <= day

    def possibly_by(self, day: date) -> bool:
        """Whether some day it can mean is `day` or before."""
        return self.earliest is None or self.earliest <= day


def parse_edtf(text: str) -> EdtfDate:
    """The date, interval or set an EDTF text states; raises ValueRefused, with the reason, for any other text.

    >>> parse_edtf("../2019-04-25").latest
    datetime.date(2019, 4, 25)
    """
    check_length(text, LONGEST)
    if _PLAIN_DAY.fullmatch(text):
        # Nearly every date of a table is one of these; reading it so is six times as fast.
        with suppress(ValueError):
            day = date.fromisoformat(text)
            return EdtfDate(text, day, day, Precision.DAY)
    body = _normalise(text)
    if not body.isascii():
        raise ValueRefused(text, "EDTF is written in ASCII", "write the digits 0 to 9 and plain signs")
    if body[:1] in ("[", "{"):
        return _parse_set(body, text)
    if "/" in body:
        return _parse_interval(body, text)
    part = parse_part(body, text)
    return EdtfDate(part.text, *_ends(part), part.precision)


def _normalise(text: str) -> str:
    body = re.sub(r"\s*([/,])\s*", r"\1", text.strip()).upper().replace("?~", "%").replace("~?", "%")
    return re.sub("(^|/)OPEN(?=/|$)", r"\1..", body)


def _ends(part: DatePart) -> tuple[date | None, date | None]:
    return (None, None) if part.qualified else (part.first, part.last)


def _parse_interval(body: str, whole: str) -> EdtfDate:
    sides = body.split("/")
    if len(sides) != 2:
        raise ValueRefused(whole, "an interval has one slash", "write it like 2017-06/2017-10")
    start, end = (None if side in ("", "..") else parse_part(side, whole) for side in sides)
    if start is None and end is None:
        raise ValueRefused(whole, "an interval open at both ends says nothing", "give one end, or leave the date out")
    if start and end and start.first and end.last and start.first > end.last:
        raise ValueRefused(whole, f"it ends ({end.text}) before it begins ({start.text})", "put the earlier date first")
    text = "/".join(part.text if part else side for part, side in zip((start, end), sides, strict=True))
    earliest = _ends(start)[0] if start else None
    latest = _ends(end)[1] if end else None
    return EdtfDate(text, earliest, latest, Precision.INTERVAL)


def _parse_set(body: str, whole: str) -> EdtfDate:
    """One of several dates, [a,b], or all of them, {a,b}; members may be spans a..b, ..b and a.. as well."""
    closing = {"[": "]", "{": "}"}[body[0]]
    if not body.endswith(closing) or len(body) < 3:
        raise ValueRefused(whole, f"a set that opens with {body[0]} closes with {closing}", "write [2017-06,2017-07]")
    texts: list[str] = []
    firsts: list[date | None] = []
    lasts: list[date | None] = []
    for member in body[1:-1].split(","):
        left, span, right = member.partition("..")
        start = parse_part(left, whole) if left or not span else None
        end = (parse_part(right, whole) if right else None) if span else start
        if start is None and end is None:
            raise ValueRefused(whole, "a span of a set needs at least one end", "write [..2017-06]")
        if start and end and start.first and end.last and start.first > end.last:
            raise ValueRefused(whole, f"its span {member!r} runs backwards", "put the earlier date first")
        texts.append(
            f"{start.text if start else ''}..{end.text if end else ''}" if span else start.text if start else ""
        )
        firsts.append(_ends(start)[0] if start else None)
        lasts.append(_ends(end)[1] if end else None)
    known = [day for day in firsts if day], [day for day in lasts if day]
    earliest = min(known[0]) if len(known[0]) == len(firsts) else None
    latest = max(known[1]) if len(known[1]) == len(lasts) else None
    return EdtfDate(body[0] + ",".join(texts) + closing, earliest, latest, Precision.SET)
