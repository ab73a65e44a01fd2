"""Sets of whole numbers as sorted pieces with open ends, and how two contents stand to each other under two stances."""

from enum import Enum
from math import inf

from kg.analysis.compare.outcomes import Outcome
from kg.model import Stance

Pieces = tuple[tuple[float, float], ...]
"""Closed pieces (low, high) of whole numbers, rising and not touching; an infinite end is open."""


class Relation(Enum):
    """How one content stands to another, as sets of ways the world may be."""

    EQUAL = "equal"
    INSIDE = "inside"
    HOLDS = "holds"
    PARTLY = "partly"
    APART = "apart"


_ASSERTED = {
    Relation.EQUAL: Outcome.AGREES,
    Relation.INSIDE: Outcome.REFINES,
    Relation.HOLDS: Outcome.REFINED_BY,
    Relation.PARTLY: Outcome.OVERLAPS,
    Relation.APART: Outcome.CONTRADICTS,
}
# The first asserts, the second denies: what is denied is everything outside it.
_AGAINST = {
    Relation.EQUAL: Outcome.CONTRADICTS,
    Relation.INSIDE: Outcome.CONTRADICTS,
    Relation.HOLDS: Outcome.OVERLAPS,
    Relation.PARTLY: Outcome.OVERLAPS,
    Relation.APART: Outcome.REFINES,
}
# To deny the wider content is to deny the narrower one as well.
_DENIED = {
    Relation.EQUAL: Outcome.AGREES,
    Relation.INSIDE: Outcome.REFINED_BY,
    Relation.HOLDS: Outcome.REFINES,
    Relation.PARTLY: Outcome.OVERLAPS,
    Relation.APART: Outcome.OVERLAPS,
}
_TURNED = {Relation.INSIDE: Relation.HOLDS, Relation.HOLDS: Relation.INSIDE}


def to_outcome(relation: Relation) -> Outcome:
    """The outcome where both sides assert."""
    return _ASSERTED[relation]


def weigh(relation: Relation, one: Stance, other: Stance) -> Outcome:
    """The outcome of two contents under two stances, each of which asserts or denies.

    >>> weigh(Relation.INSIDE, Stance.DENIES, Stance.DENIES).value
    'refined-by'
    """
    if one is other:
        return (_ASSERTED if one is Stance.ASSERTS else _DENIED)[relation]
    if one is Stance.ASSERTS:
        return _AGAINST[relation]
    return _AGAINST[_TURNED.get(relation, relation)].inverse


def complement(pieces: Pieces, *, floor: float) -> Pieces:
    """The whole numbers from `floor` up that are in none of the pieces.

    >>> complement(((3, 5),), floor=0)
    ((0, 2), (6, inf))
    """
    found, start = [], floor
    for low, high in pieces:
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    if start < inf:
        found.append((start, inf))
    return tuple(found)


def meet(one: Pieces, other: Pieces) -> Pieces:
    """What two sets share."""
    shared = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple(sorted((low, high) for low, high in shared if low <= high))


def relate(one: Pieces, other: Pieces) -> Relation:
    """How two sets stand to each other.

    >>> relate(((3, 5),), ((0, inf),)).value
    'inside'
    """
    if one == other:
        return Relation.EQUAL
    shared = meet(one, other)
    if not shared:
        return Relation.APART
    if shared == one:
        return Relation.INSIDE
    return Relation.HOLDS if shared == other else Relation.PARTLY


def gap(one: Pieces, other: Pieces) -> float:
    """The least distance between a number of one set and a number of the other, 0 where they share one.

    >>> gap(((3, 5),), ((9, inf),))
    4
    """
    return min((max(c - b, a - d, 0) for a, b in one for c, d in other), default=inf)


def relate_sets(one: frozenset[str], other: frozenset[str]) -> Relation:
    """How two sets of names stand to each other.

    >>> relate_sets(frozenset("ab"), frozenset("bc")).value
    'partly'
    """
    if one == other:
        return Relation.EQUAL
    if not one & other:
        return Relation.APART
    if one < other:
        return Relation.INSIDE
    return Relation.HOLDS if one > other else Relation.PARTLY
