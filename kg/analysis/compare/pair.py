"""Typed comparison of two positions: a pure function of the two and of what is known around them.

The rules and their reasons stand in `kg.analysis.compare.rules`; each kind of proposition has its own. Contents are
compared as sets of ways the world may be: equal, inside, partly shared, apart; a denial stands for the complement.
"""

from collections.abc import Iterator
from dataclasses import replace

from kg.analysis.compare.counts import allowed
from kg.analysis.compare.kinds import compare_kind, statuses
from kg.analysis.compare.outcomes import Comparison, Context, Finding, Outcome, Position
from kg.analysis.compare.rules import EXCLUSIVE, HARM_MEASURES, HARM_POPULATIONS_NOT, IMPLICATIONS, Implied
from kg.analysis.compare.spans import Relation, relate
from kg.analysis.compare.words import figure, opening, outcome_words
from kg.iris import slot_content
from kg.model import Assessment, Count, Identity, Occurrence, Proposition, Request, Stance
from kg.terms import avc

_IMPLIED: dict[str, Implied] = {implication.status: implication.implies for implication in IMPLICATIONS}
_SAME = avc("identity-same")
_DIFFERENT = avc("identity-different")


def compare(one: Position, other: Position, context: Context) -> Comparison:
    """How one position stands to another: the outcome, the rule it follows from, and a sentence for a reader."""
    finding = _find(one, other, context)
    return Comparison(
        outcome=finding.outcome,
        inverse=finding.outcome.inverse,
        rule=finding.rule,
        matches=finding.matches,
        differs=finding.differs,
        unstated=finding.unstated,
        sentence=" ".join((opening(one, other, context), *finding.words)),
    )


def supersedes(later: Position, earlier: Position, context: Context) -> bool:
    """Whether a position takes the place of an earlier one of the same voice on the same question."""
    if later.voice != earlier.voice or not later.earliest or not earlier.latest or later.earliest <= earlier.latest:
        return False
    if Stance.ASKS in (later.stance, earlier.stance) or not _same_question(later.proposition, earlier.proposition):
        return False
    if _is_nested(later.proposition, earlier.proposition, context):
        return False
    if isinstance(later.proposition, EXCLUSIVE):
        return True
    if not (later.takes_a_stand and earlier.takes_a_stand):
        return later.proposition == earlier.proposition
    return compare_kind(later, earlier, context).outcome is Outcome.CONTRADICTS


def implied_harm(position: Position) -> Implied:
    """What a position implies about whether harm occurred."""
    proposition = position.proposition
    if isinstance(proposition, Count):
        return _implied_by_count(proposition, position.stance)
    if isinstance(proposition, Occurrence) and proposition.what in HARM_MEASURES:
        return Implied.OCCURRED if position.stance is Stance.ASSERTS else Implied.DID_NOT_OCCUR
    if position.stance is not Stance.ASSERTS or not isinstance(proposition, Assessment):
        return Implied.NOTHING
    implied = {_IMPLIED.get(status, Implied.NOTHING) for status in statuses(proposition)}
    return implied.pop() if len(implied) == 1 else Implied.NOTHING


def _implied_by_count(count: Count, stance: Stance) -> Implied:
    numbers = allowed(count, stance)
    if count.measure not in HARM_MEASURES or count.population in HARM_POPULATIONS_NOT or not numbers:
        return Implied.NOTHING
    if numbers[0][0] > 0:
        return Implied.OCCURRED
    return Implied.DID_NOT_OCCUR if numbers[-1][1] == 0 else Implied.NOTHING


def _find(one: Position, other: Position, context: Context) -> Finding:
    if one.claim == other.claim:
        return Finding(outcome=Outcome.AGREES, rule="one-claim", words=("This is one and the same claim.",))
    said = _said_revision(one, other, context)
    if said is not None:
        return said
    found = compare_contents(one, other, context)
    for later, earlier, outcome in ((one, other, Outcome.REVISES), (other, one, Outcome.REVISED_BY)):
        if found.outcome is not Outcome.AGREES and supersedes(later, earlier, context):
            return _later_word(later, earlier, outcome, found)
    return replace(found, words=(*found.words, *_parting_words(one, other, context)))


