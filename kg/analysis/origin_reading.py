"""What the origins of an event are traced in, out of the tables: a handful of queries for one event, however large."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kg.store.tables_view import TablesView
from kg.terms import AVC

_ABOUT = """
    WITH asked AS (SELECT claim FROM concerns WHERE event = $iri),
         mine AS (FROM asked)"""
_NEAR = """
    WITH asked AS (SELECT iri AS claim FROM claims WHERE {column} = $iri),
         mine AS (SELECT claim FROM concerns WHERE event IN (
                      SELECT event FROM concerns WHERE claim IN (FROM asked))
                  UNION FROM asked
                  UNION SELECT iri FROM claims WHERE root IN (FROM asked))"""
_SAYINGS = """
    SELECT c.iri, c.kind, c.stance, c.proposition, c.question, c.voice, c.speaker, c.document, c.relays, c.root,
           c.earliest, c.latest, c.consulted, c.grounds, c.withdraws, c.passages,
           c.iri IN (SELECT corrects FROM corrections)
    FROM claims c WHERE c.iri IN (FROM mine) ORDER BY c.iri"""
_DOCUMENTS = "SELECT iri, label, publisher, copies FROM documents WHERE iri IN (SELECT unnest($iris::VARCHAR[]))"
_AGENTS = "SELECT iri, label, kind, members, owner FROM agents WHERE iri IN (SELECT unnest($iris::VARCHAR[]))"
_SAME = """
    SELECT 'capture', sha256, max(length), list_sort(list(DISTINCT document)) FROM captures
    WHERE sha256 IN (SELECT sha256 FROM captures WHERE document IN (SELECT unnest($documents::VARCHAR[])))
    GROUP BY sha256 HAVING count(DISTINCT document) > 1
    UNION ALL
    SELECT 'passage', p.sha256, max(p."end" - p.start), list_sort(list(DISTINCT k.document))
    FROM passages p JOIN captures k ON k.iri = p.capture
    WHERE p.iri IN (SELECT unnest($passages::VARCHAR[]))
    GROUP BY p.sha256 HAVING count(DISTINCT k.document) > 1
    ORDER BY 1, 3 DESC, 2"""


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


def read_material(view: TablesView, kind: str, iri: str) -> Material:
    """What is recorded around an `event`, `question`, `proposition` or `claim`: every saying about the same events."""
    column = "iri" if kind == "claim" else kind
    scope = _ABOUT if kind == "event" else _NEAR.format(column=column)
    sayings = tuple(_said(*row) for row in view.rows(f"{scope} {_SAYINGS}", {"iri": iri}))
    if not sayings:
        return Material()
    consulted = {named for one in sayings for named in one.consulted}
    sources = _read_sources(view, {one.document for one in sayings} | consulted)
    parties = {one.voice for one in sayings} | {source.publisher for source in sources}
    agents = _read_agents(view, parties | consulted - {source.iri for source in sources})
    return Material(sayings, agents, sources, _find_same(view, sources, sayings))


def _read_sources(view: TablesView, wanted: set[str]) -> tuple[Source, ...]:
    """Documents and those they reprint, a query for each step back: mostly one."""
    found: dict[str, Source] = {}
    while new := sorted(wanted - found.keys() - {""}):
        rows = [_source(*row) for row in view.rows(_DOCUMENTS, {"iris": new})]
        found |= {source.iri: source for source in rows}
        wanted = {copied for source in rows for copied in source.copies}
    return tuple(found.values())


def _read_agents(view: TablesView, wanted: set[str]) -> tuple[Agent, ...]:
    """Agents, their members and their owners, a query for each step on."""
    found: dict[str, Agent] = {}
    while new := sorted(wanted - found.keys() - {""}):
        rows = [_agent(*row) for row in view.rows(_AGENTS, {"iris": new})]
        found |= {agent.iri: agent for agent in rows}
        wanted = {party for agent in rows for party in (*agent.members, agent.owner)}
    return tuple(found.values())


def _find_same(view: TablesView, sources: Iterable[Source], sayings: Iterable[Said]) -> tuple[Suggestion, ...]:
    """Equal bytes and equal words in documents of which none is recorded as a copy of another."""
    passages = sorted({passage for one in sayings for passage in one.passages})
    copies = {source.iri: set(source.copies) for source in sources}
    rows: Any = view.rows(_SAME, {"documents": sorted(copies), "passages": passages})
    found = []
    for kind, sha256, length, documents in rows:
        linked = {one for one in documents if copies.get(one, set()) & set(documents)}
        if len(linked) < len(documents) - 1:
            found.append(Suggestion(str(kind), str(sha256), int(length), tuple(documents)))
    return tuple(found)


def _said(*row: Any) -> Said:
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


def _source(iri: Any, label: Any, publisher: Any, copies: Any) -> Source:
    return Source(iri, label or "", publisher or "", tuple(copies or ()))


def _agent(iri: Any, label: Any, kind: Any, members: Any, owner: Any) -> Agent:
    return Agent(iri, label or "", kind or "", tuple(members or ()), owner or "")
