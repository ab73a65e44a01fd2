"""What the origins of an event are traced in, out of the tables: a handful of queries for one event, however large."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kg.analysis.claims_sql import View
from kg.terms import AVC

_EVENTS = """
    SELECT DISTINCT event FROM concerns WHERE claim IN (SELECT iri FROM claims WHERE {column} = $iri) ORDER BY 1"""
_COLUMNS = """
    SELECT c.iri, c.kind, c.stance, c.proposition, c.question, c.voice, c.speaker, c.document, c.relays, c.root,
           c.earliest, c.latest, c.consulted, c.grounds, c.withdraws, c.passages,
           c.iri IN (SELECT corrects FROM corrections)"""
# The tables are sorted by the home event of a claim: without it, every claim of the record would be looked at.
_ABOUT = f"""{_COLUMNS}
    FROM (SELECT DISTINCT claim, home FROM concerns WHERE event IN (SELECT unnest($iris::VARCHAR[]))) k
    JOIN claims c ON c.event = k.home AND c.iri = k.claim ORDER BY c.iri"""
_ABOUT_EACH = f"""{_COLUMNS.replace("SELECT", "SELECT k.event,", 1)}
    FROM (SELECT DISTINCT claim, event, home FROM concerns WHERE event IN (SELECT unnest($iris::VARCHAR[]))) k
    JOIN claims c ON c.event = k.home AND c.iri = k.claim ORDER BY k.event, c.iri"""
_OF_NO_EVENT = f"""{_COLUMNS}
    FROM claims c WHERE c.root IN (SELECT iri FROM claims WHERE {{column}} = $iri) ORDER BY c.iri"""
_DOCUMENTS = "SELECT iri, label, publisher, copies FROM documents WHERE iri IN (SELECT unnest($iris::VARCHAR[]))"
_AGENTS = "SELECT iri, label, kind, members, owner FROM agents WHERE iri IN (SELECT unnest($iris::VARCHAR[]))"
_PASSAGES = """
    SELECT sha256, "end" - start, capture FROM passages WHERE iri IN (SELECT unnest($iris::VARCHAR[]))"""
_CAPTURES = """
    SELECT iri, sha256, length, document FROM captures
    WHERE document IN (SELECT unnest($documents::VARCHAR[])) OR iri IN (SELECT unnest($iris::VARCHAR[]))"""


@dataclass(frozen=True, slots=True)
class Said:
    """A claim or relay as origins need it; `consulted` holds agents and documents, `material` codes of both slots."""

    iri: str
    kind: str
    stance: str
    proposition: str
    question: str
    voice: str
    speaker: str
    document: str
    relays: str
    root: str
    earliest: date | None
    latest: date | None
    consulted: tuple[str, ...]
    material: tuple[str, ...]
    withdraws: tuple[str, ...]
    passages: tuple[str, ...]
    corrected: bool


@dataclass(frozen=True, slots=True)
class Agent:
    """A voice or consulted party: its kind as the tables have it, its members and its owner ("" for none)."""

    iri: str
    label: str
    kind: str
    members: tuple[str, ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A document, who published it, and the documents it reprints."""

    iri: str
    label: str
    publisher: str = ""
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link nobody has recorded: documents that hold the same bytes (`capture`) or the same words (`passage`)."""

    kind: str
    sha256: str
    length: int
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """All that the origins of one event are traced in."""

    sayings: tuple[Said, ...] = ()
    agents: tuple[Agent, ...] = ()
    sources: tuple[Source, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


def read_material(view: View, kind: str, iri: str, *, suggest: bool = True) -> Material:
    """What is recorded around an `event`, `question`, `proposition` or `claim`: every saying about the same events.

    Without `suggest`, links that nobody has recorded are not looked for.
    """
    sayings = _read_sayings(view, kind, iri)
    if not sayings:
        return Material()
    consulted = {named for one in sayings for named in one.consulted}
    sources = _read_sources(view, {one.document for one in sayings} | consulted)
    parties = {one.voice for one in sayings} | {source.publisher for source in sources}
    agents = _read_agents(view, parties | consulted - {source.iri for source in sources})
    return Material(sayings, agents, sources, _find_same(view, sources, sayings) if suggest else ())


def read_materials(view: View, events: Sequence[str]) -> Iterator[tuple[str, Material]]:
    """The same for each of many events, read together; links that nobody has recorded are not looked for."""
    by_event: dict[str, list[Said]] = {}
    for event, *row in view.rows(_ABOUT_EACH, {"iris": list(events)}):
        by_event.setdefault(event, []).append(to_said(*row))
    sayings = [said for each in by_event.values() for said in each]
    consulted = {named for one in sayings for named in one.consulted}
    sources = {one.iri: one for one in _read_sources(view, {one.document for one in sayings} | consulted)}
    parties = {one.voice for one in sayings} | {source.publisher for source in sources.values()}
    agents = {one.iri: one for one in _read_agents(view, parties | consulted - sources.keys())}
    for event, mine in sorted(by_event.items()):
        yield event, gather(mine, sources, agents)


def gather(sayings: Sequence[Said], sources: Mapping[str, Source], agents: Mapping[str, Agent]) -> Material:
    """What some sayings are traced in, out of all documents and agents they may lead to."""
    wanted = {name for one in sayings for name in (one.voice, one.document, *one.consulted)}
    named = _reach(wanted, sources, agents)
    return Material(
        tuple(sayings),
        tuple(agents[name] for name in named if name in agents),
        tuple(sources[name] for name in named if name in sources),
    )


def _reach(wanted: set[str], sources: Mapping[str, Source], agents: Mapping[str, Agent]) -> list[str]:
    """What is named, and what that leads on to: publishers, originals, members, owners; in order of name."""
    found: set[str] = set()
    while wanted:
        found |= wanted
        onward = [(sources[name].publisher, *sources[name].copies) for name in wanted if name in sources]
        onward += [(agents[name].owner, *agents[name].members) for name in wanted if name in agents]
        wanted = {name for names in onward for name in names} - found - {""}
    return sorted(found)


def _read_sayings(view: View, kind: str, iri: str) -> tuple[Said, ...]:
    events, column = [iri], "iri" if kind == "claim" else kind
    if kind != "event":
        events = [str(row[0]) for row in view.rows(_EVENTS.format(column=column), {"iri": iri})]
    if events:
        rows = view.rows(_ABOUT, {"iris": events})
    else:
        rows = view.rows(_OF_NO_EVENT.format(column=column), {"iri": iri})
    return tuple(to_said(*row) for row in rows)


def _read_sources(view: View, wanted: set[str]) -> tuple[Source, ...]:
    """Documents and those they reprint, a query for each step back: mostly one."""
    found: dict[str, Source] = {}
    while new := sorted(wanted - found.keys() - {""}):
        rows = [to_source(*row) for row in view.rows(_DOCUMENTS, {"iris": new})]
        found |= {source.iri: source for source in rows}
        wanted = {copied for source in rows for copied in source.copies}
    return tuple(found.values())


def _read_agents(view: View, wanted: set[str]) -> tuple[Agent, ...]:
    """Agents, their members and their owners, a query for each step on."""
    found: dict[str, Agent] = {}
    while new := sorted(wanted - found.keys() - {""}):
        rows = [to_agent(*row) for row in view.rows(_AGENTS, {"iris": new})]
        found |= {agent.iri: agent for agent in rows}
        wanted = {party for agent in rows for party in (*agent.members, agent.owner)}
    return tuple(found.values())


def _find_same(view: View, sources: Iterable[Source], sayings: Iterable[Said]) -> tuple[Suggestion, ...]:
    """Equal bytes and equal words in documents of which none is recorded as a copy of another."""
    documents = sorted(source.iri for source in sources)
    named = sorted({passage for one in sayings for passage in one.passages})
    passages = view.rows(_PASSAGES, {"iris": named})
    read = sorted({str(capture) for _, _, capture in passages})
    captures = view.rows(_CAPTURES, {"documents": documents, "iris": read})
    return find_suggestions(sources, passages, captures)


def find_suggestions(
    sources: Iterable[Source], passages: Iterable[tuple[Any, ...]], captures: Sequence[tuple[Any, ...]]
) -> tuple[Suggestion, ...]:
    """Equal bytes and equal words in documents of which none is recorded as a copy of another.

    `passages` are rows of hash, length and capture; `captures` of IRI, hash, length and document.
    """
    copies = {source.iri: set(source.copies) for source in sources}
    document_of = {capture: document for capture, _, _, document in captures}
    held: dict[tuple[str, str, int], set[str]] = {}
    for _, sha256, length, document in captures:
        held.setdefault(("capture", sha256, length), set()).add(document)
    for sha256, length, capture in passages:
        if capture in document_of:
            held.setdefault(("passage", sha256, length), set()).add(document_of[capture])
    found = []
    for (kind, sha256, length), documents in held.items():
        linked = {one for one in documents if copies.get(one, set()) & documents}
        if len(linked) < len(documents) - 1:
            found.append(Suggestion(kind, sha256, length, tuple(sorted(documents))))
    return tuple(sorted(found, key=lambda one: (one.kind, -one.length, one.sha256)))


def to_said(*row: Any) -> Said:
    """A row of what a saying is traced by, in the order of the columns read here."""
    iri, kind, stance, proposition, question, voice, speaker, document, relays, root, earliest, latest, *rest = row
    consulted, grounds, withdraws, passages, corrected = rest
    named = consulted or ()
    return Said(
        iri=iri,
        kind=kind,
        stance=stance or "",
        proposition=proposition or "",
        question=question or "",
        voice=voice,
        speaker=speaker or "",
        document=document or "",
        relays=relays or "",
        root=root or "",
        earliest=earliest,
        latest=latest,
        consulted=tuple(one for one in named if not one.startswith(AVC)),
        material=tuple(sorted({*(grounds or ()), *(one for one in named if one.startswith(AVC))})),
        withdraws=tuple(withdraws or ()),
        passages=tuple(passages or ()),
        corrected=corrected,
    )


def to_source(iri: Any, label: Any, publisher: Any, copies: Any) -> Source:
    """A row of `documents`."""
    return Source(iri, label or "", publisher or "", tuple(copies or ()))


def to_agent(iri: Any, label: Any, kind: Any, members: Any, owner: Any) -> Agent:
    """A row of `agents`."""
    return Agent(iri, label or "", kind or "", tuple(members or ()), owner or "")
