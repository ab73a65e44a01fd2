"""What a voice says, looked up in the graph, is what the tables have of it."""

import random
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import derive, iris, rdf
from kg.analysis.facets.held import hold_index
from kg.analysis.facets.held_voices import hold_voices
from kg.analysis.facets.index import build_index
from kg.model import Claim, Relay, Statement
from kg.reading import Reader, voices
from kg.reading.contents import list_contents, look_up_contents
from kg.reading.voices import Stretch
from kg.store.tables import Tables
from kg.terms import avc
from tests.generator.stories import BASE
from tests.held_graph import HeldGraph
from tests.test_nearby import told_units


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A few events told by the same voices, of whom some speak for others."""
    units = list(chain.from_iterable(told_units(random.Random(5))))
    voiced = sorted({claim.voice for unit in units if (claim := read_claim(unit))})
    for unit in [unit for unit in units if read_claim(unit)][:4]:
        claim = replace(read_claim(unit), speaker=voiced[0], worded_as=None, said=None, earliest=None, latest=None)
        units.append(rdf.claim_unit(BASE, claim))
        # What is about nothing that is named concerns no event.
        told = Statement(about=(), code=avc("not-stated"))
        alone = replace(claim, proposition=iris.proposition_iri(BASE, told))
        units += [rdf.proposition_unit(BASE, told), rdf.claim_unit(BASE, alone)]
    units = undate_last_relays(units)
    tables = Tables.open(tmp_path_factory.mktemp("voices"))
    tables.append(units, entry=1)
    with tables.connect() as view:
        lines = chain((line for unit in units for line in unit.lines), derive.derive_lines(view, BASE))
        yield Reader(view, BASE, graph=HeldGraph(lines))


@pytest.fixture(scope="module")
def held(reader):
    """The same voices in memory."""
    return hold_voices(reader.view, hold_index(reader.view, build_index(reader.view)))


def read_claim(unit):
    thing = rdf.read_unit(unit.lines)
    return thing if isinstance(thing, Claim) else None


def undate_last_relays(units):
    """The same, of relays that nobody relays further no day known: then their order is that of what they pass on."""
    relays = [thing for unit in units if isinstance(thing := rdf.read_unit(unit.lines), Relay)]
    last = {iris.relay_iri(BASE, relay): relay for relay in relays}
    for relay in relays:
        last.pop(relay.relays, None)
    undated = [rdf.relay_unit(BASE, replace(relay, said=None, earliest=None, latest=None)) for relay in last.values()]
    return [*(unit for unit in units if unit.subject not in last), *undated]


@pytest.mark.parametrize("by_date", [True, False])
def test_a_page_of_what_a_voice_says_is_the_same_from_graph_and_tables(reader, by_date):
    said = passed = 0
    for (agent,) in reader.view.rows("SELECT iri FROM agents"):
        for stretch in (Stretch(size=3), Stretch(size=2, first=1, passed=2), Stretch(size=100)):
            asked = replace(stretch, by_date=by_date)
            found = voices.spread(voices.look_up_sayings(reader.points, agent), asked)
            assert found == voices.read_spread(reader.view, agent, asked)
        said, passed = said + (found.claims > 1), passed + (found.passed > 0)
    assert said
    assert passed


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_page_of_what_a_voice_says_is_the_same_from_memory(reader, held, data):
    agent = data.draw(st.sampled_from([*held.held.values["voice"], *held.passed, "https://a.example/nobody"]))
    stretch = Stretch(
        size=data.draw(st.sampled_from([1, 3, 2**31])),
        first=data.draw(st.integers(0, 9)),
        passed=data.draw(st.integers(0, 3)),
        by_date=data.draw(st.booleans()),
    )
    assert held.spread(agent, stretch) == voices.read_spread(reader.view, agent, stretch)


def test_there_is_something_of_all_that_a_page_of_a_voice_tells(held):
    whole = [held.spread(agent, Stretch(size=100)) for agent in {*held.held.values["voice"], *held.passed}]
    assert max(len(found.relayed) for found in whole) > 1
    assert any(found.consulted for found in whole)
    assert any(one.of > 1 for found in whole for one in found.own)
    dated = [held.spread(agent, Stretch(size=100, by_date=True)) for agent in held.held.values["voice"]]
    assert any(not one.heading for found in dated for one in found.own)


def test_what_is_spoken_for_others_is_the_same_from_graph_and_tables(reader):
    (speaker, _), *_ = reader.view.rows("SELECT speaker, count(*) FROM claims WHERE speaker <> voice GROUP BY 1")
    found = voices.look_up_spoken(reader.points, speaker)
    assert found == voices.list_spoken(reader.view, speaker)
    assert len(found) > 1


@pytest.mark.parametrize("role", ["voice", "speaker"])
def test_an_agent_is_talkative_by_what_it_says_or_speaks(reader, role):
    sql = f"SELECT {role}, count(*) FROM claims WHERE {role} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    (agent, count), *_ = reader.view.rows(sql)
    assert reader.points.is_talkative(agent, role, most=count - 1)
    assert not reader.points.is_talkative(agent, role, most=count)


def test_all_that_a_voice_says_is_the_same_from_graph_and_tables(reader):
    for (agent,) in reader.view.rows("SELECT iri FROM agents"):
        near, far = voices.look_up_sayings(reader.points, agent), voices.read_sayings(reader.view, agent)
        assert near.relayed == far.relayed
        assert sorted(near.own, key=repr) == sorted(far.own, key=repr)


def test_what_stands_in_a_document_is_the_same_from_graph_and_tables(reader):
    documents = [document for (document,) in reader.view.rows("SELECT iri FROM documents")]
    found = {document: look_up_contents(reader.points, document) for document in documents}
    assert found == {document: list_contents(reader.view, document) for document in documents}
    assert any(len(contents) > 1 for contents in found.values())


def test_a_document_is_long_by_what_is_said_in_it(reader):
    (document, count), *_ = reader.view.rows("SELECT document, count(*) FROM claims GROUP BY 1 ORDER BY 2 DESC")
    assert reader.points.is_long(document, most=count - 1)
    assert not reader.points.is_long(document, most=count)
