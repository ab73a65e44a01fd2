"""Comparison of two counts: intervals with open ends, only where measure and scope allow."""

from math import inf

from kg.analysis.compare.outcomes import Context, Finding, Outcome, Position, both
from kg.analysis.compare.spans import Pieces, complement, gap, meet, relate, to_outcome
from kg.analysis.compare.words import (
    Scope,
    differing_words,
    figure,
    matching_words,
    numbered,
    one_sided_words,
    remedy_words,
    silent_words,
    sort_slots,
)
from kg.model import Count, Stance
from kg.terms import NOT_STATED

SCOPE = ("population", "basis", "actor", "period", "place", "over")
# What must be the same for a part to be too large for its whole.
NESTED_SCOPE = ("population", "actor", "period", "place")
_NOT_RIVALS = "These are not rival values of one number"


def allowed(count: Count, stance: Stance) -> Pieces | None:
    """The numbers a position allows; None for a round figure without bounds, which does not say."""
    if count.at_least is None and count.at_most is None:
        return None
    said = ((max(count.at_least or 0, 0), inf if count.at_most is None else count.at_most),)
    return said if stance is Stance.ASSERTS else complement(said, floor=0)


def compare_counts(one: Position, other: Position, context: Context) -> Finding:
    """Two counts of one event, by measure, scope and the numbers they allow."""
    a, b = both(one, other, Count)
    if a.measure != b.measure or a.measure == NOT_STATED:
        return _other_measure(a, b, context)
    scope = sort_slots(a, b, SCOPE)
    if "over" in scope.differs and a.over and b.over:
        if context.lies_within(a.over, b.over):
            return _nested(one, other, scope, context, part_first=True)
        if context.lies_within(b.over, a.over):
            return _nested(one, other, scope, context, part_first=False)
    if not scope.is_same:
        return _other_scope(one, other, scope, context)
    return _values(one, other, scope, context)


def _other_measure(a: Count, b: Count, context: Context) -> Finding:
    if NOT_STATED in (a.measure, b.measure):
        words = "What is counted is not stated on both sides; they would be comparable if it were the same."
        return Finding(outcome=Outcome.NOT_COMPARABLE, rule="count-measure", words=(words,), unstated=("measure",))
    words = f"They count different things: {context.label(a.measure)}, and {context.label(b.measure)}."
    return Finding(outcome=Outcome.NOT_COMPARABLE, rule="count-measure", words=(words,), differs=("measure",))


def _other_scope(one: Position, other: Position, scope: Scope, context: Context) -> Finding:
    words = [f"{_NOT_RIVALS}.", *_set_words(one, other, scope, context), *_scope_words(one, other, scope, context)]
    return _scoped(Outcome.SCOPE_DIFFERS, "count-scope", scope, words)


def _scoped(outcome: Outcome, rule: str, scope: Scope, words: list[str]) -> Finding:
    return Finding(
        outcome=outcome,
        rule=rule,
        words=tuple(words),
        matches=("about", "measure", *scope.matches),
        differs=scope.differs,
        unstated=scope.unstated,
    )


def _set_words(one: Position, other: Position, scope: Scope, context: Context) -> list[str]:
    if "over" not in scope.differs:
        return []
    first, second = _set_name(one, context), _set_name(other, context)
    words = [f"The first is counted over {first}, the second over {second}."]
    mine, theirs = list(context.holders(_over(one))), list(context.holders(_over(other)))
    shared = next((holder for holder in mine if holder in theirs), None)
    if shared is not None:
        words.append(f"Both sets lie within {context.label(shared)}; the record places neither within the other.")
    return words


def _over(position: Position) -> str:
    assert isinstance(position.proposition, Count)
    return position.proposition.over or ""


def _set_name(position: Position, context: Context) -> str:
    over = _over(position)
    size = context.sizes.get((position.voice, over), "")
    said = size if size != numbered(position, context) else ""
    return f"“{context.label(over)}”" + (f" ({said}, by its own count)" if said else "")


def _scope_words(one: Position, other: Position, scope: Scope, context: Context) -> list[str]:
    a, b = one.proposition, other.proposition
    named = [name for name in scope.differs if name != "over"]
    return [
        *differing_words(a, b, named, context),
        *one_sided_words(a, b, scope, context),
        *matching_words(a, ("about", "measure", *scope.matches), context),
        *silent_words(scope.silent),
        remedy_words(scope),
    ]


