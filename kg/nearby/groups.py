"""Comparable groups among a few claims, as `kg.analysis.compare.groups` finds them among all."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from kg.analysis.claims_sql import OPEN
from kg.analysis.compare.clashes import Clashes, to_clashes
from kg.analysis.compare.groups import Group
from kg.analysis.compare.rules import EXCLUSIVE
from kg.model import Stance
from kg.nearby.answers import Answer, are_all_out, find_endings, is_later, speaks_for, to_answer
from kg.nearby.rows import Rows
from kg.terms import NOT_STATED

EXCLUSIVE_NAMES = frozenset(kind.__name__ for kind in EXCLUSIVE)
_UNCOMPARED = ("Count", "Request")
_STANDS = (Stance.ASSERTS, Stance.DENIES)


def summarise(rows: Rows, questions: Iterable[str]) -> list[Group]:
    """A summary, with its members, of every comparable group among the claims that answer some questions."""
    wanted = set(questions)
    said = [
        answer
        for row in rows.claims
        if row["question"] in wanted and row["stance"] != Stance.ASKS and row["iri"] not in rows.corrected
        if (answer := to_answer(rows, row)) is not None
    ]
    ended = _find_ended(rows, said)
    counts = [answer for answer in said if answer.count is not None]
    others = [answer for answer in said if answer.kind not in _UNCOMPARED]
    return [*_number_groups(rows, counts, ended), *_coded_groups(others, ended)]


def _find_ended(rows: Rows, said: Iterable[Answer]) -> set[str]:
    """The claims that their own voice revised or withdrew, jointly or not, or each member of a joint voice."""
    enders: dict[str, set[str]] = {}
    for column in ("revises", "withdraws"):
        for old, found in find_endings(rows, column).items():
            enders.setdefault(old, set()).update(row["voice"] for row in found)
    return {answer.iri for answer in said if _is_ended(rows, answer.voice, enders.get(answer.iri, set()))}


def _is_ended(rows: Rows, voice: str, enders: set[str]) -> bool:
    return any(speaks_for(rows, ender, voice) for ender in enders) or are_all_out(rows, voice, enders)


# --- counts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Number:
    """A count with its bounds, the greatest a number where it is open."""

    answer: Answer
    low: int
    high: int
    is_round: bool
    is_over: bool

    @property
    def stands(self) -> bool:
        return not self.is_over and self.answer.stance in _STANDS

    @property
    def asserts(self) -> bool:
        return self.stands and not self.is_round and self.answer.stance is Stance.ASSERTS


def _number_groups(rows: Rows, counts: Sequence[Answer], ended: set[str]) -> Iterator[Group]:
    later = _last_days(counts, lambda answer: (answer.voice, answer.question, answer.over))
    groups: dict[tuple[str, str], list[_Number]] = {}
    for answer in counts:
        is_over = answer.iri in ended or any(
            is_later(day, answer.latest)
            for (voice, question, over), day in later.items()
            if voice == answer.voice and question == answer.question and not _is_nested(rows, over, answer.over)
        )
        groups.setdefault((answer.question, answer.over), []).append(_to_number(answer, is_over))
    for (question, over), numbers in groups.items():
        yield _number_group(question, over, numbers)


def _last_days(said: Iterable[Answer], key: Callable[[Answer], tuple[str, ...]]) -> dict[tuple[str, ...], date]:
    found: dict[tuple[str, ...], date] = {}
    for answer in said:
        if answer.earliest is not None:
            found[key(answer)] = max(answer.earliest, found.get(key(answer), answer.earliest))
    return found


def _is_nested(rows: Rows, one: str, other: str) -> bool:
    """Whether of two sets that are not the same one lies within the other."""
    return one != other and (other in rows.holders.get(one, ()) or one in rows.holders.get(other, ()))


def _to_number(answer: Answer, is_over: bool) -> _Number:
    assert answer.count is not None
    low, high = answer.count["at_least"], answer.count["at_most"]
    return _Number(answer, max(low or 0, 0), OPEN if high is None else high, low is None and high is None, is_over)


def _number_group(question: str, over: str, numbers: Sequence[_Number]) -> Group:
    live = [number for number in numbers if number.stands and _measure(number) != NOT_STATED]
    spans = [(number.answer.voice, *span) for number in live if (span := _span(number)) is not None]
    gap = _widest_gap(spans)
    asserted = [number for number in numbers if number.asserts]
    highest = max((number.high for number in asserted), default=OPEN)
    return Group(
        question=question,
        over=over,
        kind="Count",
        contradicts=gap is not None or _is_held(spans, live) or _denies_round(live),
        gap=gap,
        lowest=min((number.low for number in asserted), default=None),
        highest=None if highest == OPEN else highest,
        **_summary([(number.answer, number.is_over) for number in numbers], lambda answer: answer.proposition["iri"]),
    )


def _measure(number: _Number) -> str:
    assert number.answer.count is not None
    return str(number.answer.count["measure"])


def _span(number: _Number) -> tuple[int, int] | None:
    """The numbers a position leaves, where they are one stretch."""
    if number.is_round:
        return None
    if number.answer.stance is Stance.ASSERTS:
        return number.low, number.high
    if number.low == 0 and number.high < OPEN:
        return number.high + 1, OPEN
    return (0, number.low - 1) if number.low > 0 and number.high == OPEN else None


def _widest_gap(spans: Iterable[tuple[str, int, int]]) -> int | None:
    """How far apart two voices' numbers lie that lie furthest apart, None where none do."""
    tops: dict[str, int] = {}
    bottoms: dict[str, int] = {}
    for voice, low, high in spans:
        tops[voice] = max(low, tops.get(voice, low))
        bottoms[voice] = min(high, bottoms.get(voice, high))
    found = (tops[one] - bottoms[other] for one, other in product(tops, tops) if one != other)
    return max((gap for gap in found if gap > 0), default=None)


