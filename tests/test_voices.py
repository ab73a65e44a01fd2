"""What a voice says, looked up in the graph, is what the tables have of it."""

import random
from dataclasses import replace
from itertools import chain

import pytest

from kg import derive, rdf
from kg.model import Claim
from kg.reading import Reader, voices
from kg.reading.contents import list_contents, look_up_contents
from kg.reading.voices import Stretch
from kg.store.tables import Tables
from tests.generator.stories import BASE
from tests.held_graph import HeldGraph
from tests.test_nearby import told_units


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A few events told by the same voices, of whom some speak for others."""
    units = list(chain.from_iterable(told_units(random.Random(5))))
    voiced = sorted({claim.voice for unit in units if (claim := read_claim(unit))})
    for unit in [unit for unit in units if read_claim(unit)][:4]:
        claim = replace(read_claim(unit), speaker=voiced[0], worded_as=None)
        units.append(rdf.claim_unit(BASE, claim))
    tables = Tables.open(tmp_path_factory.mktemp("voices"))
    tables.append(units, entry=1)
    with tables.connect() as view:
        lines = chain((line for unit in units for line in unit.lines), derive.derive_lines(view, BASE))
        yield Reader(view, BASE, graph=HeldGraph(lines))


def read_claim(unit):
    thing = rdf.read_unit(unit.lines)
    return thing if isinstance(thing, Claim) else None


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
