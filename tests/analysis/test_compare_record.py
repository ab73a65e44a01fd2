"""What SQL finds over the whole record is what comparing every pair finds."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg import rdf
from kg.analysis.claims_sql import Query
from kg.analysis.compare.counts import allowed
from kg.analysis.compare.groups import summarise
from kg.analysis.compare.outcomes import Outcome, Position
from kg.analysis.compare.pair import compare, supersedes
from kg.analysis.compare.pairs import count_pairs, find_pairs
from kg.analysis.compare.positions import of_event
from kg.analysis.compare.spans import gap
from kg.iris import question_iri
from kg.model import Correction, Count, Stance
from kg.store.tables import Tables, rows_from_units
from kg.terms import Iri, avc
from tests.analysis.standings import (
    BASE,
    EVENTS,
    MEMBERS,
    Small,
    context,
    count_records,
    draw_record,
    records,
    units_of,
    view_of,
)

AROUND = context()
TRIES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example]
)


def is_over(position: Position, everyone: list[Position]) -> bool:
    enders = {
        other.voice
        for other in everyone
        if other is not position and position.claim in (*other.revises, *other.withdraws)
    }
    members = set(MEMBERS.get(Iri(position.voice), ()))
    jointly = {joint for joint, among in MEMBERS.items() if position.voice in among}
    if enders & {position.voice, *jointly} or (members and members <= enders):
        return True
    return any(supersedes(other, position, AROUND) for other in everyone)


def contradictions(small: Small) -> set[frozenset[str]]:
    current = [position for position in small.positions if not is_over(position, small.positions)]
    return {
        frozenset((one.claim, other.claim))
        for one, other in combinations(current, 2)
        if one.voice != other.voice and compare(one, other, AROUND).outcome is Outcome.CONTRADICTS
    }


@TRIES
@given(small=st.one_of(records, count_records))
def test_the_pairs_of_the_whole_record_are_those_of_comparing_each_two(small):
    with view_of(small) as view:
        found = find_pairs(view, Query(), most=500)
        assert {frozenset((pair.one, pair.other)) for pair in found} == contradictions(small)
        assert len(found) == count_pairs(view, Query()) == len(contradictions(small))


@TRIES
@given(small=count_records)
# Several groups, and as many voices, whose widest pairs are equally wide.
@example(small=draw_record(17710, counts=1.0))
def test_pairs_come_widest_first_and_pages_fit_together(small):
    with view_of(small) as view:
        whole = find_pairs(view, Query(), most=500)
        pages = [find_pairs(view, Query(), most=2, skipped=start) for start in range(0, len(whole) + 1, 2)]
    assert [pair for page in pages for pair in page] == whole
    assert [pair.gap for pair in whole] == sorted((pair.gap for pair in whole), reverse=True)


@TRIES
@given(small=count_records)
def test_a_gap_is_the_least_distance_between_what_two_voices_allow(small):
    by_claim = {position.claim: position for position in small.positions}
    with view_of(small) as view:
        found = find_pairs(view, Query(), most=500)
    for pair in found:
        one, other = by_claim[pair.one], by_claim[pair.other]
        assert isinstance(one.proposition, Count)
        assert isinstance(other.proposition, Count)
        mine, theirs = allowed(one.proposition, one.stance), allowed(other.proposition, other.stance)
        if mine is not None and theirs is not None and one.proposition.over == other.proposition.over:
            assert pair.gap == gap(mine, theirs)


@TRIES
@given(small=st.one_of(records, count_records))
def test_a_group_says_of_itself_what_its_claims_say(small):
    with view_of(small) as view:
        groups = {(group.question, group.over): group for group in summarise(view, Query()) if group.kind == "Count"}
    taken = [p for p in small.positions if isinstance(p.proposition, Count) and p.stance is not Stance.ASKS]
    keys = {(question_iri(BASE, p.proposition), p.proposition.over or "") for p in taken}
    assert set(groups) == keys
    clashing = contradictions(small)
    for (question, over), group in groups.items():
        members = [
            p for p in taken if (question_iri(BASE, p.proposition), p.proposition.over or "") == (question, over)
        ]
        assert group.claims == len(members)
        assert group.voices == len({p.voice for p in members})
        assert group.revised == sum(is_over(p, small.positions) for p in members)
        inner = [pair for pair in clashing if pair <= {p.claim for p in members}]
        assert group.contradicts == bool(inner)


@TRIES
@given(small=records)
def test_a_group_of_coded_answers_contradicts_itself_where_two_of_its_voices_do(small):
    with view_of(small) as view:
        groups = [group for group in summarise(view, Query()) if group.kind != "Count" and group.contradicts]
    # Statuses of two schemes may contradict each other by what they imply; they are no answers to one question.
    asked = {p.claim: (type(p.proposition).__name__, getattr(p.proposition, "scheme", "")) for p in small.positions}
    inner = {frozenset(asked[claim] for claim in pair) for pair in contradictions(small)}
    told = {kind for both in inner if len(both) == 1 for kind, _ in both if kind != "Count"}
    assert {group.kind for group in groups} == told


def test_an_empty_record_has_no_groups_and_no_pairs(tmp_path):
    with view_of(Small(()), tmp_path / "none") as view:
        assert summarise(view, Query()) == []
        assert find_pairs(view, Query(), most=10) == []
        assert count_pairs(view, Query()) == 0


def correction(claim: str) -> rdf.Unit:
    made = Correction(corrects=Iri(claim), reason=avc("corrected-misread"), note="read again")
    return rdf.correction_unit(BASE, made, Iri(f"{BASE}graph/recording/one"))


def test_what_the_recorder_corrected_is_no_position_and_ends_nothing(crowd, tmp_path):
    first, last = crowd.claims[0], crowd.claims[2]
    ended = replace(last[0], revises=(crowd.positions[0].claim,), voice=first[0].voice)
    small = Small((first, crowd.claims[1], (ended, last[1])))
    rows = rows_from_units([*units_of(small), correction(small.positions[2].claim)], entry=1)
    with view_of(small) as view:
        assert [group.revised for group in summarise(view, Query())] == [1]
    with Tables.open(tmp_path / "none").connect(extra=rows) as view:
        (group,) = summarise(view, Query())
        assert (group.claims, group.revised, group.gap) == (2, 0, 4)
        assert len(of_event(view, BASE, EVENTS[0]).positions) == 2


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_pairs_come_than_are_asked_for(most, tmp_path, crowd):
    with view_of(crowd, tmp_path / "none") as view:
        assert len(find_pairs(view, Query(), most=most)) == most
