"""An open record, for reading: tables, graph, captures, and the place of things in the log; always the newest."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kg.errors import Unusable
from kg.log import Record
from kg.log.chain import Entry
from kg.log.layout import is_sealed
from kg.projections import Projections, derived_graphs, graph_folder, tables_folder
from kg.reading import Graph, Reader
from kg.reading.points import Remembering
from kg.reading.statements import find_entry, read_statements
from kg.store.base import MARKER_GRAPH, VOCABULARY_GRAPH, Answer, Progress
from kg.store.embedded import EmbeddedReader, open_reader
from kg.store.files import is_held, stamp_file
from kg.store.snapshots import pointer_path, read_pointer
from kg.store.tables import Tables
from kg.store.tables.view import TablesView
from kg.units import digest_lines

# Look-ups of one snapshot that are kept: voices and documents stand on most pages.
_REMEMBERED = 4_000
_COUNTED = ("events", "agents", "documents", "captures", "passages", "propositions", "sets", "victims", "ingestions")

# Kinds named by a hash of much that only who has seen them knows; an agent's, event's or victim's name can be guessed,
# and so can all the slots of a proposition.
_UNGUESSABLE = ("claim", "relay", "passage", "recording", "correction")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a unit stands in the log: its entry and that entry's hash, its own hash, and when it was recorded."""

    entry: int
    entry_hash: str
    digest: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal says of itself: its entry, when (UTC), who decided, and the code of the reason."""

    entry: int
    recorded: str
    who: str
    reason: str


class OpenRecord:
    """A record open for reading by any number of threads; it follows what writers publish."""

    def __init__(self, root: Path, record: Record) -> None:
        self.root = root
        self._record = record
        self._lock = threading.Lock()
        self._tables = Tables.open(tables_folder(root))
        self._shelf = self._tables.shelf()
        self._graph: EmbeddedReader | None = None
        self._view: TablesView | None = None
        self._known: tuple[EmbeddedReader, Remembering] | None = None
        self._withdrawn: dict[str, tuple[int, Withdrawal | None]] = {}
        self._counted: tuple[TablesView, dict[str, int]] | None = None
        self._standing = -1
        self._published = (-1, -1)
        self._stamps: tuple[object, object] = (None, None)

    @classmethod
    def open(cls, root: Path, *, progress: Progress | None = None) -> Self:
        """Open a record, finishing what an interrupted recording left undone. Raises Unusable."""
        record = Record.open(root)
        # A writer at work finishes by itself; until then what it last published is read.
        if not (read_pointer(graph_folder(root)).snapshot and _is_writing(record)):
            projections = Projections(root, record)
            try:
                projections.catch_up(progress=progress)
            except Unusable:
                # Another process began to record, or to finish what was killed, just then.
                if not read_pointer(graph_folder(root)).snapshot or not (
                    _is_writing(record) or _stands(record, projections)
                ):
                    raise
        return cls(root, record)

    @property
    def base(self) -> str:
        """The base of the record's IRIs."""
        return self._record.base

    def standing(self) -> int:
        """The log entry that what is read stands at."""
        self._refresh()
        return self._standing

    def reader(self) -> Reader:
        """Typed reads of the newest tables, of single things in the graph."""
        return Reader(self.view(), self.base, graph=self.graph())

    def view(self) -> TablesView:
        """The newest tables, for SQL."""
        self._refresh()
        assert self._view is not None
        return self._view

    def graph(self) -> Graph:
        """The newest graph, for looking up single things; the last ones are remembered."""
        reader = self._reader()
        if self._known is None or self._known[0] is not reader:
            self._known = reader, Remembering(reader, most=_REMEMBERED)
        return self._known[1]

    def query(self, sparql: str) -> Answer:
        """Answer a SPARQL 1.1 query over all graphs as one. Raises QueryRefused."""
        return self._reader().query(sparql)

    def query_serialised(self, sparql: str, media_type: str) -> bytes:
        """The answer to a SPARQL query in a standard result format."""
        return self._reader().query_serialised(sparql, media_type)

    def read_capture(self, sha256: str) -> bytes | None:
        """The bytes of a capture, None where they are not kept here."""
        return self._record.read_capture(sha256)

    def read_text(self, sha256: str) -> str | None:
        """The text of a capture in the encoding it is recorded with, None where it is not at hand or is no text."""
        data = self.read_capture(sha256)
        if data is None:
            return None
        rows = self.view().rows("SELECT encoding FROM captures WHERE sha256 = ?", [sha256])
        try:
            return data.decode(str(rows[0][0]) if rows and rows[0][0] else "utf-8")
        except (UnicodeDecodeError, LookupError):
            return None

    def statements(self, iri: str) -> list[str]:
        """The recorded N-Quads lines of a thing: of the graph it names, else of every graph it is the subject of."""
        aside = (MARKER_GRAPH, VOCABULARY_GRAPH, *derived_graphs(self.base))
        return read_statements(self._reader(), iri, aside=aside)

    def place_in_log(self, iri: str, *, entry: int | None = None) -> Placement | None:
        """Where a claim, relay or proposition stands in the log, None where it is not in it; reads no segment.

        `entry` is the number of its entry, where that is known already.
        """
        number = entry or find_entry(self.reader(), iri)
        if number is None:
            return None
        self._record.log.refresh()
        found = self._record.log.entries()[number - 1]
        return Placement(number, found.hash, digest_lines(self.statements(iri)), found.recorded)

    def find_commitment(self, iri: str) -> str | None:
        """The salted commitment to a claim, relay or proposition in the log; reads every segment of its entry."""
        number = find_entry(self.reader(), iri)
        if number is None:
            return None
        self._record.log.refresh()
        found = self._record.log.find_unit(iri, entry=number)
        return found.commitment if found else None

    def withdrawal(self, iri: str) -> Withdrawal | None:
        """What may be said of something that was withdrawn: None where it stands, never was, or was not public.

        Only of what is named by a hash of what only its holder knows: that a guessed name was here is never told.
        Without the record's key nothing is known of it.
        """
        if iri.removeprefix(self.base).partition("/")[0] not in _UNGUESSABLE or not self._record.layout.secret.exists():
            return None
        log = self._record.log
        log.refresh()
        entry = log.find_withdrawal(iri)
        if entry is None:
            return None
        if (told := self._withdrawn.get(iri)) and told[0] == log.number:
            return told[1]
        self._withdrawn[iri] = log.number, self._tell_withdrawal(iri, entry)
        return self._withdrawn[iri][1]

    def _tell_withdrawal(self, iri: str, entry: Entry) -> Withdrawal | None:
        """It reads the whole log, to see whether the thing was recorded again; so it is found once."""
        log = self._record.log
        name = log.keyed(iri)
        gone = [each for one in log.entries() for each in one.withdrawn if each.name == name]
        if any(is_sealed(each.tree) for each in gone) or log.find_unit(iri, include_sealed=True):
            return None
        return Withdrawal(entry.number, entry.recorded, entry.recorder, entry.reason or "")

    def find(self, name: str) -> list[str]:
        """The IRIs that a name can mean: a full IRI, a path under the base, a key, or the beginning of any of these."""
        view = self.view()
        exact = name if name.startswith(self.base) else f"{self.base}{name}"
        tables = ("claims", "events", "agents", "documents", "sets", "victims", "propositions", "passages", "captures")
        more = ("occasions", "ingestions", "viewpoints")
        union = " UNION ALL ".join(f"SELECT iri FROM {table}" for table in (*tables, *more))
        for condition, value in (
            ("iri = ?", exact),
            ("regexp_extract(iri, '[^/]+$') = ?", name),
            ("starts_with(regexp_extract(iri, '[^/]+$'), ?)", name),
            ("$1 <> '' AND starts_with(iri, $1)", exact if "/" in name else ""),
        ):
            rows = view.rows(f"SELECT DISTINCT iri FROM ({union}) WHERE {condition} ORDER BY iri", [value])
            if rows:
                return [str(row[0]) for row in rows]
        return []

    def counts(self) -> dict[str, int]:
        """How many of each kind of thing the record holds."""
        view = self.view()
        if self._counted is None or self._counted[0] is not view:
            self._counted = view, _count(view)
        return dict(self._counted[1])

    def _reader(self) -> EmbeddedReader:
        self._refresh()
        assert self._graph is not None
        return self._graph

    def _refresh(self) -> None:
        """Move to the newest snapshot where a writer has published one; a query under way keeps the one it has."""
        with self._lock:
            stamps = self._tables.stamp(), stamp_file(pointer_path(graph_folder(self.root)))
            if stamps == self._stamps:
                return
            published = self._tables.manifest().number, read_pointer(graph_folder(self.root)).number
            if published == self._published and self._graph is not None:
                self._stamps = stamps
                return
            self._view = self._shelf.newest()
            self._graph = open_reader(graph_folder(self.root))
            self._standing = self._view.standing()
            self._published, self._stamps = published, stamps


def _stands(record: Record, projections: Projections) -> bool:
    record.log.refresh()
    return projections.is_current()


def _is_writing(record: Record) -> bool:
    return record.layout.lock.exists() and is_held(record.layout.lock)


def _count(view: TablesView) -> dict[str, int]:
    kinds = dict(view.rows("SELECT kind, count(*) FROM claims GROUP BY kind"))
    found = {"claims": int(str(kinds.get("claim", 0))), "relays": int(str(kinds.get("relay", 0)))}
    for table in _COUNTED:
        found[table] = int(str(view.rows(f"SELECT count(*) FROM {table}")[0][0]))
    return found