def _said_revision(one: Position, other: Position, context: Context) -> Finding | None:
    for later, earlier, outcome in ((one, other, Outcome.REVISES), (other, one, Outcome.REVISED_BY)):
        side, object_ = ("first", "second") if outcome is Outcome.REVISES else ("second", "first")
        if not context.speaks_for(later.voice, earlier.voice):
            continue
        if earlier.claim in later.withdraws:
            words = f"The {side} withdraws the {object_}; the voice says so itself."
        elif earlier.claim in later.revises:
            words = f"The {side} revises the {object_}{_direction(later, earlier)}; the voice says so itself."
        else:
            continue
        return Finding(outcome=outcome, rule="said-revision", words=(words,))
    return None


def _parting_words(one: Position, other: Position, context: Context) -> Iterator[str]:
    """That a member takes itself out of what it said jointly; whether others stand by it, two claims cannot show."""
    for later, earlier, joint in ((one, other, "second"), (other, one, "first")):
        is_member = later.voice in context.members.get(earlier.voice, ())
        if is_member and earlier.claim in (*later.revises, *later.withdraws):
            words = f"{context.label(later.voice)} takes itself out of the {joint}, which it said jointly"
            yield f"{words}; that is no word of the other members."


def _later_word(later: Position, earlier: Position, outcome: Outcome, found: Finding) -> Finding:
    side, object_ = ("first", "second") if outcome is Outcome.REVISES else ("second", "first")
    when = f"said {earlier.latest} or before, then {later.earliest} or after"
    words = f"The {side} is the same voice's later word on the same question and revises the {object_}"
    return Finding(
        outcome=outcome,
        rule="later-word",
        words=(f"{words}{_direction(later, earlier)} ({when}).",),
        matches=found.matches,
        differs=found.differs,
        unstated=found.unstated,
    )


def _direction(later: Position, earlier: Position) -> str:
    if later.stance is not earlier.stance:
        return " by reversing the position"
    a, b = earlier.proposition, later.proposition
    if not isinstance(a, Count) or not isinstance(b, Count) or a.measure != b.measure:
        return ""
    old, new = allowed(a, Stance.ASSERTS), allowed(b, Stance.ASSERTS)
    if not old or not new or old == new:
        return ""
    relation = relate(new, old)
    if relation in (Relation.INSIDE, Relation.HOLDS):
        way = "to a narrower range" if relation is Relation.INSIDE else "to a wider range"
    else:
        way = "upward" if new[0][0] > old[0][0] else "downward"
    return f" {way}, from {figure(a)} to {figure(b)}"


def compare_contents(one: Position, other: Position, context: Context) -> Finding:
    """How what two positions say stands to each other, whoever says it and whenever."""
    if not (_commits(one) and _commits(other)):
        return _no_stand(one, other, context)
    if _subject(one.proposition) == _subject(other.proposition):
        return _by_kind(one, other, context)
    if type(one.proposition) is type(other.proposition) and len(one.proposition.about) == 1:
        return _by_link(one, other, context)
    return _other_thing()


def _subject(proposition: Proposition) -> frozenset[str]:
    """What a proposition is about; of an identity, both things, in whichever order they were written."""
    other = (proposition.other,) if isinstance(proposition, Identity) else ()
    return frozenset((*proposition.about, *other))


def _commits(position: Position) -> bool:
    return position.takes_a_stand and not isinstance(position.proposition, Request)


