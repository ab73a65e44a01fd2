"""The two projections of a record, graph and tables, kept at the log's last entry."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

from kg import derive
from kg.analysis.derived.derive import analysis_graph, derive_analysis_lines, iter_analysis_lines
from kg.analysis.derived.derive import find_touched as find_touched_by_analysis
from kg.derive import derived_graph
from kg.log import WITHDRAWAL, Access, Entry, LoggedUnit, Record
from kg.log.streams import iter_segment, list_segments
from kg.store.base import VOCABULARY_GRAPH, Progress
from kg.store.embedded import EmbeddedReader, EmbeddedStore, open_reader
from kg.store.filling import Filler
from kg.store.loading import encode_lines
from kg.store.snapshots import find_entries, read_pointer
from kg.store.tables import Tables, TablesView
from kg.store.tables.rows import TableRows
from kg.store.tables.slice import Workbench
from kg.terms import Iri
from kg.units import Unit
from kg.vocabulary import Stamp, leaves_derived, vocabulary_lines

GRAPH = "graph"
TABLES = "tables"
_LARGE = 2_000_000  # bytes of the log, compressed, from which a second process is worth starting


def graph_folder(root: Path) -> Path:
    """Where the graph of a record lies."""
    return root / GRAPH


def tables_folder(root: Path) -> Path:
    """Where the tables of a record lie."""
    return root / TABLES


def graph_standing(root: Path) -> int:
    """The log entry the graph of a record stands at, -1 where there is none. Raises Unusable for a broken pointer."""
    return read_pointer(graph_folder(root)).standing


def find_last_withdrawal(record: Record) -> int:
    """The number of the last entry that withdrew something, 0 where none did."""
    return max((entry.number for entry in record.log.entries() if entry.kind == WITHDRAWAL), default=0)


def derived_graphs(base: str) -> tuple[Iri, ...]:
    """The graphs that hold nothing but what is derived."""
    return derived_graph(base), analysis_graph(base)


def find_touched(view: TablesView, subjects: set[str]) -> set[str]:
    """What may be derived differently once these subjects are new or changed, asked of the tables that hold them."""
    return derive.find_touched(view, subjects) | find_touched_by_analysis(view, subjects)


def derive_lines(view: TablesView, base: str, *, subjects: set[str] | None = None) -> set[str]:
    """The derived N-Quads lines of what was touched, or of everything: by rule, and by analysis."""
    return derive.derive_lines(view, base, subjects=subjects) | derive_analysis_lines(view, base, subjects=subjects)


def iter_derived_lines(view: TablesView, base: str) -> Iterator[str]:
    """Yield all derived N-Quads lines, in no order; a line may come twice."""
    for lines in derive.iter_all_lines(view, base):
        yield from lines
    yield from iter_analysis_lines(view, base)


class Projections:
    """The projections of one record, open for writing; one process at a time.

    `graph` opens the graph and holds it until `close`, which many small recordings in a row need; other processes
    cannot write meanwhile.
    """

    def __init__(self, root: Path, record: Record) -> None:
        self._root = root
        self._record = record
        self._stamp = Stamp(root)
        self._graph: EmbeddedStore | None = None
        self._reader: EmbeddedReader | None = None
        self._workbench: Workbench | None = None
        self.tables = Tables.open(tables_folder(root))

    @property
    def base(self) -> str:
        """The base of the record's IRIs."""
        return self._record.base

    def entries(self) -> tuple[Entry, ...]:
        """The entries of the log."""
        return self._record.log.entries()

    def graph(self) -> EmbeddedStore:
        """The graph, for reading and writing. Raises Unusable where another process writes it."""
        if self._graph is None:
            self._graph = EmbeddedStore(graph_folder(self._root))
        return self._graph

    @contextmanager
    def reading_graph(self) -> Iterator[EmbeddedReader | EmbeddedStore]:
        """The graph, for reading: the one that is open, else what was last published; within it, the same again."""
        opened = self._graph or self._reader
        if opened is not None:
            yield opened
            return
        with open_reader(graph_folder(self._root)) as self._reader:
            try:
                yield self._reader
            finally:
                self._reader = None

    @contextmanager
    def _borrow_graph(self) -> Iterator[EmbeddedStore]:
        """The graph, open for as long as it was before."""
        was_closed = self._graph is None
        try:
            yield self.graph()
        finally:
            if was_closed:
                self._close_graph()

    def workbench(self) -> Workbench:
        """Where slices of the tables are worked out, made at the first call."""
        if self._workbench is None:
            self._workbench = Workbench()
        return self._workbench

    def close(self) -> None:
        """Let other processes write; it is opened again when needed."""
        if self._workbench is not None:
            self._workbench.close()
            self._workbench = None
        self._close_graph()

    def _close_graph(self) -> None:
        if self._graph is not None:
            self._graph.close()
            self._graph = None

    @property
    def head(self) -> int:
        """The number of the log's last entry, 0 before the first."""
        return self._record.log.number

    def is_current(self) -> bool:
        """Whether both stand at the log's last entry, the graph with this program's vocabulary, and nothing lingers."""
        stand = self.tables.standing() == self.head == graph_standing(self._root)
        return stand and self._stamp.is_current() and not self._lingers()

    def catch_up(self, *, recording: bool = False, progress: Progress | None = None) -> bool:
        """Bring both to the log's last entry; False where they stood there already.

        A recording that was killed between its commit and its projections is finished by this, and so is the change
        to a version of the program with another vocabulary. Nobody may record meanwhile, or what is made anew would
        lack it: Raises Unusable where another process does, unless both stand there. `recording` says that the caller
        is the one who records.
        """
        if recording:
            return self._catch_up(progress)
        self._record.log.refresh()
        if self.is_current():
            return False
        with self._record.log.alone():
            return self._catch_up(progress)

    def _catch_up(self, progress: Progress | None) -> bool:
        moved = False
        if self.tables.standing() != self.head:
            self.rebuild_tables()
            moved = True
        stands = self._graph_standing() == self.head
        if not (stands and self._stamp.is_current()):
            if not (stands and self._exchange_vocabulary()):
                # Tables that an earlier program worked out may say other than those from which it is derived today.
                if not (moved or self._stamp.has_same_rules()):
                    self.rebuild_tables()
                self.rebuild_graph(progress=progress)
            moved = True
        if self._lingers():
            self._forget_withdrawn()
            moved = True
        return moved

    def _lingers(self) -> bool:
        """Whether a version of either is kept, for whoever still reads it, that holds what was withdrawn since."""
        since = find_last_withdrawal(self._record)
        kept = chain(self.tables.find_entries(), find_entries(graph_folder(self._root))) if since else ()
        return any(entry < since for entry in kept)

    def _forget_withdrawn(self) -> None:
        since = find_last_withdrawal(self._record)
        self.tables.forget_before(since)
        with self._borrow_graph() as graph:
            graph.forget_before(since)

    def _exchange_vocabulary(self) -> bool:
        """Put this program's vocabulary in the place of an earlier one's; False where the graph has to be made anew."""
        if not self._stamp.has_same_rules():
            return False
        lines = vocabulary_lines()
        with self._borrow_graph() as graph:
            if not leaves_derived(graph.lines_in(VOCABULARY_GRAPH), lines):
                return False
            self._stamp.remove()
            graph.replace_graph(VOCABULARY_GRAPH, lines)
        self._stamp.write()
        return True

    def _graph_standing(self) -> int:
        return graph_standing(self._root) if self._graph is None else self._graph.standing()

    def rebuild_tables(self) -> None:
        """Make the tables anew from the log."""
        self.tables.rebuild(self._iter_public(), entry=self.head)

    def rebuild_graph(self, *, progress: Progress | None = None) -> None:
        """Make the graph anew from the log and the shipped vocabulary."""
        self._stamp.remove()
        with self._borrow_graph() as graph:
            if sum(path.stat().st_size for path in self.list_segments()) < _LARGE:
                graph.rebuild_from(self._iter_graph_chunks(), entry=self.head, progress=progress)
            else:
                self._rebuild_together(graph, progress)
        self._stamp.write()

    def take(
        self,
        units: list[Unit],
        added: Iterable[str],
        removed: Iterable[str],
        *,
        entry: int,
        rows: TableRows | None = None,
    ) -> None:
        """Take in one entry: its public units, what changes among the derived lines, and the rows, if known already."""
        lines = [line for unit in units for line in unit.lines]
        with self._borrow_graph() as graph, ThreadPoolExecutor(max_workers=1) as aside:
            taken = aside.submit(graph.apply, [*lines, *added], list(removed), entry=entry)
            # What the tables tell of is looked up in the graph, so that readers are to see it there first.
            if rows is None:
                taken.result()
                self.tables.append(units, entry=entry)
            else:
                self.tables.add_rows(rows, entry=entry, after=taken.result)

    def _rebuild_together(self, graph: EmbeddedStore, progress: Progress | None) -> None:
        """Make the graph anew: a process of its own loads the log, while what follows from it is worked out here."""
        fresh = graph.fresh()
        # Named so that whoever writes next clears it away, with what a killed rebuild leaves.
        lines = fresh.with_name(f"{fresh.name}-lines")
        lines.mkdir(exist_ok=True)
        with Filler(fresh, entry=self.head) as filler:
            filler.feed_lines(vocabulary_lines(), aside=lines / "vocabulary")
            for path in self.list_segments():
                filler.feed(path)
            with self.tables.connect(spill=str(lines)) as view:
                filler.feed_lines(iter_derived_lines(view, self._record.base), aside=lines / "derived")
            filler.finish(progress)
        graph.swap_in(fresh, entry=self.head)

    def _iter_public(self) -> Iterator[LoggedUnit]:
        return (found for found in self._record.log.iter_units() if found.access is Access.PUBLIC)

    def _iter_graph_chunks(self) -> Iterator[bytes]:
        yield from encode_lines(vocabulary_lines())
        for path in self.list_segments():
            yield from iter_segment(path)
        with self.tables.connect() as view:
            yield from encode_lines(iter_derived_lines(view, self._record.base))

    def list_segments(self) -> list[Path]:
        """The files of the log that hold what is public, in order."""
        return list_segments(self._record.log)

    def swap_graph(self, fresh: Path, *, entry: int) -> None:
        """Put a graph that was filled elsewhere, the vocabulary and all that is derived with it, in place of this."""
        self._stamp.remove()
        with self._borrow_graph() as graph:
            graph.swap_in(fresh, entry=entry)
        self._stamp.write()

    def expected_derived(self) -> set[str]:
        """The derived lines that follow from the tables as they stand."""
        with self.tables.connect() as view:
            return derive_lines(view, self._record.base)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
