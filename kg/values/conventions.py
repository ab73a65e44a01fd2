"""Named conventions: which range a recorder takes a vague word to mean, and on whose authority."""

from dataclasses import dataclass

from kg.values.refused import ValueRefused


@dataclass(frozen=True, slots=True)
class Convention:
    """A named rule that turns vague words into ranges.

    `table` holds (word in lower case, least, most), `most` None where the range is open above. `about_percent`
    is how far "about N" reaches either way, in per cent of N; None leaves it without bounds.
    """

    code: str
    label: str
    table: tuple[tuple[str, int, int | None], ...]
    source: str
    about_percent: int | None = None

    def find_range(self, word: str) -> tuple[int, int | None] | None:
        """The (least, most) of a vague word, or None where the convention is silent on it.

        >>> GRAMMATICAL_PLURAL.find_range("dozens")
        (24, None)
        """
        return next(((least, most) for known, least, most in self.table if known == word), None)

    def words(self) -> tuple[str, ...]:
        """The vague words the convention covers, in the order of its table."""
        return tuple(word for word, _, _ in self.table)


_UNITS = (("dozen", 12), ("hundred", 100), ("thousand", 1_000), ("million", 1_000_000))

GRAMMATICAL_PLURAL = Convention(
    code="grammatical-plural",
    label="A plural is at least two of its unit, with no upper bound",
    table=(
        *((f"{unit}s", 2 * size, None) for unit, size in _UNITS),
        ("tens", 20, None),
        ("scores", 40, None),
        ("tens of thousands", 20_000, None),
        ("hundreds of thousands", 200_000, None),
        ("tens of millions", 20_000_000, None),
        *((f"{few} {unit}", 2 * size, None) for few in ("several", "a few", "a couple of") for unit, size in _UNITS),
        ("several", 2, None),
        ("a few", 2, None),
        ("a couple", 2, None),
        ("many", 2, None),
    ),
    source="English grammar: a plural noun names two or more of its unit.",
)

AIRWARS_VAGUE_PLURALS = Convention(
    code="airwars-vague-plurals",
    label="Dozens as 12 to 24, as in Airwars' published incident ranges",
    table=(("dozens", 12, 24),),
    source="Inferred from the range 12–24 recurring in Airwars' published incidents; not a rule Airwars states.",
)

CONVENTIONS: tuple[Convention, ...] = (GRAMMATICAL_PLURAL, AIRWARS_VAGUE_PLURALS)
"""The conventions that ship. A recorder may build others; the record names the code of the one used."""

VAGUE_WORDS = frozenset(word for convention in CONVENTIONS for word in convention.words())


def get_convention(code: str) -> Convention:
    """The shipped convention of that code; raises ValueRefused, naming those that exist.

    >>> get_convention("grammatical-plural").find_range("thousands")
    (2000, None)
    """
    for convention in CONVENTIONS:
        if convention.code == code:
            return convention
    raise ValueRefused(code, "no convention has this code", f"use one of {list_conventions()}")


def list_conventions(word: str = "") -> str:
    """The codes of the shipped conventions (those that cover `word`, where one is given), parted by commas.

    >>> list_conventions("hundreds")
    'grammatical-plural'
    """
    return ", ".join(c.code for c in CONVENTIONS if not word or c.find_range(word) is not None)
