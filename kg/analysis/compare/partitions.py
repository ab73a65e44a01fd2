"""What follows from a whole, its parts and their counts, and what does not: sums, and bounds on uncounted parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from kg.analysis.compare.counts import allowed, pieces_words
from kg.analysis.compare.kinds import statuses
from kg.analysis.compare.outcomes import Context, Position
from kg.analysis.compare.pair import supersedes
from kg.model import Assessment, Count, Partition, Stance
from kg.sentences import list_words

_Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What follows for one whole and its parts: `adds-up`, `does-not-add-up`, `bounded` or `not-known`, in words."""

    whole: str
    kind: str
    sentence: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Counted:
    bounds: _Bounds
    claim: str


def find_conclusions(positions: Sequence[Position], context: Context) -> tuple[Conclusion, ...]:
    """What each asserted partition allows to conclude from the counts of the voice that asserts it."""
    if not any(isinstance(position.proposition, Partition) for position in positions):
        return ()
    current = [p for p in positions if p.stance is Stance.ASSERTS and not _is_superseded(p, positions, context)]
    counts = _counts(current)
    marks = _statuses(current)
    found: dict[str, Conclusion] = {}
    for position in current:
        if isinstance(position.proposition, Partition) and len(position.proposition.about) == 1:
            for measure in sorted({measure for voice, _, measure in counts if voice == position.voice}):
                for conclusion in _conclude(position, measure, counts, marks, context):
                    found.setdefault(conclusion.sentence, conclusion)
    return tuple(found.values())


def _is_superseded(position: Position, positions: Sequence[Position], context: Context) -> bool:
    if not isinstance(position.proposition, Count | Assessment | Partition):
        return False
    return any(
        position.claim in (*other.revises, *other.withdraws) or supersedes(other, position, context)
        for other in positions
        if other.voice == position.voice
    )


def _counts(positions: Sequence[Position]) -> dict[tuple[str, str, str], _Counted]:
    found: dict[tuple[str, str, str], _Counted] = {}
    for position in positions:
        count = position.proposition
        if isinstance(count, Count) and count.over and (numbers := allowed(count, position.stance)):
            found[position.voice, count.over, count.measure] = _Counted(numbers[0], position.claim)
    return found


