"""Quantities from words: bounds that stay open where the words leave them open, and the words themselves.

Readings that had to be decided, each the widest the words allow, so that nothing is claimed that was not said:
"nearly", "almost", "about", "some" N give `about` N without bounds (a speaker who says "nearly 40" may be rounding);
"N+" and "upwards of N" are at least N; "fewer than N" has no lower bound; "3 to 4,000" is refused, since the 3 may
mean 3,000. Number words are read in English alone; a comma parts thousands in English alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.values.conventions import VAGUE_WORDS, Convention, list_conventions
from kg.values.numerals import MOST, Numeral, find_numeral, to_ascii_digits
from kg.values.refused import ValueRefused, check_length

LONGEST = 200
_EXAMPLES = "write it like 'more than 1,600', 'at least 12', 'between 3 and 7', 'about 40' or '318'"

_ELSEWHERE = (
    "give digits, or bounds (at_least, at_most); for a column of a table, say under patterns: what its words mean"
)

_NOUGHT = frozenset({"none", "no", "zero", "no one", "nobody", "nil"})
_LOWER = {
    **dict.fromkeys(("more than", "over", "above", "greater than", "in excess of", "well over", "far more than"), 1),
    ">": 1,
    **dict.fromkeys(("at least", "no fewer than", "no less than", "not fewer than", "not less than"), 0),
    **dict.fromkeys(("a minimum of", "upwards of", "≥", ">="), 0),
}
_UPPER = {
    **dict.fromkeys(("fewer than", "less than", "under", "below", "<"), -1),
    **dict.fromkeys(("at most", "up to", "no more than", "not more than", "as many as", "a maximum of", "≤", "<="), 0),
}
_ABOUT = (
    *("about", "around", "approximately", "approx.", "roughly", "circa", "ca.", "c.", "some"),
    *("nearly", "almost", "close to", "an estimated", "~", "≈"),
)
_AFTER = {"or more": ">=", "and more": ">=", "+": ">=", "or fewer": "<=", "or less": "<=", "or so": "~"}


def _prefix(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(re.escape(p) + (" " if p[0].isalpha() else " ?") for p in longest_first))


_LOWER_AT, _UPPER_AT, _ABOUT_AT = _prefix(_LOWER), _prefix(_UPPER), _prefix(_ABOUT)
_DASHES = re.compile(" ?[-‐‑‒–] ?")
_BETWEEN = re.compile("(?:between (?P<a>.+?) and|from (?P<b>.+?) to|(?P<c>.+?) to) (?P<right>.+)")
_BOTH = re.compile("(?P<low>.+?),? (?:and|but) (?P<high>.+)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of persons or things as said: inclusive bounds (None: open), the round figure of an "about", the words.

    `convention` is the code of the named convention that gave the bounds, None where the words gave them alone.
    Raises ValueRefused for bounds out of order, and for a quantity that says nothing.
    """

    at_least: int | None
    at_most: int | None
    about: int | None
    wording: str
    convention: str | None

    def __post_init__(self) -> None:
        said = [n for n in (self.at_least, self.about, self.at_most) if n is not None]
        if not said:
            raise ValueRefused(self.wording, "the quantity has neither a bound nor a round figure", _EXAMPLES)
        if said != sorted(said):
            raise ValueRefused(self.wording, f"its figures are not in rising order: {said}", "put the lesser first")
        if said[0] < 0 or said[-1] > MOST:
            raise ValueRefused(self.wording, f"its figures are not between 0 and {MOST:,}", "check the numbers")

    @property
    def figures(self) -> tuple[int | None, int | None, int | None]:
        """What the quantity says apart from its words: (at least, at most, about)."""
        return self.at_least, self.at_most, self.about


def parse_quantity(text: str, *, convention: Convention | None = None, language: str = "en") -> Quantity:
    """The quantity a text states; vague words ("dozens") only under a convention. `language` is a BCP 47 tag.

    Raises ValueRefused, with the reason, for any text that is not wholly read or can be read in two ways.

    >>> parse_quantity("more than 1,600")
    Quantity(at_least=1601, at_most=None, about=None, wording='more than 1,600', convention=None)
    """
    check_length(text, LONGEST)
    body = " ".join(to_ascii_digits(text).lower().split())
    found = _Reader(text, body, convention, language.lower().split("-")[0]).read()
    if found is None:
        raise _refusal(text, body, language)
    return found


def to_words(quantity: Quantity) -> str:
    """The quantity in English words of a fixed form, which read back to the same figures.

    >>> to_words(Quantity(1601, None, None, ">1,600", None))
    'at least 1,601'
    """
    low, high, about = quantity.figures
    if low is None and high is None:
        return f"about {about:,}"
    if high is None:
        bounds = f"at least {low:,}"
    elif low is None:
        bounds = f"at most {high:,}"
    elif low == high and about is None:
        bounds = f"{low:,}"
    else:
        # A separator in the upper bound alone would make the lower one look elliptical ("3 to 4,000").
        bounds = f"between {low:,} and {high:,}" if low >= 1_000 or high < 1_000 else f"between {low} and {high}"
    return bounds if about is None else f"about {about:,}, {bounds}"


