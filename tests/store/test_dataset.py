"""A query that names its graphs is asked over those, however it names them; any other over all of them as one."""

import pyoxigraph as ox
import pytest

from kg.store.base import QueryRefused
from kg.store.dataset import ask_over, find_dataset

STAR = "{ ?s ?p ?o }"
HEAD = "PREFIX e: <http://e/> PREFIX from: <http://e/> PREFIX named: <http://e/> PREFIX xfrom: <http://e/> BASE <http://e/>"


@pytest.fixture(scope="module")
def store():
    made = ox.Store()
    lines = [f'<http://e/s> <http://e/p> "{graph}{n}" <http://e/{graph}> .' for graph in "abc" for n in range(3)]
    made.load("\n".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    return made


def values(store, query):
    return sorted(row["o"].value for row in ask_over(store, query))


@pytest.mark.parametrize(
    "clause",
    [
        "FROM <http://e/a>",
        "from<http://e/a>",
        "FROM e:a",
        "FROM named:a",
        "FROM <a>",
        "FROM # FROM <http://e/b>\r<http://e/a>",
        "FROM <http://e/a> FROM NAMED <http://e/b>",
        "FROM <http://e/\\u0061>",
        "FROM from:a",
        "FROMe:a",
    ],
)
def test_a_graph_is_found_however_it_is_written(store, clause):
    assert values(store, f"{HEAD} SELECT * {clause} {STAR}") == ["a0", "a1", "a2"]


@pytest.mark.parametrize("clause", ["FROM NAMED <http://e/b>", "FROMNAMED<http://e/b>", "FROM NAMED e:b"])
def test_where_only_named_graphs_are_stated_no_graph_is_the_default(store, clause):
    assert values(store, f"{HEAD} SELECT * {clause} {STAR}") == []
    assert values(store, f"{HEAD} SELECT * {clause} {{ GRAPH ?g {STAR} }}") == ["b0", "b1", "b2"]


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {STAR}",
        f"SELECT * {STAR} # FROM <http://e/a>",
        "SELECT * { ?s ?p ?o FILTER(?o != 'FROM <http://e/a>') }",
        f"SELECT ?o ?from {STAR}",
        f"{HEAD} SELECT * {{ from:s from:p ?o }}",
        f"{HEAD} SELECT * {{ ?s ?p ?o FILTER(?o != 'x'@from) }}",
        "SELECT * { ?s ?p ?o FILTER(?o != <http://e/FROM>) }",
    ],
)
def test_a_mere_mention_states_no_dataset(store, query):
    assert len(values(store, query)) == 9


def test_a_prefix_that_is_called_so_states_no_dataset():
    assert find_dataset(f"{HEAD} DESCRIBE from:a xfrom:b {STAR}") is None


@pytest.mark.parametrize("graph", ["<http://e/nothing>", "e:nothing", "<nothing>", "<file:///etc/passwd>"])
@pytest.mark.parametrize("named", ["", "NAMED "])
def test_a_graph_that_is_not_held_is_refused_by_its_place(store, graph, named):
    with pytest.raises(QueryRefused, match="there is no graph") as refused:
        ask_over(store, f"{HEAD}\nASK FROM <http://e/a> FROM {named}{graph} {STAR}")
    assert (refused.value.line, refused.value.column) == (2, 23)


def test_what_is_wrong_with_a_query_is_left_to_the_engine_to_tell(store):
    with pytest.raises(SyntaxError):
        ask_over(store, f"SELECT * FROM nothing:a {STAR}")
