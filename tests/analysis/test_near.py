"""What is found of one event from its graph alone is what is found in the tables."""

from dataclasses import replace

import pytest

from kg.analysis.compare.event import compare_claims, compare_event
from kg.analysis.near import (
    compare_near,
    compare_one,
    find_kin,
    find_over,
    position_of,
    read_positions,
    surround,
    trace_near,
)
from kg.analysis.origins.trace import find_origins
from kg.reading import ClaimView
from tests.town import BASE
from tests.web import invented

MILL = f"{BASE}event/mill"


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return invented.make(tmp_path_factory.mktemp("near"))


@pytest.fixture
def claims(record) -> list[ClaimView]:
    return record.reader().claims_of("event", MILL)


def test_the_comparison_is_the_one_of_the_tables(record, claims):
    reader = record.reader()
    around = surround(reader, reader.points, map(position_of, claims))
    near = compare_near(reader.ref(MILL), around, find_over(around))
    far = compare_event(record, MILL)
    assert [pair.comparison for pair in near.pairs] == [pair.comparison for pair in far.pairs]
    assert near == replace(far, groups=(), pairs=near.pairs)
    assert near.pairs


def test_a_claim_stands_to_the_others_as_the_tables_have_it(record, claims):
    reader = record.reader()
    for claim in claims:
        positions = read_positions(reader.points, [each.iri for each in claims])
        near = compare_one(claim.iri, surround(reader, reader.points, positions))
        far = compare_claims(record, [(claim.iri, other.iri) for other in claims if other.iri != claim.iri])
        assert {pair.other.claim: pair.comparison for pair in near} == {p.other.claim: p.comparison for p in far} != {}


def test_the_origins_are_the_ones_of_the_tables(record, claims):
    reader = record.reader()
    near = trace_near(reader.ref(MILL), reader.points, claims)
    assert near == replace(find_origins(record.view(), MILL, kind="event"), subject=near.subject)
    assert near.reports == 3


def test_what_its_voice_has_revised_no_longer_stands(record, claims):
    reader = record.reader()
    over = find_over(surround(reader, reader.points, map(position_of, claims)))
    revised = next(claim for claim in claims if claim.superseded_by)
    assert over == {revised.iri: revised.superseded_by[0]}


def test_an_event_that_nobody_links_to_another_stands_alone(record):
    assert find_kin(record.reader().points, MILL) == ()
