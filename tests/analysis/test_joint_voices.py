"""A member of a joint voice takes itself out of what was said jointly: what each analysis says while another stands."""

import pytest

from kg.analysis.claims_sql import Query
from kg.analysis.compare.groups import summarise
from kg.analysis.compare.outcomes import Outcome
from kg.analysis.compare.pair import compare
from kg.analysis.compare.positions import of_event
from kg.analysis.history.changes import changes, positions
from kg.analysis.history.turns import Change
from kg.analysis.history.words import change_sentences
from kg.analysis.origins.trace import find_origins
from kg.analysis.viewpoint.choices import Viewpoint
from kg.analysis.viewpoint.numbers import numbers_under
from kg.terms import Iri
from tests.analysis.history_cases import BASE, agent, event, reader, record

MILL = event("mill")
UNSTATED = "population: not stated; basis: not stated; attributed to: not stated; period: not stated"
WREN, HERON, DESKS = map(agent, ("wren", "heron", "desks"))


@pytest.fixture
def left(tmp_path):
    """One of two members has left."""
    with record(tmp_path, ["member-leaves-joint-claim"]) as view:
        yield view


@pytest.fixture
def forsaken(tmp_path):
    """Both have."""
    (tmp_path / "one").mkdir()
    with record(tmp_path / "one", ["member-leaves-joint-claim"]) as view:
        joint = claim_of(view, DESKS)
    with record(tmp_path, ["member-leaves-joint-claim", "last-member-leaves"], JOINT=joint) as view:
        yield view


def claim_of(view, voice):
    [(iri,)] = view.rows("SELECT iri FROM claims WHERE voice = ?", [voice])
    return iri


def test_the_joint_claim_stands_and_the_member_has_a_position_of_its_own(left):
    held = {each.voice: (each.at_least, each.is_withdrawn, each.left_by) for each in positions(left, event=MILL)}
    assert held == {DESKS: (60, False, (claim_of(left, WREN),)), WREN: (40, False, ())}


def test_the_parting_is_a_change_of_the_member_and_told_so(left):
    found = changes(left, event=MILL)
    assert [(each.change, each.voice) for each in found] == [(Change.PARTING, WREN)]
    assert change_sentences(reader(left), found) == [
        "Wren Desk took itself out on 1 April 2032 of what it had said jointly on 1 February 2031: Wren and Heron "
        f"jointly asserted that there were 60 people killed in Strike on the mill ({UNSTATED}). Instead it asserted "
        f"that there were 40 people killed in Strike on the mill ({UNSTATED}); another member still stands by the "
        "joint claim."
    ]


def test_the_two_contradict_each_other_and_the_sentence_tells_of_the_parting(left):
    around = of_event(left, BASE, MILL)
    joint, alone = sorted(around.positions, key=lambda position: position.earliest)
    found = compare(alone, joint, around.context)
    assert found.outcome is Outcome.CONTRADICTS
    assert found.sentence.endswith(
        "Wren Desk takes itself out of the second, which it said jointly; that is no word of the other members."
    )
    [group] = summarise(left, Query.of_event(MILL))
    assert (group.current, group.revised, group.contradicts) == (2, 0, True)


def test_the_member_is_no_longer_a_party_to_the_joint_claim_among_its_origins(left):
    assert find_origins(left, MILL, kind="event").sentence == "2 reports, 2 independent origins"


def test_a_viewpoint_counts_the_joint_claim_with_the_members_that_stand_by_it(left):
    def used(**choices):
        answer = numbers_under(left, Viewpoint(name="v", **choices), event=MILL)
        return {claim for number in answer.numbers for claim in number.used}

    joint, alone = claim_of(left, DESKS), claim_of(left, WREN)
    assert used() == {joint, alone}
    assert used(voices=(Iri(HERON),)) == {joint}
    assert used(without=(Iri(WREN),)) == {joint}
    assert used(without=(Iri(HERON),)) == {alone}


def test_when_the_last_member_leaves_the_joint_claim_is_withdrawn(forsaken):
    held = {each.voice: (each.at_least, each.is_withdrawn, each.left_by) for each in positions(forsaken, event=MILL)}
    assert held == {DESKS: (60, True, ()), WREN: (40, False, ()), HERON: (45, False, ())}
    assert {each.change for each in changes(forsaken, event=MILL)} == {Change.WITHDRAWAL}
    assert find_origins(forsaken, MILL, kind="event").sentence == "2 reports, 2 independent origins"
    [group] = summarise(forsaken, Query.of_event(MILL))
    assert (group.current, group.revised) == (2, 1)
