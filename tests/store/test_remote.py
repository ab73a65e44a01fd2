"""The graph on a real SPARQL 1.1 server keeps the contract of every store."""

from dataclasses import replace

import pytest

from kg.errors import Unusable
from kg.store.base import QueryRefused, Truth
from kg.store.http import Transport
from kg.store.remote import RemoteStore, explain_refusal
from tests.store.contract import GraphStoreContract, iri, quad
from tests.store.server import QUICK, open_store, serve_sparql


class TestRemoteStore(GraphStoreContract):
    """The contract, kept by a server that is written by SPARQL Update and the Graph Store Protocol."""

    @pytest.fixture
    def store(self, sparql_server):
        return open_store(sparql_server)


class TestRemoteStoreByUpdateAlone(GraphStoreContract):
    """The contract, kept where a server offers no Graph Store Protocol, in requests of one line each."""

    @pytest.fixture
    def store(self, sparql_server):
        return open_store(replace(sparql_server, graphs=""), batch=1)


@pytest.fixture
def store(sparql_server):
    return open_store(sparql_server)


MANY = [quad(f"s{n}", "p", f'"{n}"', "one") for n in range(1200)]


def test_a_large_graph_goes_by_the_graph_store_protocol_and_stays_when_sent_twice(store):
    for _ in range(2):
        store.apply([*MANY, quad("a", "p", '"x"', "two")], [], entry=1)
    assert store.count() == 1202


def test_every_quad_comes_back_as_the_line_it_was(store):
    lines = [*MANY, quad("a", "p", r'"tab\t, quote \", line\n, \\u0041, صوت"@ar'), quad("a", "p", '"1.50"')]
    store.apply(lines, [], entry=1)
    assert sorted(store.iter_lines("FILTER(?g != <https://w3id.org/averment/projection>)")) == sorted(lines)


def test_one_graph_is_replaced_whole_by_either_protocol(store, sparql_server):
    for chosen in (store, open_store(replace(sparql_server, graphs=""), batch=100)):
        chosen.apply([quad("a", "p", '"old"', "v"), quad("a", "p", '"kept"', "w")], [], entry=1)
        chosen.replace_graph("http://example.org/v", [quad("a", "p", '"new"', "v")])
        assert chosen.query('ASK { ?s ?p "old" }') == Truth(False)
        assert chosen.query('ASK { ?s ?p "new" . ?s ?p "kept" }') == Truth(True)


def test_a_blank_node_is_never_sent(store):
    with pytest.raises(Unusable, match="blank node"):
        store.apply([quad("a", "p", "_:b")], [], entry=1)
    assert store.count() == 0


def test_a_server_whose_graphs_are_not_asked_as_one_is_known():
    with serve_sparql(union=False) as addresses:
        apart = open_store(addresses)
        apart.apply([quad("a", "p", '"x"')], [], entry=1)
        assert not apart.is_union()


def test_the_word_insert_in_a_comment_makes_no_update(store):
    assert store.query(f"PREFIX insert: <http://e/> # INSERT DATA\nASK {{ {iri('a')} ?p ?o }}") == Truth(False)


def test_an_answer_is_handed_on_in_the_form_asked_for(store):
    store.apply([quad("a", "p", '"x"')], [], entry=1)
    assert store.query_serialised(f"SELECT ?o {{ {iri('a')} ?p ?o }}", "text/csv") == b"o\r\nx\r\n"
    with pytest.raises(QueryRefused, match="text/csv"):
        store.query_serialised(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {iri('g')} {{ ?s ?p ?o }} }}", "text/csv")


def test_a_page_is_no_sparql_endpoint(sparql_server):
    store = RemoteStore(
        replace(sparql_server, query=sparql_server.query.replace("/query", "/")), Transport(patience=QUICK)
    )
    with pytest.raises(Unusable, match="name the address"):
        store.standing()


@pytest.mark.parametrize(
    ("said", "line"),
    [("Lexical error at line 3, column 9", 3), ("MALFORMED QUERY: line: 2 col: 5", 2), ("no idea", 0), ("", 0)],
)
def test_the_place_of_a_refusal_is_read_from_the_words_of_many_servers(said, line):
    assert explain_refusal(said, "ASK").line == line
