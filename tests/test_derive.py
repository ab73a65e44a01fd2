"""What follows by rule: right on examples, and the same whether derived bit by bit or all at once."""

import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kg.analysis.derived.derive import analysis_graph
from kg.derive import derived_graph, literal_query
from kg.errors import Refused
from kg.rdf import write_literal
from tests.town import BASE, Town, case, killed, occurred

TOTALS = {
    f"assessed-{day}": {"of": "allegation", "within": "mill", "name": {"en": f"assessed by {day}"}}
    for day in ("2031-05-01", "2031-05-02", "2031-05-03")
}


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


def totals(*pairs):
    """One voice's totals, each over a set of its own."""
    return [killed(number, over=f"assessed-{day}", said=day) for number, day in pairs]


def superseded(town):
    rows = town.ask(
        "SELECT ?old ?new { ?a av:supersededBy ?b . ?a av:wording ?x . ?b av:wording ?y"
        " BIND(STR(?x) AS ?old) BIND(STR(?y) AS ?new) }"
    )
    return [tuple(word.removesuffix(" killed") for word in row) for row in rows]


def test_totals_each_over_a_set_of_its_own_are_one_trail(town):
    said = totals(("23", "2031-05-01"), ("104", "2031-05-02"), ("318", "2031-05-03"))
    town.add(case(*said, sets=TOTALS))
    assert superseded(town) == [("104", "318"), ("23", "104")]
    assert len(town.ask("SELECT DISTINCT ?q { ?c av:asserts ?p . ?p av:question ?q }")) == 1


def test_a_total_found_later_takes_its_place_in_the_trail(town):
    first, middle, last = totals(("23", "2031-05-01"), ("104", "2031-05-02"), ("318", "2031-05-03"))
    town.add(case(first, last, sets=TOTALS))
    assert superseded(town) == [("23", "318")]
    town.add(case(middle, sets=TOTALS))
    assert superseded(town) == [("104", "318"), ("23", "104")]


def test_another_voice_supersedes_nobody(town):
    mine, theirs = totals(("23", "2031-05-01"), ("318", "2031-05-03"))
    town.add(case(mine, {**theirs, "who": "vane"}, sets=TOTALS))
    assert superseded(town) == []


def test_a_total_of_an_uncertain_date_supersedes_nothing_it_may_precede(town):
    town.add(case(*totals(("23", "2031-05-01")), killed("318", said="2031-04/2031-05-03"), sets=TOTALS))
    assert superseded(town) == []


def test_a_revision_that_is_said_supersedes_whatever_the_dates(town):
    town.add(case(killed("23", id="old"), killed("318", revises="old")))
    assert superseded(town) == [("23", "318")]
    assert len(town.ask("SELECT ?a { ?a prov:wasRevisionOf ?b }")) == 1


def test_a_withdrawal_by_the_voice_is_no_successor(town):
    town.add(case(killed("23", id="old", said="2031-05-01"), occurred(stance="denies", withdraws="old")))
    assert superseded(town) == []
    assert len(town.ask("SELECT ?a { ?a av:withdrawnBy ?b }")) == 1


def test_a_claim_concerns_the_event_its_sets_lie_within(town):
    inner = {"inner": {"of": "victim", "within": "dead", "name": {"en": "the named dead"}}}
    town.add(case(killed("9", about="set/inner"), sets=inner))
    assert town.ask("SELECT ?e { ?c a av:Claim ; av:concerns ?e }") == [(f"{BASE}event/mill",)]


def test_a_claim_about_a_claim_concerns_what_that_one_concerns(town):
    assess = {"assessment": {"of": "claim/nine", "scheme": "oir-allegation-status", "status": "oir-open"}}
    town.add(case(killed("9", id="nine"), {"asserts": assess, "who": "vane"}))
    assert len(town.ask("SELECT ?c { ?c a av:Claim ; av:concerns ?e }")) == 2


def test_a_joint_claim_is_a_position_of_each_member(town):
    joint = {
        "both": {"kind": "joint-voice", "name": {"en": "both"}, "members": ["town-hall", "all"]},
        "all": {"kind": "joint-voice", "name": {"en": "all"}, "members": ["vane", "post"]},
    }
    town.add(case(killed("9", who="both"), agents=joint))
    parties = town.ask("SELECT ?a { ?c a av:Claim ; av:party ?a }")
    assert parties == [(f"{BASE}agent/{key}",) for key in ("all", "both", "post", "town-hall", "vane")]


def test_a_claim_is_known_through_every_voice_that_relays_it(town):
    occasion = {"call": {"kind": "remark", "speaker": "vane", "document": "post"}}
    town.add(case(killed("9", via=[{"who": "vane", "on": "call"}, "post"]), occasions=occasion))
    known = town.ask("SELECT ?a { ?c av:knownThrough ?a }")
    assert known == [(f"{BASE}agent/post",), (f"{BASE}agent/vane",)]


def test_the_provenance_is_readable_to_a_tool_that_knows_prov_alone(town):
    town.add(case(killed("9", passage={"quote": "nine people were killed"})), capture=True)
    rows = town.ask(
        "SELECT ?end { ?relay a av:Relay ; prov:wasDerivedFrom ?claim . ?claim a av:Claim ."
        " ?passage prov:wasDerivedFrom ?claim, ?end . ?end prov:specializationOf ?document }"
    )
    assert [row[0].rpartition("/")[0] for row in rows] == [f"{BASE}capture"]
    assert town.ask("SELECT ?p { ?claim a av:Claim ; prov:wasDerivedFrom ?p }") == []


