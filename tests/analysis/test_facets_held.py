"""The held index finds what the SQL finds, whatever is chosen."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import iris, resources
from kg.analysis.facets.choice import CODED, DERIVED, Box, Choice, Months, Named
from kg.analysis.facets.held import hold_index
from kg.analysis.facets.held_map import place_held
from kg.analysis.facets.held_voices import hold_voices
from kg.analysis.facets.index import BASIC, WHOLE, build_index, complete_index
from kg.analysis.facets.map import place_claims
from kg.analysis.facets.narrow import count_facets, find_claims
from kg.intake import read_case
from kg.log import Record
from kg.model import Claim, Location, Stance, Timing
from kg.pipeline import record_batch
from kg.reading.voices import Stretch, read_spread
from kg.record import OpenRecord
from kg.store.tables import Tables
from kg.terms import DEFAULT_BASE, Iri, avc
from tests.analysis.standings import BASE, EVENTS, VOICES, Small, draw_record, units_of

pytestmark = pytest.mark.long

WHEN = "2031-06-01T12:00:00Z"
QUAY = Iri(f"{BASE}event/quay")
_POINTS = ("39.0 35.95", "39.001 35.95", "39.5 35.95", "39.5 35.2")


def drawn_around():
    """Two events told of by several voices: where, when, how many, and how they are assessed."""
    dice = random.Random(4)
    claims = [claim for seed in range(8) for claim in draw_record(seed, counts=0.3).claims]
    for number in range(60):
        # Of a third event one claim alone is made.
        about = (dice.choice(EVENTS) if number else QUAY,)
        location = Location(
            about=about,
            place=dice.choice(["Ford", "Bank", None]),
            point=f"POINT({dice.choice(_POINTS)})",
            radius=dice.choice(["50", "500", None]),
            accuracy=dice.choice([avc("airwars-geo-village"), avc("airwars-geo-street"), None]),
        )
        told = (
            location
            if not number
            else dice.choice(
                [location, location, Timing(about=about, time=f"201{dice.randint(6, 9)}-0{1 + number % 9}")]
            )
        )
        day = dice.choice(["2018-01-01", "2019-02-01", None])
        claim = Claim(
            stance=Stance.ASSERTS,
            proposition=iris.proposition_iri(BASE, told),
            voice=dice.choice(VOICES),
            occasion=f"{BASE}occasion/1",
            earliest=day,
            latest=day,
        )
        claims.append((claim, told))
    return Small(tuple(claims))


@pytest.fixture(scope="module", params=["case", "drawn"])
def view(tmp_path_factory, request):
    root = tmp_path_factory.mktemp("held") / "data"
    if request.param == "drawn":
        tables = Tables.open(root)
        tables.append(units_of(drawn_around()), entry=1)
        found = tables.connect()
    else:
        log = Record.create(root, base=DEFAULT_BASE, created=WHEN)
        for case in resources.iter_cases():
            record_batch(
                root, log, read_case(case, base=DEFAULT_BASE, captures=[], recorded=WHEN, software="averment test")
            )
        found = OpenRecord.open(root).view()
    build_index(found)
    complete_index(found)
    return found


@pytest.fixture(scope="module", params=[WHOLE, BASIC])
def held(view, request):
    return hold_index(view, request.param)


def same_place(one, other):
    """Averages may differ in their last digit, and voices have no order."""
    assert (one.events, one.edges) == (other.events, pytest.approx(other.edges))
    assert len(one.cells) == len(other.cells)
    for first, second in zip(one.cells, other.cells, strict=True):
        assert (first.lon, first.lat) == pytest.approx((second.lon, second.lat))
        assert sorted(first.voices) == sorted(second.voices)
        assert replace(first, lon=0, lat=0, voices=()) == replace(second, lon=0, lat=0, voices=())


def same(view, held, choice):
    tests = held.test(view, choice)
    for most in (2, 200):
        assert held.count(choice, tests, most=most) == count_facets(view, choice, index=held.index, most=most)
    for order in ("happened", "said", "latest"):
        expected = find_claims(view, choice, index=held.index, order=order, most=9, skipped=4)
        assert held.find(tests, order=order, most=9, skipped=4) == expected
    same_place(place_held(held, choice, tests), place_claims(view, choice, index=held.index))


def draw_choice(draw, view, derived):
    """Values that are there, and some that are not; none in most facets."""

    def some(values):
        return tuple(draw(st.lists(st.sampled_from(values), max_size=2, unique=True)))

    rows = view.rows("SELECT facet, value FROM facet_values ORDER BY ALL")
    known = {name: ["none of these", *(value for facet, value in rows if facet == name)] for name in CODED}
    coded = draw(st.lists(st.sampled_from(CODED), max_size=2, unique=True))
    values = {name: some(known[name]) for name in coded}
    values |= {name: some(["0", "1", "2", "3", "x", "99", "9" * 30]) for name in derived if draw(st.booleans())}
    months = st.integers(2016 * 12, 2021 * 12).map(lambda first: Months(first, first + 7))
    dates = {name: (draw(months),) for name in draw(st.sets(st.sampled_from(("happened", "said")), max_size=1))}
    box = draw(st.sampled_from([None, None, Box(38, 35, 39.01, 36), Box(38.5, 35.1, 39.6, 36), Box(0, 0, 1, 1)]))
    named = draw(st.sampled_from([None, None, Named(codes=(avc("killed"),)), Named(voices=some(known["voice"]))]))
    return Choice(values=values, dates=dates, box=box, named=named)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_chosen_it_finds_what_the_sql_finds(view, held, data):
    same(view, held, draw_choice(data.draw, view, DERIVED if held.whole else ()))


def test_there_is_something_to_draw(view, held):
    if "org/id/event/bridge" in str(held.events):
        placed = place_held(held, Choice(), {})
        assert placed.events == 3
        assert len(placed.cells) == 3
        assert {cell.place for cell in placed.cells} == {"Bank"}


def test_of_an_empty_record_nothing_is_found(tmp_path):
    with Tables.open(tmp_path).connect() as view:
        build_index(view)
        held = hold_index(view, complete_index(view))
        same(view, held, Choice())
        same(view, held, Choice(values={"voice": ("nobody",), "place": ("nowhere",)}, box=Box(0, 0, 1, 1)))
        assert held.count(Choice(), {}).claims == 0
        nobody = hold_voices(view, held).spread("nobody", Stretch(size=9))
        assert nobody == read_spread(view, "nobody", Stretch(size=9))
