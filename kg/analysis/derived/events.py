"""What is derived of an event as a whole: what voices hold of it, how that changed, on how many origins it rests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kg.analysis.claims_sql import Query, View
from kg.analysis.derived.lines import Maker, entity_lines, write_integer
from kg.analysis.history.stands import VERSION as STAND_RULES
from kg.analysis.history.trail import Told, read_trail
from kg.analysis.history.turns import Changed, find_changes
from kg.analysis.origins.answer import RULES as ORIGIN_RULES
from kg.analysis.origins.answer import OriginRow, to_sentence
from kg.analysis.origins.trace import iter_origin_rows
from kg.derive import derived_graph
from kg.iris import hash_key
from kg.rdf import write_iri, write_literal
from kg.terms import DCTERMS, PROV, RDF_TYPE, Iri, av

ORIGINS = Maker("origins", ORIGIN_RULES)
POSITIONS = Maker("positions", STAND_RULES)
# Together read in one go: a few queries for so many claims, whatever the number of events.
_CLAIMS_AT_ONCE = 50_000
# A single report rests on one origin at most, and needs no summary to say so.
LEAST_REPORTS = 2

_EVENTS = "SELECT event, count(*) FROM concerns GROUP BY event ORDER BY event"
_CONCERNED = "SELECT event, claim FROM concerns WHERE event IN (SELECT unnest($events::VARCHAR[])) ORDER BY ALL"


def derive_event_lines(view: View, base: str, *, wanted: Iterable[str] | None = None) -> Iterator[str]:
    """The lines of some events and of the claims on some questions, or of all; with what took the place of a claim."""
    for events, query in _queries(view) if wanted is None else _wanted(wanted):
        for _, rows in iter_origin_rows(view, events, least=LEAST_REPORTS) if events else ():
            for row in rows:
                yield from origin_lines(row, base)
        concerned = view.rows(_CONCERNED, {"events": list(events)})
        yield from position_lines(concerned, read_trail(view, query), base)


def _wanted(names: Iterable[str]) -> Iterator[tuple[list[str], Query]]:
    named = sorted(set(names))
    questions = [name for name in named if "/question/" in name]
    # A set that lies within no event stands for one.
    events = [name for name in named if "/question/" not in name and "/claim/" not in name]
    if events or questions:
        yield events, Query.around(events, questions)


def _queries(view: View) -> Iterator[tuple[list[str], Query]]:
    """Everything, so many events at a time; whatever concerns none comes last."""
    chunk: list[str] = []
    waiting = 0
    for event, claims in view.rows(_EVENTS):
        chunk.append(event)
        waiting += claims
        if waiting >= _CLAIMS_AT_ONCE:
            yield chunk, Query.around(chunk, [])
            chunk, waiting = [], 0
    if chunk:
        yield chunk, Query.around(chunk, [])
    yield [], Query.of_no_event()


def origin_lines(row: OriginRow, base: str) -> Iterator[str]:
    """The lines of the bounds of an event or of a question, and of its circles."""
    scope = [(av("concerns"), write_iri(row.event))]
    scope += [(av("question"), write_iri(row.subject))] if row.kind == "question" else []
    if row.reports >= LEAST_REPORTS:
        key = hash_key({"analysis": "origins", "of": row.subject, "event": row.event})
        words = to_sentence(row.reports, row.at_least, row.at_most)
        facts = [
            (RDF_TYPE, write_iri(av("OriginSummary"))),
            *scope,
            (av("reportCount"), write_integer(row.reports)),
            (av("originsAtLeast"), write_integer(row.at_least)),
            (av("originsAtMost"), write_integer(row.at_most)),
            (
                DCTERMS + "description",
                write_literal(words, language="en"),
            ),
            *((av("passesThrough"), write_iri(party)) for party in row.passes_through),
        ]
        yield from entity_lines(base, Iri(f"{base}analysis/{key}"), ORIGINS, facts, row.claims)
    # A circle lies within one question, where it is told.
    for circle in row.circles if row.kind == "question" else ():
        key = hash_key({"analysis": "circle", "of": row.subject, "event": row.event, "members": list(circle)})
        facts = [
            (RDF_TYPE, write_iri(av("CircularReport"))),
            *scope,
            *((PROV + "hadMember", write_iri(member)) for member in circle),
        ]
        yield from entity_lines(base, Iri(f"{base}analysis/{key}"), ORIGINS, facts, row.claims)


def position_lines(pairs: Iterable[tuple[Any, ...]], trail: Sequence[Told], base: str) -> Iterator[str]:
    """The lines of what voices hold of events, given as pairs of event and claim, and of how that changed."""
    concerned: dict[str, list[str]] = {}
    events_of: dict[str, list[str]] = {}
    for event, claim in pairs:
        concerned.setdefault(event, []).append(claim)
        events_of.setdefault(claim, []).append(event)
    told = {each.claim: each for each in trail if each.asked}
    for event, claims in concerned.items():
        mine = [told[claim] for claim in claims if claim in told]
        if mine:
            yield from _held_lines(event, mine, base)
    for changed in find_changes(trail):
        yield from _changed_lines(changed, events_of, base)
    graph = write_iri(derived_graph(base))
    for each in told.values():
        yield from (f"<{each.claim}> <{av('supersededBy')}> <{after}> {graph} ." for after in each.next)
        yield from (f"<{each.claim}> <{av('withdrawnBy')}> <{after}> {graph} ." for after in each.withdrawn_by)
        yield from (f"<{each.claim}> <{av('leftBy')}> <{after}> {graph} ." for after in each.left_by)


def _held_lines(event: str, told: Sequence[Told], base: str) -> Iterator[str]:
    held = [each for each in told if each.is_held]
    facts = [
        (RDF_TYPE, write_iri(av("PositionSummary"))),
        (av("concerns"), write_iri(event)),
        (av("voiceCount"), write_integer(len({each.voice for each in held}))),
        (av("claimCount"), write_integer(len(told))),
        (av("currentCount"), write_integer(len(held))),
        *((av("holds"), write_iri(each.claim)) for each in held),
    ]
    key = hash_key({"analysis": "positions", "event": event})
    inputs = [each.claim for each in told]
    yield from entity_lines(base, Iri(f"{base}analysis/{key}"), POSITIONS, facts, inputs)


def _changed_lines(changed: Changed, events_of: Mapping[str, Sequence[str]], base: str) -> Iterator[str]:
    events = {event for claim in (changed.before, changed.after) for event in events_of.get(claim, ())}
    facts = [
        (RDF_TYPE, write_iri(av("PositionChange"))),
        (av("changeKind"), write_iri(changed.change.code)),
        (av("party"), write_iri(changed.voice)),
        (av("claimBefore"), write_iri(changed.before)),
        (av("claimAfter"), write_iri(changed.after)),
        *((av("concerns"), write_iri(event)) for event in sorted(events)),
    ]
    key = hash_key({"analysis": "change", "before": changed.before, "after": changed.after})
    yield from entity_lines(base, Iri(f"{base}analysis/{key}"), POSITIONS, facts, (changed.before, changed.after))
