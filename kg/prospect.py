"""The tables as they will be once some units are recorded, and what will follow: what checks and derivations look at.

A small batch is looked at among its surroundings alone, at a cost that does not grow with the record; where these do
not suffice, or the batch is large, the tables themselves are asked, with the same statements.
"""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from kg.analysis.derived.derive import derive_analysis_lines
from kg.derive import derived_graph
from kg.planning import recording_graph
from kg.projections import Projections, derive_lines, derived_graphs, find_touched
from kg.store.tables.rows import RowBuilder, TableRows, has_type, rows_from_units
from kg.store.tables.slice import Slice
from kg.store.tables.view import TablesView
from kg.surroundings import read_surroundings
from kg.units import Unit

_MOST_UNITS = 2_000
# About as many things as are read from the graph in the time that asking the tables of a large record takes.
_MOST_AROUND = 10_000


class Prospect:
    """The next entry of a record, foreseen, until `close`; nothing may be recorded meanwhile."""

    def __init__(self, projections: Projections, units: Sequence[Unit]) -> None:
        self._projections = projections
        self._units = units
        self._entry = projections.head + 1
        self._slice = self._read_slice()
        self._after: TablesView | None = None

    @property
    def is_small(self) -> bool:
        """Whether the surroundings of the units suffice."""
        return self._slice is not None

    def after(self) -> TablesView:
        """The tables with the units: all of them, or what is around the units."""
        if self._after is None:
            extra = rows_from_units(self._units, entry=self._entry) if self._slice is None else None
            self._after = self._slice.after() if self._slice else self._projections.tables.connect(extra=extra)
        return self._after

    def find_change(self) -> tuple[list[str], list[str]]:
        """The derived lines that come and those that go with the units."""
        base = self._projections.base
        after = self.after()
        touched = find_touched(after, {unit.subject for unit in self._units})
        new = derive_lines(after, base, subjects=touched)
        if self._slice is None:
            with self._projections.tables.connect() as before:
                old = derive_lines(before, base, subjects=touched)
        else:
            old = derive_analysis_lines(self._slice.before(), base, subjects=touched) | self._find_derived(touched)
        return sorted(new - old), sorted(old - new)

    def _find_derived(self, subjects: Iterable[str]) -> set[str]:
        """The lines derived by rule that the graph holds of some subjects."""
        end = f" <{derived_graph(self._projections.base)}> ."
        with self._projections.reading_graph() as graph:
            return {line for subject in subjects for line in graph.lines_of(subject) if line.endswith(end)}

    def new_rows(self) -> TableRows | None:
        """The rows the units add to the tables; None where the tables have to work them out themselves."""
        return self._slice.new_rows() if self._slice else None

    def close(self) -> None:
        """Forget it."""
        if self._after is not None:
            self._after.close()
        if self._slice is not None:
            self._slice.close()

    def _read_slice(self) -> Slice | None:
        if len(self._units) > _MOST_UNITS:
            return None
        base = self._projections.base
        with self._projections.reading_graph() as graph:
            around = read_surroundings(graph, base, self._units, derived=derived_graphs(base), most=_MOST_AROUND)
        if around is None:
            return None
        fresh = rows_from_units(self._units, entry=self._entry)
        found = Slice(self._projections.workbench(), self._to_rows(around), fresh, entry=self._entry)
        if found.is_whole():
            return found
        found.close()
        return None

    def _to_rows(self, around: Sequence[Unit]) -> TableRows:
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
        return builder.to_tables()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
