"""An empty answer is explained by what the query names and the record does not hold."""

import pytest

from kg.questions import explain_empty, is_empty
from kg.questions.empty import MOST
from kg.store.base import Rows, Term, Triples, Truth
from kg.store.naming import read_named
from kg.terms import XSD
from tests.town import BASE, Town, case, killed

PREFIXES = """PREFIX av: <https://w3id.org/averment/ns#>
PREFIX avc: <https://w3id.org/averment/codes/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX id: <https://town.example/id/>
"""


@pytest.fixture(scope="module")
def explain(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("empty"))
    town.add(case(killed("9")))
    record = town.open()
    return lambda query: explain_empty(PREFIXES + query, record.query)


def test_where_the_record_holds_all_that_is_named_nothing_is_told(explain):
    assert (
        explain('ASK { ?c a av:Claim ; av:wording "9 killed"@en ; av:concerns <https://town.example/id/event/mill> }')
        == []
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "ASK { ?p av:measure avc:kiled }",
            "There is no avc:kiled in the record or its vocabulary. Did you mean avc:killed,",
        ),
        ("ASK { ?p av:mesure ?m }", "There is no av:mesure in the record or its vocabulary. Did you mean av:measure,"),
        (
            "ASK { ?p av:measure <https://w3id.org/averment/codes#killed> }",
            "Did you mean avc:killed, which is <https://w3id.org/averment/codes/killed>?",
        ),
        (
            "ASK { ?p av:measure avc:injured }",
            "avc:injured is a word of the vocabulary, but nothing in the record uses it.",
        ),
        ("ASK { ?p av:denies|av:atMost avc:injured }", "av:denies and avc:injured are words of the vocabulary,"),
        ("ASK { id:nobody a av:Person }", f"Nothing in the record is called <{BASE}nobody>."),
        ('ASK { ?a rdfs:label "Ketta Vane" }', 'write "Ketta Vane"@en, or compare without it'),
    ],
)
def test_what_is_named_and_not_there_is_told_and_what_may_have_been_meant(explain, query, told):
    assert told in " ".join(explain(query))


def test_only_so_many_names_are_looked_up_and_it_is_said(explain):
    query = "ASK { VALUES ?x { " + " ".join(f"<http://e/{n}>" for n in range(MOST + 1)) + " } }"
    *each, last = explain(query)
    assert len(each) == MOST
    assert last == f"Only the first {MOST} things that the query names were looked up."


@pytest.mark.parametrize(
    ("query", "iris"),
    [
        ("BASE <http://e/> SELECT * FROM <http://g> FROM NAMED <http://h> { <http://x> ?p ?o }", ("http://x",)),
        (
            'PREFIX : <http://e/> ASK { ?s ?p :it, "1"^^:own, "2"^^<http://o> FILTER(:call(?p) = :that) }',
            ("http://e/it", "http://e/that"),
        ),
        ("PREFIX e: <http://e/>\nASK { ?s e:a/e:b-c ?o } # <http://no>", ("http://e/a", "http://e/b-c")),
        ("PREFIX e: <http://e/> ASK { ?s ?p e:a.b, e:c%20d . ?s ?p e:f.}", ("http://e/f",)),
    ],
)
def test_names_are_read_from_where_values_stand(query, iris):
    assert read_named(query).iris == iris


ZERO, ONE = (Term("literal", number, "", f"{XSD}integer") for number in "01")


@pytest.mark.parametrize(
    ("answer", "empty"),
    [
        (Truth(value=False), True),
        (Rows(("a",), ()), True),
        (Rows(("n", "sum"), ((ZERO, None),)), True),
        (Rows(("n", "sum"), ((ZERO, ONE),)), False),
        (Triples(()), True),
        (Triples(("<a:a> <b:b> <c:c> .",)), False),
    ],
)
def test_every_kind_of_answer_can_be_empty_and_a_count_of_none_is(answer, empty):
    assert is_empty(answer) is empty
