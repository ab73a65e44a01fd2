"""The guard refuses every call to another server that an engine would make, and no mere mention of one."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.store.base import QueryRefused
from kg.store.guard import MAX_DEPTH, _check, _is_harmless, check_query

CALL = "SERVICE <http://127.0.0.1:1/> {?s ?p ?o}"


@pytest.mark.parametrize(
    "query",
    [
        f"ASK {{ {CALL} }}",
        f"ASK {{ {CALL.replace('SERVICE', 'sErViCe')} }}",
        "ASK { SERVICESILENT<http://127.0.0.1:1/>{?s ?p ?o} }",
        "PREFIX ex: <http://127.0.0.1:1/> ASK { SERVICEex:a{?s ?p ?o} }",
        "PREFIX : <http://127.0.0.1:1/> ASK { SERVICE:a{?s ?p ?o} }",
        "PREFIX é: <http://127.0.0.1:1/> ASK { SERVICEé:a{?s ?p ?o} }",
        f"ASK {{ # x\r {CALL}\n}}",
        f"ASK {{ ?s ?p true{CALL} }}",
        f"ASK {{ ?s ?p 1{CALL} }}",
        f"ASK {{ ?s ?p ''{CALL} }}",
        f"ASK {{ ?s ?p ''''''{CALL} }}",
        f"ASK {{ ?s ?p '''a\\''''{CALL} }}",
        f"ASK {{ ?s ?p ?x.{CALL} }}",
        f"ASK {{ FILTER(?a<?b) {CALL} FILTER(?a>?b) }}",
        f"PREFIX ex: <http://e/> ASK {{ ex:a ex:b ex:it\\'s . {CALL} ex:a ex:b ex:it\\' }}",
        f"PREFIX ex: <http://e/> ASK {{ ex:a ex:b ex:x\\#y {CALL} }}",
        f"SELECT * {{ FILTER EXISTS {{ {CALL} }} }}",
        "ASK { SERV\\u0049CE <http://127.0.0.1:1/> {?s ?p ?o} }",
        f"ASK {{ ?s ?p 'a\\u0027 . {CALL} }}",
    ],
)
def test_a_call_to_another_server_is_refused_however_it_is_written(query):
    with pytest.raises(QueryRefused, match="SERVICE"):
        check_query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o } # SERVICE <http://e/>",
        "SELECT * { ?s ?p 'SERVICE <http://e/> {}' }",
        'SELECT * { ?s ?p "a \\" SERVICE " }',
        "SELECT * { ?s ?p '''it's a SERVICE''' }",
        'SELECT * { ?s ?p """one "" SERVICE""" }',
        "SELECT * { ?service ?p $SERVICE }",
        "SELECT * { ?s <http://e/SERVICE#part> ?o }",
        "PREFIX ex: <http://e/> SELECT * { ?s ex:service ?o }",
        "SELECT * FROM <http://e/a> FROM NAMED <http://e/b> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER(?o < 5 && ?o > 1) }",
        "PREFIX load: <http://e/> SELECT * { ?s load:x ?o }",
    ],
)
def test_a_mere_mention_is_not_refused_and_the_engine_reads_it_too(query):
    check_query(query)
    ox.Store().query(query)


def test_the_refusal_names_line_and_column():
    with pytest.raises(QueryRefused) as refused:
        check_query("SELECT * {\n  ?s ?p ?o .\n  SERVICE <http://e/> {} }")
    assert (refused.value.line, refused.value.column) == (3, 3)


@pytest.mark.parametrize("update", ["INSERT DATA { }", "load <http://e/>", "PREFIX a: <b:c> DELETE WHERE { ?s ?p ?o }"])
def test_an_update_is_named_as_what_it_is(update):
    with pytest.raises(QueryRefused, match="would change data"):
        check_query(update)


def test_brackets_that_nest_too_deeply_are_refused_before_an_engine_crashes_on_them():
    check_query("ASK " + "{" * MAX_DEPTH + "}" * MAX_DEPTH)
    with pytest.raises(QueryRefused, match="nest deeper"):
        check_query("ASK " + "{" * 100_000)


PIECES = [*"<>{}(:'\"#\n\r aſ", "SER", "VICE", "service", "\\u0053", "load", "DROP"]


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_what_is_not_read_word_for_word_would_not_be_refused_if_it_were(query):
    if _is_harmless(query):
        _check(query)
        check_query(query)
    if "service" in query.lower():
        assert not _is_harmless(query)


def test_what_nests_too_deeply_is_not_harmless():
    assert _is_harmless("ASK " + "{" * MAX_DEPTH + "}" * MAX_DEPTH)
    assert not _is_harmless("ASK " + "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1))
