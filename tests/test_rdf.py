from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given

from kg import rdf
from kg.model import PROPOSITIONS, Claim, Count, Proposition, Stance, Text
from kg.terms import NOT_STATED, PROV, Iri, av
from tests.model_strategies import BASE, agents, claims, events, propositions, relays

GRAPH = Iri(BASE + "ingestion/one")


@given(propositions)
def test_a_proposition_comes_back_from_its_quads(proposition: Proposition) -> None:
    assert rdf.read_unit(rdf.proposition_unit(BASE, proposition).lines) == proposition


@given(claims)
def test_a_claim_comes_back_from_its_quads(claim: Claim) -> None:
    assert rdf.read_unit(rdf.claim_unit(BASE, claim).lines) == claim


@given(relays)
def test_a_relay_comes_back_from_its_quads(relay: Any) -> None:
    assert rdf.read_unit(rdf.relay_unit(BASE, relay).lines) == relay


@given(agents | events)
def test_an_agent_or_event_comes_back_from_its_quads(thing: Any) -> None:
    assert rdf.read_unit(rdf.entity_unit(thing, GRAPH).lines) == thing


@given(claims)
def test_the_lines_of_a_unit_are_the_canonical_form_of_its_graph(claim: Claim) -> None:
    unit = rdf.claim_unit(BASE, claim)
    dataset = ox.Dataset(rdf.parse_quads(unit.lines))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    assert tuple(sorted(written.decode().removesuffix("\n").split("\n"))) == unit.lines


def a_claim(stance: Stance) -> Claim:
    return Claim(
        stance=stance,
        proposition=Iri(BASE + "proposition/p"),
        voice=Iri(BASE + "agent/a"),
        occasion=Iri(BASE + "occasion/o"),
    )


@pytest.mark.parametrize("stance", Stance)
def test_a_claim_has_one_stance_beside_the_neutral_content(stance: Stance) -> None:
    lines = rdf.claim_unit(BASE, a_claim(stance)).lines
    stances = [other for other in Stance if any(f"<{av(other.value)}>" in line for line in lines)]
    assert stances == [stance]
    assert sum(f"<{av('content')}>" in line for line in lines) == 1


def test_what_a_source_does_not_state_is_there_as_not_stated() -> None:
    lines = rdf.proposition_unit(BASE, Count(about=(Iri(BASE + "event/e"),), at_least=3)).lines
    for name in ("measure", "population", "basis", "actor", "period"):
        assert any(f"<{av(name)}> <{NOT_STATED}>" in line for line in lines), name


def test_an_open_bound_is_absent_and_not_zero() -> None:
    lines = rdf.proposition_unit(BASE, Count(about=(Iri(BASE + "event/e"),), at_least=1601)).lines
    assert not any(f"<{av('atMost')}>" in line for line in lines)


def test_recording_is_never_a_second_generation() -> None:
    lines = rdf.claim_unit(BASE, a_claim(Stance.ASSERTS)).lines
    assert sum(f"<{PROV}wasGeneratedBy>" in line for line in lines) == 1


@pytest.mark.parametrize("bad", ["http://e/a b", "http://e/<x>", "no colon", 'http://e/"', "http://e/\n"])
def test_an_iri_that_would_break_a_line_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not an IRI"):
        rdf.write_iri(bad)


def test_hostile_words_stay_inside_their_literal() -> None:
    claim = Claim(
        stance=Stance.ASSERTS,
        proposition=Iri(BASE + "proposition/p"),
        voice=Iri(BASE + "agent/a"),
        occasion=Iri(BASE + "occasion/o"),
        wording=Text('" . <http://evil/s> <http://evil/p> "x\n<http://evil/s>', "en"),
    )
    unit = rdf.claim_unit(BASE, claim)
    subjects = {quad.subject.value for quad in rdf.parse_quads(unit.lines)}
    assert subjects == {unit.subject}


@pytest.mark.parametrize("cls", PROPOSITIONS)
def test_a_unit_of_no_known_class_is_refused(cls: type) -> None:
    with pytest.raises(ValueError, match="not one model class but 0"):
        rdf.read_unit([f"<http://e/s> <http://e/{cls.__name__}> <http://e/o> <http://e/g> ."])
