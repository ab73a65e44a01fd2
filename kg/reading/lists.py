"""What a record holds, in lists: events with their claims and voices, agents, documents, ingestions."""

from dataclasses import dataclass

from kg.reading.claims import ClaimReader
from kg.reading.views import Ref

_PLACED = """
    SELECT event, voice, max(place) AS place, max(time) AS time FROM (
        SELECT unnest(p.about) AS event, c.voice, p.slots ->> '$.place' AS place, p.slots ->> '$.time' AS time
        FROM propositions p JOIN claims c ON c.proposition = p.iri AND c.question = p.question
        WHERE p.kind IN ('Location', 'Timing') AND list_has_any(p.about, $events::VARCHAR[])
          AND c.kind = 'claim' AND c.stance = 'asserts')
    WHERE event IN (SELECT unnest($events::VARCHAR[])) GROUP BY event, voice
    ORDER BY (max(place) IS NOT NULL)::INTEGER + (max(time) IS NOT NULL)::INTEGER DESC, voice"""


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event, how many claims concern it and how many voices make them; ISO dates, "" where open."""

    ref: Ref
    event_kind: str
    claims: int
    voices: int
    first: str
    last: str
    placed: "Placed | None" = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where and when one voice has an event take place: the place as worded, the time in EDTF, "" where not stated."""

    voice: Ref
    place: str
    time: str


@dataclass(frozen=True, slots=True)
class AgentLine:
    """An agent with how many claims it makes and how many of others' it relays."""

    ref: Ref
    agent_kind: str
    claims: int
    relays: int


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document with its publisher and how many sayings were made in it."""

    ref: Ref
    publisher: Ref | None
    published: str
    sayings: int


@dataclass(frozen=True, slots=True)
class IngestionLine:
    """One act of recording; `recorded` is an instant in UTC."""

    iri: str
    recorder: str
    recorded: str
    software: str
    note: str
    entry: int


def list_events(reader: ClaimReader, *, limit: int) -> tuple[EventLine, ...]:
    """The first events, those with the most claims before others."""
    rows = reader.view.rows(
        """SELECT e.iri, e.kind, count(DISTINCT c.iri), count(DISTINCT c.voice), CAST(min(c.latest) AS VARCHAR),
                  CAST(max(c.latest) AS VARCHAR)
           FROM events e LEFT JOIN concerns k ON k.event = e.iri
           LEFT JOIN claims c ON c.iri = k.claim AND c.kind = 'claim'
           GROUP BY e.iri, e.kind ORDER BY 3 DESC, e.iri LIMIT ?""",
        [limit],
    )
    reader.labels.learn(str(row[0]) for row in rows)
    placed = _place(reader, [str(row[0]) for row in rows])
    return tuple(
        EventLine(
            ref=reader.labels.ref(str(iri)),
            event_kind=str(kind),
            claims=_whole(claims),
            voices=_whole(voices),
            first=str(first or ""),
            last=str(last or ""),
            placed=placed.get(str(iri)),
        )
        for iri, kind, claims, voices, first, last in rows
    )


def _place(reader: ClaimReader, events: list[str]) -> dict[str, Placed]:
    """Of each event what the voice says of where and when it was that says both, else of one that says either."""
    rows = reader.view.rows(_PLACED, {"events": events})
    reader.labels.learn(str(row[1]) for row in rows)
    found: dict[str, Placed] = {}
    for event, voice, place, time in rows:
        found.setdefault(str(event), Placed(reader.labels.ref(str(voice)), str(place or ""), str(time or "")))
    return found


def list_agents(reader: ClaimReader, *, limit: int) -> tuple[AgentLine, ...]:
    """The first agents, those with the most claims before others."""
    rows = reader.view.rows(
        """SELECT a.iri, a.kind, count(*) FILTER (c.kind = 'claim'), count(*) FILTER (c.kind = 'relay')
           FROM agents a LEFT JOIN claims c ON c.voice = a.iri
           GROUP BY a.iri, a.kind ORDER BY 3 DESC, 4 DESC, a.iri LIMIT ?""",
        [limit],
    )
    reader.labels.learn(str(row[0]) for row in rows)
    return tuple(AgentLine(reader.labels.ref(str(i)), str(k), _whole(c), _whole(r)) for i, k, c, r in rows)


def list_documents(reader: ClaimReader, *, limit: int) -> tuple[DocumentLine, ...]:
    """The first documents, those with the most sayings before others."""
    rows = reader.view.rows(
        """SELECT d.iri, d.publisher, d.published, count(DISTINCT c.iri)
           FROM documents d LEFT JOIN claims c ON c.document = d.iri
           GROUP BY d.iri, d.publisher, d.published ORDER BY 4 DESC, d.iri LIMIT ?""",
        [limit],
    )
    reader.labels.learn(str(iri) for row in rows for iri in row[:2] if iri)
    find = reader.labels.find
    return tuple(
        DocumentLine(reader.labels.ref(str(i)), find(str(by) if by else None), str(on or ""), _whole(count))
        for i, by, on, count in rows
    )


def find_latest_ingestion(reader: ClaimReader) -> IngestionLine | None:
    """The last act of recording, None in an empty record."""
    rows = reader.view.rows(
        """SELECT iri, recorder, CAST(recorded AS VARCHAR), software, note, entry
           FROM ingestions ORDER BY entry DESC, iri LIMIT 1"""
    )
    if not rows:
        return None
    iri, recorder, recorded, software, note, entry = rows[0]
    return IngestionLine(str(iri), str(recorder), str(recorded), str(software), str(note or ""), _whole(entry))


def _whole(value: object) -> int:
    return int(str(value))
