"""What is counted of a snapshot the short way is what an engine counts the long way."""

from threading import Barrier

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.serving.holdings import count_holdings
from kg.terms import RDF_TYPE

SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
CLASSES = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c"
PROPERTIES = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"
BY_CLASS = "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p ORDER BY ?c ?p"

names = st.sampled_from
values = st.tuples(names(["e:p", "e:q"]), names(["e:x", "e:y"]))
types = st.tuples(st.just(RDF_TYPE), names(["e:A", "e:B", "e:C", "e:D"]))
statements = st.tuples(names([f"e:s{n}" for n in range(6)]), st.one_of(types, values), names(["e:g", "e:h"]))


# Two classes within a third, as large together as it, and yet not the whole of it, as they share a subject.
SHARING = {"e:A": "12", "e:B": "23", "e:D": "1234"}


@example([(f"e:s{n}", (RDF_TYPE, kind), "e:g") for kind, numbers in SHARING.items() for n in numbers])
@given(st.lists(statements, max_size=30))
@settings(max_examples=150, deadline=None)
def test_the_counts_are_those_of_the_engine(lines):
    ask = asking({(subject, value): graph for subject, value, graph in lines})
    found = count_holdings(ask)
    assert found.subjects == int(ask(SUBJECTS)[0][0])
    assert found.classes == numbers(ask(CLASSES))
    assert found.properties == numbers(ask(PROPERTIES))
    assert found.class_properties == numbers(ask(BY_CLASS))
    assert found.triples == sum(count for _, count in found.properties)


@pytest.mark.parametrize(("more", "asked"), [({}, ["e:A", "e:B"]), ({("e:s9", (RDF_TYPE, "e:All")): "e:g"}, ["e:All"])])
def test_a_class_that_is_made_up_of_others_is_not_asked_for(more, asked):
    lines = {(f"e:s{n}", (RDF_TYPE, kind)): "e:g" for n in range(6) for kind in (["e:A", "e:B"][n % 2], "e:All")}
    ask = asking(lines | more)
    queries = []
    count_holdings(lambda query: (queries.append(query), ask(query))[1])
    counting = [query for query in queries if "COUNT" in query]
    for kind in asked:
        assert any(f"WHERE {{ ?s a <{kind}>" in query for query in counting)
    assert any("WHERE { ?s a <e:All>" in query for query in counting) == bool(more)


def test_two_classes_that_have_nothing_in_common_are_counted_at_once():
    ask, both = asking({(f"e:s{n}", (RDF_TYPE, ["e:A", "e:B"][n % 2])): "e:g" for n in range(6)}), Barrier(2)

    def ask_together(query):
        if "GROUP BY ?p ?which" in query:
            both.wait(20)
        return ask(query)

    assert count_holdings(ask_together) == count_holdings(ask)


def asking(lines):
    """A store in which every triple stands in one graph."""
    store = ox.Store()
    for (subject, (prop, value)), graph in lines.items():
        store.add(ox.Quad(*map(ox.NamedNode, (subject, prop, value, graph))))

    def ask(query):
        rows = store.query(query, use_default_graph_as_union=True)
        return [[term.value for term in row] for row in rows]

    return ask


def numbers(rows):
    return tuple((*names, int(count)) for *names, count in rows)
