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


# Consonants by how they sound, coarsely enough that every usual transliteration of a letter meets the letter.
_SOUNDS = {
    **dict.fromkeys("بپbp", "b"),
    **dict.fromkeys("تطثt", "t"),
    **dict.fromkeys("جچjg", "j"),
    **dict.fromkeys("غ", "j"),
    **dict.fromkeys("حهخhx", "h"),
    **dict.fromkeys("دضذd", "d"),
    **dict.fromkeys("رr", "r"),
    **dict.fromkeys("زظژz", "z"),
    **dict.fromkeys("سصشs", "s"),
    **dict.fromkeys("فfv", "f"),
    **dict.fromkeys("قكگkqc", "k"),
    **dict.fromkeys("لl", "l"),
    **dict.fromkeys("مm", "m"),
    **dict.fromkeys("نn", "n"),
    **dict(zip("бвгджзйклмнпрстфхцчшщ", "bfjdjz klmnbrstfhssss", strict=True)),
}
_DIGRAPHS = (("kh", "h"), ("gh", "j"), ("sh", "s"), ("ch", "s"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("дж", "ж"))
_ARTICLES = frozenset(
    {
        *[
            "al",
            "el",
            "ul",
            "ar",
            "er",
            "as",
            "es",
            "ash",
            "esh",
            "ad",
            "ed",
            "at",
            "et",
            "an",
            "en",
            "az",
            "ez",
            "adh",
            "ath",
        ]
    }
)
_OPENING = frozenset("aeiouاعأإآаеиоуыэюя")


def sound_key(text: str) -> str:
    """The consonants of a name by sound, a word for a word, so that an Arabic name and its Latin spellings meet.

    Articles, vowels, half-vowels and doubled letters are left out, a vowel at the start is kept as `a`. It is coarse:
    names that meet here may well be different. "" where less than two consonants are left of every word.

    >>> sound_key("الرقة") == sound_key("Ar-Raqqah") == sound_key("Rakka") == "rk"
    True
    """
    words = search_key(text).split()
    kept = [word for word in words if word not in _ARTICLES] or words
    sounds = [_sound_word(word) for word in kept]
    return " ".join(sounds) if any(len(sound.lstrip("a")) > 1 for sound in sounds) else ""


def _sound_word(word: str) -> str:
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    opening = "a" if bare[:1] in _OPENING else ""
    for pair, one in _DIGRAPHS:
        bare = bare.replace(pair, one)
    # The closing h of "Raqqah", which stands for no sound of its own.
    if len(bare) > 2 and bare[-1] in "hه":
        bare = bare[:-1]
    found = "".join(_SOUNDS.get(char, char if char.isdecimal() else "").strip() for char in bare)
    return opening + "".join(char for at, char in enumerate(found) if char.isdecimal() or char != found[at - 1 : at])
