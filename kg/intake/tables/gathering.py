"""What a table gave, and the rows on their way to it: joined, chosen, and held against each other."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Protocol

from kg.errors import Problem, Refused
from kg.intake.tables.expressions import Misfit
from kg.intake.tables.files import Source, find_source
from kg.intake.tables.mapping import Join, Table
from kg.intake.tables.rows import Fault, Opened, Row, open_rows
from kg.model import Claim, Decision, Entity, Origin, Proposition, Relay, Withheld
from kg.terms import Iri


@dataclass(slots=True)
class TableReading:
    """What a table gave: every row read is taken, skipped by the mapping's `where`, known from before, or refused.

    `places` tells what was recorded from which row and fragment, with who may see it; `joined` are the files that lent
    cells, by the name of the join.
    """

    table: Table
    source: Source
    columns: tuple[str, ...] = ()
    read: int = 0
    skipped: int = 0
    known: int = 0
    refused: dict[int, list[Fault]] = field(default_factory=dict)
    aside: dict[int, Mapping[str, str]] = field(default_factory=dict)
    notices: list[Problem] = field(default_factory=list)
    entities: dict[Iri, Entity] = field(default_factory=dict)
    propositions: dict[Iri, Proposition] = field(default_factory=dict)
    claims: dict[Iri, Claim] = field(default_factory=dict)
    relays: dict[Iri, Relay] = field(default_factory=dict)
    origins: dict[Iri, Origin] = field(default_factory=dict)
    decisions: dict[Decision, Origin] = field(default_factory=dict)
    withheld: dict[Withheld, Origin] = field(default_factory=dict)
    places: list[tuple[Iri, int, str, Iri]] = field(default_factory=list)
    joined: dict[str, Source] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The file that findings name, with the sheet where the mapping names one."""
        sheet = self.table.shape.sheet
        named = sheet and self.source.suffix == ".xlsx"
        return f"{self.source.path}, sheet {sheet}" if named else str(self.source.path)

    @property
    def taken(self) -> int:
        """How many rows are in the batch."""
        return self.read - self.skipped - self.known - len(self.refused)

    def refuse(self, row: Row, faults: list[Fault]) -> None:
        """Note that a row is refused, and keep its cells."""
        self.refused[row.number] = faults
        self.aside[row.number] = {name: text for name, text in row.cells.items() if not self.table.lends(name)}

    def problems(self) -> list[Problem]:
        """Everything wrong with rows, in the order of the rows: file, row, columns, value, reason, remedy."""
        return [
            Problem(self.file, number, ", ".join(fault.columns), fault.value, fault.reason, fault.remedy)
            for number, faults in sorted(self.refused.items())
            for fault in dict.fromkeys(faults)
        ]

    def unmapped(self) -> Counter[tuple[str, str]]:
        """How many rows hold each value that the mapping has no word for, by column and value."""
        found: Counter[tuple[str, str]] = Counter()
        for faults in self.refused.values():
            found.update({(", ".join(each.columns), each.value) for each in faults if each.unmapped})
        return found

    def counts(self) -> Counter[str]:
        """How many claims there are of each kind of proposition, and how many relays."""
        kinds = Counter(type(self.propositions[claim.proposition]).__name__ for claim in self.claims.values())
        if self.relays:
            kinds["relay"] = len(self.relays)
        return kinds


class Past(Protocol):
    """The rows of earlier versions of a table, which are recorded and need not be read again."""

    def holds(self, row: Row) -> bool:
        """Whether a row, with the cells that other tables lend it, is one of them."""


