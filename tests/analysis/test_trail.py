"""What took the place of what is the same wherever it is asked: by comparison, by SQL, in a history, in the graph."""

from hypothesis import given
from hypothesis import strategies as st

from kg.analysis.claims_sql import Query
from kg.analysis.compare.outcomes import Position
from kg.analysis.compare.pair import supersedes
from kg.analysis.history.trail import find_later_words, read_trail
from kg.terms import Iri
from tests.analysis.standings import MEMBERS, Small, count_records, records, view_of
from tests.analysis.test_compare_record import AROUND, TRIES


def expected(everyone: list[Position]) -> set[str]:
    """The claims that another claim revises in words, or that a later word of the voice took the place of."""
    return {
        old.claim
        for old in everyone
        for new in everyone
        if new is not old and (supersedes(new, old, AROUND) or new.claim in revisions(old, everyone))
    }


def revisions(old: Position, everyone: list[Position]) -> set[str]:
    """The claims that end one by revising it: of its voice, or of all members of a joint one, however they left."""
    ending = [new for new in everyone if new is not old and old.claim in (*new.revises, *new.withdraws)]
    members = set(MEMBERS.get(Iri(old.voice), ()))
    everyone_left = bool(members) and members <= {new.voice for new in ending}
    return {
        new.claim
        for new in ending
        if old.claim in new.revises
        and (AROUND.speaks_for(new.voice, old.voice) or (everyone_left and new.voice in members))
    }


@TRIES
@given(small=st.one_of(records, count_records))
def test_the_claims_superseded_are_those_that_comparing_each_two_finds(small):
    with view_of(small) as view:
        found = read_trail(view, Query())
    assert {told.claim for told in found if told.next} == expected(small.positions)


@TRIES
@given(small=st.one_of(records, count_records))
def test_what_takes_the_place_of_a_claim_is_the_first_that_could(small):
    by_claim = {position.claim: position for position in small.positions}
    with view_of(small) as view:
        found = [(told.claim, new) for told in read_trail(view, Query()) for new in told.next]
    for old, new in found:
        before, after = by_claim[old], by_claim[new]
        said = revisions(before, small.positions)
        assert new in said if said else supersedes(after, before, AROUND)
        if not said:
            assert after.earliest == min(p.earliest for p in small.positions if supersedes(p, before, AROUND))


def test_later_words_are_told_by_claim(crowd, tmp_path):
    with view_of(crowd, tmp_path / "none") as view:
        assert find_later_words(view, [position.claim for position in crowd.positions]) == {}
        assert find_later_words(view, ["nowhere"]) == {}
    with view_of(Small(()), tmp_path / "empty") as view:
        assert find_later_words(view, []) == {}
