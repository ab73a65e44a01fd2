"""With whom a voice agrees and differs is what comparing each two claims finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analysis.compare.beside import count_beside, list_beside
from kg.analysis.compare.outcomes import Outcome, Position
from kg.analysis.compare.pair import compare
from kg.model import Count
from tests.analysis.standings import Small, count_records, records, view_of
from tests.analysis.test_compare_record import AROUND, TRIES, contradictions, is_over


def is_the_same(one: Position, other: Position) -> bool:
    found = compare(one, other, AROUND)
    if found.outcome is not Outcome.AGREES:
        return False
    alike = (one.proposition, one.stance) == (other.proposition, other.stance)
    return alike or found.rule == "implied" or isinstance(one.proposition, Count)


def agreeing(small: Small) -> set[frozenset[str]]:
    current = [position for position in small.positions if not is_over(position, small.positions)]
    return {
        frozenset((one.claim, other.claim))
        for one in current
        for other in current
        if one.voice != other.voice and is_the_same(one, other)
    }


@settings(TRIES, max_examples=6)
@given(small=st.one_of(records, count_records))
def test_the_claims_that_agree_and_differ_are_those_of_comparing_each_two(small):
    voice_of = {position.claim: position.voice for position in small.positions}
    sorts = agreeing(small), contradictions(small)
    with view_of(small) as view:
        for agent in sorted(set(voice_of.values())):
            told = {beside.voice: (beside.agree, beside.differ) for beside in count_beside(view, agent)}
            found: dict[str, tuple[set[str], set[str]]] = {}
            for place, pairs in enumerate(sorts):
                for pair in pairs:
                    for own, other in (sorted(pair), sorted(pair, reverse=True)):
                        apart = not AROUND.share_a_party(agent, voice_of[other])
                        if voice_of[own] == agent and apart:
                            found.setdefault(voice_of[other], (set(), set()))[place].add(own)
            assert told == {voice: (len(agree), len(differ)) for voice, (agree, differ) in found.items()}


@settings(TRIES, max_examples=6)
@given(small=st.one_of(records, count_records))
def test_the_pairs_of_two_voices_begin_with_those_in_which_they_differ(small):
    voice_of = {position.claim: position.voice for position in small.positions}
    with view_of(small) as view:
        for agent in sorted(set(voice_of.values())):
            for beside in count_beside(view, agent):
                pairs = list_beside(view, agent, beside.voice, most=500)
                assert {(voice_of[own], voice_of[other]) for own, other in pairs} == {(agent, beside.voice)}
                differ = [frozenset(pair) in contradictions(small) for pair in pairs]
                assert differ == sorted(differ, reverse=True)
                assert len({own for (own, _), each in zip(pairs, differ, strict=True) if each}) == beside.differ
