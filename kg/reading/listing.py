"""Claims of things that have very many, as lines of a few columns: what pages count, choose among and page through."""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.reading.rows import Row, View


@dataclass(frozen=True, slots=True)
class Line:
    """One claim: its IRI, voice, kind of proposition, stance, and the ISO date it was surely made by ("" if open)."""

    iri: str
    voice: str
    kind: str
    stance: str
    latest: str


_LINES = """
    SELECT c.iri, c.voice, c.proposition_kind, c.stance, coalesce(CAST(c.latest AS VARCHAR), '')
    FROM claims c WHERE c.event IN (SELECT home FROM concerns WHERE event = $event)
      AND c.iri IN (SELECT claim FROM concerns WHERE event = $event) AND c.kind = 'claim' AND ({condition})
    ORDER BY c.latest, c.iri"""
_STANDS = """
    SELECT c.iri, c.kind, c.stance, c.voice, c.proposition, c.occasion, c.said, CAST(c.earliest AS VARCHAR),
           CAST(c.latest AS VARCHAR), c.revises, c.withdraws
    FROM claims c WHERE c.event IN (SELECT home FROM concerns WHERE event = $event)
      AND c.iri IN (SELECT claim FROM concerns WHERE event = $event) AND c.kind = 'claim'"""
_STANDS_COLUMNS = (
    *("iri", "kind", "stance", "voice", "proposition", "occasion", "said", "earliest", "latest"),
    *("revises", "withdraws"),
)
_RECORDED = "SELECT iri, entry FROM claims WHERE event IN (SELECT home FROM concerns WHERE event = $event)"
_ENTRIES = "SELECT iri, entry, CAST(recorded AS VARCHAR) FROM ingestions ORDER BY entry"


def list_event(
    view: View, event: str, *, condition: str = "true", params: Mapping[str, object] | None = None
) -> list[Line]:
    """The claims on an event in order of date, as far as they meet an SQL condition on `claims c`."""
    rows = view.rows(_LINES.format(condition=condition), {"event": event, **(params or {})})
    return [Line(*map(str, row)) for row in rows]


def list_stands(view: View, event: str) -> list[Row]:
    """The claims on an event by their own columns, as `Points.stands` has them, in no order."""
    return [dict(zip(_STANDS_COLUMNS, row, strict=True)) for row in view.rows(_STANDS, {"event": event})]


def list_recorded(view: View, event: str) -> dict[str, int]:
    """The log entry that first recorded each claim on an event and each relay of one, and some beside."""
    return {str(iri): int(entry) for iri, entry in view.rows(_RECORDED, {"event": event})}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log that recorded something: the ingestion's IRI, its number, its instant in UTC."""

    ingestion: str
    number: int
    recorded: str


def list_entries(view: View) -> list[Entry]:
    """Every ingestion in the order of the log."""
    return [Entry(str(iri), int(number), str(recorded)) for iri, number, recorded in view.rows(_ENTRIES)]
