"""Comparison of propositions of one kind that are neither counts nor places nor dates."""

from collections.abc import Callable

from kg.analysis.compare.counts import compare_counts
from kg.analysis.compare.outcomes import Context, Finding, Outcome, Position, both
from kg.analysis.compare.places import compare_locations, compare_timings
from kg.analysis.compare.rules import OPPOSED
from kg.analysis.compare.spans import Relation, relate_sets, weigh
from kg.analysis.compare.words import (
    Scope,
    differing_words,
    matching_words,
    one_sided_words,
    outcome_words,
    remedy_words,
    sort_slots,
)
from kg.model import (
    Assessment,
    Characterisation,
    Comparison,
    Count,
    Identity,
    Location,
    Method,
    Occurrence,
    Partition,
    Proposition,
    Request,
    Responsibility,
    Statement,
    Timing,
)
from kg.terms import NOT_STATED, avc

_OPPOSED = {frozenset((pair.one, pair.other)) for pair in OPPOSED}
# The ways two things can stand to each other, and which of them each code allows.
_WAYS: dict[str, frozenset[str]] = {
    avc("identity-same"): frozenset({"same"}),
    avc("identity-different"): frozenset({"different"}),
    avc("identity-part-of"): frozenset({"part"}),
    avc("identity-overlaps"): frozenset({"overlap"}),
    avc("identity-possibly-same"): frozenset({"same", "different", "part", "whole", "overlap"}),
}

COMPATIBLE: tuple[type[Proposition], ...] = (Method, Occurrence, Partition, Responsibility, Statement)
"""Kinds in which no answer excludes another: only its denial does. Tables hold thousands of them about one thing."""


def compare_kind(one: Position, other: Position, context: Context) -> Finding:
    """Two positions on propositions of one kind, about the same thing."""
    return _KINDS[type(one.proposition)](one, other, context)


def _weighed(rule: str, relation: Relation, one: Position, other: Position, *, matches: tuple[str, ...]) -> Finding:
    outcome = weigh(relation, one.stance, other.stance)
    return Finding(outcome=outcome, rule=rule, words=(outcome_words(outcome),), matches=("about", *matches))


def _apart(rule: str, words: str, *, matches: tuple[str, ...] = (), differs: tuple[str, ...] = ()) -> Finding:
    return Finding(
        outcome=Outcome.NOT_COMPARABLE, rule=rule, words=(words,), matches=("about", *matches), differs=differs
    )


def _other_scope(one: Position, other: Position, scope: Scope, context: Context) -> Finding:
    a, b = one.proposition, other.proposition
    words = [
        *differing_words(a, b, scope.differs, context),
        *one_sided_words(a, b, scope, context),
        *matching_words(a, ("about", *scope.matches), context),
        remedy_words(scope),
    ]
    return Finding(
        outcome=Outcome.SCOPE_DIFFERS,
        rule="scope",
        words=tuple(words),
        matches=("about", *scope.matches),
        differs=scope.differs,
        unstated=scope.unstated,
    )


def _occurrence(one: Position, other: Position, context: Context) -> Finding:
    scope = sort_slots(one.proposition, other.proposition, ("what",))
    if not scope.is_same:
        return _other_scope(one, other, scope, context)
    return _weighed("occurrence", Relation.EQUAL, one, other, matches=scope.matches)


def _responsibility(one: Position, other: Position, context: Context) -> Finding:
    a, b = both(one, other, Responsibility)
    scope = sort_slots(a, b, ("actor",))
    if scope.differs:
        words = "They name different actors. Several may be responsible; to name one does not clear another."
        return Finding(
            outcome=Outcome.OVERLAPS,
            rule="responsibility-actors",
            words=(words,),
            matches=("about",),
            differs=("actor",),
        )
    if not scope.is_same:
        return _other_scope(one, other, scope, context)
    relation = _combine(_relate_said(a.means, b.means), _relate_said(a.degree, b.degree))
    return _weighed("responsibility", relation, one, other, matches=scope.matches)


def _relate_said(one: object, other: object) -> Relation:
    """What is said more fully is narrower; two different sayings can both hold."""
    if one == other:
        return Relation.EQUAL
    if one in (None, (), NOT_STATED):
        return Relation.HOLDS
    if other in (None, (), NOT_STATED):
        return Relation.INSIDE
    if not isinstance(one, tuple) or not isinstance(other, tuple):
        return Relation.PARTLY
    # More listed is more said.
    if set(one) > set(other):
        return Relation.INSIDE
    return Relation.HOLDS if set(one) < set(other) else Relation.PARTLY


def _combine(one: Relation, other: Relation) -> Relation:
    """Two independent parts of what is said, as one."""
    if Relation.EQUAL in (one, other):
        return one if other is Relation.EQUAL else other
    return one if one is other else Relation.PARTLY


