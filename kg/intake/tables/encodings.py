"""What a file that is not UTF-8 may be encoded in: a guess, for a person to look at."""

import codecs
import re

_SINGLE = ("windows-1252", "windows-1256", "windows-1251")
_WORD = re.compile(r"[^\W\d_]+")


def guess_encoding(head: bytes) -> str:
    """The encoding of which the beginning of a file is probably text; "" where it is UTF-8.

    >>> guess_encoding("Tués à Valterre".encode("cp1252")), guess_encoding("قتلى في كرسا".encode("cp1256"))
    ('windows-1252', 'windows-1256')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        # The last sign may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return min(_SINGLE, key=lambda name: _count_odd(head.decode(name, "replace")))
    return ""


def _count_odd(text: str) -> int:
    """How many words mix scripts, or are made of Latin letters most of which bear marks."""
    return text.count("\ufffd") + sum(_is_odd(word) for word in _WORD.findall(text))


def _is_odd(word: str) -> bool:
    plain = sum(sign.isascii() for sign in word)
    latin = sum(sign < "\u0250" for sign in word)
    return 0 < latin < len(word) or (latin == len(word) > 2 * plain)
