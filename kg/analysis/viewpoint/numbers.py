"""The number under a viewpoint: the claims used, the claims left out and why; without a source; beside another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from kg.analysis.as_of import AsOf, View
from kg.analysis.claims_sql import Query
from kg.analysis.history.changes import Held, positions
from kg.analysis.history.trail import Told, query_as_of, read_trail
from kg.analysis.viewpoint.choices import as_of
from kg.analysis.viewpoint.statements import candidates
from kg.model import LEAVE_OUT, Viewpoint
from kg.terms import avc

RANGE, PREFER, MAJORITY = avc("policy-report-range"), avc("policy-prioritise-source"), avc("policy-majority")
KEEP_ALL = avc("policy-keep-all")
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """A claim that does not count, and why not."""

    claim: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in one scope: numbers of different questions, or over different sets, are never drawn together.

    `at_least` and `at_most` are inclusive, None where open; both are None where `undecided` says why there is none.
    """

    question: str
    over: str
    population: str
    basis: str
    at_least: int | None
    at_most: int | None
    used: tuple[str, ...]
    undecided: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a viewpoint makes of one measure of one event: a number for each scope, and everything that was left out."""

    numbers: tuple[Number, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One scope as two answers have it; None where one of them has no number there."""

    one: Number | None
    other: Number | None

    @property
    def is_change(self) -> bool:
        """Whether the two differ in the number, in what it rests on, or in being decided."""
        return self.one != self.other


def numbers_under(
    view: View,
    viewpoint: Viewpoint,
    *,
    event: str,
    measure: str = avc("killed"),
    without: str | None = None,
) -> Answer:
    """The numbers of a measure of an event under a viewpoint; `without` is a voice or document taken away."""
    at = as_of(view, viewpoint)
    params = {"event": event, "measure": measure, "source": without, "identities": list(viewpoint.identities)}
    rows = view.records(candidates(at.condition), {**at.params, **params})
    held = positions(view, event=event, as_of=at) if viewpoint.grades else ()
    return decide(rows, _read_trail(view, rows, at), held, viewpoint, event=event)


def decide(
    rows: Sequence[Mapping[str, Any]], trail: Iterable[Told], held: Iterable[Held], viewpoint: Viewpoint, *, event: str
) -> Answer:
    """The numbers of an event from the rows of `candidates`, what became of these claims, and who holds which status.

    `held` are the positions on the event; they are looked at where the viewpoint requires a grade.
    """
    graded = not viewpoint.grades or _is_graded(held, viewpoint, event)
    told = {each.claim: each for each in trail}
    kept: list[dict[str, Any]] = []
    left: list[LeftOut] = []
    for found in rows:
        row = {**found, "members": _standing_members(found, told)}
        reason = _why_not(row, told.get(row["claim"]), viewpoint) or (
            "" if graded else "no accepted status of the event is one it requires"
        )
        if reason:
            left.append(LeftOut(row["claim"], reason))
        else:
            kept.append(row)
    numbers, unused = _decide(kept, viewpoint)
    return Answer(tuple(numbers), tuple(sorted([*left, *unused])))


def _read_trail(view: View, rows: Sequence[Mapping[str, Any]], at: AsOf) -> list[Told]:
    """What became of the claims, as of the viewpoint's dates."""
    query = Query.of_questions(sorted({row["question"] for row in rows}))
    return read_trail(view, query_as_of(at, query.condition, query.params)) if rows else []


def side_by_side(one: Answer, other: Answer) -> list[Difference]:
    """Two answers scope by scope, in order of question and set."""
    sides = [{(number.question, number.over): number for number in each.numbers} for each in (one, other)]
    return [Difference(sides[0].get(key), sides[1].get(key)) for key in sorted({*sides[0], *sides[1]})]


def what_if_withdrawn(
    view: View, viewpoint: Viewpoint, source: str, *, event: str, measure: str = avc("killed")
) -> list[Difference]:
    """What changes where a voice or a document is taken away, and with it what is known through it alone."""
    before = numbers_under(view, viewpoint, event=event, measure=measure)
    after = numbers_under(view, viewpoint, event=event, measure=measure, without=source)
    return [each for each in side_by_side(before, after) if each.is_change]


def _is_graded(held: Iterable[Held], viewpoint: Viewpoint, event: str) -> bool:
    return any(
        each.status in viewpoint.grades
        and event in each.about
        and not each.is_withdrawn
        and _is_chosen(each.voice, (), viewpoint)
        for each in held
    )