def _is_held(spans: Iterable[tuple[str, int, int]], live: Iterable[_Number]) -> bool:
    """Whether a voice denies every number that another's position leaves."""
    holes = [
        number
        for number in live
        if not number.is_round and number.answer.stance is Stance.DENIES and number.low > 0 and number.high < OPEN
    ]
    return any(
        hole.answer.voice != voice and hole.low <= low and high <= hole.high
        for hole, (voice, low, high) in product(holes, list(spans))
    )


def _denies_round(live: Sequence[_Number]) -> bool:
    """Whether a voice denies the very round figure that another gives."""
    rounds = [number for number in live if number.is_round]
    return any(
        one.answer.stance is Stance.ASSERTS
        and other.answer.stance is Stance.DENIES
        and one.answer.voice != other.answer.voice
        and _figure(one) is not None
        and _figure(one) == _figure(other)
        for one, other in product(rounds, rounds)
    )


def _figure(number: _Number) -> int | None:
    assert number.answer.count is not None
    found: int | None = number.answer.count["approximately"]
    return found


# --- coded kinds ------------------------------------------------------------------------------------------------------


def _coded_groups(others: Sequence[Answer], ended: set[str]) -> Iterator[Group]:
    clashing = find_clashing(others, exclusive=True)
    over = ended | _find_outdone(others, clashing)
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in others:
        groups.setdefault((answer.topic, answer.kind), []).append(answer)
    for (topic, kind), answers in groups.items():
        standing = [answer for answer in answers if answer.iri not in over and answer.stance in _STANDS]
        yield Group(
            question=topic,
            over="",
            kind=kind,
            contradicts=any(
                one.voice != other.voice and (content(one), content(other)) in clashing
                for one, other in product(standing, standing)
            ),
            **_summary([(answer, answer.iri in over) for answer in answers], lambda answer: answer.part),
        )


Content = tuple[str, str, str]


def content(answer: Answer) -> Content:
    """What is said and under which stance, whoever says it."""
    return answer.kind, answer.part, answer.stance.value


def find_clashing(answers: Iterable[Answer], *, exclusive: bool) -> set[tuple[Content, Content]]:
    """The contents that contradict each other about one thing, either way round.

    With `exclusive` false only among kinds in which answers can stand side by side.
    """
    without = _UNCOMPARED if exclusive else EXCLUSIVE_NAMES
    rows = {_to_row(answer) for answer in answers if answer.stance in _STANDS and answer.kind not in without}
    found: Clashes = to_clashes(sorted(rows, key=str))
    pairs = {((a.kind, a.part, a.stance.value), (b.kind, b.part, b.stance.value)) for a, b in found.pairs}
    return pairs | {(b, a) for a, b in pairs}


def _to_row(answer: Answer) -> tuple[object, ...]:
    proposition = answer.proposition
    placed = (proposition["iri"], tuple(proposition["about"]), proposition["question"])
    named = placed if answer.part == proposition["iri"] else (None, None, None)
    return (answer.kind, proposition["slots"], answer.stance.value, *named)


def _find_outdone(others: Sequence[Answer], clashing: set[tuple[Content, Content]]) -> set[str]:
    """The claims in the place of which their voice surely said something later."""
    days = _last_days(others, lambda answer: (answer.voice, answer.kind, answer.topic))
    found = {
        answer.iri
        for answer in others
        if answer.kind in EXCLUSIVE_NAMES
        and is_later(days.get((answer.voice, answer.kind, answer.topic)), answer.latest)
    }
    for voiced in _by_voice(others).values():
        for old, new in product(voiced, voiced):
            if is_later(new.earliest, old.latest) and (is_turned(old, new) or _is_contradicted(old, new, clashing)):
                found.add(old.iri)
    return found


def _is_contradicted(old: Answer, new: Answer, clashing: set[tuple[Content, Content]]) -> bool:
    """Whether one answer excludes another of a kind in which they can stand side by side."""
    return old.kind not in EXCLUSIVE_NAMES and old.topic == new.topic and (content(old), content(new)) in clashing


def is_turned(old: Answer, new: Answer) -> bool:
    """Whether two claims say the same, and one of them cannot confirm it."""
    same = old.proposition["iri"] == new.proposition["iri"]
    return same and Stance.CANNOT_CONFIRM in (old.stance, new.stance)


def _by_voice(answers: Iterable[Answer]) -> Mapping[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    for answer in answers:
        found.setdefault(answer.voice, []).append(answer)
    return found


# --- both -------------------------------------------------------------------------------------------------------------


def _summary(answers: Sequence[tuple[Answer, bool]], what: Callable[[Answer], str]) -> dict[str, Any]:
    """The fields of a group that every kind has; with each claim stands whether it is over."""
    current = [answer for answer, is_over in answers if not is_over and answer.stance in _STANDS]
    contents = {(what(answer), answer.stance) for answer in current}
    return {
        "event": min((answer.claim["event"] for answer, _ in answers if answer.claim["event"]), default=None),
        "voices": len({answer.voice for answer, _ in answers}),
        "claims": len(answers),
        "current": len(current),
        "revised": sum(is_over for _, is_over in answers),
        "unanimous": len(contents) == 1,
        "members": tuple(sorted(answer.iri for answer, _ in answers)),
    }
