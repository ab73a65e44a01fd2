"""The laws of comparison, for positions of every kind."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.analysis.compare.outcomes import Declared, Outcome, Position
from kg.analysis.compare.pair import compare, supersedes
from kg.analysis.compare.rules import RULES
from kg.analysis.compare.spans import complement, gap, meet, relate
from kg.model import Count, Responsibility, Stance
from kg.terms import Iri, avc
from tests.analysis.standings import BASE, EVENTS, SETS, VOICES, context, count_positions, positions

AROUND = context({(EVENTS[0], EVENTS[1]): Declared(avc("identity-overlaps"), VOICES[0])})
KINDS_OF_RULES = {rule.name: rule for rule in RULES}


def position(
    number: int | None, most: int | None, *, voice: Iri = VOICES[0], day: str = "", **slots: object
) -> Position:
    fields = {"stance": Stance.ASSERTS, "revises": (), **slots}
    stance, revises = fields.pop("stance"), fields.pop("revises")
    count = Count(about=(EVENTS[0],), measure=avc("killed"), at_least=number, at_most=most, **fields)  # type: ignore[arg-type]
    claim = f"{BASE}claim/{voice}-{number}-{most}-{day}-{sorted(fields.items())}-{stance}"
    return Position(
        claim=claim,
        stance=stance,
        voice=voice,
        proposition=count,
        earliest=day,
        latest=day,
        revises=revises,  # type: ignore[arg-type]
    )


@given(positions, positions)
def test_exchanging_the_two_gives_the_inverse_by_the_same_rule(one, other):
    there, back = compare(one, other, AROUND), compare(other, one, AROUND)
    assert there.inverse is back.outcome
    assert back.inverse is there.outcome
    assert (there.rule, sorted(there.differs), sorted(there.unstated)) == (
        back.rule,
        sorted(back.differs),
        sorted(back.unstated),
    )


@given(positions)
def test_nothing_contradicts_itself(one):
    again = replace(one, claim=f"{one.claim}-again", voice=VOICES[2])
    assert compare(one, one, AROUND).outcome is Outcome.AGREES
    assert compare(one, again, AROUND).outcome is not Outcome.CONTRADICTS


@given(positions, positions)
def test_an_outcome_follows_from_a_rule_of_the_table_and_is_one_that_the_rule_names(one, other):
    found = compare(one, other, AROUND)
    named = KINDS_OF_RULES[found.rule].outcome.replace("scope differs", "scope-differs")
    named = named.replace("not comparable", "not-comparable")
    assert {found.outcome.value, found.inverse.value} & set(named.split(", "))
    assert found.sentence.endswith(".")


@given(count_positions, count_positions, st.integers(0, 4), st.integers(0, 4))
def test_widening_what_a_voice_asserts_never_makes_a_contradiction(one, other, down, up):
    assume(one.stance is Stance.ASSERTS)
    count = one.proposition
    assume(count.at_least is not None or count.at_most is not None)
    least = None if count.at_least is None else max(0, count.at_least - down) or None
    most = None if count.at_most is None else count.at_most + up
    assume(least is not None or most is not None)
    wider = replace(one, proposition=replace(count, at_least=least, at_most=most))
    if compare(wider, other, AROUND).outcome is Outcome.CONTRADICTS:
        assert compare(one, other, AROUND).outcome in (Outcome.CONTRADICTS, Outcome.REVISES, Outcome.REVISED_BY)


pieces = st.lists(st.integers(0, 12), unique=True, max_size=8).map(lambda found: tuple(_joined(sorted(found))))


def _joined(numbers: list[int]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


@given(pieces, pieces)
def test_pieces_are_related_as_the_sets_of_numbers_they_hold(one, other):
    a, b = ({n for low, high in each for n in range(int(low), int(high) + 1)} for each in (one, other))
    expected = "equal" if a == b else "apart" if not a & b else "inside" if a < b else "holds" if a > b else "partly"
    assert relate(one, other).value == expected
    assert complement(complement(one, floor=0), floor=0) == one
    if a and b:
        assert gap(one, other) == min(abs(x - y) for x in a for y in b)
    assert meet(one, complement(one, floor=0)) == ()


@given(pieces, pieces, pieces)
def test_what_lies_inside_what_lies_inside_a_third_lies_inside_it(one, other, third):
    inner, middle = meet(meet(one, other), third), meet(other, third)
    assert relate(inner, third).value in ("inside", "equal", "apart")
    if relate(inner, middle).value == relate(middle, third).value == "inside":
        assert relate(inner, third).value == "inside"


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ((5, 5), (5, 5), Outcome.AGREES),
        ((5, 6), (4, 8), Outcome.REFINES),
        ((4, None), (6, 8), Outcome.REFINED_BY),
        ((4, 6), (5, 8), Outcome.OVERLAPS),
        ((None, 4), (5, None), Outcome.CONTRADICTS),
    ],
)
def test_counts_of_one_scope_are_compared_as_intervals_with_open_ends(one, other, outcome):
    assert compare(position(*one), position(*other, voice=VOICES[1]), AROUND).outcome is outcome


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ((5, 5), (5, 5), Outcome.CONTRADICTS),
        ((5, 5), (4, 6), Outcome.CONTRADICTS),
        ((4, 6), (5, 5), Outcome.OVERLAPS),
        ((9, 9), (4, 6), Outcome.REFINES),
        ((None, 3), (4, None), Outcome.AGREES),
    ],
)
def test_who_denies_a_number_allows_all_others(one, other, outcome):
    denied = position(*other, voice=VOICES[1], stance=Stance.DENIES)
    assert compare(position(*one), denied, AROUND).outcome is outcome


def test_a_later_total_of_the_same_voice_revises_even_over_another_set():
    first = position(23, 23, day="2018-07-01", over=SETS[3])
    last = position(104, 104, day="2018-11-01", over=SETS[2])
    found = compare(last, first, AROUND)
    assert found.outcome is Outcome.REVISES
    assert found.sentence == (
        f"{VOICES[0]}: 104 {avc('killed')}; {VOICES[0]}: 23 {avc('killed')}. The first is the same voice's later word "
        "on the same question and revises the second upward, from 23 to 104 (said 2018-07-01 or before, then "
        "2018-11-01 or after)."
    )


def test_a_part_counted_later_than_its_whole_revises_nothing():
    whole, part = position(9, 9, day="2018-01-01", over=SETS[0]), position(4, 4, day="2018-02-01", over=SETS[1])
    assert not supersedes(part, whole, AROUND)
    assert compare(part, whole, AROUND).outcome is Outcome.SCOPE_DIFFERS


def test_a_part_larger_than_its_whole_contradicts_it():
    whole = position(None, 3, over=SETS[0], basis=avc("reported"))
    part = position(4, None, over=SETS[2], basis=avc("own-tally"), voice=VOICES[1])
    found = compare(part, whole, AROUND)
    assert (found.outcome, found.rule) == (Outcome.CONTRADICTS, "count-nested")


def test_a_revision_said_by_another_party_is_none_and_by_a_joint_voice_is_one_for_its_members():
    own = position(5, 5, voice=VOICES[0])
    for voice, outcome in ((VOICES[3], Outcome.REVISES), (VOICES[2], Outcome.CONTRADICTS)):
        assert compare(position(9, 9, voice=voice, revises=(own.claim,)), own, AROUND).outcome is outcome


@pytest.mark.parametrize("how", ["revises", "withdraws"])
def test_a_member_who_takes_itself_out_of_a_joint_claim_does_not_end_it(how):
    joint = position(5, 5, voice=VOICES[3])
    found = compare(replace(position(9, 9, voice=VOICES[0]), **{how: (joint.claim,)}), joint, AROUND)
    assert found.outcome is Outcome.CONTRADICTS
    assert found.sentence.endswith(
        f"{VOICES[0]} takes itself out of the second, which it said jointly; that is no word of the other members."
    )
    assert "takes itself out" not in compare(position(9, 9, voice=VOICES[0]), joint, AROUND).sentence


def test_dates_that_may_be_the_same_order_nothing():
    first = replace(position(5, 5), earliest="2018-01-01", latest="2018-01-31")
    last = replace(position(9, 9), earliest="2018-01-31", latest="2018-02-28")
    assert compare(last, first, AROUND).outcome is Outcome.CONTRADICTS


def test_different_actors_may_both_be_responsible():
    one, other = (
        Position(
            claim=voice,
            stance=Stance.ASSERTS,
            voice=voice,
            proposition=Responsibility(about=(EVENTS[0],), actor=voice),
        )
        for voice in VOICES[:2]
    )
    assert compare(one, other, AROUND).outcome is Outcome.OVERLAPS


def test_events_declared_to_overlap_differ_in_scope_and_undeclared_ones_are_different_things():
    one = position(5, 5)
    other = replace(one, claim="other", voice=VOICES[1], proposition=replace(one.proposition, about=(EVENTS[1],)))
    assert compare(one, other, AROUND).rule == "linked-things"
    assert compare(one, other, context()).rule == "other-thing"
    same = context({(EVENTS[1], EVENTS[0]): Declared(avc("identity-same"), VOICES[2])})
    found = compare(one, other, same)
    assert found.outcome is Outcome.AGREES
    assert found.sentence.endswith(f"{VOICES[2]} says that {EVENTS[0]} and {EVENTS[1]} are the same.")


def test_only_refining_and_revising_have_a_direction_and_turning_twice_is_not_turning():
    assert {outcome.value for outcome in Outcome if outcome.inverse is not outcome} == {
        *("refines", "refined-by", "revises", "revised-by")
    }
    assert all(outcome.inverse.inverse is outcome for outcome in Outcome)
