"""The graph as it stood at an earlier entry of the log, made when it is asked for, and kept for a while.

What was withdrawn since is not in it: the log holds it no more. A withdrawal removes what was kept before it.
"""

import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from kg.errors import AvermentError, NotFound
from kg.log import Access, Entry, Record
from kg.projections import iter_derived_lines
from kg.serving.source import Snapshots, Standing
from kg.store.embedded import EmbeddedStore
from kg.store.files import is_held
from kg.store.tables import Tables
from kg.vocabulary import vocabulary_lines

# What is made on request lies here, and can be removed at any time.
MADE = "made"
FOLDER = f"{MADE}/graphs"
MOST_UNITS = 1_000_000
_KEPT = 4
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?")


class Preparing(AvermentError):
    """An earlier graph that is being made; `seconds` is when to ask again."""

    seconds = 10


class Earlier:
    """The earlier graphs of one record, for any number of threads; one is made at a time."""

    def __init__(self, root: Path, *, most_units: int = MOST_UNITS) -> None:
        self._root, self._most = root, most_units
        self._record = Record.open(root)
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._held: dict[str, Standing] = {}
        self._failed: dict[str, AvermentError] = {}

    def find_entry(self, as_of: str) -> Entry:
        """The entry that a number names, or the last one recorded by a date or an instant in UTC. Raises NotFound."""
        with self._lock:
            self._record.log.refresh()
            entries = self._record.log.entries()
        if as_of.isdecimal() and 0 < int(as_of) <= len(entries):
            return entries[int(as_of) - 1]
        if not _DATE.fullmatch(as_of):
            raise NotFound(
                f"as-of {as_of[:40]!r}: give the number of an entry, 1 to {len(entries)}, or a date such as 2026-01-31"
            )
        instant = as_of.rstrip("Z")
        found = [entry for entry in entries if entry.recorded[: len(instant)] <= instant]
        if not found:
            raise NotFound(f"as-of {as_of}: nothing was recorded by then; the log begins on {entries[0].recorded}")
        return found[-1]

    def standing(self, entry: Entry, *, seconds: float) -> Standing:
        """The graph at an entry, waited for so long where it has to be made.

        Raises Preparing where that is not enough, NotFound where the record is too large for it.
        """
        name = self._name(entry)
        with self._lock:
            if (error := self._failed.pop(name, None)) is not None:
                raise error
        if (found := self._find(name)) is not None:
            return found
        units = sum(each.units for each in self._record.log.entries()[: entry.number])
        if units > self._most:
            raise NotFound(
                f"the record held {units:,} units at entry {entry.number}, and a graph is made anew of at most "
                f"{self._most:,} here; a publication of that time holds it"
            )
        maker = threading.Thread(target=self._make, args=(entry, name), daemon=True)
        maker.start()
        maker.join(seconds)
        if (found := self._find(name)) is None:
            with self._lock:
                if (error := self._failed.pop(name, None)) is not None:
                    raise error
            raise Preparing(f"the graph at entry {entry.number} is being made; ask again")
        return found

    def _name(self, entry: Entry) -> str:
        """A withdrawal changes what earlier graphs hold, and so their names."""
        entries = self._record.log.entries()
        last = max((each.number for each in entries if each.withdrawn), default=0)
        return f"{entry.number}-{last}"

    def _find(self, name: str) -> Standing | None:
        with self._lock:
            if name not in self._held and (self._root / FOLDER / name / "current.json").exists():
                self._held[name] = Snapshots(self._root / FOLDER / name).newest()
            return self._held.get(name)

    def _make(self, entry: Entry, name: str) -> None:
        with self._making:
            if self._find(name) is not None:
                return
            folder = self._root / FOLDER / name
            try:
                part = folder.with_name(f"{name}.part")
                shutil.rmtree(part, ignore_errors=True)
                with EmbeddedStore(part) as graph:
                    graph.rebuild(self._iter_lines(entry), entry=entry.number)
                part.rename(folder)
            except AvermentError as error:
                with self._lock:
                    self._failed[name] = error
            self._clear(name)

    def _iter_lines(self, entry: Entry) -> Iterator[str]:
        yield from vocabulary_lines()
        log = Record.open(self._root).log
        with tempfile.TemporaryDirectory() as folder:
            tables = Tables.open(Path(folder))
            tables.rebuild(log.iter_units(upto=entry.number), entry=entry.number)
            for found in log.iter_units(upto=entry.number):
                if found.access is Access.PUBLIC:
                    yield from found.unit.lines
            with tables.connect() as view:
                yield from iter_derived_lines(view, self._record.base)

    def _clear(self, newest: str) -> None:
        """Remove all but a few, and all that were made before a withdrawal."""
        valid = newest.partition("-")[2]
        folders = sorted((self._root / FOLDER).glob("*-*"), key=lambda path: path.stat().st_mtime, reverse=True)
        stale = [path for path in folders if path.name.partition("-")[2] != valid and path.suffix != ".part"]
        with self._lock:
            for path in {*stale, *[path for path in folders if path.suffix != ".part"][_KEPT:]}:
                self._held.pop(path.name, None)
                if path in stale or not any(is_held(each) for each in path.glob("snapshots/*")):
                    shutil.rmtree(path, ignore_errors=True)


def forget_made(root: Path) -> None:
    """Remove everything that was made on request: it may hold what was withdrawn."""
    shutil.rmtree(root / MADE, ignore_errors=True)