@dataclass(slots=True)
class Gathering:
    """Lets the rows through that are meant and in order; the rest is counted or refused in the reading.

    `lends` is False where rows hold the cells of joined tables already, as those of a mapping's tests do.
    """

    reading: TableReading
    folder: FilePath
    skip: Mapping[int, list[Fault]]
    keys: dict[tuple[str, ...], int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    lends: bool = True
    past: "Past | None" = None

    def take(self, opened: Opened) -> Iterator[Row]:
        """The rows to be made into claims."""
        table, reading = self.reading.table, self.reading
        if self.lends:
            reading.joined = {join.name: find_source(self.folder / join.file) for join in table.joins}
        joined = {join.name: _load_join(join, reading.joined[join.name]) for join in table.joins if self.lends}
        for row in opened.rows:
            reading.read += 1
            if not opened.columns:
                self.seen.update(row.cells)
            faults = [*row.faults, *self.skip.get(row.number, ())]
            if not any(fault.columns == () for fault in row.faults):
                row = _join(table, row, joined, faults)
                row, misfits = _draw(table, row)
                if not faults and not all(condition.holds(row.cells) for condition in table.where):
                    reading.skipped += 1
                    continue
                faults += misfits
                faults += self._check_key(row)
                faults += self._check_expectations(row, {name for fault in row.faults for name in fault.columns})
            if faults:
                reading.refuse(row, faults)
            elif self.past is not None and self.past.holds(row):
                reading.known += 1
            else:
                yield row

    def check_columns(self) -> None:
        """Raise Refused where a column that the mapping names stands in no row; for tables without a header."""
        reading = self.reading
        wanted = own_columns(reading.table)
        missing = sorted(wanted - self.seen) if reading.read and not reading.columns else []
        if missing:
            raise Refused(missing_columns(reading.source, missing, tuple(sorted(self.seen))))

    def _check_key(self, row: Row) -> list[Fault]:
        columns = self.reading.table.key
        if not columns:
            return []
        key = tuple(row.cells.get(column, "").strip() for column in columns)
        shown = ", ".join(key)
        if not all(key):
            return [Fault(columns, shown, "the key of the row is empty", "fill it")]
        first = self.keys.setdefault(key, row.number)
        if first == row.number:
            return []
        return [Fault(columns, shown, f"row {first} has the same key", "keep one of the two, or mend the key")]

    def _check_expectations(self, row: Row, amiss: set[str]) -> list[Fault]:
        faults = []
        for expect in self.reading.table.expects:
            text = row.cells.get(expect.column, "").strip()
            if not text or expect.column in amiss or expect.pattern.fullmatch(text):
                continue
            if expect.refuses:
                faults.append(Fault((expect.column,), text, expect.reason, "mend the cell"))
            else:
                file = self.reading.file
                self.reading.notices.append(Problem(file, row.number, expect.column, text, expect.reason))
        return faults


def own_columns(table: Table) -> set[str]:
    """The columns a mapping names, without those that joined tables lend."""
    return {name for name in table.columns() if not table.lends(name)}


def missing_columns(source: Source, missing: list[str], columns: tuple[str, ...]) -> list[Problem]:
    """A problem for each column that the mapping names and the table lacks."""
    reason, remedy = "the mapping names this column, and the table has none so named", f"it has: {', '.join(columns)}"
    return [Problem(str(source.path), 1, name, "", reason, remedy) for name in missing]


def _load_join(join: Join, source: Source) -> dict[tuple[str, ...], dict[str, str]]:
    """The rows of a joined table by key, their columns under its name. Raises Refused where a key stands twice."""
    opened = open_rows(source, join.shape)
    missing = sorted(set(join.to) - set(opened.columns)) if opened.columns else []
    if missing:
        opened.close()
        raise Refused(missing_columns(source, missing, opened.columns))
    held: dict[tuple[str, ...], dict[str, str]] = {}
    problems = []
    for row in opened.rows:
        key = tuple(row.cells.get(column, "").strip() for column in join.to)
        for fault in row.faults:
            problems.append(
                Problem(str(source.path), row.number, ", ".join(fault.columns), fault.value, fault.reason, fault.remedy)
            )
        if key in held:
            reason, shown = "another row has the same key, and either could be meant", ", ".join(key)
            problems.append(Problem(str(source.path), row.number, ", ".join(join.to), shown, reason, "keep one"))
        held[key] = {f"{join.name}.{column}": text for column, text in row.cells.items()}
    opened.close()
    if problems:
        raise Refused(problems)
    return held


def _join(
    table: Table, row: Row, joined: Mapping[str, Mapping[tuple[str, ...], Mapping[str, str]]], faults: list[Fault]
) -> Row:
    for join in (each for each in table.joins if each.name in joined):
        key = tuple(row.cells.get(column, "").strip() for column in join.on)
        fellow = joined[join.name].get(key)
        if fellow is None and join.required:
            reason = f"{join.file} has no row of this key"
            faults.append(Fault(join.on, ", ".join(key), reason, "mend the key, or leave required: out"))
        row = Row(row.number, {**row.cells, **(fellow or {})}, row.faults)
    return row


def _draw(table: Table, row: Row) -> tuple[Row, list[Fault]]:
    """The row with the values that the mapping names, save those split, of which one row has several."""
    cells, faults = dict(row.cells), []
    for name, expression in table.values:
        if expression.split:
            continue
        try:
            cells[name] = next(iter(expression.evaluate(cells)), "")
        except Misfit as misfit:
            cells[name] = ""
            faults.append(replace(misfit.fault, columns=table.behind()[name]))
    return (Row(row.number, cells, row.faults) if table.values else row), faults
