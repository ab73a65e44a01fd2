"""What a comparison takes and gives: positions, what is known about their surroundings, outcomes."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from kg.model import Proposition, Stance
from kg.terms import Iri, avc

P = TypeVar("P", bound=Proposition)


class Outcome(StrEnum):
    """How one position stands to another; the value, after `outcome-`, is the slug of its code."""

    AGREES = "agrees"
    REFINES = "refines"
    REFINED_BY = "refined-by"
    OVERLAPS = "overlaps"
    CONTRADICTS = "contradicts"
    REVISES = "revises"
    REVISED_BY = "revised-by"
    SCOPE_DIFFERS = "scope-differs"
    NOT_COMPARABLE = "not-comparable"

    @property
    def inverse(self) -> "Outcome":
        """The outcome with the two positions exchanged.

        >>> Outcome.REFINES.inverse.value, Outcome.OVERLAPS.inverse.value
        ('refined-by', 'overlaps')
        """
        return _INVERSES.get(self, self)

    @property
    def code(self) -> Iri:
        """The outcome as a code."""
        return avc(f"outcome-{self.value}")


_INVERSES = {
    Outcome.REFINES: Outcome.REFINED_BY,
    Outcome.REFINED_BY: Outcome.REFINES,
    Outcome.REVISES: Outcome.REVISED_BY,
    Outcome.REVISED_BY: Outcome.REVISES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One claim as a comparison sees it; `earliest` and `latest` are ISO dates, "" where that side is open."""

    claim: str
    stance: Stance
    voice: str
    proposition: Proposition
    earliest: str = ""
    latest: str = ""
    revises: tuple[str, ...] = ()
    withdraws: tuple[str, ...] = ()

    @property
    def takes_a_stand(self) -> bool:
        """Whether the voice commits itself to the proposition or to its opposite."""
        return self.stance in (Stance.ASSERTS, Stance.DENIES)


def both(one: Position, other: Position, kind: type[P]) -> tuple[P, P]:
    """The propositions of two positions, known to be of one kind. Raises TypeError where they are not."""
    a, b = one.proposition, other.proposition
    if not isinstance(a, kind) or not isinstance(b, kind):
        raise TypeError(f"not two of {kind.__name__}: {type(a).__name__}, {type(b).__name__}")
    return a, b


@dataclass(frozen=True, slots=True)
class Declared:
    """An identity that a voice asserts of two things: the code of the relation, and the voice."""

    relation: str
    voice: str


def _plain(iri: str) -> str:
    return iri


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known around positions: labels, nesting of sets, joint voices, declared identities, wider codes.

    `within` leads from a set to what holds it; `sizes` from (voice, set) to the voice's own words for its size;
    `identities` holds each declared pair once, as it was said.
    """

    label: Callable[[str], str] = _plain
    within: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    identities: Mapping[tuple[str, str], Declared] = field(default_factory=dict)
    broader: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sizes: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def holders(self, thing: str) -> Iterator[str]:
        """What a set lies within, step by step outwards; a circle ends where it began."""
        seen = {thing}
        while (outer := self.within.get(thing)) is not None and outer not in seen:
            yield outer
            seen.add(outer)
            thing = outer

    def lies_within(self, inner: str, outer: str) -> bool:
        """Whether one set lies within another, directly or through others."""
        return outer in self.holders(inner)

    def share_a_party(self, one: str, other: str) -> bool:
        """Whether two voices are the same, or one speaks as a part of the other."""
        return self.speaks_for(one, other) or self.speaks_for(other, one)

    def speaks_for(self, one: str, other: str) -> bool:
        """Whether a voice is another, or a joint voice with it among its members."""
        return one == other or other in self.members.get(one, ())

    def is_ended_by(self, voice: str, enders: Collection[str]) -> bool:
        """Whether those who revise or withdraw what a voice said end it: a joint claim ends with the last member."""
        members = self.members.get(voice, ())
        return any(self.speaks_for(ender, voice) for ender in enders) or (bool(members) and set(members) <= set(enders))

    def wider(self, code: str) -> set[str]:
        """A code with every code that is broader than it."""
        found: set[str] = set()
        pending = [code]
        while pending:
            if (each := pending.pop()) not in found:
                found.add(each)
                pending.extend(self.broader.get(each, ()))
        return found

    def find_identity(self, one: str, other: str) -> Declared | None:
        """What is declared of two things, in either order."""
        return self.identities.get((one, other)) or self.identities.get((other, one))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the rules say of two positions, before it is told in full; `words` are sentences without the opening."""

    outcome: Outcome
    rule: str
    words: tuple[str, ...]
    matches: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    unstated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How one position stands to another, by which rule, and in words.

    `matches`, `differs` and `unstated` (stated by one side only) name slots of the propositions.
    """

    outcome: Outcome
    inverse: Outcome
    rule: str
    matches: tuple[str, ...]
    differs: tuple[str, ...]
    unstated: tuple[str, ...]
    sentence: str