def _statuses(positions: Sequence[Position]) -> dict[tuple[str, str], tuple[str, str]]:
    """The one status a voice gives a set, and the claim, by voice and set."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for position in positions:
        assessment = position.proposition
        if isinstance(assessment, Assessment) and len(statuses(assessment)) == 1:
            for thing in assessment.about:
                found[position.voice, thing] = next(iter(statuses(assessment))), position.claim
    return found


def _conclude(
    position: Position,
    measure: str,
    counts: dict[tuple[str, str, str], _Counted],
    marks: dict[tuple[str, str], tuple[str, str]],
    context: Context,
) -> Iterator[Conclusion]:
    assert isinstance(position.proposition, Partition)
    voice, (whole,), parts = position.voice, position.proposition.about, position.proposition.parts
    total = counts.get((voice, whole, measure))
    known: dict[str, _Counted] = {
        part: counts[voice, part, measure] for part in parts if (voice, part, measure) in counts
    }
    unknown = [part for part in parts if part not in known]
    claims = (position.claim, *(counted.claim for counted in (*known.values(), *([total] if total else []))))
    if total is not None and not unknown:
        yield _sum(voice, whole, measure, total, known, claims, context)
    elif total is not None:
        bounds = _bound(total, known)
        yield _unsplit(voice, whole, measure, total, known, unknown, bounds, claims, context)
        for part in unknown:
            yield from _shared_status(voice, part, measure, bounds, counts, marks, context)


def _sum(
    voice: str,
    whole: str,
    measure: str,
    total: _Counted,
    known: dict[str, _Counted],
    claims: tuple[str, ...],
    context: Context,
) -> Conclusion:
    low, high = (sum(counted.bounds[end] for counted in known.values()) for end in (0, 1))
    holds = low <= total.bounds[1] and total.bounds[0] <= high
    exact = low == high and total.bounds[0] == total.bounds[1]
    kind = "adds-up" if holds else "does-not-add-up"
    verdict = ("holds" if exact else "can hold") if holds else "does not hold"
    figures = " + ".join(_words(counted.bounds) for counted in known.values())
    sentence = (
        f"{figures} = {_words(total.bounds)} {verdict} by {context.label(voice)}’s own counts of "
        f"{context.label(measure)}: “{context.label(whole)}” has the parts {_quoted(known, context)}."
    )
    return Conclusion(whole, kind, sentence, claims)


def _bound(total: _Counted, known: dict[str, _Counted]) -> _Bounds:
    """What is left of the whole for the parts that nobody counted, together."""
    low = max(0, total.bounds[0] - sum(counted.bounds[1] for counted in known.values()))
    return low, total.bounds[1] - sum(counted.bounds[0] for counted in known.values())


def _unsplit(
    voice: str,
    whole: str,
    measure: str,
    total: _Counted,
    known: dict[str, _Counted],
    unknown: Sequence[str],
    bounds: _Bounds,
    claims: tuple[str, ...],
    context: Context,
) -> Conclusion:
    counted = f"{_words(total.bounds)} {context.label(measure)}"
    if bounds[1] < 0:
        sentence = f"The counted parts of “{context.label(whole)}” hold more than its {counted}."
        return Conclusion(whole, "does-not-add-up", sentence, claims)
    if len(unknown) == 1:
        sentence = f"“{context.label(unknown[0])}” is not counted by {context.label(voice)}; of the {counted} of "
        sentence += f"“{context.label(whole)}” it can hold {_words(bounds)}."
        return Conclusion(whole, "bounded", sentence, claims)
    left = f"the {counted}" if not known else f"the rest of the {counted}, {_words(bounds)},"
    each = f"anything from 0 to {bounds[1]:,}" if bounds[1] < inf else "any number"
    sentence = (
        f"How {left} of “{context.label(whole)}” divide into {_quoted(unknown, context)} is not stated by "
        f"{context.label(voice)}: each of them may hold {each}, and together they hold {_words(bounds)}."
    )
    return Conclusion(whole, "not-known", sentence, claims)


def _shared_status(
    voice: str,
    part: str,
    measure: str,
    bounds: _Bounds,
    counts: dict[tuple[str, str, str], _Counted],
    marks: dict[tuple[str, str], tuple[str, str]],
    context: Context,
) -> Iterator[Conclusion]:
    """What follows for another set to which the same voice gives the same status as to a part that nobody counted."""
    mark, marked_by = marks.get((voice, part), ("", ""))
    whole = next((holder for holder in reversed(list(context.holders(part))) if holder in context.within), None)
    if not mark or whole is None:
        return
    for (who, other, what), counted in counts.items():
        same_mark = marks.get((who, other), ("", ""))
        if who != voice or what != measure or same_mark[0] != mark or other in (part, whole):
            continue
        if context.lies_within(other, whole) or context.lies_within(whole, other):
            continue
        most = min(bounds[1], counted.bounds[1])
        sentence = (
            f"How many of the {_words(counted.bounds)} {context.label(measure)} of “{context.label(other)}” are among "
            f"“{context.label(whole)}” is therefore not known: {context.label(voice)} gives both the status "
            f"“{context.label(mark)}”, but to a part of the latter that it does not count, so that it may be "
            f"{_words((0, most))}."
        )
        yield Conclusion(whole, "not-known", sentence, (counted.claim, same_mark[1], marked_by))


def _quoted(sets: Sequence[str] | dict[str, _Counted], context: Context) -> str:
    return list_words(f"“{context.label(each)}”" for each in sets)


def _words(bounds: _Bounds) -> str:
    return pieces_words((bounds,))