def _nested(one: Position, other: Position, scope: Scope, context: Context, *, part_first: bool) -> Finding:
    part, whole = (one, other) if part_first else (other, one)
    a, b = both(part, whole, Count)
    inside, outside = allowed(a, part.stance), allowed(b, whole.stance)
    too_large = bool(inside and outside and inside[0][0] > outside[-1][1])
    comparable = sort_slots(a, b, NESTED_SCOPE).is_same
    first, second = ("first", "second") if part_first else ("second", "first")
    where = f"{_NOT_RIVALS}: the {first} is counted over a part of what the {second} is counted over, "
    where += f"{_set_name(part, context)} within {_set_name(whole, context)}."
    rest = _scope_words(one, other, scope, context)
    if too_large and comparable:
        words = f"They contradict each other: the part ({figure(a)}) is larger than the whole ({figure(b)})."
        return _scoped(Outcome.CONTRADICTS, "count-nested", scope, [where, words, *rest[:-1]])
    if too_large:
        words = f"The part ({figure(a)}) is larger than the whole ({figure(b)}); their other scope may explain it."
    else:
        words = f"As numbers they fit: the part ({figure(a)}) need not exceed the whole ({figure(b)})."
    return _scoped(Outcome.SCOPE_DIFFERS, "count-nested", scope, [where, words, *rest])


def _values(one: Position, other: Position, scope: Scope, context: Context) -> Finding:
    a, b = both(one, other, Count)
    mine, theirs = allowed(a, one.stance), allowed(b, other.stance)
    tail = [*matching_words(a, ("about", "measure", *scope.matches), context), *silent_words(scope.silent)]
    if mine is None or theirs is None:
        outcome, words = _round(one, other, mine, theirs)
        return _scoped(outcome, "count-round", scope, [words, *tail])
    if not mine or not theirs:
        words = "One of them denies every number there is, which leaves nothing to compare."
        return _scoped(Outcome.NOT_COMPARABLE, "count-values", scope, [words, *tail])
    outcome = to_outcome(relate(mine, theirs))
    return _scoped(outcome, "count-values", scope, [_value_words(outcome, mine, theirs), *tail])


def _round(one: Position, other: Position, mine: Pieces | None, theirs: Pieces | None) -> tuple[Outcome, str]:
    a, b = both(one, other, Count)
    if mine is None and theirs is None and a.approximately == b.approximately:
        if one.stance is other.stance:
            return Outcome.AGREES, "They agree on the round figure, which has no bounds."
        return Outcome.CONTRADICTS, "They contradict each other: the one denies the very figure that the other gives."
    if Stance.DENIES in (one.stance, other.stance):
        return Outcome.NOT_COMPARABLE, "A round figure has no bounds, so that nothing follows from the denial."
    if mine is None and theirs is None:
        return Outcome.NOT_COMPARABLE, "Both are round figures; how far off each may be is not stated."
    about, pieces = (a.approximately, theirs) if mine is None else (b.approximately, mine)
    if about is not None and pieces and meet(((about, about),), pieces):
        return Outcome.OVERLAPS, "They can agree: the one allows the other's round figure, which has no bounds."
    return Outcome.NOT_COMPARABLE, "How far off the round figure may be is not stated, so that it contradicts nothing."


def _value_words(outcome: Outcome, mine: Pieces, theirs: Pieces) -> str:
    if outcome is Outcome.AGREES:
        return "They agree on the number."
    if outcome is Outcome.CONTRADICTS:
        return f"They contradict each other: no number satisfies both, and the nearest lie {gap(mine, theirs):,} apart."
    if outcome is Outcome.OVERLAPS:
        return f"They overlap: both allow {pieces_words(meet(mine, theirs))}, and each allows what the other does not."
    narrow, wide, side = (mine, theirs, "first") if outcome is Outcome.REFINES else (theirs, mine, "second")
    return f"They agree, and the {side} says it more narrowly: {pieces_words(narrow)} within {pieces_words(wide)}."


def pieces_words(pieces: Pieces) -> str:
    """The numbers a set holds, in words.

    >>> pieces_words(((0, 2), (6, inf)))
    '0 to 2 or at least 6'
    """
    return " or ".join(
        f"at least {low:,}" if high == inf else f"{low:,}" if low == high else f"{low:,} to {high:,}"
        for low, high in pieces
    )
