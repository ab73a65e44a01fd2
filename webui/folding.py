"""The provenance of a thing with many claims: a few of each group at first, the rest folded until it is opened."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import Response, jsonify, request
from werkzeug.exceptions import NotFound

from kg.reading import ClaimView, Ref
from webui.addresses import key_of, path_of
from webui.names import visible
from webui.provenance import LIMIT, ProvGraph, add_claim
from webui.source import get_reader
from webui.tables import table_file

FIRST = 3
GROUPS = 10
OPENED = 60
MOST = 2000
LISTED = 200
"""So many groups are listed where every one is asked for, so that there is room for claims among their folds."""
EVERYTHING = "all"
UNBOUNDED = frozenset({EVERYTHING, "groups"})
"""What an address opens to have every group listed."""
Read = Callable[[Sequence[str]], Sequence[ClaimView]]


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that are folded together: a key for the address, words that follow "more", and the claims' IRIs."""

    key: str
    words: str
    claims: tuple[str, ...]


def opened_groups() -> frozenset[str]:
    """The groups that the address asks to open."""
    return frozenset(request.args.getlist("open"))


def draw_groups(
    thing: Ref, kind: str, claims: Iterable[tuple[str, str]], words: Callable[[str], str], read: Read
) -> ProvGraph:
    """A thing with claims, each given with what it is folded together with; `words` says what that is, after "more"."""
    by_group: dict[str, list[str]] = {}
    for claim, group in claims:
        by_group.setdefault(group, []).append(claim)
    ordered = sorted(by_group.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    opened = opened_groups()
    get_reader().labels.learn(group for group, _ in (ordered if opened & UNBOUNDED else ordered[:GROUPS]))
    groups = [Group(key_of(group), words(group), tuple(members)) for group, members in ordered]
    return draw_folded(thing, kind, groups, read, opened)


def draw_folded(thing: Ref, kind: str, groups: Sequence[Group], read: Read, opened: frozenset[str]) -> ProvGraph:
    """A thing with claims in groups; what does not fit is folded and counted, and can be opened by its key."""
    graph = ProvGraph(limit=MOST if opened else LIMIT)
    graph.add(thing.iri, kind, thing.kind, thing.label)
    everything = EVERYTHING in opened
    listed = groups[:LISTED] if opened & UNBOUNDED else groups[:GROUPS]
    shown = [(group, _count_shown(group, opened, everything=everything)) for group in listed]
    # Each claim is a node at least: of more than fit, none is read.
    wanted = [iri for group, count in shown for iri in group.claims[:count]][: graph.limit]
    views = {view.iri: view for view in read(wanted)}
    readable = frozenset(wanted)
    for group, count in shown:
        placed = 0
        for iri in group.claims[:count]:
            # Room is left for what a claim brings with it, and for the folds.
            if len(graph.nodes) > graph.limit - 12 - len(listed) or iri not in readable:
                break
            placed += 1
            if iri in views:
                place_claim(graph, thing, views[iri])
        _fold(graph, thing, group.key, len(group.claims) - placed, group.words)
    rest = groups[len(listed) :]
    if opened & UNBOUNDED:
        graph.left_out.update(iri for group in rest for iri in group.claims)
    else:
        _fold(graph, thing, "groups", sum(len(group.claims) for group in rest), f"in {len(rest)} further groups")
    return graph


def _count_shown(group: Group, opened: frozenset[str], *, everything: bool) -> int:
    if everything:
        return len(group.claims)
    return OPENED if group.key in opened else FIRST


def place_claim(graph: ProvGraph, thing: Ref, claim: ClaimView) -> None:
    """Add a claim with all it rests on to the graph of a thing, and how the two are joined."""
    add_claim(graph, claim, 1)
    if thing.kind == "event":
        graph.join(claim.iri, thing.iri, "concerns", "av:concerns")
    steps = {claim.iri: claim.step, **{step.iri: step for chain in claim.chains for step in chain}}
    for step in steps.values():
        if step.document is not None and step.document.iri == thing.iri:
            graph.join(step.iri, thing.iri, "was read in", "av:inDocument")


def _fold(graph: ProvGraph, thing: Ref, key: str, count: int, words: str) -> None:
    if count <= 0:
        return
    iri = f"fold:{key}"
    graph.folded += count
    graph.add(iri, "fold", "fold", f"{count:,} more {words}", 1)
    graph.join(iri, thing.iri, "rest on", "")


def to_elements(graph: ProvGraph) -> dict[str, object]:
    """A graph as the drawing code takes it; `page` is where a node leads, `open` the group that a fold stands for."""
    nodes = [
        {
            "data": {
                "id": node.iri,
                "label": visible(node.label),
                "role": node.role,
                "hops": node.hops,
                "page": "" if node.kind == "fold" else path_of(node.iri),
                "open": node.iri.removeprefix("fold:") if node.kind == "fold" else "",
            },
            "classes": f"{node.kind} {node.role}",
        }
        for node in graph.nodes.values()
    ]
    edges = [
        {
            "data": {
                "id": f"e{place}",
                "source": edge.source,
                "target": edge.target,
                "label": edge.words,
                "page": _edge_page(graph, edge.source),
            }
        }
        for place, edge in enumerate(graph.edges)
    ]
    return {"nodes": nodes, "edges": edges, "folded": graph.folded, "leftOut": len(graph.left_out)}


def _edge_page(graph: ProvGraph, source: str) -> str:
    """An edge opens the claim or relay it is said by."""
    return path_of(source) if graph.nodes[source].role in ("claim", "relay") else ""


def edge_rows(graph: ProvGraph) -> Iterable[tuple[str, ...]]:
    """The links of a graph as rows: what rests on what, in words and as a property, with labels."""
    for edge in graph.edges:
        if edge.prop:
            labels = graph.nodes[edge.source].label, graph.nodes[edge.target].label
            yield (edge.source, edge.prop, edge.target, labels[0], edge.words, labels[1])


def give_graph(graph: ProvGraph, form: str, name: str) -> Response:
    """A graph as a file: `json` for the drawing, `csv` of its links. Raises NotFound for another form."""
    if form == "json":
        return jsonify(to_elements(graph))
    if form != "csv":
        raise NotFound(f"A graph is given as json or csv, not as {form!r}.")
    columns = ("source", "property", "target", "source_label", "words", "target_label")
    return table_file(columns, edge_rows(graph), form=form, name=f"{name}-provenance")
