"""What a voice's claims tell of its changes of position: reversals, revisions, withdrawals, reopenings."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import inf

from kg.analysis.history.stands import Stand
from kg.analysis.history.trail import Told
from kg.model import Stance
from kg.terms import Iri, avc


class Change(StrEnum):
    """What happened to a position."""

    REVERSAL = "reversal"
    STRONGER_DENIAL = "stronger denial"
    DECISION = "decision"
    REOPENING = "reopening"
    DUPLICATE = "declared a duplicate"
    UPWARD = "revision upward"
    DOWNWARD = "revision downward"
    NARROWED = "narrowed"
    WIDENED = "widened"
    WITHDRAWAL = "withdrawal"
    PARTING = "parting"
    REVISION = "revision"
    STALE_STATUS = "stale status"

    @property
    def code(self) -> Iri:
        """The change as a code.

        >>> Change.STRONGER_DENIAL.code.rpartition("/")[2]
        'change-stronger-denial'
        """
        return avc(f"change-{self.value.replace(' ', '-')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change of one voice's position; of a stale status, `before` is what the party stated and `after` the field.

    `party` is whose position a stale status gives; `instead` are claims that a withdrawal put in place of the other.
    """

    change: Change
    voice: str
    about: tuple[str, ...]
    before: str
    after: str
    said_before: str
    said_after: str
    latest: date | None
    party: str = ""
    instead: tuple[str, ...] = ()


def find_changes(trail: Sequence[Told]) -> list[Changed]:
    """Every change that claims and what took their place tell of, in order of the date it was surely made by."""
    by_claim = {told.claim: told for told in trail}
    found = [*_withdrawals(trail, by_claim), *_partings(trail, by_claim)]
    taken_back = {(each.before, each.after) for each in found}
    for before, after in sorted(_steps(trail) - taken_back):
        old, new = by_claim[before], by_claim[after]
        change = classify(old, new) if old.asked or new.asked else None
        if change is not None:
            found.append(_changed(change, old, new))
    return sort_changes(found)


def sort_changes(found: Sequence[Changed]) -> list[Changed]:
    """Changes in order of the date they were surely made by."""
    return sorted(found, key=lambda each: (each.latest or date.max, each.voice, each.before, each.after))


def classify(old: Told, new: Told) -> Change | None:
    """What a step from one claim to the next is, None where the voice says the same again."""
    both_assert = old.stance is new.stance is Stance.ASSERTS
    if old.question == new.question and old.kind == "Count" and both_assert:
        return _by_numbers(old, new)
    if old.stand and new.stand and old.stand != new.stand:
        return _by_stands(Stand(old.stand), Stand(new.stand))
    if old.proposition == new.proposition:
        return None if old.stance is new.stance else _by_stances(old.stance, new.stance)
    if old.kind != new.kind:
        # An admission is followed by numbers, which say nothing else about the same stand.
        return None if old.stand and new.stand else Change.REVISION
    if old.stance is not new.stance:
        return Change.REVISION
    turned = old.kind in ("Assessment", "Identity") and not (old.stand and new.stand)
    return Change.REVERSAL if turned else Change.REVISION


def _by_stances(old: Stance, new: Stance) -> Change:
    return Change.REVERSAL if {old, new} == {Stance.ASSERTS, Stance.DENIES} else Change.REVISION


def _by_stands(old: Stand, new: Stand) -> Change:
    if new is Stand.REOPENED or (new is Stand.OPEN and old is not Stand.REOPENED):
        return Change.REOPENING
    if new is Stand.DUPLICATE:
        return Change.DUPLICATE
    if old in (Stand.OPEN, Stand.REOPENED):
        return Change.DECISION if new is not Stand.OPEN else Change.REVISION
    if (old, new) == (Stand.NO_FINDING, Stand.DENIED):
        return Change.STRONGER_DENIAL
    return Change.REVERSAL


def _by_numbers(old: Told, new: Told) -> Change | None:
    before, after = _bounds(old), _bounds(new)
    if before == after:
        return None
    if before[0] <= after[0] and before[1] <= after[1]:
        return Change.UPWARD
    if before[0] >= after[0] and before[1] >= after[1]:
        return Change.DOWNWARD
    return Change.NARROWED if before[0] < after[0] else Change.WIDENED


def _bounds(told: Told) -> tuple[float, float]:
    if told.at_least is None and told.at_most is None and told.approximately is not None:
        # No bounds were given: round figures can only be held against each other.
        return told.approximately, told.approximately
    return told.at_least or 0, inf if told.at_most is None else told.at_most


def _steps(trail: Sequence[Told]) -> set[tuple[str, str]]:
    """A claim and the one that takes its place, or that next tells another stand on the same things.

    Of claims on one day with one answer, one speaks for all.
    """
    first: dict[tuple[object, ...], str] = {}
    for told in trail:
        key = told.voice, told.proposition, told.stance, told.earliest, told.latest
        first[key] = min(told.claim, first.get(key, told.claim))
    speaking = set(first.values())
    found = {
        (told.claim, following) for told in trail for following in told.next if told.said_so or told.claim in speaking
    }
    said_so = {told.claim for told in trail if told.said_so}
    return found | {step for step in _turns(trail) if step[0] not in said_so}


def _turns(trail: Sequence[Told]) -> Iterator[tuple[str, str]]:
    """Each stand of a voice on the same things and its next, one of the same kind where there is any."""
    groups: dict[tuple[str, tuple[str, ...]], dict[tuple[object, ...], Told]] = {}
    for told in sorted(trail, key=lambda each: each.claim):
        if told.stand:
            key = told.stand, told.stance, told.kind, told.earliest, told.latest
            groups.setdefault((told.voice, told.about), {}).setdefault(key, told)
    for group in groups.values():
        by_day: dict[date, list[Told]] = {}
        for told in group.values():
            if told.earliest is not None:
                by_day.setdefault(told.earliest, []).append(told)
        days = sorted(by_day)
        for told in group.values():
            place = bisect_right(days, told.latest) if told.latest is not None else len(days)
            if place < len(days):
                following = by_day[days[place]]
                yield told.claim, next((one for one in following if one.kind == told.kind), following[0]).claim


def _withdrawals(trail: Sequence[Told], by_claim: Mapping[str, Told]) -> Iterator[Changed]:
    occasions: dict[tuple[str, str], list[Told]] = {}
    for told in trail:
        occasions.setdefault((told.voice, told.occasion), []).append(told)
    for old in trail:
        for claim in old.withdrawn_by if old.asked else ():
            new = by_claim[claim]
            instead = (
                one.claim
                for one in occasions[new.voice, new.occasion]
                if one.kind == old.kind and one.claim != old.claim and one.latest == new.latest
                if not set(one.about).isdisjoint(old.about)
            )
            yield _changed(Change.WITHDRAWAL, old, new, instead=tuple(sorted(instead)))


def _partings(trail: Sequence[Told], by_claim: Mapping[str, Told]) -> Iterator[Changed]:
    """Each member of a joint voice that takes itself out of a claim by which another stands: a change of its own."""
    for old in trail:
        for claim in old.left_by if old.asked else ():
            new = by_claim[claim]
            yield _changed(Change.PARTING, old, new, voice=new.voice)


def _changed(change: Change, old: Told, new: Told, *, instead: tuple[str, ...] = (), voice: str = "") -> Changed:
    return Changed(
        change=change,
        voice=voice or old.voice,
        about=old.about,
        before=old.claim,
        after=new.claim,
        said_before=old.said,
        said_after=new.said,
        latest=new.latest,
        instead=instead,
    )