@dataclass(frozen=True, slots=True)
class _Reader:
    """One text being read: tries each form in turn; None where a form does not fit."""

    text: str
    body: str
    convention: Convention | None
    language: str

    def read(self) -> Quantity | None:
        if self.language == "en":
            if self.body in _NOUGHT:
                return self._make(0, 0)
            vague = self._read_vague()
            if vague is not None:
                return vague
        return self._read_simple(self.body) or self._read_both() or self._read_range(self.body)

    def _make(self, low: int | None, high: int | None, about: int | None = None, code: str | None = None) -> Quantity:
        return Quantity(low, high, about, self.text, code)

    def _numeral(self, part: str) -> Numeral | None:
        return find_numeral(part, whole=self.text, language=self.language)

    def _read_vague(self) -> Quantity | None:
        known = self.convention.find_range(self.body) if self.convention else None
        if known and self.convention:
            return self._make(*known, code=self.convention.code)
        if self.body not in VAGUE_WORDS:
            return None
        which = f"under convention {self.convention.code!r}" if self.convention else "without a named convention"
        remedy = f"give a figure, or name a convention that covers it: {list_conventions(self.body)}"
        raise ValueRefused(self.text, f"{self.body!r} has no range {which}", remedy)

    def _read_simple(self, body: str) -> Quantity | None:
        for ending, sign in _AFTER.items():
            if body.endswith(ending) and (ending == "+" or self.language == "en"):
                body = sign + body.removesuffix(ending).rstrip()
                break
        exact = self._numeral(body)
        if exact:
            return self._make(exact.value, exact.value)
        low, high = self._bound(body, _LOWER_AT, _LOWER), self._bound(body, _UPPER_AT, _UPPER)
        return self._make(low, high) if low is not None or high is not None else self._read_about(body)

    def _phrase(self, body: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(body)
        return match if match and (self.language == "en" or not match[0][0].isalpha()) else None

    def _bound(self, body: str, pattern: re.Pattern[str], shifts: dict[str, int]) -> int | None:
        match = self._phrase(body, pattern)
        numeral = self._numeral(body[match.end() :]) if match else None
        return numeral.value + shifts[match[0].strip()] if match and numeral else None

    def _read_about(self, body: str) -> Quantity | None:
        match = self._phrase(body, _ABOUT_AT)
        if not match:
            return None
        figure, comma, rest = body[match.end() :].partition(", ")
        numeral = self._numeral(figure)
        if numeral is None:
            return None
        if comma:
            bounds = self._read_simple(rest) or self._read_range(rest)
            return (
                self._make(bounds.at_least, bounds.at_most, numeral.value) if bounds and bounds.about is None else None
            )
        percent = self.convention.about_percent if self.convention else None
        if percent is None or self.convention is None:
            return self._make(None, None, numeral.value)
        reach = numeral.value * percent // 100
        return self._make(max(0, numeral.value - reach), numeral.value + reach, numeral.value, self.convention.code)

    def _read_both(self) -> Quantity | None:
        match = _BOTH.fullmatch(self.body)
        if not match:
            return None
        low = self._bound(match["low"], _LOWER_AT, _LOWER)
        high = self._bound(match["high"], _UPPER_AT, _UPPER)
        return self._make(low, high) if low is not None and high is not None else None

    def _read_range(self, body: str) -> Quantity | None:
        between = _BETWEEN.fullmatch(body) if self.language == "en" else None
        pairs = [(between["a"] or between["b"] or between["c"], between["right"])] if between else []
        pairs += [(body[: dash.start()], body[dash.end() :]) for dash in _DASHES.finditer(body)]
        for left, right in pairs:
            low, high = self._numeral(left), self._numeral(right)
            if low and high:
                self._check_ellipsis(low, high)
                return self._make(low.value, high.value)
        return None

    def _check_ellipsis(self, low: Numeral, high: Numeral) -> None:
        for size in high.scales - low.scales:
            if 0 < low.value < size and high.value % size == 0 and low.value * size <= high.value:
                reason = f"the lower figure may be {low.value:,} or {low.value * size:,}"
                raise ValueRefused(self.text, reason, "write both figures in digits without separators")


def _refusal(text: str, body: str, language: str) -> ValueRefused:
    if not body:
        return ValueRefused(text, "it is empty", _EXAMPLES)
    if not language.lower().startswith("en"):
        return ValueRefused(text, "number words are read in English only", _ELSEWHERE)
    if not re.search("[0-9]", body):
        return ValueRefused(text, "these words are not read as a quantity", _EXAMPLES)
    return ValueRefused(text, "not every word of it is read as part of a quantity", f"leave out the rest: {_EXAMPLES}")
