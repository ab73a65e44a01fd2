"""Flows and circles in one event's network of parties; the only module that uses networkx."""

from collections.abc import Collection, Mapping
from itertools import pairwise

from kg.analysis.origins.reduction import Reduction

_READER, _END = -1, -2


def find_paths(
    steps: Collection[tuple[str, str]], *, starts: Collection[str], ends: Collection[str]
) -> list[list[str]]:
    """As many paths from `starts` to `ends` as can be while no party stands in two of them.

    Each party is split into an entrance and an exit joined by one unit of capacity, so that a maximum flow (Ford and
    Fulkerson, 1956) counts paths that share no party (Menger, 1927).

    >>> find_paths({("blog", "wire"), ("daily", "wire")}, starts={"blog", "daily"}, ends={"wire"})
    [['blog', 'wire']]
    """
    small = Reduction(steps, starts=starts, ends=ends)
    return [*small.paths, *_find_flow(small)] if small.starts else small.paths


def _find_flow(small: Reduction) -> list[list[str]]:
    """The paths of a maximum flow through what no reduction settles."""
    # Here, as it takes longer to load than most commands run, and few events need it.
    import networkx as nx
    from networkx.algorithms.flow import shortest_augmenting_path

    parties = list(small.onward)
    number = {party: place for place, party in enumerate(parties)}
    edges = [(2 * place, 2 * place + 1) for place in range(len(parties))]
    edges += [(2 * number[here] + 1, 2 * number[there]) for here in parties for there in small.onward[here]]
    edges += [(_READER, 2 * number[party]) for party in small.starts]
    edges += [(2 * number[party] + 1, _END) for party in small.ends]
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from(edges, capacity=1)
    flow = shortest_augmenting_path(graph, _READER, _END, two_phase=True)
    onward = {here: there for here, there, data in flow.edges(data=True) if data["flow"] > 0 and here != _READER}
    firsts = sorted(there for there, data in flow[_READER].items() if data["flow"] > 0)
    return [_spell_out(small, [parties[place // 2] for place in _follow(onward, first)]) for first in firsts]


def _spell_out(small: Reduction, path: list[str]) -> list[str]:
    """A path with the parties that were drawn together along it."""
    told = [*small.starts[path[0]], path[0]]
    for here, there in pairwise(path):
        told += [*small.onward[here][there], there]
    return [*told, *small.ends[path[-1]]]


def _follow(onward: Mapping[int, int], first: int) -> list[int]:
    """The entrances along one unit of flow."""
    path = []
    place = first
    while place != _END:
        if place % 2 == 0:
            path.append(place)
        place = onward[place]
    return path


def find_circles(edges: Mapping[tuple[str, str], bool]) -> list[tuple[str, ...]]:
    """One shortest circle for each strongly connected part that holds a marked edge; edges by (from, to).

    >>> find_circles({("b", "a"): True, ("a", "b"): False, ("b", "c"): True})
    [('a', 'b')]
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(sorted(edges))
    part_of = {name: place for place, part in enumerate(nx.strongly_connected_components(graph)) for name in part}
    inside: dict[int, list[tuple[str, str]]] = {}
    for here, there in sorted(edges):
        if part_of[here] == part_of[there]:
            inside.setdefault(part_of[here], []).append((here, there))
    circles = []
    for pairs in inside.values():
        marked = [pair for pair in pairs if edges[pair]]
        if marked:
            # A subgraph would walk its nodes in no order; the circle told must be the same every time.
            inner: nx.DiGraph[str] = nx.DiGraph(pairs)
            ways: list[list[str]] = [nx.shortest_path(inner, end, start) for start, end in marked]
            circles.append(min((_turn(way) for way in ways), key=lambda way: (len(way), way)))
    return sorted(circles)


def _turn(way: list[str]) -> tuple[str, ...]:
    """A circle told from its least member on."""
    first = way.index(min(way))
    return tuple(way[first:] + way[:first])
