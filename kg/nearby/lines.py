"""What follows from a few rows, as N-Quads: the lines of `kg.derive` and of `kg.analysis.derived.derive`."""

from collections.abc import Iterable, Iterator

from kg.analysis.derived.derive import group_lines, maker_lines
from kg.analysis.derived.events import LEAST_REPORTS, origin_lines, position_lines
from kg.analysis.origins.reading import gather, to_agent, to_said, to_source
from kg.analysis.origins.trace import iter_rows
from kg.derive import LABELLED, derived_graph, entity_line, label_line, pair_line
from kg.nearby.groups import summarise
from kg.nearby.rows import Row, Rows
from kg.nearby.trail import read_trail
from kg.terms import PROV, av

_SAID = ("iri", "kind", "stance", "proposition", "question", "voice", "speaker", "document", "relays", "root")
_KNOWN = ("earliest", "latest", "consulted", "grounds", "withdraws", "passages")
_SOURCE = ("iri", "label", "publisher", "copies")
_AGENT = ("iri", "label", "kind", "members", "owner")


def iter_rule_lines(rows: Rows, base: str, subjects: set[str]) -> Iterator[str]:
    """The lines that follow by rule for some subjects."""
    graph = f"<{derived_graph(base)}>"
    for predicate, subject, value in _pairs(rows, subjects):
        yield pair_line(subject, predicate, value, graph)
    yield from (entity_line(row["iri"], graph) for row in rows["claims"] if row["iri"] in subjects)
    for name in LABELLED:
        for row in rows[name]:
            if row["iri"] in subjects and row["label"]:
                yield label_line(row["iri"], row["label"], row["label_language"], graph)


def _pairs(rows: Rows, subjects: set[str]) -> Iterator[tuple[str, str, str]]:
    sayings = [row for row in rows["claims"] if row["iri"] in subjects]
    claims = [row for row in sayings if row["kind"] == "claim"]
    named = {row["iri"] for row in claims}
    yield from ((av("concerns"), row["claim"], row["event"]) for row in rows["concerns"] if row["claim"] in named)
    yield from ((av("party"), row["iri"], party) for row in claims for party in _parties(rows, row["voice"]))
    yield from ((av("knownThrough"), row["root"], row["voice"]) for row in rows.relays if row["root"] in subjects)
    derived, revised = PROV + "wasDerivedFrom", PROV + "wasRevisionOf"
    yield from ((derived, row["iri"], row["relays"]) for row in sayings if row["relays"] is not None)
    for row in rows["claims"]:
        yield from ((derived, passage, row["iri"]) for passage in row["passages"] if passage in subjects)
    yield from ((derived, row["iri"], row["capture"]) for row in rows["passages"] if row["iri"] in subjects)
    yield from ((revised, row["iri"], old) for row in sayings for old in row["revises"])


def _parties(rows: Rows, voice: str) -> set[str]:
    """A voice and, of a joint one, its members, at any depth."""
    found, waiting = set(), [voice]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            agent = rows.find("agents", name)
            waiting += agent["members"] if agent is not None else ()
    return found


def iter_analysis_lines(rows: Rows, base: str, touched: set[str]) -> Iterator[str]:
    """The lines of analysis for what was touched; a line may come twice."""
    questions = [name for name in touched if "/question/" in name]
    events = [name for name in touched if "/question/" not in name and "/claim/" not in name]
    for group in summarise(rows, questions):
        if group.voices > 1:
            yield from group_lines(group, base)
    yield from _origin_lines(rows, events, base)
    pairs = sorted((row["event"], row["claim"]) for row in rows["concerns"] if row["event"] in set(events))
    yield from position_lines(pairs, read_trail(rows, events, questions), base)
    if rows["claims"]:
        yield from maker_lines(base)


def _origin_lines(rows: Rows, events: Iterable[str], base: str) -> Iterator[str]:
    sources = {row["iri"]: to_source(*(row[name] for name in _SOURCE)) for row in rows["documents"]}
    agents = {row["iri"]: to_agent(*(row[name] for name in _AGENT)) for row in rows["agents"]}
    for event in sorted(events):
        claims = {row["claim"] for row in rows["concerns"] if row["event"] == event}
        concerned = sorted((row for row in rows["claims"] if row["iri"] in claims), key=_iri)
        said = [to_said(*(row[name] for name in (*_SAID, *_KNOWN)), row["iri"] in rows.corrected) for row in concerned]
        for found in iter_rows(gather(said, sources, agents), event, least=LEAST_REPORTS) if said else ():
            yield from origin_lines(found, base)


def _iri(row: Row) -> str:
    return str(row["iri"])
