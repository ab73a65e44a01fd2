"""A few claims, each with what took its place, as `kg.analysis.history.trail` finds it among all."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kg.analysis.history.stands import Stand, stand_of_count, stand_of_occurrence, stand_of_statuses
from kg.analysis.history.trail import Told
from kg.model import Stance
from kg.nearby.answers import Answer, are_all_out, find_endings, is_later, members_of, speaks_for, to_answer
from kg.nearby.groups import EXCLUSIVE_NAMES, Content, content, find_clashing, is_turned
from kg.nearby.rows import Row, Rows


def read_trail(rows: Rows, events: Iterable[str], questions: Iterable[str]) -> list[Told]:
    """The claims that concern some events or answer some questions, and what ends them; by voice, question and date."""
    asked = _find_asked(rows, set(events), set(questions))
    revised = _endings_of(find_endings(rows, "revises"), asked)
    withdrawn = _endings_of(find_endings(rows, "withdraws"), asked)
    spoken = dict(asked)
    for row in (row for ends in (revised, withdrawn) for found in ends.values() for row in found):
        spoken.setdefault(row["iri"], row)
    said = [answer for row in spoken.values() if (answer := to_answer(rows, row)) is not None]
    by_claim = {answer.iri: answer for answer in said}
    later = _find_later(rows, said, find_clashing((by_claim[iri] for iri in asked if iri in by_claim), exclusive=False))
    told = [
        _told(
            rows,
            answer,
            asked=answer.iri in asked,
            ends=_Ends.find(rows, answer, revised.get(answer.iri, ()), withdrawn.get(answer.iri, ())),
            read=later.get(answer.iri, ()),
        )
        for answer in said
    ]
    return sorted(told, key=lambda one: (one.voice, one.question, one.latest or date.max, one.claim))


def _find_asked(rows: Rows, events: set[str], questions: set[str]) -> dict[str, Row]:
    concerned = {row["claim"] for row in rows["concerns"] if row["event"] in events}
    return {
        row["iri"]: row
        for row in rows.claims
        if (row["iri"] in concerned or row["question"] in questions) and row["iri"] not in rows.corrected
    }


def _endings_of(endings: Mapping[str, Sequence[Row]], asked: Iterable[str]) -> dict[str, Sequence[Row]]:
    return {claim: endings[claim] for claim in asked if claim in endings}


@dataclass(frozen=True, slots=True)
class _Ends:
    """What ends a claim by saying so, and by what a member of a joint voice takes itself out while others stand."""

    revised: tuple[str, ...]
    withdrawn: tuple[str, ...]
    left: tuple[str, ...]

    @classmethod
    def find(cls, rows: Rows, answer: Answer, revising: Sequence[Row], withdrawing: Sequence[Row]) -> "_Ends":
        voice, both = answer.voice, (*revising, *withdrawing)
        members = members_of(rows, voice)
        is_over = are_all_out(rows, voice, (row["voice"] for row in both))
        ends = {
            row["iri"] for row in both if speaks_for(rows, row["voice"], voice) or (is_over and row["voice"] in members)
        }
        left = {row["iri"] for row in both if row["voice"] in members and row["iri"] not in ends}
        return cls(
            tuple(sorted({row["iri"] for row in revising} & ends)),
            tuple(sorted({row["iri"] for row in withdrawing} & ends)),
            tuple(sorted(left)),
        )


def _find_later(
    rows: Rows, said: Sequence[Answer], clashing: set[tuple[Content, Content]]
) -> Mapping[str, tuple[str, ...]]:
    """What the voice first said surely later in the place of each claim; of one day and answer one claim for all."""
    topics: dict[tuple[str, str], list[Answer]] = {}
    for answer in said:
        if answer.stance is not Stance.ASKS:
            topics.setdefault((answer.voice, answer.topic), []).append(answer)
    found: dict[str, tuple[str, ...]] = {}
    for answers in topics.values():
        speaking = _speaking(answers)
        for old in answers:
            following = [new for new in speaking if _replaces(rows, old, new, clashing)]
            first = min((new.earliest for new in following if new.earliest), default=None)
            if following:
                found[old.iri] = tuple(sorted({new.iri for new in following if new.earliest == first}))
    return found


def _speaking(answers: Iterable[Answer]) -> list[Answer]:
    """Of the claims of a voice with one answer on one day, the first by name."""
    first: dict[tuple[object, ...], Answer] = {}
    for answer in sorted(answers, key=lambda one: one.iri):
        if answer.earliest is not None:
            first.setdefault((*content(answer), answer.proposition["iri"], answer.over, answer.earliest), answer)
    return list(first.values())


def _replaces(rows: Rows, old: Answer, new: Answer, clashing: set[tuple[Content, Content]]) -> bool:
    """Whether one claim takes the place of an earlier one of its voice on the same topic."""
    if not is_later(new.earliest, old.latest):
        return False
    if old.kind in EXCLUSIVE_NAMES:
        holders = rows.holders
        return new.over not in holders.get(old.over, ()) and old.over not in holders.get(new.over, ())
    return old.kind == new.kind and ((content(old), content(new)) in clashing or is_turned(old, new))


def _told(rows: Rows, answer: Answer, *, asked: bool, ends: _Ends, read: tuple[str, ...]) -> Told:
    claim, proposition, count = answer.claim, answer.proposition, answer.count or {}
    position = rows.find("positions", proposition["iri"])
    return Told(
        claim=answer.iri,
        asked=asked,
        voice=answer.voice,
        stance=answer.stance,
        kind=answer.kind,
        proposition=proposition["iri"],
        question=answer.question,
        about=tuple(proposition["about"]),
        occasion=claim["occasion"] or "",
        said=claim["said"] or "",
        earliest=answer.earliest,
        latest=answer.latest,
        entry=claim["entry"],
        event=claim["event"] or "",
        at_least=count.get("at_least"),
        at_most=count.get("at_most"),
        approximately=count.get("approximately"),
        status=(position and position["status"]) or "",
        stand=_stand(answer, position),
        next=ends.revised or read,
        said_so=bool(ends.revised),
        withdrawn_by=ends.withdrawn,
        left_by=ends.left,
    )


def _stand(answer: Answer, position: Row | None) -> str:
    stand: str | None = None
    if position is not None:
        stand = stand_of_statuses([*position["any_of"], *filter(None, [position["status"]])])
    elif answer.count is not None:
        stand = stand_of_count(answer.count)
    elif answer.kind == "Occurrence":
        stand = stand_of_occurrence(str(json.loads(answer.proposition["slots"])["what"]))
    if answer.stance is Stance.DENIES and answer.kind == "Occurrence":
        return Stand.DENIED if stand else ""
    return stand or "" if answer.stance is Stance.ASSERTS else ""
