"""A record that stands on another SPARQL server, with the face of an open one.

What is asked in SPARQL goes to the server as it stands. What counts and compares is asked of tables, which are made
here from the server's quads, once for each entry it stands at, and kept in a cache.
"""

import hashlib
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from kg.analysis.derived.derive import analysis_graph
from kg.derive import derived_graph
from kg.errors import Unusable
from kg.export import write_claims_csv, write_lines
from kg.rdf import write_iri
from kg.reading import Graph, Reader
from kg.reading.points import Remembering
from kg.reading.statements import find_entry, read_statements
from kg.record import OpenRecord, Placement, Withdrawal
from kg.store.base import MARKER_GRAPH, VOCABULARY_GRAPH, Answer, Progress
from kg.store.files import Hold, write_durably
from kg.store.ledger import Posted, State, read_entries, read_state
from kg.store.remote import NOT_AS_ONE, RemoteReader
from kg.store.tables import Tables
from kg.store.tables.quads import rebuild_from_quads
from kg.store.tables.view import TablesView
from kg.units import digest_lines

_TRIES = 3
_REMEMBERED = 50_000


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where tables of other servers are kept: $AVERMENT_CACHE, else averment/ in the user's cache."""
    if given := environ.get("AVERMENT_CACHE"):
        return Path(given)
    home = environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME", ".")) / ".cache"
    return Path(home) / "averment"