def test_inference_stands_in_graphs_of_its_own_and_never_in_that_of_a_claim(town):
    town.add(case(*totals(("23", "2031-05-01"), ("104", "2031-05-02")), sets=TOTALS))
    terms = "av:concerns av:party av:knownThrough av:supersededBy av:withdrawnBy rdfs:label prov:wasDerivedFrom"
    rows = town.ask(
        f"SELECT DISTINCT ?g {{ VALUES ?p {{ {terms} prov:wasRevisionOf }} GRAPH ?g {{ ?s ?p ?o }}"
        f" FILTER(STRSTARTS(STR(?g), '{BASE}')) }}"
    )
    assert set(rows) == {(derived_graph(BASE),), (analysis_graph(BASE),)}
    assert not any(derived_graph(BASE) in line for line in town.lines())


def test_a_label_follows_a_name_that_comes_later(town):
    german = {"hall": {"kind": "organisation", "name": {"de": "Rathaus"}}}
    english = {"hall": {"kind": "organisation", "name": {"en": "City Hall"}}}
    town.add(case(killed("9", who="hall"), agents=german))
    town.add(case(killed("8", who="hall"), agents=english))
    labels = town.ask(f"SELECT ?l {{ <{BASE}agent/hall> rdfs:label ?l }}")
    assert labels == [("City Hall",)]
    assert town.verify() == ()


def test_a_set_that_is_placed_later_moves_the_claims_about_all_that_lies_within_it(town):
    loose = {
        "outer": {"of": "victim", "name": {"en": "outer"}},
        "inner": {"of": "victim", "within": "outer", "name": {"en": "inner"}},
    }
    town.add(case(killed("9", about="set/inner"), sets=loose))
    concerns = "SELECT DISTINCT ?e { ?c a av:Claim ; av:concerns ?e }"
    assert town.ask(concerns) == [(f"{BASE}set/outer",)]
    town.add(case(occurred(), sets={"outer": {"of": "victim", "within": "mill", "name": {"en": "outer"}}}))
    assert town.ask(concerns) == [(f"{BASE}event/mill",)]
    assert town.verify() == ()


# --- bit by bit, and all at once --------------------------------------------------------------------------------------

DAYS = ["2031-05-01", "2031-05-02", "2031-05-01/2031-05-03", "2031-05-04", "../2031-05-03"]
NAMES = ["Rathaus", "Aal", "Zander"]
agents = st.fixed_dictionaries(
    {
        "post": st.builds(lambda n: {"kind": "organisation", "name": {"de": n}}, st.sampled_from(NAMES)),
        "vane": st.builds(lambda n: {"kind": "person", "name": {"en": n}}, st.sampled_from(NAMES)),
    }
)
members = st.lists(st.sampled_from(["post", "vane", "town-hall"]), min_size=2, max_size=3, unique=True)
joints = st.builds(lambda m: {"joint": {"kind": "joint-voice", "name": {"en": "joint"}, "members": m}}, members)
claims = st.builds(
    lambda number, day, who, about, stance, via: killed(
        str(number), said=day, who=who, about=about, stance=stance, via=via
    ),
    st.integers(1, 3),
    st.sampled_from(DAYS),
    st.sampled_from(["town-hall", "vane", "joint"]),
    st.sampled_from(["mill", "set/dead", "set/inner", "set/outer"]),
    st.sampled_from(["asserts", "denies", "asks", "cannot-confirm"]),
    st.sampled_from([[], ["post"]]),
)
placed = st.sampled_from(
    [
        {"outer": {"of": "victim", "name": {"en": "outer"}}},
        {"outer": {"of": "victim", "within": "mill", "name": {"en": "outer"}}},
        {"outer": {"of": "victim", "within": "dead", "name": {"de": "aussen"}}},
    ]
)
batches = st.builds(
    lambda said, named, joint, outer: case(
        *said,
        agents={**named, **joint},
        sets={**outer, "inner": {"of": "victim", "within": "outer", "name": {"en": "inner"}}},
    ),
    st.lists(claims, min_size=1, max_size=4),
    agents,
    joints,
    placed,
)


@pytest.mark.long
@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(batches, min_size=2, max_size=4))
def test_projections_grown_by_batches_equal_those_made_anew(contents):
    with tempfile.TemporaryDirectory() as folder:
        town = Town(Path(folder))
        for content in contents:
            try:
                town.add(content)
            except Refused:
                continue
        assert town.verify() == ()  # which makes both anew


@given(
    st.text(st.sampled_from('\x00\x07\b\t\n\f\r\x1f\x7f"\\\\u0aé😀'), max_size=9),
    st.sampled_from(["", "en", "AR-Latn"]),
)
def test_a_label_is_written_in_sql_as_it_is_in_python(text, language):
    (row,) = duckdb.sql(
        f"SELECT {literal_query('t', 'l')} FROM (SELECT ? AS t, ? AS l)", params=[text, language]
    ).fetchall()
    assert row == (write_literal(text, language=language),)
