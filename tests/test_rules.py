"""The twelve rules of the model, each held where a record is named, written and checked."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import iris, rdf, resources
from kg.check import Shapes, parse_checked_shapes, validate
from kg.model import (
    ENTITIES,
    PROPOSITIONS,
    Agent,
    AgentKind,
    Assessment,
    Claim,
    Correction,
    Count,
    Decision,
    Event,
    EventKind,
    Occasion,
    Occurrence,
    Recording,
    Relay,
    Stance,
    Text,
    Viewpoint,
    Withheld,
    slots_of,
)
from kg.terms import AVSH, NOT_STATED, PROV, RDFS, Iri, av, avc
from kg.units import Unit
from tests.model_strategies import BASE, claims, propositions, relays
from tests.model_strategies import iris as any_iri

pytestmark = pytest.mark.long

INGESTION = Iri(f"{BASE}ingestion/one")
COALITION, SPOKESMAN, OUTLET = (Iri(f"{BASE}agent/{key}") for key in ("coalition", "spokesman", "outlet"))
BRIDGE, BRIEFING = Iri(f"{BASE}event/bridge"), Iri(f"{BASE}occasion/briefing")
SEVEN = Count(about=(BRIDGE,), measure=avc("killed"), at_least=7, at_most=7)
DERIVED = ("concerns", "party", "knownThrough", "leftBy", "supersededBy", "withdrawnBy")


def claim_of(proposition, **more) -> Claim:
    given_ = {"stance": Stance.ASSERTS, "voice": COALITION, "occasion": BRIEFING, "wording": Text("seven killed", "en")}
    return Claim(proposition=iris.proposition_iri(BASE, proposition), **{**given_, **more})


def relay_of(claim: Claim, **more) -> Relay:
    return Relay(**{"relays": iris.claim_iri(BASE, claim), "voice": OUTLET, "occasion": BRIEFING, **more})


@cache
def shapes() -> Shapes:
    read = {
        folder: {p.name: p.read_text("utf-8") for p in resources.iter_ttl(folder)} for folder in ("ontology", "shapes")
    }
    return parse_checked_shapes(read["shapes"], ontology=read["ontology"])


def refused(unit: Unit, *more: str) -> set[str]:
    """The shapes that refuse a unit to which `more` predicates and objects are added."""
    extra = [f"<{unit.subject}> {pair} <{unit.graph}> ." for pair in more]
    found = validate("\n".join((*unit.lines, *extra)), shapes())
    return {finding.shape.removeprefix(AVSH) for finding in found if finding.severity == "Violation"}


def predicates(unit: Unit) -> set[str]:
    return {quad.predicate.value for quad in rdf.parse_quads(unit.lines)}


def ask(query: str, units: Iterable[Unit]) -> list[str]:
    """The first column of a query over the units, every graph read as one."""
    store = pyoxigraph.Store()
    for unit in units:
        store.extend(rdf.parse_quads(unit.lines))
    prefixes = f"PREFIX av: <{av('')}> PREFIX prov: <{PROV}> "
    return sorted(row[0].value for row in store.query(prefixes + query, use_default_graph_as_union=True))


# 1. Every triple is in exactly one graph.


@given(claims, relays, propositions)
def test_rule_1_a_claim_a_relay_and_a_proposition_each_stand_in_a_graph_of_their_own_name(claim, relay, proposition):
    units = (rdf.claim_unit(BASE, claim), rdf.relay_unit(BASE, relay), rdf.proposition_unit(BASE, proposition))
    for unit in units:
        assert unit.graph == unit.subject
        quads = rdf.parse_quads(unit.lines)
        assert {(quad.subject.value, quad.graph_name.value) for quad in quads} == {(unit.subject, unit.graph)}


def test_rule_1_a_name_stands_in_the_graph_of_the_ingestion_that_brought_it_and_nowhere_else():
    agent = Agent(iri=COALITION, kind=AgentKind.ORGANISATION, names=(Text("Coalition", "en"),))
    units = [
        rdf.entity_unit(agent, INGESTION),
        rdf.proposition_unit(BASE, SEVEN),
        rdf.claim_unit(BASE, claim_of(SEVEN)),
    ]
    graphs: dict[str, set[str]] = {}
    for quad in (quad for unit in units for quad in rdf.parse_quads(unit.lines)):
        graphs.setdefault(f"{quad.subject} {quad.predicate} {quad.object}", set()).add(quad.graph_name.value)
    assert {len(where) for where in graphs.values()} == {1}
    assert {w for triple, where in graphs.items() if triple.startswith(f"<{COALITION}>") for w in where} == {INGESTION}


# 2. The claim graph is the unit of hashing, signing, redaction and citation.


@pytest.mark.parametrize("prop", ["access", "sha256", "fragment", "ingestion", "recordedBy"])
def test_rule_2_access_and_digest_and_what_recorded_it_are_refused_in_a_claims_graph(prop):
    unit = rdf.claim_unit(BASE, claim_of(SEVEN))
    assert refused(unit) == set()
    assert refused(unit, f'<{av(prop)}> "x"') == {"ClaimShape"}


@given(claims, st.lists(st.sampled_from(["public", "restricted", "sealed"]), min_size=2, max_size=2, unique=True))
def test_rule_2_a_change_of_access_changes_the_recording_and_not_the_claim(claim, levels):
    before = rdf.claim_unit(BASE, claim)
    place = {"records": before.subject, "ingestion": INGESTION, "file": Iri(f"{BASE}file/a"), "fragment": "line=1"}
    units = [rdf.recording_unit(BASE, Recording(access=avc(f"access-{level}"), **place), INGESTION) for level in levels]
    assert units[0].digest() != units[1].digest()
    assert all(unit.graph != before.subject != unit.subject for unit in units)


# 3. A proposition is content-addressed from its coded slots only.


@given(propositions, st.randoms())
def test_rule_3_the_order_and_repetition_of_what_is_listed_do_not_change_a_name(proposition, random):
    listed = [name for name, slot in slots_of(type(proposition)).items() if slot.many]
    again = {name: (*(values := getattr(proposition, name)), *values) for name in listed}
    for name, values in again.items():
        again[name] = tuple(random.sample(values, len(values)))
    assert iris.proposition_iri(BASE, replace(proposition, **again)) == iris.proposition_iri(BASE, proposition)


def test_rule_3_other_words_in_another_language_are_another_claim_on_the_same_proposition():
    one = claim_of(SEVEN, worded_as=avc("direct-speech"))
    other = claim_of(SEVEN, worded_as=avc("headline"), wording=Text("sept morts", "fr"))
    assert one.proposition == other.proposition
    assert iris.claim_iri(BASE, one) != iris.claim_iri(BASE, other)


def test_rule_3_a_mandatory_slot_says_that_it_is_not_stated_and_its_absence_is_refused():
    unit = rdf.proposition_unit(BASE, SEVEN)
    for name in ("population", "basis", "actor", "period"):
        assert any(f"<{av(name)}> <{NOT_STATED}>" in line for line in unit.lines)
        fewer = replace_lines(unit, [line for line in unit.lines if f"<{av(name)}>" not in line])
        assert refused(fewer) == {f"CountShape-{name}"}


def replace_lines(unit: Unit, lines: Iterable[str]) -> Unit:
    return replace(unit, lines=tuple(lines))


@pytest.mark.parametrize("name", ["wording", "wordedAs", "speaker", "said"])
@pytest.mark.parametrize("cls", PROPOSITIONS, ids=lambda cls: cls.__name__)
def test_rule_3_no_proposition_knows_its_words_or_who_said_it(cls, name):
    assert av(name) not in {slot.prop for slot in slots_of(cls).values()}


# 4. All answers to one question meet at av:question.


def test_rule_4_successive_totals_over_their_own_sets_answer_one_question():
    totals = [replace(SEVEN, over=Iri(f"{BASE}set/{n}"), at_least=n, at_most=n) for n in (23, 104, 318)]
    units = [rdf.proposition_unit(BASE, total) for total in totals]
    assert len({unit.subject for unit in units}) == 3
    assert len(ask("SELECT DISTINCT ?q { ?p av:question ?q }", units)) == 1


@given(propositions)
def test_rule_4_a_question_is_never_named_as_a_proposition_is(proposition):
    assert iris.question_iri(BASE, proposition) != iris.proposition_iri(BASE, proposition)


# 5. Polarity is a property.


@pytest.mark.parametrize("stance", Stance)
def test_rule_5_a_claim_has_one_position_and_a_second_one_is_refused(stance):
    unit = rdf.claim_unit(BASE, claim_of(SEVEN, stance=stance))
    assert refused(unit) == set()
    for other in set(Stance) - {stance}:
        assert "StanceShape" in refused(unit, f"<{av(other.value)}> <{iris.proposition_iri(BASE, SEVEN)}>")


@pytest.mark.parametrize("stance", [stance for stance in Stance if stance is not Stance.ASSERTS])
def test_rule_5_who_denies_or_asks_is_no_witness_to_a_query_that_forgets_the_position(stance):
    voices = {Stance.ASSERTS: COALITION, stance: OUTLET}
    units = [rdf.claim_unit(BASE, claim_of(SEVEN, stance=each, voice=who)) for each, who in voices.items()]
    assert ask("SELECT ?who { ?claim av:asserts ?p ; prov:wasAttributedTo ?who }", units) == [COALITION]


@pytest.mark.parametrize("prop", [*Stance, "content"])
def test_rule_5_a_relay_takes_no_position(prop):
    unit = rdf.relay_unit(BASE, relay_of(claim_of(SEVEN)))
    assert refused(unit) == set()
    assert refused(unit, f"<{av(str(prop))}> <{iris.proposition_iri(BASE, SEVEN)}>") == {"RelayShape-stance"}


def test_rule_5_what_a_headline_makes_of_a_claim_stands_beside_it_and_does_not_change_it():
    claim = claim_of(SEVEN)
    plain, distorted = (
        relay_of(claim),
        relay_of(claim, renders=iris.proposition_iri(BASE, replace(SEVEN, at_least=1600))),
    )
    assert plain.relays == distorted.relays == iris.claim_iri(BASE, claim)
    assert iris.relay_iri(BASE, plain) != iris.relay_iri(BASE, distorted)


# 6. One voice.


@pytest.mark.parametrize("saying", ["claim", "relay"])
def test_rule_6_a_second_voice_is_refused(saying):
    claim = claim_of(SEVEN)
    unit = rdf.claim_unit(BASE, claim) if saying == "claim" else rdf.relay_unit(BASE, relay_of(claim))
    assert refused(unit, f"<{PROV}wasAttributedTo> <{BASE}agent/second>") == {f"{saying.title()}Shape-voice"}


@pytest.mark.parametrize(("members", "expected"), [(0, True), (1, True), (2, False), (3, False)])
def test_rule_6_several_voices_together_are_two_or_more(members, expected):
    names = tuple(Iri(f"{BASE}agent/m{n}") for n in range(members))
    joint = Agent(iri=Iri(f"{BASE}agent/joint"), kind=AgentKind.JOINT_VOICE, names=(Text("both", "en"),), members=names)
    assert ("JointVoiceShape-members" in refused(rdf.entity_unit(joint, INGESTION))) == expected


def test_rule_6_for_whom_a_person_speaks_is_said_on_the_claim_and_never_of_the_person():
    person = Agent(iri=SPOKESMAN, kind=AgentKind.PERSON, names=(Text("A. Spokesman", "en"),))
    assert av("speaker") in predicates(rdf.claim_unit(BASE, claim_of(SEVEN, speaker=SPOKESMAN)))
    assert refused(rdf.entity_unit(person, INGESTION), f"<{av('speaker')}> <{COALITION}>") == {"AgentShape"}


# 7. Dates.


def test_rule_7_surely_and_possibly_by_a_day_are_filters_on_the_two_bounds():
    spans = {"on": ("2031-05-02", "2031-05-02"), "by": (None, "2031-05-02"), "month": ("2031-05-01", "2031-05-31")}
    spans |= {"after": ("2031-05-03", "2031-05-09"), "undated": (None, None)}
    units = [
        rdf.claim_unit(BASE, claim_of(SEVEN, earliest=first, latest=last, voice=Iri(f"{BASE}agent/{key}")))
        for key, (first, last) in spans.items()
    ]
    day = '"2031-05-02"^^<http://www.w3.org/2001/XMLSchema#date>'
    surely = f"SELECT ?who {{ ?c prov:wasAttributedTo ?who ; av:latest ?last FILTER(?last <= {day}) }}"
    possibly = f"""SELECT ?who {{ ?c prov:wasAttributedTo ?who OPTIONAL {{ ?c av:earliest ?first }}
        FILTER(!BOUND(?first) || ?first <= {day}) }}"""
    assert [who.rpartition("/")[2] for who in ask(surely, units)] == ["by", "on"]
    assert [who.rpartition("/")[2] for who in ask(possibly, units)] == ["by", "month", "on", "undated"]


@pytest.mark.parametrize("bound", ["2031-02-30", "2031-5-2", "2031-05-02Z", "2031-05"])
def test_rule_7_a_bound_that_is_no_day_of_the_calendar_is_refused(bound):
    assert refused(rdf.claim_unit(BASE, claim_of(SEVEN, latest=bound))) == {"ClaimShape-latest"}


# 8. Occasions are keyed by document, speaker, kind and ordinal.


def test_rule_8_an_occasion_is_named_without_its_date():
    name = iris.occasion_iri(BASE, document=None, speaker=SPOKESMAN, kind=avc("email"), ordinal=1)
    undated = Occasion(iri=name, kind=avc("email"), speaker=SPOKESMAN, ordinal=1)
    assert refused(rdf.entity_unit(undated, INGESTION)) == refused(
        rdf.entity_unit(replace(undated, said="2031"), INGESTION)
    )
    assert claim_of(SEVEN, occasion=undated.iri).occasion == replace(undated, said="2031").iri


@given(relays, any_iri)
def test_rule_8_a_relay_is_named_by_what_it_relays_so_that_relays_cannot_close_a_circle(relay, other):
    renamed = iris.relay_iri(BASE, replace(relay, relays=other))
    assert (renamed == iris.relay_iri(BASE, relay)) == (other == relay.relays)


# 9. First-hand is said, never presumed.


def test_rule_9_a_claim_that_does_not_say_how_it_knows_says_so():
    unit = rdf.claim_unit(BASE, claim_of(SEVEN))
    assert any(line.startswith(f"<{unit.subject}> <{av('groundedBy')}> <{NOT_STATED}>") for line in unit.lines)
    advice = [f for f in validate("\n".join(unit.lines), shapes()) if f.shape.endswith("groundsStated")]
    assert [finding.severity for finding in advice] == ["Info"]
    without = replace_lines(unit, [line for line in unit.lines if av("groundedBy") not in line])
    assert refused(without) == {"ClaimShape-groundedBy"}


# 10. Recorder is not voice.


def test_rule_10_a_second_generation_is_refused():
    unit = rdf.claim_unit(BASE, claim_of(SEVEN))
    assert refused(unit, f"<{PROV}wasGeneratedBy> <{INGESTION}>") == {"ClaimShape-occasion"}


def test_rule_10_only_a_saying_is_generated_and_only_by_its_occasion():
    generated = {
        cls
        for cls in (*ENTITIES, *PROPOSITIONS, Claim, Relay, Recording, Correction, Viewpoint, Decision, Withheld)
        if PROV + "wasGeneratedBy" in {slot.prop for slot in slots_of(cls).values()}
    }
    assert generated == {Claim, Relay}


@given(claims, claims)
def test_rule_10_a_correction_is_the_recorders_and_leaves_the_claim_as_it_is(claim, better):
    names = iris.claim_iri(BASE, claim), iris.claim_iri(BASE, better)
    correction = Correction(
        corrects=names[0], replaced_by=names[1], reason=avc("corrected-misread"), note="7 read as 1"
    )
    unit = rdf.correction_unit(BASE, correction, INGESTION)
    assert {unit.subject, unit.graph}.isdisjoint(names)
    assert refused(unit) == (set() if names[0] != names[1] else {"CorrectionShape-replacedBy"})


@pytest.mark.parametrize("name", ["correctionReason", "note"])
def test_rule_10_no_correction_without_its_reason(name):
    correction = Correction(corrects=iris.claim_iri(BASE, claim_of(SEVEN)), reason=avc("corrected-misread"), note="why")
    unit = rdf.correction_unit(BASE, correction, INGESTION)
    assert refused(replace_lines(unit, [line for line in unit.lines if av(name) not in line])) == {
        f"CorrectionShape-{name}"
    }


# 11. An assessment is of an event, an allegation, a set or a claim, never of a proposition.


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (BRIDGE, set()),
        (Iri(f"{BASE}set/one"), set()),
        (iris.claim_iri(BASE, claim_of(SEVEN)), set()),
        (iris.proposition_iri(BASE, SEVEN), {"AssessmentShape-about"}),
    ],
)
def test_rule_11_what_is_assessed_is_no_proposition(about, expected):
    scheme = avc("scheme-oir-allegation-status")
    assessment = Assessment(about=(about,), scheme=scheme, status=avc("oir-credible"))
    assert refused(rdf.proposition_unit(BASE, assessment)) == expected


def test_rule_11_no_grade_without_its_scheme():
    assessment = Assessment(about=(BRIDGE,), scheme=avc("scheme-airwars-grading"), status=avc("airwars-fair"))
    unit = rdf.proposition_unit(BASE, assessment)
    without = replace_lines(unit, [line for line in unit.lines if f"<{av('scheme')}>" not in line])
    assert refused(without) == {"AssessmentShape-scheme"}


def test_rule_11_a_status_field_about_another_partys_position_is_a_relay_of_it():
    position = claim_of(Occurrence(about=(BRIDGE,)), stance=Stance.CANNOT_CONFIRM)
    units = [rdf.claim_unit(BASE, position), rdf.relay_unit(BASE, relay_of(position, voice=OUTLET))]
    assert ask("SELECT ?who { ?c av:cannotConfirm ?p ; prov:wasAttributedTo ?who }", units) == [COALITION]


# 12. Inference is derived, and never in a claim graph.


@pytest.mark.parametrize("prop", [*(av(name) for name in DERIVED), f"{RDFS}label", f"{PROV}wasDerivedFrom"])
def test_rule_12_what_is_derived_is_refused_in_the_graph_of_a_claim_relay_proposition_or_event(prop):
    event = Event(iri=BRIDGE, kind=EventKind.CAMPAIGN, names=(Text("Bridge", "en"),))
    units = {
        "ClaimShape": rdf.claim_unit(BASE, claim_of(SEVEN)),
        "RelayShape": rdf.relay_unit(BASE, relay_of(claim_of(SEVEN))),
        "CountShape": rdf.proposition_unit(BASE, SEVEN),
        "EventShape": rdf.entity_unit(event, INGESTION),
    }
    for shape, unit in units.items():
        assert refused(unit) == set()
        assert refused(unit, f"<{prop}> <{BRIDGE}>") == {shape}


@given(claims, relays, propositions)
def test_rule_12_nothing_derived_is_written_with_a_record(claim, relay, proposition):
    units = (rdf.claim_unit(BASE, claim), rdf.relay_unit(BASE, relay), rdf.proposition_unit(BASE, proposition))
    derived = {*(av(name) for name in DERIVED), f"{RDFS}label", f"{PROV}wasDerivedFrom", f"{PROV}wasRevisionOf"}
    assert not derived & {name for unit in units for name in predicates(unit)}


# And the numbers.


def test_an_open_number_stays_open_and_a_closed_one_is_in_order():
    more_than = replace(SEVEN, at_least=1601, at_most=None)
    assert av("atMost") not in predicates(rdf.proposition_unit(BASE, more_than))
    assert refused(rdf.proposition_unit(BASE, more_than)) == set()
    assert refused(rdf.proposition_unit(BASE, replace(SEVEN, at_least=9))) == {"CountShape-atLeast"}
    assert refused(rdf.proposition_unit(BASE, replace(SEVEN, at_least=None, at_most=None))) == {"CountShape-number"}


def test_a_number_without_its_wording_is_shown():
    units = [rdf.proposition_unit(BASE, SEVEN), rdf.claim_unit(BASE, claim_of(SEVEN, wording=None))]
    found = validate("\n".join(line for unit in units for line in unit.lines), shapes())
    assert [f.severity for f in found if f.shape == f"{AVSH}NumberWordingShape"] == ["Warning"]
