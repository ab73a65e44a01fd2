"""The reader: events, agents and documents beside the claims, out of the tables, every name resolved."""

from collections.abc import Sequence
from typing import Any

from kg.errors import NotFound
from kg.model import Agent, Capture, Document, Event, slots_of
from kg.reading.claims import ClaimReader
from kg.reading.rows import Row
from kg.reading.views import AgentView, CaptureView, DocumentView, EventView, PassageView, Ref

_INSIDE = """
    WITH RECURSIVE inside(iri) AS (
        SELECT iri FROM sets WHERE within = ? UNION SELECT s.iri FROM sets s JOIN inside i ON s.within = i.iri)
    SELECT iri FROM inside"""
_ON_EVENT = """
    SELECT k.claim FROM concerns k JOIN claims c ON c.event = k.home AND c.iri = k.claim AND c.kind = 'claim'
    WHERE k.event = ? ORDER BY k.claim"""

_CITED = """
    SELECT p.iri, list_sort(list(DISTINCT coalesce(c.root, c.iri))) FROM passages p
    JOIN captures k ON k.iri = p.capture AND k.document = ?
    LEFT JOIN claims c ON list_contains(c.passages, p.iri) GROUP BY p.iri"""
_KEPT = ("sha256", "length", "media_type", "encoding", "captured", "captured_by", "tool", "archived_at")
_CLAIMED = "SELECT iri FROM claims WHERE kind = 'claim' AND voice = ? ORDER BY latest, iri"
_RELAYED = "SELECT iri FROM claims WHERE kind = 'relay' AND voice = ? ORDER BY latest, iri"
_SPOKEN = "SELECT iri FROM claims WHERE speaker = ? AND voice <> ? ORDER BY iri"


