"""Who held which position as of a date, and what changed: when it was said, and when it was recorded here.

Only what a voice surely said later takes the place of what it said before (`kg.analysis.history.trail`). What was
withdrawn from the record itself (`averment withdraw`) is in no answer about any date, and things are asked about by
what is known of them now: to which event a set belongs, who speaks in a joint voice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kg.analysis.as_of import AsOf, View
from kg.analysis.claims_sql import OF_EVENT
from kg.analysis.history import statements
from kg.analysis.history.trail import Told, query_as_of, read_trail
from kg.analysis.history.turns import Change, Changed, find_changes, sort_changes
from kg.model import Stance


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The position of one voice on one question: the claim that stands, or one it took back without another.

    `at_least`, `at_most`, `approximately` are of a number, `status` of an assessment; `entry` is the log entry;
    `left_by` are the claims by which members took themselves out of what they had said jointly.
    """

    voice: str
    question: str
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
    left_by: tuple[str, ...] = ()

    @property
    def is_withdrawn(self) -> bool:
        """Whether the voice took it back."""
        return bool(self.withdrawn_by)


def positions(view: View, *, event: str | None = None, as_of: AsOf | None = None) -> list[Held]:
    """The position of each voice on each question, as of a date on either axis; by voice and question."""
    return held_among(_read(view, event, as_of or AsOf()))


def held_among(trail: Iterable[Told]) -> list[Held]:
    """The positions among some claims of which what took their place is known."""
    return [_held(told) for told in trail if _is_position(told)]


def changes(view: View, *, event: str | None = None, as_of: AsOf | None = None) -> list[Changed]:
    """Every change of a position as of a date on either axis, in order of the date it was surely made by."""
    at = as_of or AsOf()
    stale = view.records(statements.stale(at), {**at.params, "event": event})
    return sort_changes([*find_changes(_read(view, event, at)), *map(_stale, stale)])


def changes_of(view: View, voice: str, *, as_of: AsOf | None = None) -> list[Changed]:
    """Every change of one voice's own positions, in order; how others' status fields give them is not looked at."""
    return find_changes(read_trail(view, query_as_of(as_of or AsOf(), "c.voice = $agent", [("agent", voice)])))


def _read(view: View, event: str | None, at: AsOf) -> list[Told]:
    if event is None:
        return read_trail(view, query_as_of(at))
    return read_trail(view, query_as_of(at, OF_EVENT, [("event", event)]))


def _is_position(told: Told) -> bool:
    """Whether a claim stands, or was taken back with nothing later in its place; to ask is to take no position."""
    return told.asked and told.stance is not Stance.ASKS and not told.next


def _held(told: Told) -> Held:
    return Held(
        voice=told.voice,
        question=told.question,
        kind=told.kind,
        claim=told.claim,
        stance=told.stance,
        about=told.about,
        said=told.said,
        earliest=told.earliest,
        latest=told.latest,
        entry=told.entry,
        at_least=told.at_least,
        at_most=told.at_most,
        approximately=told.approximately,
        status=told.status,
        withdrawn_by=min(told.withdrawn_by, default=""),
        left_by=told.left_by,
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
