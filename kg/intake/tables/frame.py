"""Rows put together as one case file, read by the readers of case files, and led back to row and column."""

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from kg.intake.captures import Captures
from kg.intake.claims import Claims
from kg.intake.entities import Things
from kg.intake.passages import Passages
from kg.intake.references import SECTIONS, collect_references
from kg.intake.sayings import Found, Sayings
from kg.intake.sheet import Sheet
from kg.intake.structure import load_schema
from kg.intake.tables.expressions import NUMBER, ROW, Misfit
from kg.intake.tables.mapping import FRAME, Mapping, Table
from kg.intake.tables.nodes import Filling, columns_of, is_omitted
from kg.intake.tables.rows import Fault, Row
from kg.intake.yamltext import Mark, Path, Tree
from kg.iris import is_key

_WHOLE = ("at_least", "at_most", "ordinal", "decimals", "metres")


@dataclass(slots=True)
class RowSheet(Sheet):
    """A sheet that keeps problems with their paths, which lead to the row and the columns."""

    refused: list[tuple[Path, str, str, str]] = field(default_factory=list)

    def refuse(self, at: Path, reason: str, remedy: str, *, value: str | None = None) -> None:
        """Note a problem with what stands at a path."""
        shown = self.tree.raw_at(at) if value is None else value
        self.refused.append((at, shown, reason, remedy))
        self.taint(at)


@dataclass(slots=True)
class Group:
    """Rows read together: what they give, the rows behind each entry, the columns behind each value.

    `is_short` says that they name something that none of them describes.
    """

    sheet: RowSheet
    things: Things
    found: Found
    owners: dict[Path, list[int]]
    columns: dict[Path, tuple[str, ...]]
    faults: dict[int, list[Fault]]
    general: list[tuple[Path, str, str, str]]
    is_short: bool = False
    index: dict[Path, list[tuple[Path, tuple[str, ...]]]] = field(default_factory=dict)

    def rows_of(self, at: Path) -> list[int]:
        """The numbers of the rows behind what stands at a path, none for what the mapping says of all rows."""
        return self.owners.get(at[:2], [])

    def columns_at(self, at: Path) -> tuple[str, ...]:
        """The columns that what stands at a path was drawn from, in the order they were used."""
        if not self.index:
            for path, names in self.columns.items():
                self.index.setdefault(path[:2], []).append((path, names))
        inside = (names for path, names in self.index.get(at[:2], ()) if path[: len(at)] == at)
        return tuple(dict.fromkeys(name for names in inside for name in names))


@dataclass(slots=True)
class Described:
    """What earlier rows described, by section and key: to tell rows that describe one thing in two ways."""

    seen: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    fresh: list[tuple[str, str]] = field(default_factory=list)

    def keep(self) -> None:
        """Hold to what was taken in since the last call."""
        self.fresh.clear()

    def forget(self) -> None:
        """Let go of what was taken in since the last `keep`, as rows are to be read again without some of them."""
        for at in self.fresh:
            del self.seen[at]
        self.fresh.clear()

    def compare(self, at: tuple[str, str], content: int, number: int) -> int | None:
        """The row that described this otherwise, None where none did."""
        if at not in self.seen:
            self.seen[at] = (content, number)
            self.fresh.append(at)
        held, first = self.seen[at]
        return None if held == content else first


@dataclass(slots=True)
class Frame:
    """What a mapping says once for all rows, as values and marks to begin each group with."""

    mapping: Mapping
    data: dict[str, Any]
    marks: dict[Path, Mark]

    @classmethod
    def of(cls, mapping: Mapping) -> "Frame":
        """The frame of a mapping."""
        tree = mapping.sheet.tree
        data = {name: tree.data[name] for name in FRAME if name in tree.data}
        return cls(mapping, data, {at: mark for at, mark in tree.marks.items() if at and at[0] in data})

    def read(self, table: Table, rows: list[Row], described: Described, *, file: str) -> Group:
        """Everything that some rows give; what is wrong is in the faults of the group, by row."""
        tree = Tree({**self.data, "averment": 1}, dict(self.marks))
        for section in SECTIONS:
            tree.data[section] = dict(self.data.get(section) or {})
        tree.data["claims"] = []
        sheet = RowSheet(file=file, base=self.mapping.sheet.base, tree=tree)
        references_owner: dict[Path, list[int]] = {}
        columns: dict[Path, tuple[str, ...]] = {}
        faults: dict[int, list[Fault]] = {}
        behind = table.behind()
        for row in rows:
            filling = Filling(row.number, behind)
            _fill_row(tree, table, row, filling, described, references_owner)
            tree.marks.update(filling.marks)
            columns.update(filling.columns)
            if filling.faults:
                faults[row.number] = filling.faults
        return _read(sheet, self.mapping, references_owner, columns, faults)


