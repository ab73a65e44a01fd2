"""Who held which position as of a date, and what changed: when it was said, and when it was recorded here.

Only what a voice surely said later takes the place of what it said before. What was withdrawn from the record itself
(`averment withdraw`) is in no answer about any date, and things are asked about by what is known of them now: to which
event a set belongs, who speaks in a joint voice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kg.analysis import history_sql as sql
from kg.analysis.as_of import AsOf, Certainty, View
from kg.analysis.stands import Stand
from kg.model import Stance


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The position of one voice on one question: the claim that stands, or one it took back without another.

    `at_least`, `at_most`, `approximately` are of a number, `status` of an assessment; `entry` is the log entry.
    """

    voice: str
    question: str
    topic: str
    kind: str
    claim: str
    stance: Stance
    about: tuple[str, ...]
    said: str
    earliest: date | None
    latest: date | None
    entry: int
    at_least: int | None
    at_most: int | None
    approximately: int | None
    status: str
    withdrawn_by: str

    @property
    def is_withdrawn(self) -> bool:
        """Whether the voice took it back."""
        return bool(self.withdrawn_by)


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
    REVISION = "revision"
    STALE_STATUS = "stale status"


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


def positions(view: View, *, event: str | None = None, as_of: AsOf | None = None) -> list[Held]:
    """The position of each voice on each question, as of a date on either axis; by voice and question."""
    at = as_of or AsOf()
    rows = view.records(sql.positions(at.condition), {**at.params, "event": event})
    return [_held(row) for row in rows]


def changes(view: View, *, event: str | None = None, as_of: AsOf | None = None) -> list[Changed]:
    """Every change of a position as of a date on either axis, in order of the date it was surely made by."""
    at = as_of or AsOf()
    params = {**at.params, "event": event}
    found = list(_withdrawals(view.records(sql.withdrawals(at.condition), params)))
    taken_back = {(each.before, each.after) for each in found}
    for row in view.records(sql.steps(at.condition), params):
        change = classify(row)
        if change is not None and (row["old_claim"], row["new_claim"]) not in taken_back:
            found.append(_changed(change, row))
    possibly = at.certainty is Certainty.POSSIBLY
    found += [_stale(row) for row in view.records(sql.stale(at.condition, possibly=possibly), params)]
    return sorted(found, key=lambda each: (each.latest or date.max, each.voice, each.before, each.after))


def classify(row: Mapping[str, Any]) -> Change | None:
    """What a step from one claim to the next is, None where the voice says the same again."""
    if row["old_question"] == row["new_question"] and row["old_kind"] == "Count" and _both(row, "asserts"):
        return _by_numbers(row)
    stands = row["old_stand"], row["new_stand"]
    if all(stands) and stands[0] != stands[1]:
        return _by_stands(Stand(stands[0]), Stand(stands[1]))
    if row["old_proposition"] == row["new_proposition"]:
        return None if row["old_stance"] == row["new_stance"] else _by_stances(row)
    if row["old_kind"] != row["new_kind"]:
        # An admission is followed by numbers, which say nothing else about the same stand.
        return None if all(stands) else Change.REVISION
    if row["old_stance"] != row["new_stance"]:
        return Change.REVISION
    return Change.REVERSAL if row["old_kind"] in ("Assessment", "Identity") and not all(stands) else Change.REVISION


def _both(row: Mapping[str, Any], stance: str) -> bool:
    return bool(row["old_stance"] == row["new_stance"] == stance)


def _by_stances(row: Mapping[str, Any]) -> Change:
    firm = {Stance.ASSERTS.value, Stance.DENIES.value}
    return Change.REVERSAL if {row["old_stance"], row["new_stance"]} == firm else Change.REVISION


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


def _by_numbers(row: Mapping[str, Any]) -> Change | None:
    old, new = _bounds(row, "old"), _bounds(row, "new")
    if old == new:
        return None
    if old[0] <= new[0] and old[1] <= new[1]:
        return Change.UPWARD
    if old[0] >= new[0] and old[1] >= new[1]:
        return Change.DOWNWARD
    return Change.NARROWED if old[0] < new[0] else Change.WIDENED


def _bounds(row: Mapping[str, Any], side: str) -> tuple[float, float]:
    low, high, about = row[f"{side}_low"], row[f"{side}_high"], row[f"{side}_about_number"]
    if low is None and high is None and about is not None:
        return about, about  # no bounds were given: round figures can only be held against each other
    return (0 if low is None else low), (float("inf") if high is None else high)


def _held(row: Mapping[str, Any]) -> Held:
    return Held(
        **{name: row[name] for name in ("voice", "question", "topic", "kind", "claim", "earliest", "latest", "entry")},
        **{name: row[name] for name in ("at_least", "at_most", "approximately")},
        stance=Stance(row["stance"]),
        about=tuple(row["about"]),
        said=row["said"] or "",
        status=row["status"] or "",
        withdrawn_by=row["withdrawn_by"] or "",
    )


def _changed(change: Change, row: Mapping[str, Any]) -> Changed:
    return Changed(
        change=change,
        voice=row["voice"],
        about=tuple(row["about"]),
        before=row["old_claim"],
        after=row["new_claim"],
        said_before=row["old_said"] or "",
        said_after=row["new_said"] or "",
        latest=row["new_latest"],
    )


def _withdrawals(rows: list[dict[str, Any]]) -> Iterator[Changed]:
    for row in rows:
        yield Changed(
            change=Change.WITHDRAWAL,
            voice=row["voice"],
            about=tuple(row["about"]),
            before=row["old_claim"],
            after=row["new_claim"],
            said_before=row["old_said"] or "",
            said_after=row["new_said"] or "",
            latest=row["new_latest"],
            instead=tuple(row["instead"] or ()),
        )


def _stale(row: Mapping[str, Any]) -> Changed:
    return Changed(
        change=Change.STALE_STATUS,
        voice=row["voice"],
        party=row["party"],
        about=tuple(row["about"]),
        before=row["new_claim"],
        after=row["telling"],
        said_before=row["old_said"] or "",
        said_after=row["new_said"] or "",
        latest=row["new_latest"],
    )
