"""The form of a name by which it is sought: what differs only by spelling habit meets in one key."""

import unicodedata

from kg.values.refused import check_length

LONGEST = 1_000

# Letters that NFKD leaves whole and that sources write for one another.
_SAME = str.maketrans(
    {
        **dict.fromkeys("ٱ", "ا"),
        **dict.fromkeys("ىیېۍے", "ي"),
        **dict.fromkeys("ةہھەۃ", "ه"),
        **dict.fromkeys("کڪ", "ك"),
        **dict.fromkeys("ـء", ""),
        **dict.fromkeys("ʿʾʼʻʽˈ'’‘‛`´′ʹ", ""),
        "ı": "i",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)


def search_key(text: str) -> str:
    """The key under which a name is sought, blind to case, accents, Arabic letter variants and Latin half rings.

    Hyphens and other punctuation become spaces. The key of a key is itself; it is empty where nothing is left.
    Raises ValueRefused for a text over 1,000 characters.

    >>> search_key("Al-Ḥasakah") == search_key("al hasakah")
    True
    """
    check_length(text, LONGEST)
    # Folding case can bring forth letters that decompose, and the other way about.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_SAME)
    kept = [_fold_char(char) for char in plain]
    return " ".join("".join(kept).split())


def _fold_char(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return char if category[0] in "LN" or category == "Mc" else " "