def _fill_row(
    tree: Tree, table: Table, row: Row, filling: Filling, described: Described, owners: dict[Path, list[int]]
) -> None:
    """Put what a row describes and claims into the tree."""
    for entry in table.entries:
        section = tree.data[entry.section]
        for cells in _spread(table, row, entry.node, filling):
            made = filling.fill(entry.node, cells, (entry.section,))
            if is_omitted(made):
                continue
            for key, value in made.items():
                at = (entry.section, key)
                _check_entry(at, value, filling)
                _check_same(at, value, row, filling, described)
                section.setdefault(key, value)
                owners.setdefault(at, []).append(row.number)
    claims = tree.data["claims"]
    for claim in table.claims:
        if not all(condition.holds(row.cells) for condition in claim.where):
            continue
        for cells in _spread(table, row, claim.node, filling):
            at = ("claims", len(claims))
            made = filling.fill(claim.node, cells, at)
            if is_omitted(made):
                continue
            _check_claim(at, made, filling)
            claims.append(made)
            owners[at] = [row.number]


def _spread(table: Table, row: Row, node: Any, filling: Filling) -> list[Any]:
    """The cells of a row, once for each combination of the split values that a node uses; a misfit is noted."""
    spread: list[Any] = [{NUMBER: str(row.number), **row.cells, ROW: str(row.number)}]
    if not any(expression.split for _, expression in table.values):
        return spread
    used = columns_of(node)
    for name, expression in table.values:
        if not expression.split or name not in used:
            continue
        try:
            texts = expression.evaluate(row.cells)
        except Misfit as misfit:
            filling.faults.append(replace(misfit.fault, columns=table.behind()[name]))
            return []
        spread = [{**cells, name: text} for cells in spread for text in texts]
    return spread


def _check_same(at: tuple[str, str], value: Any, row: Row, filling: Filling, described: Described) -> None:
    first = described.compare(at, hash(repr(value)), row.number)
    if first is not None:
        columns = tuple(dict.fromkeys(n for path, names in filling.columns.items() if path[:2] == at for n in names))
        reason = f"{at[0].removesuffix('s')}/{at[1]} is described otherwise in row {first}"
        filling.faults.append(Fault(columns, "", reason, "mend one of the two rows, or give them keys of their own"))


def _check_entry(at: tuple[str, str], value: Any, filling: Filling) -> None:
    if not is_key(at[1]):
        reason, remedy = f"{at[1]!r} cannot be a key", "write {column|key} in the mapping, which makes one of any text"
        filling.faults.append(Fault((), at[1], reason, remedy))
    _check_required(at, value, SECTIONS[at[0]], filling)
    _check_numbers(at, value, filling)


def _check_claim(at: Path, value: Any, filling: Filling) -> None:
    _check_required(at, value, "claim", filling)
    for stance in ("asserts", "denies", "cannot-confirm", "asks"):
        for kind, slots in (value.get(stance) or {}).items():
            _check_required((*at, stance, kind), slots, kind, filling)
    _check_numbers(at, value, filling)


def _check_required(at: Path, value: Any, name: str, filling: Filling) -> None:
    for wanted in load_schema()["$defs"].get(name, {}).get("required", ()):
        if not isinstance(value, dict) or wanted not in value:
            columns = filling.columns.get((*at, wanted)) or _inside(filling, (*at, wanted))
            if any(set(columns) & set(fault.columns) for fault in filling.faults):
                continue  # it is filled, with what was found amiss already
            reason = f"the cell is empty, and {wanted} of a {name} must be given"
            filling.faults.append(
                Fault(columns, "", reason, "fill the cell, or say under where: when the claim is made")
            )


def _inside(filling: Filling, at: Path) -> tuple[str, ...]:
    found = (names for path, names in filling.columns.items() if path[: len(at)] == at)
    return tuple(dict.fromkeys(name for names in found for name in names))


def _check_numbers(at: Path, value: Any, filling: Filling) -> None:
    """Numbers that the readers of case files take for granted, since a schema has checked a case file."""
    for path, columns in filling.columns.items():
        if path[: len(at)] != at or path not in filling.marks:
            continue
        raw, last = filling.marks[path].raw, path[-1]
        if last in _WHOLE or path[-2:] == ("number", "about"):
            if not (raw.isascii() and raw.isdigit()):
                reason = "less than 0" if raw[:1] == "-" and raw[1:].isdigit() else "not a whole number"
                filling.faults.append(Fault(columns, raw, reason, "give a number from 0 up, or leave the cell empty"))
        elif last == "radius" or (len(path) > 2 and path[-2] == "point"):
            try:
                Decimal(raw)
            except InvalidOperation:
                filling.faults.append(Fault(columns, raw, "not a number", "give a decimal number"))


def _read(
    sheet: RowSheet,
    mapping: Mapping,
    owners: dict[Path, list[int]],
    columns: dict[Path, tuple[str, ...]],
    faults: dict[int, list[Fault]],
) -> Group:
    references = collect_references(sheet)
    things, found = Things(sheet, references, language=mapping.language), Found(repeats=[])
    group = Group(sheet, things, found, owners, columns, faults, [])
    if not faults:
        things.read()
        Claims(Sayings(sheet, references, things, Passages(sheet, Captures())), found).read()
    group.is_short = references.is_short
    for at, value, reason, remedy in sheet.refused:
        numbers = group.rows_of(at)
        # What is missing was drawn from no column: it is named by its place in the mapping.
        fault = Fault(group.columns_at(at) or (".".join(map(str, (at[0], *at[2:]))),), value, reason, remedy)
        for number in numbers:
            faults.setdefault(number, []).append(fault)
        if not numbers:
            group.general.append((at, value, reason, remedy))
    return group
