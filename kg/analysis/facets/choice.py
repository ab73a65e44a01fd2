"""What claims can be narrowed by, what was chosen of it, and what counting finds.

Within one facet choices are joined by or, across facets by and. A facet counts what there would be under all other
facets' choices, so that what is not chosen can be seen and chosen too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

CODED = ("voice", "kind", "measure", "stance", "status", "place")
DERIVED = ("standing", "origins")
DATED = ("happened", "said")
FACETS = (*CODED, *DERIVED, *DATED)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A span of months, both included, each as year * 12 + month - 1.

    >>> Months.of(2017, 6) in Months.of_year(2017)
    True
    """

    first: int
    last: int

    @classmethod
    def of(cls, year: int, month: int) -> "Months":
        """One month, from 1."""
        return cls(year * 12 + month - 1, year * 12 + month - 1)

    @classmethod
    def of_year(cls, year: int) -> "Months":
        """All months of a year."""
        return cls(year * 12, year * 12 + 11)

    def __contains__(self, other: "Months") -> bool:
        return self.first <= other.first and other.last <= self.last


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map in degrees, edges included."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a search has found, of which claims must bear at least one: things by IRI, places by name, numbers."""

    events: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Everything by which claims are narrowed; an absent facet narrows nothing, `named` None is no search."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: Mapping[str, tuple[Months, ...]] = field(default_factory=dict)
    box: Box | None = None
    named: Named | None = None

    @property
    def chosen(self) -> tuple[str, ...]:
        """The facets in which something is chosen."""
        facets = [name for name in FACETS if self.values.get(name) or self.dates.get(name)]
        return (*facets, "box") if self.box else tuple(facets)

    @property
    def needs_whole(self) -> bool:
        """Whether a choice needs what is worked out last."""
        return any(self.values.get(name) for name in DERIVED)


@dataclass(frozen=True, slots=True)
class Value:
    """One choice of a facet and how many claims it would leave."""

    value: str
    claims: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The most frequent choices of a facet, those chosen always among them, and how many there are in all."""

    name: str
    values: tuple[Value, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Counted:
    """All facets of a choice, and what it leaves; `months` has the claims of each month, by `happened` and `said`."""

    claims: int
    events: int
    facets: Mapping[str, Facet]
    months: Mapping[str, Mapping[int, int]]
