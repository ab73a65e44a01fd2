"""Pairs that are ranked by what they say are those that are compared one by one, in the same order."""

from itertools import combinations

import pytest

from kg import derive
from kg.analysis.compare.event import compare_event, set_beside, weigh_pair
from kg.analysis.compare.outcomes import Outcome
from kg.analysis.compare.ranked import RankedPairs
from kg.analysis.near import find_over, surround_event
from kg.reading import Reader
from kg.store.tables import Tables
from tests.analysis.standings import BASE, EVENTS, draw_record, units_of
from tests.held_graph import HeldGraph
from tests.web import invented


def surround(tmp_path, seed):
    """The positions on the bridge, of a small record."""
    units = list(units_of(draw_record(seed, counts=0.7)))
    tables = Tables.open(tmp_path / str(seed))
    tables.append(units, entry=1)
    with tables.connect() as view:
        lines = [*(line for unit in units for line in unit.lines), *derive.derive_lines(view, BASE)]
        reader = Reader(view, BASE, graph=HeldGraph(lines))
        return surround_event(reader, reader.points, EVENTS[0])


def one_by_one(around):
    around.labels.learn(position.voice for position in around.positions)
    pairs = combinations(around.positions, 2)
    return sorted((set_beside(one, other, around.context) for one, other in pairs), key=weigh_pair)


def hold_ranks(around):
    over = find_over(around)
    found, plain = RankedPairs(around, over), one_by_one(around)
    assert list(found.tell(0, len(found))) == plain
    assert list(found.tell(3, 11)) == plain[3:11]
    for outcome in Outcome:
        those = [pair for pair in plain if pair.comparison.outcome is outcome]
        assert found.outcomes[outcome] == len(those)
        assert list(found.tell(2, 7, outcome=outcome.value)) == those[2:7]
    assert found.contradictions == sum(
        pair.comparison.outcome is Outcome.CONTRADICTS
        and pair.one.voice != pair.other.voice
        and not {pair.one.claim, pair.other.claim} & over.keys()
        for pair in plain
    )
    return found.outcomes.keys()


def test_ranked_pairs_are_those_compared_one_by_one(tmp_path):
    met = set().union(*(hold_ranks(surround(tmp_path, seed)) for seed in (1, 5, 10)))
    assert met == set(Outcome)


@pytest.mark.exhaustive
def test_ranked_pairs_of_many_records_are_those_compared_one_by_one(tmp_path):
    for seed in range(60):
        hold_ranks(surround(tmp_path, seed))


def test_what_is_around_an_event_is_what_the_tables_have(tmp_path):
    record = invented.make(tmp_path)
    reader, mill = record.reader(), f"{record.base}event/mill"
    around = surround_event(reader, reader.points, mill)
    found, far = RankedPairs(around, find_over(around)), compare_event(record, mill, all=True)
    told = list(found.tell(0, len(found)))
    assert [pair.comparison for pair in told] == [pair.comparison for pair in far.pairs]
    assert found.contradictions == far.contradictions
