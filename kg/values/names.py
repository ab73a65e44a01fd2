"""Names as one source writes them: text, language, script and transliteration, checked against each other."""

import re
import unicodedata
from dataclasses import dataclass

from kg.values.refused import ValueRefused, check_length
from kg.values.scripts import check_script, detect_script

LONGEST = 300

_LANGUAGE = re.compile(
    "(?P<language>[a-z]{2,3}|[a-z]{4,8})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    "(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)"
)
_JOINERS = "\u200c\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Name:
    """A name in one script. `text` is its NFC form, `wording` the text as received.

    `language` is a BCP 47 tag, `script` an ISO 15924 code (None: mixed or unknown); `transliteration_of` is the name
    in its own script where the source gives it, `scheme` the code of the transliteration scheme.
    """

    text: str
    wording: str
    language: str | None = None
    script: str | None = None
    transliteration_of: str | None = None
    scheme: str | None = None

    @property
    def normalised(self) -> bool:
        """Whether the text had to be changed (composed to NFC, or trimmed)."""
        return self.text != self.wording


def parse_name(
    text: str,
    *,
    language: str | None = None,
    script: str | None = None,
    transliteration_of: str | None = None,
    scheme: str | None = None,
) -> Name:
    """The name a text gives; the script is found from its characters and must agree with what is stated of it.

    Raises ValueRefused for an empty or over-long text, hidden characters (with their code points), a malformed
    language tag, and a script that the characters, the tag or the transliteration contradict.

    >>> parse_name("الرقة", language="ar").script
    'Arab'
    """
    clean = _clean(text)
    tag = normalise_language(language) if language else None
    match = _LANGUAGE.fullmatch(tag.lower()) if tag else None
    tagged = match["script"] if match else None
    stated = [code for code in (script, tagged.title() if tagged else None) if code]
    checked = [check_script(clean, code) for code in stated]
    found = checked[0] if checked else detect_script(clean)
    original = _clean(transliteration_of) if transliteration_of else None
    if original and found and detect_script(original) == found:
        reason = f"it and the name it transliterates, {original!r}, are both in {found}"
        raise ValueRefused(text, reason, "give the original in its own script")
    return Name(clean, text, tag, found, original, scheme or None)


def normalise_language(tag: str) -> str:
    """A BCP 47 tag in its usual case (RFC 5646, section 2.1.1); raises ValueRefused where it is not well formed.

    >>> normalise_language("AR-latn-sy")
    'ar-Latn-SY'
    """
    check_length(tag, 60)
    match = _LANGUAGE.fullmatch(tag.lower()) if tag.isascii() else None
    if not match:
        raise ValueRefused(tag, "it is not a BCP 47 language tag", "write it like ar, en-GB or ar-Latn")
    script, region = match["script"], match["region"]
    parts = [match["language"], script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part) + match["rest"]


def _clean(text: str) -> str:
    """The text in NFC without outer spaces; raises ValueRefused for what cannot be seen or is no name."""
    check_length(text, LONGEST)
    hidden = [f"U+{ord(char):04X}" for at, char in enumerate(text) if _is_hidden(text, at)]
    if hidden:
        reason = f"it holds characters that cannot be seen or turn the text round: {', '.join(hidden[:10])}"
        raise ValueRefused(text, reason, "take them out")
    clean = unicodedata.normalize("NFC", text.strip())
    if not any(char.isalnum() for char in clean):
        reason = "it has no letter or digit" if clean else "it is empty"
        raise ValueRefused(text, reason, "give the name, or leave it out")
    return clean


def _is_hidden(text: str, at: int) -> bool:
    if unicodedata.category(text[at]) not in _HIDDEN:
        return False
    # Joiners are part of the spelling between letters of Persian, Urdu and the scripts of India; elsewhere they hide.
    inside = 0 < at < len(text) - 1
    return not (text[at] in _JOINERS and inside and _joins(text[at - 1]) and _joins(text[at + 1]))


def _joins(char: str) -> bool:
    return unicodedata.category(char) in ("Lo", "Mn", "Mc")
