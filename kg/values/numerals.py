"""Whole numbers as people write them: digits of three kinds, thousands separators, English number words."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kg.values.refused import ValueRefused

MOST = 10**15 - 1
"""The greatest number read; it also fits the 64-bit columns of the tables."""

_ARABIC_INDIC = "٠١٢٣٤٥٦٧٨٩"
_PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
_TO_ASCII = str.maketrans(_ARABIC_INDIC + _PERSIAN, "0123456789" * 2)

_GROUPED = re.compile(r"[0-9]{1,3}(?:([, '’٬])[0-9]{3})(?:\1[0-9]{3})*")
_NUMERIC = re.compile(r"[0-9][0-9.,'’٫٬ ]*")

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {
    **{word: value for value, word in enumerate(_UNITS, 1)},
    **{word: value for value, word in enumerate(_TEENS, 10)},
    **{f"{ten}": 10 * value for value, ten in enumerate(_TENS, 2)},
    **{f"{ten} {one}": 10 * t + u for t, ten in enumerate(_TENS, 2) for u, one in enumerate(_UNITS, 1)},
}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that was read, and the scales its writing shows (1,000 for a separator or the word), for ranges."""

    value: int
    scales: frozenset[int] = frozenset()


def to_ascii_digits(text: str) -> str:
    """The text with Arabic-Indic and Persian digits as ASCII ones; raises ValueRefused where kinds are mixed.

    >>> to_ascii_digits("١٦٠٠")
    '1600'
    """
    kinds = [kind for kind in (_ARABIC_INDIC, _PERSIAN, "0123456789") if not set(kind).isdisjoint(text)]
    if len(kinds) > 1:
        raise ValueRefused(text, "it mixes digits of different scripts", "write all digits in one script")
    return text.translate(_TO_ASCII)


def find_numeral(text: str, *, whole: str, language: str) -> Numeral | None:
    """The number a text writes, or None where it is none; `text` is lower case with ASCII digits and single spaces.

    Raises ValueRefused, showing `whole`, for a number whose writing can be read in two ways.

    >>> find_numeral("two thousand and five", whole="", language="en").value
    2005
    """
    numeral: Numeral | None
    if _NUMERIC.fullmatch(text):
        numeral = _read_digits(text, whole, language)
    else:
        value = _read_words(text.replace("-", " ")) if language == "en" and text != "a" else None
        scales = frozenset(size for word, size in _SCALES.items() if word in text)
        numeral = None if value is None else Numeral(value, scales)
    if numeral is not None and numeral.value > MOST:
        raise ValueRefused(whole, f"the number is greater than {MOST:,}", "check the number")
    return numeral


def _read_digits(text: str, whole: str, language: str) -> Numeral:
    digits = re.sub("[^0-9]", "", text)
    if text.startswith("0") and text != "0":
        raise ValueRefused(whole, "a number with a leading zero may be a code or a fraction", "write the number alone")
    if len(digits) > 15:
        raise ValueRefused(whole, f"the number is greater than {MOST:,}", "check the number")
    if text == digits:
        return Numeral(int(digits))
    grouped = _GROUPED.fullmatch(text)
    if grouped and not (grouped[1] == "," and language != "en"):
        return Numeral(int(digits), frozenset({1_000}))
    raise ValueRefused(
        whole,
        f"the separators of {text!r} can be read as thousands or as decimals, or do not part groups of three",
        "write the number in digits alone",
    )


def _read_words(text: str) -> int | None:
    """The value of English number words up to 999,999,999,999, or None. One scale word after another, falling."""
    head, million, tail = _split_scale(text, "million")
    if million:
        return _join(_below_thousand(head), 1_000_000, tail, _read_thousands)
    return _read_thousands(text)


def _read_thousands(text: str) -> int | None:
    head, thousand, tail = _split_scale(text, "thousand")
    if thousand:
        return _join(_below_thousand(head), 1_000, tail, _below_thousand)
    head, dozen, tail = _split_scale(text, "dozen")
    if dozen:
        count = 1 if head == "a" else _SMALL.get(head) or _small_digits(head)
        return 12 * count if count and not tail else None
    return _below_thousand(text, most=99)


def _split_scale(text: str, scale: str) -> tuple[str, bool, str]:
    words = text.split(" ")
    if scale not in words:
        return text, False, ""
    at = words.index(scale)
    return " ".join(words[:at]), True, " ".join(words[at + 1 :])


def _join(head: int | None, size: int, tail: str, read: Callable[[str], int | None]) -> int | None:
    if head is None:
        return None
    if not tail:
        return head * size
    rest = read(tail.removeprefix("and "))
    return None if rest is None or rest >= size else head * size + rest


def _below_thousand(text: str, *, most: int = 9) -> int | None:
    """A value under 1,000 (under 10,000 with `most` 99, as in "sixteen hundred"), from words or up to three digits."""
    if text == "a":
        return 1
    head, hundred, tail = _split_scale(text, "hundred")
    if not hundred:
        return _SMALL.get(text) or _small_digits(text)
    count = 1 if head == "a" else _SMALL.get(head) or _small_digits(head)
    if not count or count > most:
        return None
    return _join(count, 100, tail, _SMALL.get)


def _small_digits(text: str) -> int | None:
    return int(text) if re.fullmatch("[1-9][0-9]{0,2}", text) else None