class Reader(ClaimReader):
    """Typed reads of one view of the tables; `base` is the record's base IRI."""

    def _one(self, cls: type, columns: str, iri: str) -> Row:
        name = cls.__name__.lower()
        row = self.points.entity(cls, iri) if self.points is not None else self._select(f"{name}s", columns, iri)
        if row is None:
            raise NotFound(f"no {name} {iri} in this record")
        self.labels.learn([iri])
        return row

    def _select(self, table: str, columns: str, iri: str) -> Row | None:
        rows = self.view.rows(f"SELECT {columns} FROM {table} WHERE iri = ?", [iri])
        return dict(zip(columns.split(", "), rows[0], strict=True)) if rows else None

    def _refs(self, sql: str, params: Sequence[object]) -> tuple[Ref, ...]:
        iris = [str(row[0]) for row in self.view.rows(sql, params) if row[0]]
        self.labels.learn(iris)
        return tuple(sorted((self.labels.ref(iri) for iri in iris), key=lambda ref: (ref.label, ref.iri)))

    def _iris(self, sql: str, params: Sequence[object]) -> tuple[str, ...]:
        return tuple(str(row[0]) for row in self.view.rows(sql, params))

    def get_event(self, iri: str, *, claims: bool = True) -> EventView:
        """One event and, unless left out, the IRIs of the claims that concern it. Raises NotFound."""
        row = self._one(Event, "kind, recorder, names, identifiers", iri)
        self.labels.learn([row["recorder"]])
        return EventView(
            ref=self.labels.ref(iri),
            event_kind=row["kind"],
            names=_names(row["names"]),
            identifiers=tuple(row["identifiers"] or ()),
            recorder=self.labels.find(row["recorder"]),
            sets=self._sets(iri),
            claims=self.list_claims(iri) if claims else (),
        )

    def list_claims(self, event: str) -> tuple[str, ...]:
        """The IRIs of the claims that concern an event, in order."""
        if self.points is not None:
            return tuple(self.points.claims_of(event))
        return self._iris(_ON_EVENT, [event])

    def _sets(self, event: str) -> tuple[Ref, ...]:
        if self.points is None:
            return self._refs(_INSIDE, [event])
        found = self.points.inside(event)
        self.labels.learn(found)
        return tuple(sorted((self.labels.ref(iri) for iri in found), key=lambda ref: (ref.label, ref.iri)))

    def get_agent(self, iri: str, *, sayings: bool = True) -> AgentView:
        """One agent and the IRIs of what it claims, relays and speaks for others. Raises NotFound.

        Without `sayings` these are left out: an agent may have very many.
        """
        row = self._one(Agent, "kind, owner, quoted_in, names, description, members", iri)
        self.labels.learn([row["owner"], row["quoted_in"], *(row["members"] or ())])
        find = self.labels.find
        return AgentView(
            ref=self.labels.ref(iri),
            agent_kind=row["kind"],
            names=_names(row["names"]),
            description=row["description"] or "",
            members=tuple(self.labels.ref(member) for member in row["members"] or ()),
            member_of=self._joint(iri),
            owner=find(row["owner"]),
            quoted_in=find(row["quoted_in"]),
            claims=self._iris(_CLAIMED, [iri]) if sayings else (),
            relays=self._iris(_RELAYED, [iri]) if sayings else (),
            spoken=self._iris(_SPOKEN, [iri, iri]) if sayings else (),
        )

    def _joint(self, agent: str) -> tuple[Ref, ...]:
        if self.points is None:
            return self._refs("SELECT iri FROM agents WHERE list_contains(members, ?)", [agent])
        found = self.points.subjects(slots_of(Agent)["members"].prop, agent)
        self.labels.learn(found)
        return tuple(sorted((self.labels.ref(iri) for iri in found), key=lambda ref: (ref.label, ref.iri)))

    def get_document(self, iri: str) -> DocumentView:
        """One document, its captures, and the passages cited, with the sayings that cite each. Raises NotFound."""
        columns = "publisher, published, language, source_kind, urls, creators, copies"
        row = self._one(Document, columns, iri)
        creators, copies = row["creators"] or (), row["copies"] or ()
        self.labels.learn([row["publisher"], *creators, *copies])
        return DocumentView(
            ref=self.labels.ref(iri),
            publisher=self.labels.find(row["publisher"]),
            creators=tuple(self.labels.ref(creator) for creator in creators),
            published=row["published"] or "",
            language=row["language"] or "",
            source_kind=self.labels.find(row["source_kind"]),
            urls=tuple(row["urls"] or ()),
            copies=tuple(self.labels.ref(copy) for copy in copies),
            captures=self._captures(iri),
            passages=self._cited(iri),
        )

    def _captures(self, document: str) -> tuple[CaptureView, ...]:
        if self.points is not None:
            found = [(iri, self.points.entity(Capture, iri)) for iri in self.points.captures_of(document)]
            rows: list[Any] = [(iri, *(row[name] for name in _KEPT)) for iri, row in found if row is not None]
            rows.sort(key=lambda row: (row[_KEPT.index("captured") + 1] or "", row[0]))
        else:
            columns = ", ".join(_KEPT)
            rows = self.view.rows(
                f"SELECT iri, {columns} FROM captures WHERE document = ? ORDER BY captured NULLS FIRST, iri", [document]
            )
        self.labels.learn(str(row[6]) for row in rows if row[6])
        return tuple(self._capture(*row) for row in rows)

    def _capture(self, iri: Any, sha256: Any, length: Any, *more: Any) -> CaptureView:
        media_type, encoding, captured, captured_by, tool, archived_at = more
        return CaptureView(
            iri=iri,
            sha256=sha256,
            length=length,
            media_type=media_type or "",
            encoding=encoding or "",
            captured=captured or "",
            captured_by=self.labels.find(captured_by),
            tool=tool or "",
            archived_at=archived_at or "",
        )

    def _cited(self, document: str) -> tuple[tuple[PassageView, tuple[str, ...]], ...]:
        if (points := self.points) is not None:
            named = (iri for capture in points.captures_of(document) for iri in points.passages_in(capture))
            rows: list[Any] = [(iri, points.readings_of(iri)) for iri in named]
        else:
            rows = self.view.rows(_CITED, [document])
        passages = self.passages(str(row[0]) for row in rows)
        cited: list[tuple[PassageView, tuple[str, ...]]] = []
        for iri, claims in rows:
            names: Any = claims or ()
            cited.append((passages[str(iri)], tuple(str(name) for name in names if name)))
        return tuple(sorted(cited, key=lambda pair: (pair[0].start, pair[0].end, pair[0].iri)))

    def ref(self, iri: str) -> Ref:
        """A thing or code with the label it bears now."""
        self.labels.learn([iri])
        return self.labels.ref(iri)


def _names(names: Any) -> tuple[tuple[str, str], ...]:
    """(text, language) pairs of a list of name structs."""
    return tuple((name["text"], name["language"] or "") for name in names or ())