def _characterisation(one: Position, other: Position, context: Context) -> Finding:
    a, b = both(one, other, Characterisation)
    opposed = frozenset((a.character, b.character)) in _OPPOSED
    if a.character != b.character and not opposed:
        words = "These are two descriptions that neither support nor exclude each other."
        return _apart("characterisation-other", words, differs=("character",))
    scope = sort_slots(a, b, ("actor", "period"))
    if not scope.is_same:
        return _other_scope(one, other, scope, context)
    relation = Relation.APART if opposed else Relation.EQUAL
    return _weighed("characterisation", relation, one, other, matches=scope.matches)


def _assessment(one: Position, other: Position, context: Context) -> Finding:
    a, b = both(one, other, Assessment)
    scope = sort_slots(a, b, ("standard", "methodology"))
    if not scope.is_same:
        return _other_scope(one, other, scope, context)
    relation = _relate_statuses(statuses(a), statuses(b), context)
    if relation is not Relation.APART:
        relation = _combine(relation, _relate_said(a.reasons, b.reasons))
    return _weighed("assessment", relation, one, other, matches=("scheme", *scope.matches))


def statuses(assessment: Assessment) -> frozenset[str]:
    """The statuses an assessment leaves open."""
    return frozenset(assessment.any_of or ((assessment.status,) if assessment.status else ()))


def _relate_statuses(one: frozenset[str], other: frozenset[str], context: Context) -> Relation:
    if one == other:
        return Relation.EQUAL
    inside = all(context.wider(status) & other for status in one)
    holds = all(context.wider(status) & one for status in other)
    if inside or holds:
        return Relation.EQUAL if inside and holds else Relation.INSIDE if inside else Relation.HOLDS
    touch = any(a in context.wider(b) or b in context.wider(a) for a in one for b in other)
    return Relation.PARTLY if touch else Relation.APART


def _identity(one: Position, other: Position, context: Context) -> Finding:
    a, b = both(one, other, Identity)
    mine, theirs = _WAYS.get(a.relation), _WAYS.get(b.relation)
    if (a.about, a.other) != (b.about, b.other):
        if {*a.about, a.other} != {*b.about, b.other}:
            return _apart("other-thing", "They join different pairs of things.", differs=("other",))
        turn = {"part": "whole", "whole": "part"}
        theirs = frozenset(turn.get(way, way) for way in theirs) if theirs else None
    if mine is None or theirs is None:
        return _apart("identity", "The relation is not stated on both sides.", differs=("relation",))
    return _weighed("identity", relate_sets(mine, theirs), one, other, matches=("other",))


def _method(one: Position, other: Position, context: Context) -> Finding:
    a, b = both(one, other, Method)
    scope = sort_slots(a, b, ("actor", "period"))
    if not scope.is_same:
        return _other_scope(one, other, scope, context)
    return _weighed("method", _relate_said(a.uses, b.uses), one, other, matches=scope.matches)


def _partition(one: Position, other: Position, context: Context) -> Finding:
    a, b = both(one, other, Partition)
    relation = Relation.EQUAL if a.parts == b.parts else Relation.PARTLY
    return _weighed("partition", relation, one, other, matches=())


def _comparison(one: Position, other: Position, context: Context) -> Finding:
    a, b = both(one, other, Comparison)
    scope = sort_slots(a, b, ("actor", "measure", "other"))
    if not scope.is_same:
        return _other_scope(one, other, scope, context)
    opposed = frozenset((a.relation, b.relation)) in _OPPOSED
    if a.relation != b.relation and not opposed:
        words = "These relations are not ordered, so that neither supports nor excludes the other."
        return _apart("comparison", words, matches=scope.matches, differs=("relation",))
    relation = Relation.APART if opposed else Relation.EQUAL
    return _weighed("comparison", relation, one, other, matches=scope.matches)


def _statement(one: Position, other: Position, context: Context) -> Finding:
    a, b = both(one, other, Statement)
    if a.code != b.code:
        return _apart("statement-words", "These are two different statements.", differs=("code",))
    scope = sort_slots(a, b, ("actor", "period"))
    if not scope.is_same:
        return _other_scope(one, other, scope, context)
    relation = _relate_said(a.value, b.value)
    if relation is Relation.PARTLY:
        return _apart("statement-words", "Their values are words, which are not compared.", differs=("value",))
    return _weighed("statement", relation, one, other, matches=("code", *scope.matches))


def _request(one: Position, other: Position, context: Context) -> Finding:
    return _apart("no-stand", "A request takes no position.")


_KINDS: dict[type[Proposition], Callable[[Position, Position, Context], Finding]] = {
    Count: compare_counts,
    Responsibility: _responsibility,
    Location: compare_locations,
    Timing: compare_timings,
    Occurrence: _occurrence,
    Characterisation: _characterisation,
    Assessment: _assessment,
    Partition: _partition,
    Identity: _identity,
    Method: _method,
    Comparison: _comparison,
    Request: _request,
    Statement: _statement,
}
