"""Whatever valid case is written, as many claims are read as were written, under the same names each time."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import iris, rdf
from kg.intake.codes import load_schemes
from kg.intake.order import sort_by_dependency
from tests.intake.merrow import BASE, TEXT, batch, with_claims

SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def code(scheme):
    return st.sampled_from(load_schemes()[scheme].words())


SUBJECT = st.sampled_from(["market", "event/market", "dead", ["market", "dead"]])
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
PASSAGE = st.integers(0, len(TEXT) - 2).flatmap(
    lambda start: st.integers(start + 1, len(TEXT)).map(lambda end: {"start": start, "end": end})
)
COUNT = st.fixed_dictionaries(
    {"about": SUBJECT, "measure": code("measure"), "number": st.integers(0, 10**9) | st.just("more than 1,600")},
    optional={
        "population": code("population"),
        "basis": code("counting-basis"),
        "place": WORDS,
        "over": st.just("dead"),
    },
)
PROPOSITION = st.one_of(
    COUNT.map(lambda part: {"count": part}),
    st.fixed_dictionaries({"about": SUBJECT, "character": code("characterisation")}).map(
        lambda part: {"characterisation": part}
    ),
    st.fixed_dictionaries({"about": SUBJECT, "requested": code("request-kind")}).map(lambda part: {"request": part}),
)
CLAIM = st.builds(
    lambda stance, proposition, rest: {stance: proposition, **rest},
    st.sampled_from(["asserts", "denies", "cannot-confirm", "asks"]),
    PROPOSITION,
    st.fixed_dictionaries(
        {
            "who": st.sampled_from(["watch", "coast-guard", "gazette"]),
            "wording": WORDS,
        },
        optional={
            "said": st.sampled_from(["2031", "2031-05-02", "../2031-05"]),
            "as": code("wording-kind"),
            "passage": PASSAGE | st.lists(PASSAGE, min_size=1, max_size=2),
            "via": st.sampled_from([[], ["gazette"], [{"who": "pell", "on": "remarks"}, "gazette"]]),
            "grounds": st.lists(code("grounds"), min_size=1, max_size=2),
        },
    ),
)


def number_words(claim, number):
    """A number in the words keeps two claims from being the same one, which is refused."""
    return {**claim, "wording": {"en-GB": f"{number} {claim['wording']}"}}


CASES = st.lists(CLAIM, min_size=1, max_size=4).map(
    lambda claims: with_claims(*(number_words(each, number) for number, each in enumerate(claims)))
)


def has_self_relay(content):
    return any(each["who"] == "gazette" and "gazette" in each.get("via", [])[:1] for each in content["claims"])


VALID = CASES.filter(lambda content: not has_self_relay(content))


@SETTINGS
@given(content=VALID)
def test_every_claim_written_is_read_and_named_alike_each_time(tmp_path, content):
    found, again = batch(tmp_path, content), batch(tmp_path, content)
    assert len(found.claims) == len(content["claims"])
    assert found == again
    assert {each.proposition for each in found.claims} == {iris.proposition_iri(BASE, p) for p in found.propositions}


@SETTINGS
@given(content=VALID)
def test_what_is_read_can_be_written_as_quads_and_read_back(tmp_path, content):
    found = batch(tmp_path, content)
    for claim in found.claims:
        assert rdf.read_unit(rdf.claim_unit(BASE, claim).lines) == claim
    for relay in found.relays:
        assert rdf.read_unit(rdf.relay_unit(BASE, relay).lines) == relay
    for entity in found.entities:
        assert rdf.read_unit(rdf.entity_unit(entity, found.ingestion.iri).lines) == entity


@SETTINGS
@given(content=VALID)
def test_names_know_neither_the_time_nor_the_recorder(tmp_path, content):
    found = batch(tmp_path, content)
    later = batch(tmp_path, content, recorded="2032-01-01T00:00:00Z", recorder="B. Coder")
    assert later.claims == found.claims
    assert replace(later.ingestion, recorded=found.ingestion.recorded, recorder="A. Coder") == found.ingestion


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=3), max_size=10))
def test_an_order_has_each_after_what_it_needs_and_leaves_out_circles_alone(needs):
    needs = {node: [each for each in wanted if each in needs] for node, wanted in needs.items()}
    order, circles = sort_by_dependency(needs)
    place = {node: at for at, node in enumerate(order)}
    assert all(place[each] < place[node] for node in order for each in needs[node])
    assert (len(order) == len(needs)) == (not circles)
    for circle in circles:
        assert all(after in needs[node] for node, after in zip(circle, [*circle[1:], circle[0]], strict=True))
