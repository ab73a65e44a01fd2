"""A value never changes what is asked: it is bound as one term, or refused with what would be right."""

from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.term import Literal, URIRef

from kg.errors import Refused
from kg.questions import ask, bind, list_questions
from kg.questions.bind import bind_question, fill
from kg.questions.header import Param, Question
from tests.questions import fixture

BASE = fixture.BASE
OPTIONS = {"iri": {"kind": "event"}, "date": {"bound": "latest"}}
BENIGN = {"iri": "x", "code": "killed", "scheme": "grounds", "date": "2031", "integer": "7", "text": "x"}
HOSTILE = [
    '" } UNION { ?s ?p ?o } #',
    "' } # ",
    '\\" . ?s ?p ?o } #',
    "\\u0022 . ?s ?p ?o } #",
    "\\\\u0022 } #",
    "\\U00000022 } #",
    "> ?p ?o } #",
    "\u0022\n} ; DROP ALL",
    "\r}\nSELECT * { ?a ?b ?c",
    '"""',
    "$x",
    "?s",
    f"{BASE}event/x> . ?s ?p <{BASE}y",
    f"{BASE}event/x\\u003E ?p ?o",
    "http://a.example/%3E",
    "http://a.example/a#b#c",
    "http://[::1",
    "urn:x:" + "y" * 3000,
    "7 } #",
    "٣",
    "-0",
    "killed> ?p <x",
    '2031-01-01"^^xsd:date) } #',
    "\x00",
    "\\\x1f",
    "\\\x1f0022 \\\\u0022",
    "\ud800",
    "",
    "  ",
]


def question_of(kind: str) -> Question:
    sparql = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\nSELECT ?s WHERE {\n  ?s ?p ?o .\n  FILTER(?o = $x)\n}\n"
    return Question("q", "T", "D.", "record", (Param("x", kind, True, "it", OPTIONS.get(kind, {})),), (), sparql)


def structure(sparql: str) -> tuple[str, list[Literal | URIRef]]:
    """The algebra of a query with its literals and IRIs masked, and these; by a parser that decodes escapes first."""
    found: list[Literal | URIRef] = []

    def mask(term):
        if isinstance(term, Literal | URIRef):
            found.append(term)
            return "term"
        return None

    return repr(traverse(prepareQuery(sparql).algebra, visitPost=mask)), found


def hostile(example_values):
    def decorate(function):
        for value in example_values:
            function = example(value=value)(function)
        return function

    return decorate


@pytest.mark.parametrize("kind", sorted(BENIGN))
@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_value_is_one_term_or_refused(kind, value):
    question = question_of(kind)
    try:
        bound = bind_question(question, {"x": value}, base=BASE)
    except Refused as refused:
        told = [problem.field for problem in refused.problems if problem.remedy]
    else:
        told = ["x"]
        ox.Store().query(bound)
        assert structure(bound)[0] == structure(bind_question(question, {"x": BENIGN[kind]}, base=BASE))[0]
    assert told == ["x"]


@settings(deadline=None)
@given(value=st.text(max_size=40))
@hostile(HOSTILE)
def test_a_text_comes_out_as_it_went_in_or_is_refused(value):
    question = question_of("text")
    try:
        bound = bind_question(question, {"x": value}, base=BASE)
    except Refused:
        return
    shape, terms = structure(bound)
    assert shape == structure(bind_question(question, {"x": "x"}, base=BASE))[0]
    assert [str(term) for term in terms] == [value]
    asked = fill("SELECT ($x AS ?y) {}", {"x": bound.split("?o = ")[1].removesuffix(")\n}\n")}, {"x"})
    assert next(iter(ox.Store().query(asked)))["y"].value == value


@settings(deadline=None)
@given(value=st.from_regex(r"(https?://|urn:x:)?[ -~\u00a0-\u0100]{0,30}", fullmatch=True))
def test_an_iri_is_one_iri_or_refused(value):
    question = question_of("iri")
    try:
        bound = bind_question(question, {"x": value}, base=BASE)
    except Refused:
        return
    ox.Store().query(bound)
    assert len(structure(bound)[1]) == 1


@settings(deadline=None)
@given(value=st.text(max_size=30))
def test_a_hostile_word_finds_no_more_than_no_word(store, value):
    every = ask(store, "who-asserts-what", {"event": "ortava"}, base=BASE)
    try:
        some = ask(store, "who-asserts-what", {"event": "ortava", "word": value}, base=BASE)
    except Refused:
        return
    assert set(some.rows) <= set(every.rows)


@settings(deadline=None)
@given(day=st.dates(min_value=date(1, 1, 1)))
def test_a_day_is_bound_as_itself(day):
    assert f'"{day.isoformat()}"^^xsd:date' in bind("said-by-date", {"date": day.isoformat()}, base=BASE)


def test_a_month_is_bound_as_its_last_day():
    assert '"2032-02-29"^^xsd:date' in bind("said-by-date", {"date": "2032-02"}, base=BASE)


@pytest.mark.parametrize("value", ["2031-05/..", "2031-02~", "yesterday", "2031-02-30"])
def test_a_date_without_a_certain_last_day_is_refused(value):
    with pytest.raises(Refused, match="said-by-date: date"):
        bind("said-by-date", {"date": value}, base=BASE)


def test_everything_wrong_is_told_at_once_with_candidates():
    with pytest.raises(Refused) as refused:
        bind("who-asserts-what", {"measure": "kiled", "evnt": "ortava"}, base=BASE)
    told = {problem.field: f"{problem.reason}. {problem.remedy}" for problem in refused.value.problems}
    assert set(told) == {"event", "measure", "evnt"}
    assert "did you mean 'killed'" in told["measure"]
    assert "did you mean event" in told["evnt"]
    assert "needs it" in told["event"]


def test_a_code_of_another_scheme_is_refused():
    with pytest.raises(Refused, match="not a code of the scheme measure"):
        bind("who-asserts-what", {"event": "ortava", "measure": "civilians"}, base=BASE)


def test_another_kind_than_asked_is_refused():
    with pytest.raises(Refused, match="event is asked for, not agent"):
        bind("who-asserts-what", {"event": "agent/wren"}, base=BASE)


def test_an_event_the_record_does_not_hold_is_refused_with_the_nearest(store):
    with pytest.raises(Refused, match="did you mean ortava"):
        ask(store, "who-asserts-what", {"event": "ortawa"}, base=BASE)


def test_an_agent_given_as_a_full_event_is_refused(store):
    with pytest.raises(Refused, match="no event of this name"):
        ask(store, "who-asserts-what", {"event": f"{BASE}agent/wren"}, base=BASE)


def test_a_claim_the_record_does_not_hold_is_refused(store):
    with pytest.raises(Refused, match="no claim of this name"):
        ask(store, "chain-of-voices", {"claim": f"{BASE}claim/{'a' * 32}"}, base=BASE)


def test_what_is_not_given_leaves_no_line_behind():
    assert "av:measure" not in bind("who-asserts-what", {"event": "ortava"}, base=BASE)


def test_parameters_in_strings_and_comments_are_left_alone():
    text = "# $x\nSELECT ?s { ?s ?p '$x', \"$x\", <http://a.example/$x>, $x }"
    assert fill(text, {"x": "7"}, {"x"}).count("$x") == 4


def test_every_question_can_be_asked_with_nothing_but_what_it_needs(store):
    needs = {question.name for question in list_questions() if any(param.required for param in question.params)}
    assert needs == {
        "chain-of-voices",
        "everything-resting-on-a-document",
        "numbers-of-two-voices",
        "said-by-date",
        "what-an-agent-asserted",
        "who-asserts-what",
    }
