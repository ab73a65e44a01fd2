"""The tables in one folder: made, added to, rebuilt, and opened for reading."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from kg.store.base import Progress
from kg.store.files import stamp_file
from kg.store.tables.columns import TABLES
from kg.store.tables.files import Manifest, TablesFolder
from kg.store.tables.resolve import Resolver
from kg.store.tables.rows import RowBuilder, rows_from_units
from kg.store.tables.shelf import Shelf
from kg.store.tables.stage import Delta, Staging
from kg.store.tables.view import TablesView, attach, connect, lock
from kg.store.tables.write import add_recent, compact, tidy, write_gone, write_tables
from kg.units import Unit

_CHUNK = 20_000


class Logged(Protocol):
    """A unit and the log entry that brought it."""

    @property
    def unit(self) -> Unit:
        """The unit."""

    @property
    def entry(self) -> int:
        """The number of the log entry."""


class Tables:
    """The tables in one folder, for readers and for the one writer."""

    def __init__(self, path: Path) -> None:
        self._folder = TablesFolder(path)
        self._loose: tuple[tuple[Path, ...], frozenset[str]] = (), frozenset()

    @classmethod
    def open(cls, path: Path) -> "Tables":
        """The tables in a folder; one that is absent is empty until something is written."""
        return cls(path)

    def standing(self) -> int:
        """The log entry the tables stand at, 0 where they are empty."""
        return self._folder.read().entry

    def manifest(self) -> Manifest:
        """What stands now: files, rows, entry."""
        return self._folder.read()

    def stamp(self) -> tuple[int, int, int]:
        """What changes whenever a version is published; cheaper than to read the manifest."""
        return stamp_file(self._folder.path / "manifest.json")

    def connect(self, extra: Mapping[str, pa.Table] | None = None, *, spill: str = "") -> TablesView:
        """Open the newest version for reading, as if the `extra` rows (of `rows_from_units`) were recorded already.

        What asks about all of it gives a folder to `spill` to, and is held to so much memory.
        """
        manifest, hold = self._folder.hold()
        if extra is None:
            connection = connect(spill=spill)
            attach(connection, self._folder, manifest)
        else:
            delta = Delta(self._folder, manifest, extra)
            delta.make_views()
            connection = delta.connection
        lock(connection, self._folder)
        return TablesView(connection, hold, manifest)

    def connect_again(self, number: int) -> TablesView:
        """Open the version that another process has open for reading. Raises Unusable where none has."""
        manifest, hold = self._folder.hold(number)
        connection = connect()
        attach(connection, self._folder, manifest)
        lock(connection, self._folder)
        return TablesView(connection, hold, manifest)

    def shelf(self) -> Shelf:
        """The newest version again and again, for a reader who follows a writer."""
        return Shelf(self._folder)

    def append(self, units: Iterable[Unit], *, entry: int, removed: Sequence[str] = ()) -> None:
        """Add the rows of units that no entry brought before, and drop those of `removed` IRIs, in one step."""
        with self._folder.writing() as manifest:
            changed = replace(manifest, number=manifest.number + 1, entry=entry)
            raw = rows_from_units(units, entry=entry)
            if any(table.num_rows for table in raw.values()):
                changed = self._add(changed, Delta(self._folder, manifest, raw))
            if removed:
                # A version of its own: the rows of this very batch are older than what it removes.
                changed = replace(changed, number=changed.number + 1, deltas=changed.deltas + 1)
                gone = write_gone(self._folder, dict.fromkeys(TABLES, removed), changed.number)
                changed = replace(changed, gone=(*changed.gone, *gone))
            self._folder.publish(tidy(self._folder, changed))

    def add_rows(self, rows: Mapping[str, pa.Table], *, entry: int, after: Callable[[], object] | None = None) -> None:
        """Add rows that are worked out already and replace none, such as those of `Slice.new_rows`, in one step.

        Readers see them once `after` has returned; where it raises, the tables stay as they were.
        """
        with self._folder.writing() as manifest:
            number = manifest.number + 1
            seq = pa.scalar(number, pa.int32())
            marked = {name: table.append_column("seq", pa.repeat(seq, table.num_rows)) for name, table in rows.items()}
            changed = add_recent(self._folder, replace(manifest, number=number, entry=entry), marked)
            self._folder.publish(tidy(self._folder, changed) if changed.recent is None else changed, after=after)

    def awaits(self, iris: Iterable[str]) -> bool:
        """Whether rows refer to one of these that is not recorded, such as what was withdrawn and comes again."""
        files = tuple(self._folder.files / part.file for part in self.manifest().tables.get("loose", ()))
        if files != self._loose[0]:
            # Read plainly, since a query on all tables takes longer than all else of a small addition.
            named = (pq.read_table(path, columns=["iri"]).column("iri").to_pylist() for path in files)
            self._loose = files, frozenset(iri for each in named for iri in each)
        return not self._loose[1].isdisjoint(iris)

    def remove(self, iris: Sequence[str], *, entry: int) -> None:
        """Drop the rows of claims, relays, propositions or things that were withdrawn from the record."""
        self.append((), entry=entry, removed=iris)

    def rebuild(self, logged: Iterable[Logged], *, entry: int, progress: Progress | None = None) -> None:
        """Replace everything by the rows of these units; until it is done, the old version stands."""
        with self._folder.writing() as manifest:
            number = manifest.number + 1
            with connect(spill=str(self._folder.staging)) as connection:
                attach(connection, self._folder, Manifest(), prefix="o_")
                staging = Staging(self._folder.staging, connection)
                self._read(logged, staging, progress)
                names = Resolver(connection, new=staging.finish(), old=frozenset()).resolve()
                tables = write_tables(self._folder, connection, names, f"{number}", prefix="d_")
            self._folder.publish(Manifest(number=number, entry=entry, tables=tables))

    def find_entries(self) -> Iterator[int]:
        """Yield the log entries that the versions kept here stand at, whether they are still read or not."""
        return self._folder.find_entries()

    def forget_before(self, entry: int) -> None:
        """Remove every version that stands before an entry and is not the newest, whoever reads it."""
        with self._folder.writing() as manifest:
            self._folder.clear(manifest.number, since=entry)

    def compact(self) -> None:
        """Write every table as one sorted file, without rows that are no more."""
        with self._folder.writing() as manifest:
            self._folder.publish(compact(self._folder, manifest, manifest.number + 1))

    def _add(self, manifest: Manifest, delta: Delta) -> Manifest:
        written = write_tables(self._folder, delta.connection, delta.names, f"{manifest.number}", prefix="d_")
        delta.connection.close()
        if delta.anew:
            return Manifest(number=manifest.number, entry=manifest.entry, tables=written)
        tables = dict(manifest.tables)
        for name, parts in written.items():
            tables[name] = (*tables.get(name, ()), *parts)
        gone = (*manifest.gone, *write_gone(self._folder, delta.gone, manifest.number))
        return replace(manifest, tables=tables, gone=gone, deltas=manifest.deltas + 1)

    @staticmethod
    def _read(logged: Iterable[Logged], staging: Staging, progress: Progress | None) -> None:
        builder, count = RowBuilder(), 0
        for one in logged:
            builder.add(one.unit, entry=one.entry)
            count += 1
            if count % _CHUNK == 0:
                staging.write(builder.to_tables())
                builder = RowBuilder()
                if progress is not None:
                    progress(count)
        staging.write(builder.to_tables())
        if progress is not None:
            progress(count)
