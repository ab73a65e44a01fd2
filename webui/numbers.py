"""Numbers beside each other: which measure, over whom, on what basis, so that unlike ones are seen to be unlike."""

from collections.abc import Iterable
from dataclasses import dataclass

from kg.model import Count
from kg.reading import ClaimView, Ref

SCOPE = ("population", "basis", "over", "actor", "period", "place")


@dataclass(frozen=True, slots=True)
class Number:
    """One voice's number: the count, and each part of its scope as a thing, as text, or None where it has none."""

    claim: ClaimView
    count: Count
    scope: tuple[tuple[str, Ref | str | None], ...]
    renders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """All numbers of one measure, and in which parts of their scope they differ."""

    measure: str
    numbers: tuple[Number, ...]
    differs: frozenset[str]
    questions: int


def group_numbers(claims: Iterable[ClaimView]) -> list[Measured]:
    """The numbers among some claims by measure, that of the most voices first; like ones stand together, by date."""
    found: dict[str, list[Number]] = {}
    for claim in claims:
        if isinstance(claim.proposition, Count):
            found.setdefault(claim.proposition.measure, []).append(_number(claim, claim.proposition))
    groups = [_group(measure, numbers) for measure, numbers in found.items()]
    return sorted(groups, key=lambda group: (-_count_voices(group), -len(group.numbers), group.measure))


def _count_voices(group: Measured) -> int:
    return len({number.claim.step.voice for number in group.numbers})


def _number(claim: ClaimView, count: Count) -> Number:
    values = {slot.name: slot.values[0] for slot in claim.slots if slot.values}
    renders = tuple(dict.fromkeys(step.renders for chain in claim.chains for step in chain if step.renders))
    return Number(claim, count, tuple((name, values.get(name)) for name in SCOPE), renders)


def _group(measure: str, numbers: list[Number]) -> Measured:
    first = {number.claim.question: place for place, number in reversed(list(enumerate(numbers)))}
    ordered = sorted(numbers, key=lambda number: first[number.claim.question])
    differs = frozenset(name for name in SCOPE if len({_text(dict(number.scope)[name]) for number in numbers}) > 1)
    return Measured(measure, tuple(ordered), differs, len(first))


def _text(value: Ref | str | None) -> str:
    return value.iri if isinstance(value, Ref) else value or ""
