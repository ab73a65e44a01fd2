"""The rules across claims, in SQL and in SHACL with SPARQL: the same breaches of the same subjects."""

import random
from dataclasses import replace

import pytest

from kg import iris, rdf
from kg.check import validate
from kg.model import Agent, AgentKind, Document, Relay, Set, Text
from kg.rules import RULES, find_breaches
from kg.store.tables import Tables, rows_from_units
from kg.terms import Iri, av
from tests.analysis.standings import BASE, EVENTS, VOICES, draw_record, units_of
from tests.referee import load_across

INGESTION = Iri(f"{BASE}ingestion/one")
SEEDS = (0, 7)
# What the shapes leave out, and what nothing drawn here names.
LEFT_OUT = {
    "the document is known",
    "the parts of a partition sum to the whole",
    "two partitions of one whole agree",
}


def draw_faults(seed):
    """Claims that revise, withdraw and name anything, relays of any date, circles; a few units are missing."""
    dice = random.Random(seed)
    small = draw_record(seed, counts=0.3)
    units = list(units_of(small))
    for claim, _ in small.claims[:12]:
        day = dice.choice(["2017-01-01", "2018-01-01", "2019-01-01"])
        relay = Relay(
            relays=iris.claim_iri(BASE, claim),
            voice=dice.choice(VOICES),
            occasion=Iri(f"{BASE}occasion/1"),
            earliest=day,
            latest=day,
        )
        units.append(rdf.relay_unit(BASE, relay))
    for claim, proposition in small.claims[:6]:
        more = replace(
            claim,
            proposition=dice.choice([claim.proposition, Iri(f"{BASE}proposition/none")]),
            speaker=dice.choice([*VOICES, Iri(f"{BASE}agent/nobody")]),
            passages=(Iri(f"{BASE}passage/none"),),
            withdraws=dice.choice([(), (Iri(f"{BASE}claim/none"),)]),
            revises=(iris.claim_iri(BASE, dice.choice(small.claims)[0]),),
            latest="2017-12-01",
            earliest=None,
        )
        elsewhere = replace(proposition, about=(dice.choice([EVENTS[0], Iri(f"{BASE}event/nowhere")]),))
        units += [rdf.claim_unit(BASE, more), rdf.proposition_unit(BASE, elsewhere)]
    # A member of a joint voice withdraws for itself, which is no breach.
    together = replace(small.claims[0][0], voice=VOICES[3], earliest=None, latest=None)
    alone = replace(together, voice=VOICES[0], withdraws=(iris.claim_iri(BASE, together),))
    units += [rdf.claim_unit(BASE, together), rdf.claim_unit(BASE, alone)]
    for at, voice in enumerate(joint := [Iri(f"{BASE}agent/joint-{key}") for key in "abc"]):
        members = (joint[at - 1], dice.choice([*VOICES, Iri(f"{BASE}agent/nobody")]))
        names = (Text(voice, "en"),)
        agent = Agent(iri=voice, kind=AgentKind.JOINT_VOICE, names=names, members=members)
        units.append(rdf.entity_unit(agent, INGESTION))
    sets, papers = ([Iri(f"{BASE}{kind}/{key}") for key in "abc"] for kind in ("set", "document"))
    for at, (one, paper) in enumerate(zip(sets, papers, strict=True)):
        within = dice.choice([sets[at - 1], sets[at - 1], sets[at - 1], Iri(f"{BASE}set/nowhere")])
        copies = (papers[at - 1],) if dice.random() < 0.8 else ()
        units.append(rdf.entity_unit(Set(iri=one, member_kind=av("Victim"), within=within), INGESTION))
        units.append(rdf.entity_unit(Document(iri=paper, title=Text(paper, "en"), copies=copies), INGESTION))
    return [unit for unit in units if dice.random() > 0.12]


def by_sql(units, folder):
    with Tables.open(folder).connect(extra=rows_from_units(units, entry=1)) as view:
        found = find_breaches(view, {unit.subject for unit in units})
    return {(each.rule, each.subject) for each in found if each.rule not in LEFT_OUT}


def by_shacl(units):
    data = "\n".join(line for unit in units for line in unit.lines)
    return {(each.message, each.focus) for each in validate(data, load_across(), engine="referee")}


@pytest.mark.parametrize("seed", SEEDS)
def test_both_find_the_same(tmp_path, seed):
    units = draw_faults(seed)
    assert by_sql(units, tmp_path) == by_shacl(units)


def test_every_rule_is_broken_somewhere(tmp_path):
    broken = {rule for seed in SEEDS for rule, _ in by_sql(draw_faults(seed), tmp_path / str(seed))}
    assert broken >= {rule.name for rule in RULES} - LEFT_OUT
