"""The number of an event found in the graph is the one that is found in the tables."""

import random
from dataclasses import replace
from itertools import chain

import pytest

from kg import derive
from kg.analysis import near
from kg.analysis.viewpoint.choices import as_of
from kg.analysis.viewpoint.numbers import numbers_under
from kg.model import LEAVE_OUT, Viewpoint
from kg.nearby.numbers import numbers_near
from kg.reading import Reader
from kg.store.tables import Tables
from kg.terms import avc
from tests.analysis import standings
from tests.generator.stories import BASE
from tests.held_graph import HeldGraph
from tests.test_nearby import told_units

KILLED = avc("killed")
ALL = Viewpoint(name="everything", policy=avc("policy-report-range"))
CHOICES = (
    ALL,
    replace(ALL, policy=avc("policy-majority"), relays=LEAVE_OUT),
    replace(ALL, said_by="2018-02-01"),
    replace(ALL, said_by="2016-06", certainty="possibly"),
    replace(ALL, recorded_by="2020-01-01"),
    replace(ALL, grades=(avc("oir-credible"), avc("airwars-confirmed"))),
    replace(ALL, denials=LEAVE_OUT, schemes=(avc("scheme-airwars-grading"),)),
)


def told(tmp_path, seed):
    """The tables of a few told events, and their graph."""
    entries = told_units(random.Random(seed))
    tables = Tables.open(tmp_path / str(seed))
    for number, units in enumerate(entries, start=1):
        tables.append(units, entry=number)
    return tables.connect(), chain.from_iterable(entries), BASE


def small(tmp_path, seed):
    """The tables of a small record in which much is denied, revised and withdrawn, and its graph."""
    record = standings.draw_record(seed, counts=0.6)
    tables = Tables.open(tmp_path / str(seed))
    units = list(standings.units_of(record))
    tables.append(units, entry=1)
    return tables.connect(), units, standings.BASE


def hold_numbers(view, units, base):
    """The reasons why claims were left out of numbers that came out alike."""
    lines = chain((line for unit in units for line in unit.lines), derive.derive_lines(view, base))
    reader = Reader(view, base, graph=HeldGraph(lines))
    claims = view.rows("SELECT iri FROM claims WHERE proposition_kind = 'Identity'")
    linked = replace(ALL, identities=tuple(row[0] for row in claims))
    sources = [row[0] for row in view.rows("SELECT voice FROM claims GROUP BY 1 ORDER BY count(*) DESC LIMIT 2")]
    met = set()
    for event in [row[0] for row in view.rows("SELECT DISTINCT event FROM concerns ORDER BY 1")]:
        for viewpoint, without in [*((each, None) for each in (*CHOICES, linked)), *((ALL, each) for each in sources)]:
            asked = {"event": event, "measure": KILLED, "without": without}
            found = numbers_near(reader, reader.points, viewpoint, as_of(view, viewpoint), **asked)
            assert found == numbers_under(view, viewpoint, **asked), (event, viewpoint, without)
            met |= {left.reason for left in found.left_out}
    return met


@pytest.mark.parametrize(("make", "seed", "few"), [(told, 1, 150), (small, 0, 150), (small, 0, 1)])
def test_numbers_are_those_of_the_tables_whatever_the_viewpoint(make, seed, few, tmp_path, monkeypatch):
    monkeypatch.setattr(near, "LOOKED_UP", few)
    view, units, base = make(tmp_path, seed)
    with view:
        assert len(hold_numbers(view, units, base)) > 2


@pytest.mark.exhaustive
@pytest.mark.parametrize("make", [told, small])
def test_numbers_of_many_records_are_those_of_the_tables(make, tmp_path):
    for seed in range(2, 22):
        view, units, base = make(tmp_path, seed)
        with view:
            hold_numbers(view, units, base)
