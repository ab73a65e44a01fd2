"""A row is the same whether it is read from the lines of a unit or taken from what the unit was made of."""

from typing import Any

import pytest
from hypothesis import example, given

from kg import iris, rdf
from kg.errors import Unusable
from kg.model import (
    ENTITIES,
    PROPOSITIONS,
    Agent,
    AgentKind,
    Claim,
    Event,
    EventKind,
    Proposition,
    Recording,
    Stance,
    Text,
)
from kg.store.tables.rows import RowBuilder
from kg.terms import Iri
from kg.units import Unit
from tests.model_strategies import BASE, agents, claims, events, of_class, propositions, relays
from tests.model_strategies import iris as names

NAME = Iri(BASE + "occasion/o")
GRAPH = Iri(BASE + "ingestion/one")
OTHERS = [cls for cls in ENTITIES if cls not in (Agent, Event, *PROPOSITIONS)]


def check(subject: Iri, thing: Any, unit: Unit) -> None:
    question = iris.question_iri(BASE, thing) if isinstance(thing, Proposition) else None
    read, taken = RowBuilder(), RowBuilder()
    read.add(unit, entry=3)
    taken.add_thing(subject, thing, question=question, entry=3)
    assert sum(map(len, read.to_rows().values())) > 0
    assert taken.to_rows() == read.to_rows()


@given(propositions)
def test_of_propositions(thing: Proposition) -> None:
    subject = iris.proposition_iri(BASE, thing)
    check(subject, thing, rdf.proposition_unit(BASE, thing))


@given(claims)
@example(Claim(stance=Stance.DENIES, proposition=NAME, voice=NAME, occasion=NAME, wording=Text("none", "EN")))
def test_of_claims(thing: Any) -> None:
    check(iris.claim_iri(BASE, thing), thing, rdf.claim_unit(BASE, thing))


@given(relays)
def test_of_relays(thing: Any) -> None:
    check(iris.relay_iri(BASE, thing), thing, rdf.relay_unit(BASE, thing))


@given(of_class(Recording))
def test_of_recordings(thing: Any) -> None:
    check(iris.recording_iri(BASE, thing), thing, rdf.recording_unit(BASE, thing, GRAPH))


@given(agents)
@example(
    Agent(iri=Iri(BASE + "agent/a"), kind=AgentKind.PERSON, names=(Text("A", "EN"), Text("A", "en"), Text("A", "ar")))
)
@example(
    Agent(iri=Iri(BASE + "agent/a"), kind=AgentKind.PERSON, members=(Iri(BASE + "agent/b"), Iri(BASE + "agent/b-c")))
)
def test_of_agents(thing: Any) -> None:
    check(thing.iri, thing, rdf.entity_unit(thing, GRAPH))


@given(events)
@example(Event(iri=Iri(BASE + "event/e"), kind=EventKind.STRIKE, identifiers=('"', "\\", "é")))
def test_of_events(thing: Any) -> None:
    check(thing.iri, thing, rdf.entity_unit(thing, GRAPH))


@pytest.mark.parametrize("cls", OTHERS, ids=lambda cls: cls.__name__)
def test_of_other_things(cls: type) -> None:
    @given(of_class(cls, iri=names))
    def hold(thing: Any) -> None:
        check(thing.iri, thing, rdf.entity_unit(thing, GRAPH))

    hold()


@pytest.mark.parametrize("day", ["999-01-01", "-0500-01-01"])
def test_what_cannot_stand_in_a_column_is_told_alike(day: str) -> None:
    thing = Claim(stance=Stance.ASSERTS, proposition=NAME, voice=NAME, occasion=NAME, earliest=day)
    unit = rdf.claim_unit(BASE, thing)
    with pytest.raises(Unusable) as read:
        RowBuilder().add(unit, entry=1)
    with pytest.raises(Unusable) as taken:
        RowBuilder().add_thing(unit.subject, thing, entry=1)
    assert str(taken.value) == str(read.value)
