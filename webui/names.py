"""Names and words from the record, shown as what they are: hostile until shown otherwise."""

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup

# Line ends, and joiners that Persian, Urdu and the scripts of South Asia are written with: they change no order.
_HARMLESS = set("\n\r\t\u200c\u200d")
_WITHOUT_HARMLESS = dict.fromkeys(map(ord, _HARMLESS))
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.IGNORECASE)
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def is_hidden(character: str) -> bool:
    r"""Whether a character would change what a reader sees without being seen, as bidi overrides and controls do.

    >>> is_hidden("\u202e"), is_hidden("a"), is_hidden("\u0600")
    (True, False, False)
    """
    if character in _HARMLESS or unicodedata.bidirectional(character) == "AN":
        return False
    return unicodedata.category(character) in _HIDDEN


def visible(text: str) -> str:
    r"""Text with each hidden character as its code point, so that it is safe in markup, attributes and data alike.

    >>> visible("a\u202eb")
    'a[U+202E]b'
    """
    # None of the hidden categories is printable; lines of text are broken by what is harmless.
    if text.isprintable() or text.translate(_WITHOUT_HARMLESS).isprintable():
        return text
    return "".join(f"[U+{ord(c):04X}]" if is_hidden(c) else c for c in text)


@lru_cache(1024)
def language(tag: str) -> Markup:
    """The `lang` attribute for a language tag, nothing for none or for what is not a tag.

    >>> language("ar"), language('x" onload="')
    (Markup(' lang="ar"'), Markup(''))
    """
    return Markup(' lang="{}"').format(tag) if _TAG.fullmatch(tag) else Markup("")
