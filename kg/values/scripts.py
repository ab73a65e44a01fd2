"""The script of a text, as an ISO 15924 code, from the names Unicode gives its letters."""

import unicodedata

from kg.values.refused import ValueRefused

_BY_FIRST_WORD = {
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "BENGALI": "Beng",
    "CJK": "Hani",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor",
    "GREEK": "Grek",
    "HANGUL": "Hang",
    "HEBREW": "Hebr",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "KHMER": "Khmr",
    "LATIN": "Latn",
    "MYANMAR": "Mymr",
    "SYRIAC": "Syrc",
    "TAMIL": "Taml",
    "THAANA": "Thaa",
    "THAI": "Thai",
    "TIFINAGH": "Tfng",
}
_COMPOUND = {"Jpan": {"Hani", "Hira", "Kana"}, "Kore": {"Hang", "Hani"}}
_VARIANTS = {
    **dict.fromkeys(("Hans", "Hant"), "Hani"),
    **dict.fromkeys(("Latf", "Latg"), "Latn"),
    **dict.fromkeys(("Syre", "Syrj", "Syrn"), "Syrc"),
    "Aran": "Arab",
}
UNKNOWN = "Zzzz"


def find_scripts(text: str) -> tuple[str, ...]:
    """The scripts of a text's letters, sorted; `Zzzz` stands for any not known here; digits and marks have none.

    >>> find_scripts("Raqqa الرقة")
    ('Arab', 'Latn')
    """
    return tuple(sorted({_script_of(char) for char in text if unicodedata.category(char)[0] == "L"} - {""}))


def detect_script(text: str) -> str | None:
    """The one script of a text, `Jpan` and `Kore` counted as one; None where it is mixed, unknown or has no letters.

    >>> detect_script("ʿAyn al-ʿArab")
    'Latn'
    """
    found = set(find_scripts(text))
    if len(found) == 1:
        only = found.pop()
        return None if only == UNKNOWN else only
    return next((code for code, members in _COMPOUND.items() if found and found <= members), None)


def check_script(text: str, stated: str) -> str:
    """The stated script, if the text's letters do not contradict it; raises ValueRefused, naming those that do.

    >>> check_script("Raqqa", "Latn")
    'Latn'
    """
    if not (len(stated) == 4 and stated.isascii() and stated.isalpha() and stated == stated.title()):
        raise ValueRefused(stated, "it is not an ISO 15924 code", "write it like Arab or Latn")
    base = _VARIANTS.get(stated, stated)
    allowed = _COMPOUND.get(base, {base})
    strange = [code for code in find_scripts(text) if code not in allowed and code != UNKNOWN]
    if strange:
        reason = f"it is said to be in {stated}, but has letters in {', '.join(strange)}"
        raise ValueRefused(text, reason, "correct the script or the name")
    return stated


def _script_of(char: str) -> str:
    words = unicodedata.name(char, "").split(" ")
    if words[0] in ("MODIFIER", "FEMININE", "MASCULINE") or char == "ـ":
        return ""
    first = words[1] if words[0] in ("FULLWIDTH", "HALFWIDTH") and len(words) > 1 else words[0]
    return _BY_FIRST_WORD.get(first, UNKNOWN)
