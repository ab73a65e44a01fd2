"""The graphs that a query names itself: asked over those alone, and refused where one of them is not held here."""

import re
from dataclasses import dataclass

import pyoxigraph as ox

from kg.store.guard import iter_tokens, refuse_at

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_SPACE = r"(?:\s|\#[^\n\r]*)*"
_NAMED = re.compile(rf"{_SPACE}(?P<named>named)(?P<prefix>:)?", re.IGNORECASE)
_GRAPH = re.compile(rf"{_SPACE}(?P<graph><[^>]*>|(?:\\.|[^\s{{<#])+)")


@dataclass(frozen=True, slots=True)
class Own:
    """The dataset that a query states: the text before its form, and each graph as it is written, with its place."""

    prologue: str
    graphs: tuple[tuple[str, int], ...]


def ask_over(store: ox.Store, sparql: str) -> Results:
    """Ask over all named graphs as one, or over the graphs that the query names by FROM and FROM NAMED.

    The engine's wish for all graphs as one would silently stand above a FROM. Raises QueryRefused for a graph that is
    not held here: it would be taken for empty.
    """
    own = find_dataset(sparql)
    if own is None:
        return store.query(sparql, use_default_graph_as_union=True)
    for graph, place in own.graphs:
        if not _holds(store, own.prologue, graph):
            raise refuse_at(f"there is no graph {graph} here, and none is fetched from elsewhere", sparql, place)
    return store.query(sparql)


def _holds(store: ox.Store, prologue: str, graph: str) -> bool:
    """Whether there is such a graph; the engine itself resolves how it is written."""
    try:
        return bool(store.query(f"{prologue} ASK FROM {graph} {{ ?s ?p ?o }}"))
    except SyntaxError:
        # What is wrong is told of the query itself.
        return True


def find_dataset(sparql: str) -> Own | None:
    """The dataset of a query, None where it states none.

    As engines do, a keyword is taken to end where it ends, with or without a space.

    >>> find_dataset("PREFIX e: <http://e/> SELECT * FROM e:a FROM NAMED <http://e/b> { ?s ?p ?o }").graphs
    (('e:a', 31), ('<http://e/b>', 40))
    >>> find_dataset("SELECT * { ?s ?p 'FROM <http://e/a>' }")
    """
    if "FROM" not in sparql.upper():
        return None
    depth, form = 0, -1
    prefixes: set[str] = set()
    graphs = []
    for token in iter_tokens(sparql):
        if token.lastgroup in ("open", "close"):
            depth += 1 if token.lastgroup == "open" else -1
        if token.lastgroup != "word" or depth:
            continue
        word, is_prefix = token[0].upper(), sparql[token.end() : token.end() + 1] == ":"
        if form < 0 and is_prefix:
            prefixes.add(word.removeprefix("PREFIX"))
        elif form < 0 and word not in ("PREFIX", "BASE"):
            form = token.start()
        if form >= 0 and "FROM" in word and not (is_prefix and word in prefixes):
            graphs.append(_read_graph(sparql, token.start() + word.index("FROM"), prefixes))
    return Own(sparql[:form], tuple(graphs)) if graphs else None


def _read_graph(text: str, at: int, prefixes: set[str]) -> tuple[str, int]:
    """What a FROM at a place names, and that place."""
    after = at + len("FROM")
    named = _NAMED.match(text, after)
    if named and not (named["prefix"] and "NAMED" in prefixes):
        after = named.end("named")
    found = _GRAPH.match(text, after)
    return found["graph"] if found else "", at
