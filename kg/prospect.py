"""The tables as they will be once some units are recorded, and what will follow: what checks and derivations look at.

A small batch is looked at among its surroundings alone, at a cost that does not grow with the record: in plain Python
where these are few, which is quicker than planning a statement, else by the statements of the tables. Where the
surroundings do not suffice, or the batch is large, the tables themselves are asked.
"""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from kg.analysis.derived.derive import derive_analysis_lines
from kg.derive import derived_graph
from kg.nearby.nearby import Nearby
from kg.planning import recording_graph
from kg.projections import Projections, derive_lines, derived_graphs, find_touched
from kg.rules import Breach, find_breaches
from kg.store.tables.rows import RowBuilder, TableRows, has_type, rows_from_units, tables_from_rows
from kg.store.tables.slice import Slice
from kg.store.tables.view import TablesView
from kg.surroundings import read_surroundings
from kg.units import Unit

_MOST_UNITS = 2_000
# About as many things as are read from the graph in the time that asking the tables of a large record takes.
_MOST_AROUND = 10_000
# Beyond so many units SQL is quicker than plain Python.
_MOST_NEARBY = 5_000


class Prospect:
    """The next entry of a record, foreseen, until `close`; nothing may be recorded meanwhile."""

    def __init__(self, projections: Projections, units: Sequence[Unit]) -> None:
        self._projections = projections
        self._units = units
        self._entry = projections.head + 1
        self._after: TablesView | None = None
        self._nearby: Nearby | None = None
        self._slice: Slice | None = None
        around = self._read_around()
        if around is not None:
            self._nearby = self._read_nearby(around)
            self._slice = None if self._nearby else self._read_slice(around)

    def find_breaches(self, subjects: Iterable[str]) -> list[Breach]:
        """Every breach of a rule across claims in which one of the given subjects takes part."""
        return self._nearby.find_breaches(subjects) if self._nearby else find_breaches(self.after(), subjects)

    def after(self) -> TablesView:
        """The tables with the units: all of them, or what is around the units."""
        if self._after is None:
            extra = rows_from_units(self._units, entry=self._entry) if self._slice is None else None
            self._after = self._slice.after() if self._slice else self._projections.tables.connect(extra=extra)
        return self._after

    def find_change(self) -> tuple[list[str], list[str]]:
        """The derived lines that come and those that go with the units."""
        subjects: set[str] = {unit.subject for unit in self._units}
        if self._nearby is not None:
            touched = self._nearby.find_touched(subjects)
            new = self._nearby.derive(touched)
            old = self._nearby.derive_before(touched) | self._find_derived(touched)
        else:
            old, new = self._find_lines(subjects)
        return sorted(new - old), sorted(old - new)

    def _find_lines(self, subjects: set[str]) -> tuple[set[str], set[str]]:
        """The derived lines of what the units touch, without and with them, by the statements of the tables."""
        base = self._projections.base
        touched = find_touched(self.after(), subjects)
        new = derive_lines(self.after(), base, subjects=touched)
        if self._slice is not None:
            return derive_analysis_lines(self._slice.before(), base, subjects=touched) | self._find_derived(
                touched
            ), new
        with self._projections.tables.connect() as before:
            return derive_lines(before, base, subjects=touched), new

    def _find_derived(self, subjects: Iterable[str]) -> set[str]:
        """The lines derived by rule that the graph holds of some subjects."""
        end = f" <{derived_graph(self._projections.base)}> ."
        with self._projections.reading_graph() as graph:
            return {line for subject in subjects for line in graph.lines_of(subject) if line.endswith(end)}

    def new_rows(self) -> TableRows | None:
        """The rows the units add to the tables; None where the tables have to work them out themselves."""
        if self._nearby is not None:
            return tables_from_rows(self._nearby.new_rows())
        return self._slice.new_rows() if self._slice else None

    def close(self) -> None:
        """Forget it."""
        if self._after is not None:
            self._after.close()
        if self._slice is not None:
            self._slice.close()

    def _read_around(self) -> list[Unit] | None:
        """The recorded units around the new ones, None where they do not suffice."""
        if len(self._units) > _MOST_UNITS or self._projections.tables.awaits({unit.subject for unit in self._units}):
            return None
        base = self._projections.base
        with self._projections.reading_graph() as graph:
            return read_surroundings(graph, base, self._units, derived=derived_graphs(base), most=_MOST_AROUND)

    def _read_nearby(self, around: Sequence[Unit]) -> Nearby | None:
        if len(around) + len(self._units) > _MOST_NEARBY:
            return None
        builder = self._build(around)
        for unit in self._units:
            builder.add(unit, entry=self._entry)
        if not builder.is_typed:
            return None
        return Nearby.work_out(builder.to_rows(), self._projections.base, entry=self._entry)

    def _read_slice(self, around: Sequence[Unit]) -> Slice | None:
        fresh = rows_from_units(self._units, entry=self._entry)
        rows = self._build(around).to_tables()
        found = Slice(self._projections.workbench(), rows, fresh, entry=self._entry)
        if found.is_whole():
            return found
        found.close()
        return None

    def _build(self, around: Sequence[Unit]) -> RowBuilder:
        """The rows of recorded units; what an entry added to a thing that an earlier one brought is a row beside it."""
        base = self._projections.base
        entries: dict[str, int] = {}
        for entry in self._projections.entries():
            if entry.ingestion is not None:
                entries[entry.ingestion] = entries[recording_graph(base, entry.ingestion)] = entry.number
        builder = RowBuilder()
        for unit in around:
            number = entries.get(unit.graph, 0)
            if has_type(unit):
                builder.add(unit, entry=number)
            else:
                kind = unit.subject.removeprefix(base).partition("/")[0]
                builder.add_untyped(f"{kind}s", unit, entry=number)
        return builder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