def _why_not(row: Mapping[str, Any], told: Told | None, viewpoint: Viewpoint) -> str:
    """Why a claim does not count under a viewpoint, "" where it does; the first reason that holds."""
    reasons = (
        (row["corrected"], "the recorder corrected it"),
        (row["unseen"], "it was said or recorded here after the viewpoint's dates, or its date is not sure"),
        (told is not None and told.withdrawn_by, "its voice withdrew it"),
        (told is not None and told.next, "its voice said otherwise later"),
        (row["source_gone"], "it rests on the source that is taken away"),
        (not _is_chosen(row["voice"], row["members"], viewpoint), "its voice is not one of those chosen"),
        (row["relayed"] and viewpoint.relays == LEAVE_OUT, "it is known through relays only"),
        (row["denial"] and viewpoint.denials == LEAVE_OUT, "denials do not count"),
        (
            row["denial"] and row["scheme"] and viewpoint.schemes and row["scheme"] not in viewpoint.schemes,
            "its scheme is not one of those looked at",
        ),
        (not row["denial"] and row["stance"] != "asserts", "it gives no number: it denies, doubts or asks"),
        (len(row["about"]) > 1, f"one total over {len(row['about'])} events, which it does not divide"),
        (_is_outside(row, "population", viewpoint.populations), "it counts another population"),
        (_is_outside(row, "basis", viewpoint.bases), "it counts on another basis"),
        (not row["denial"] and row["at_least"] is None and row["at_most"] is None, "it gives no bounds, only words"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _is_outside(row: Mapping[str, Any], slot: str, chosen: Sequence[str]) -> bool:
    return bool(chosen) and not row["denial"] and row[slot] not in chosen


def _standing_members(row: Mapping[str, Any], trail: Mapping[str, Told]) -> list[str]:
    """The members of a joint voice that stand by a claim."""
    told = trail.get(row["claim"])
    gone = {trail[claim].voice for claim in told.left_by} if told is not None else set()
    return [member for member in row["members"] if member not in gone]


def _is_chosen(voice: str, members: Sequence[str], viewpoint: Viewpoint) -> bool:
    """A joint voice is chosen with all its members, and left out with any of them."""
    parts = {voice, *members}
    if parts & set(viewpoint.without):
        return False
    chosen = set(viewpoint.voices)
    return not chosen or voice in chosen or (bool(members) and set(members) <= chosen)


def _decide(rows: Sequence[Mapping[str, Any]], viewpoint: Viewpoint) -> tuple[list[Number], list[LeftOut]]:
    scopes: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        if not row["denial"]:
            scopes.setdefault((row["question"], row["over"] or ""), []).append(row)
    denials = [row for row in rows if row["denial"]]
    numbers: list[Number] = []
    used: set[str] = set()
    for (question, over), group in sorted(scopes.items()):
        chosen, interval, why = _apply(viewpoint, [*group, *denials])
        used.update(row["claim"] for row in chosen)
        numbers.append(
            Number(
                question=question,
                over=over,
                population=group[0]["population"],
                basis=group[0]["basis"],
                at_least=int(interval[0]) if interval and interval[0] > -inf else None,
                at_most=int(interval[1]) if interval and interval[1] < inf else None,
                used=tuple(sorted(row["claim"] for row in chosen)),
                undecided=why,
            )
        )
    reason = (
        "the policy on disagreement takes other claims" if scopes else "it denies the harm; no number stands beside it"
    )
    return numbers, [LeftOut(row["claim"], reason) for row in rows if row["claim"] not in used]


def _apply(
    viewpoint: Viewpoint, rows: Sequence[Mapping[str, Any]]
) -> tuple[Sequence[Mapping[str, Any]], Interval | None, str]:
    """The claims a policy takes, the interval it makes of them, and why it makes none."""
    if viewpoint.policy == PREFER:
        rows = next(
            (mine for voice in viewpoint.preferred if (mine := [row for row in rows if row["voice"] == voice])), []
        )
        if not rows:
            return [], None, "no preferred source gives a number"
    if viewpoint.policy == MAJORITY:
        rows, why = _majority(rows)
        if why:
            return rows, None, why
    intervals = {_interval(row) for row in rows}
    if len(intervals) == 1:
        return rows, intervals.pop(), ""
    if viewpoint.policy in (RANGE, PREFER):
        return rows, (min(low for low, _ in intervals), max(high for _, high in intervals)), ""
    kept = "every version is kept" if viewpoint.policy == KEEP_ALL else "it stays pending"
    return rows, None, f"{len(intervals)} different numbers stand, and {kept}"


def _majority(rows: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The claims of the number that most voices give: a voice counts once, however often it speaks."""
    voices: dict[Interval, set[str]] = {}
    for row in rows:
        voices.setdefault(_interval(row), set()).add(row["voice"])
    most = max(len(each) for each in voices.values())
    first = [interval for interval, each in voices.items() if len(each) == most]
    if len(first) > 1:
        return rows, f"{len(first)} numbers have as many voices, {most} each"
    return [row for row in rows if _interval(row) == first[0]], ""


def _interval(row: Mapping[str, Any]) -> Interval:
    if row["denial"]:
        return 0, 0
    low, high = row["at_least"], row["at_most"]
    return (-inf if low is None else low), (inf if high is None else high)