class RemoteRecord(OpenRecord):
    """A record on a server, open for reading by any number of threads; it follows what the server shows."""

    def __init__(self, server: RemoteReader, cache: Path, *, progress: Progress | None = None) -> None:
        """Raises Unusable where the server shows no record, or cannot be asked as one."""
        self.server = server
        self.root = cache / hashlib.sha256(server.address.encode()).hexdigest()[:32]
        self._lock = threading.Lock()
        self._progress = progress
        self._seen: tuple[State, TablesView] | None = None
        self._counted: tuple[TablesView, dict[str, int]] | None = None
        self._remembered: tuple[State, Remembering] | None = None
        self._base = self._read_state().base
        if not server.is_union():
            raise Unusable(f"{server.where}: {NOT_AS_ONE}.")

    @property
    def base(self) -> str:
        """The base of the record's IRIs."""
        return self._base

    def standing(self) -> int:
        """The log entry that the server shows."""
        return self._read_state().entry

    def view(self) -> TablesView:
        """Tables of what the server shows, made anew where it has moved on. Raises Unusable while it is written."""
        with self._lock:
            for _ in range(_TRIES):
                state = self._read_state()
                if self._seen is None or self._seen[0] != state:
                    view = self._make_view(state)
                    if view is None:
                        continue  # the server was written meanwhile
                    self._seen = state, view
                return self._seen[1]
        raise Unusable(f"{self.server.where}: it is being written. Remedy: try again when that is done.")

    def reader(self) -> Reader:
        """Typed reads of the tables, which are nearer than the server."""
        return Reader(self.view(), self.base)

    def graph(self) -> Graph:
        """The server, for looking up single things; what was looked up is remembered until the server moves on."""
        state = self._read_state()
        with self._lock:
            if self._remembered is None or self._remembered[0] != state:
                self._remembered = state, Remembering(self.server, most=_REMEMBERED)
            return self._remembered[1]

    def query(self, sparql: str) -> Answer:
        """The server's answer to a SPARQL 1.1 query. Raises QueryRefused."""
        return self.server.query(sparql)

    def query_serialised(self, sparql: str, media_type: str) -> bytes:
        """The server's answer in a standard result format. Raises QueryRefused."""
        return self.server.query_serialised(sparql, media_type)

    def read_capture(self, sha256: str) -> bytes | None:
        """None: a server of triples keeps no captures."""
        return None

    def statements(self, iri: str) -> list[str]:
        """The recorded N-Quads lines of a thing: of the graph it names, else of every graph it is the subject of."""
        return read_statements(self.server, iri, aside=self._aside())

    def withdrawal(self, iri: str) -> Withdrawal | None:
        """Nothing: a server knows nothing of what was withdrawn."""
        return None

    def place_in_log(self, iri: str, *, entry: int | None = None) -> Placement | None:
        """Where a claim, relay or proposition stands in the log, as far as the server tells."""
        number = entry or find_entry(self.reader(), iri)
        if number is None:
            return None
        posted = {each.number: each.hash for each in read_entries(self.server)}
        recorded = self.view().rows(
            "SELECT strftime(min(recorded), '%Y-%m-%dT%H:%M:%SZ') FROM ingestions WHERE entry = ?", [number]
        )
        return Placement(number, posted.get(number, ""), digest_lines(self.statements(iri)), str(recorded[0][0]))

    def find_commitment(self, iri: str) -> str | None:
        """None: a server of triples keeps no commitments."""
        return None

    def export(self, form: str, output: BinaryIO, *, derived: bool = False) -> None:
        """Write what the server shows of the record in a form of `kg.export.FORMS`, as an open record is exported."""
        if form == "csv":
            iris = [str(row[0]) for row in self.view().rows("SELECT iri FROM claims WHERE kind = 'claim'")]
            write_claims_csv(self.reader(), iris, output)
            return
        aside: list[str] = [MARKER_GRAPH, VOCABULARY_GRAPH] if derived else self._aside()
        write_lines(list(self.server.iter_lines(_without(aside))), form, output)

    def _aside(self) -> list[str]:
        """The graphs that hold nothing recorded."""
        return [MARKER_GRAPH, VOCABULARY_GRAPH, derived_graph(self._base), analysis_graph(self._base)]

    def _read_state(self) -> State:
        state = read_state(self.server)
        if state is None or not state.base:
            raise Unusable(
                f"{self.server.where}: no record is shown there. Remedy: `averment project --to` shows one, or check "
                "the address."
            )
        if not state.built:
            raise Unusable(
                f"{self.server.where}: the record is not there as a whole. Remedy: run `averment project` again, which "
                "goes on where it broke off."
            )
        return state

    def _make_view(self, state: State) -> TablesView | None:
        """The tables of one state, from the cache or from the server; None where that changed while it was read."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        entries = [each for each in read_entries(self.server) if each.number <= state.entry]
        stamp = _stamp(self.server.address, state, entries)
        tables, stamped = Tables.open(self.root / "tables"), self.root / "stamp"
        (self.root / "lock").touch()
        try:
            hold = Hold(self.root / "lock", alone=True)
        except BlockingIOError as error:
            raise Unusable(f"{self.root}: another process is filling this cache; wait until it is done.") from error
        try:
            if not stamped.exists() or stamped.read_text(encoding="ascii") != stamp:
                stamped.unlink(missing_ok=True)
                strangers = rebuild_from_quads(
                    tables,
                    self.server.iter_lines(_without(self._aside())),
                    entries,
                    base=state.base,
                    entry=state.entry,
                    scratch=self.root,
                    progress=self._progress,
                )
                if self._read_state() != state:
                    return None
                # What belongs to no entry has come ahead of one that is still being sent.
                if strangers and not state.loaded:
                    raise Unusable(
                        f"{self.server.where}: {strangers:,} quads belong to no entry of the log. Remedy: "
                        "`averment project --replace` shows the record anew."
                    )
                write_durably(stamped, stamp.encode())
            return tables.connect()
        finally:
            hold.release()


def _without(graphs: list[str]) -> str:
    return f"FILTER(?g NOT IN ({', '.join(map(write_iri, graphs))}))"


def _stamp(address: str, state: State, entries: list[Posted]) -> str:
    """What tells one content of the cache from another."""
    from kg import __version__

    told = [__version__, address, state.record, state.base, str(state.entry), *(each.hash for each in entries)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