def _no_stand(one: Position, other: Position, context: Context) -> Finding:
    silent = [context.label(position.voice) for position in (one, other) if not _commits(position)]
    if len(set(silent)) > 1:
        words = f"Neither {silent[0]} nor {silent[1]} asserts or denies here, so that nothing is at odds."
    else:
        words = f"{silent[0]} takes no position here, so that nothing is at odds."
    return Finding(outcome=Outcome.NOT_COMPARABLE, rule="no-stand", words=(words,))


def _other_thing() -> Finding:
    words = "They are about different things, and nothing is declared that joins them."
    return Finding(outcome=Outcome.NOT_COMPARABLE, rule="other-thing", words=(words,), differs=("about",))


def _by_link(one: Position, other: Position, context: Context) -> Finding:
    (a,), theirs = one.proposition.about, other.proposition.about
    if len(theirs) != 1:
        return _other_thing()
    b = theirs[0]
    declared = context.find_identity(a, b)
    if declared is not None and declared.relation == _SAME:
        found = _by_kind(one, other, context)
        note = f"{context.label(declared.voice)} says that {context.label(a)} and {context.label(b)} are the same."
        return Finding(
            outcome=found.outcome,
            rule=found.rule,
            words=(*found.words, note),
            matches=found.matches,
            differs=found.differs,
            unstated=found.unstated,
        )
    if declared is not None and declared.relation != _DIFFERENT:
        joined = f"{context.label(declared.voice)} says how these two stand to each other: "
        joined += f"{context.label(declared.relation)}."
    elif context.lies_within(a, b) or context.lies_within(b, a):
        part, whole = (a, b) if context.lies_within(a, b) else (b, a)
        joined = f"“{context.label(part)}” lies within “{context.label(whole)}”."
    else:
        return _other_thing()
    words = f"They are about two things, {context.label(a)} and {context.label(b)}."
    return Finding(
        outcome=Outcome.SCOPE_DIFFERS,
        rule="linked-things",
        words=(words, joined, "They would be comparable if both were about the same one."),
        differs=("about",),
    )


def _by_kind(one: Position, other: Position, context: Context) -> Finding:
    a, b = one.proposition, other.proposition
    if type(a) is type(b) and not (isinstance(a, Assessment) and isinstance(b, Assessment) and a.scheme != b.scheme):
        return compare_kind(one, other, context)
    mine, theirs = implied_harm(one), implied_harm(other)
    if Implied.NOTHING in (mine, theirs):
        return _unlike(one, other, mine, theirs)
    outcome = Outcome.AGREES if mine is theirs else Outcome.CONTRADICTS
    words = f"The first implies that {mine.value}, the second that {theirs.value}. {outcome_words(outcome)}"
    return Finding(outcome=outcome, rule="implied", words=(words,), matches=("about",))


def _unlike(one: Position, other: Position, mine: Implied, theirs: Implied) -> Finding:
    kinds = [type(position.proposition).__name__.lower() for position in (one, other)]
    if kinds[0] == kinds[1]:
        words = "They are assessed under different schemes, which are never merged."
    else:
        words = f"They are of different kinds: {kinds[0]} and {kinds[1]}."
    if mine is theirs:
        follows = "Neither implies anything about whether harm occurred."
    else:
        side = "first" if mine is Implied.NOTHING else "second"
        follows = f"The {side} implies nothing about whether harm occurred."
    return Finding(outcome=Outcome.NOT_COMPARABLE, rule="other-kind", words=(words, follows), matches=("about",))


def _same_question(one: Proposition, other: Proposition) -> bool:
    if isinstance(one, Identity) and isinstance(other, Identity):
        return _subject(one) == _subject(other)
    if type(one) is not type(other):
        return False
    return slot_content(one, question=True) == slot_content(other, question=True)


def _is_nested(one: Proposition, other: Proposition, context: Context) -> bool:
    if not isinstance(one, Count) or not isinstance(other, Count) or not one.over or not other.over:
        return False
    return context.lies_within(one.over, other.over) or context.lies_within(other.over, one.over)
