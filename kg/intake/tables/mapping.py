"""A mapping file: what it says of each table, read once and checked before any row is."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path as FilePath

from kg import resources
from kg.errors import NotFound, Problem, Refused
from kg.intake.references import SECTIONS
from kg.intake.sheet import Sheet
from kg.intake.structure import MAPPING_SCHEMA, check_structure
from kg.intake.tables.conditions import Condition
from kg.intake.tables.expressions import Expression, Template
from kg.intake.tables.nodes import Fields, Node, columns_of, compile_node, compile_pattern, read_template
from kg.intake.tables.rows import Shape
from kg.intake.yamltext import LARGEST, Path, parse_yaml

FRAME = ("uses", *SECTIONS, "defaults")
"""What a mapping says once for all rows, in the form of a case file."""

_TESTS = ("is", "not", "matches", "unlike", "differs", "same")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that a row makes where its conditions hold."""

    node: Node
    where: tuple[Condition, ...]
    at: Path


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that a row describes, by section of a case file; its key is a template."""

    section: str
    node: Fields


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a cell should look like; `refuses` is False where a departure is only told."""

    column: str
    pattern: re.Pattern[str]
    reason: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class Join:
    """Another table whose row of the same key lends its cells, as `name.column`."""

    name: str
    file: str
    shape: Shape
    on: tuple[str, ...]
    to: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What a mapping says of one table; `values` are names for what is drawn from cells, used like columns."""

    name: str
    file: str
    shape: Shape
    key: tuple[str, ...]
    where: tuple[Condition, ...]
    values: tuple[tuple[str, Expression], ...]
    joins: tuple[Join, ...]
    expects: tuple[Expectation, ...]
    entries: tuple[Entry, ...]
    claims: tuple[Claim, ...]

    def columns(self) -> set[str]:
        """Every column of the file that the mapping names."""
        conditions = [*self.where, *(each for claim in self.claims for each in claim.where)]
        named = {name for each in conditions for name in each.columns}
        named |= {each.column for each in self.expects} | set(self.key)
        for node in (*(claim.node for claim in self.claims), *(entry.node for entry in self.entries)):
            named |= columns_of(node)
        named |= {column for join in self.joins for column in join.on}
        named |= {column for _, expression in self.values for column in expression.columns}
        return named - {name for name, _ in self.values}

    def behind(self) -> dict[str, tuple[str, ...]]:
        """The columns of the file behind each name under `values`."""
        found: dict[str, tuple[str, ...]] = {}
        for name, expression in self.values:
            found[name] = tuple(column for each in expression.columns for column in found.get(each, (each,)))
        return found

    def lends(self, name: str) -> bool:
        """Whether a name is that of a value or of a joined table's column, and so of no column of the file."""
        return any(name == each for each, _ in self.values) or any(
            name.startswith(f"{join.name}.") for join in self.joins
        )


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file, its hash part of what names an ingestion."""

    path: FilePath
    sha256: str
    length: int
    sheet: Sheet
    tables: tuple[Table, ...]
    recorder: str
    note: str | None
    language: str


def find_mapping(name: str) -> FilePath:
    """The mapping of that path, or the shipped one of that name. Raises NotFound."""
    path = FilePath(name)
    if path.is_file():
        return path
    shipped = {each.stem: each for each in resources.iter_mappings()}
    if name in shipped:
        return shipped[name]
    raise NotFound(f"There is no mapping {name!r}: neither a file, nor one of those that ship: {', '.join(shipped)}.")


def load_mapping(path: FilePath, *, base: str) -> Mapping:
    """The mapping in a file. Raises Refused with everything that is wrong with it."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise Refused([Problem(str(path), reason=f"the mapping cannot be read: {error.strerror}")]) from None
    tree, problems = parse_yaml(data, file=str(path))
    sheet = Sheet(file=str(path), base=base, tree=tree, problems=problems)
    _check_filled_in(sheet)
    check_structure(sheet, schema=MAPPING_SCHEMA)
    tables = tuple(_read_table(sheet, name) for name in sheet.keys(("tables",)))
    if sheet.problems:
        raise Refused(sheet.problems)
    return Mapping(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        length=len(data),
        sheet=sheet,
        tables=tables,
        recorder=sheet.text(("recorder",)) or "",
        note=sheet.text(("note",)),
        language=(sheet.text(("language",)) or "").lower(),
    )


def _check_filled_in(sheet: Sheet) -> None:
    """Note what a suggested mapping left to be filled in."""
    for at, mark in list(sheet.tree.marks.items()):
        if mark.raw.startswith("<") and mark.raw.endswith(">"):
            sheet.refuse(at, "still to be filled in", "put your own words for it", value=mark.raw)


def _read_table(sheet: Sheet, name: str) -> Table:
    at: Path = ("tables", name)
    places = sheet.items((*at, "claims"))
    ids = frozenset(text for each in places if (text := sheet.text((*each, "id"))))
    entries = []
    for section in SECTIONS:
        node = compile_node(sheet, (*at, section)) if sheet.get((*at, section)) is not None else None
        entries += [Entry(section, Fields((item,))) for item in node.items] if isinstance(node, Fields) else []
    return Table(
        name=name,
        file=sheet.text((*at, "file")) or "",
        shape=_read_shape(sheet, at),
        key=_read_texts(sheet, (*at, "key")),
        where=_read_where(sheet, (*at, "where")),
        values=tuple((each, _read_value(sheet, (*at, "values", each))) for each in sheet.keys((*at, "values"))),
        joins=tuple(_read_join(sheet, (*at, "join", each)) for each in sheet.keys((*at, "join"))),
        expects=tuple(_read_expectation(sheet, each) for each in sheet.items((*at, "expect"))),
        entries=tuple(entries),
        claims=tuple(_read_claim(sheet, each, ids) for each in places),
    )


def _read_shape(sheet: Sheet, at: Path) -> Shape:
    words = {name: sheet.text((*at, name)) for name in ("format", "delimiter", "encoding", "sheet", "path")}
    header = sheet.get((*at, "header"))
    return Shape(**{name: text for name, text in words.items() if text}, header=header if type(header) is int else 1)


def _read_texts(sheet: Sheet, at: Path) -> tuple[str, ...]:
    return tuple(sheet.text(each) or "" for each in sheet.items(at))


def _read_value(sheet: Sheet, at: Path) -> Expression:
    node = compile_node(sheet, at)
    if isinstance(node, Expression):
        return node
    sheet.refuse(at, "nothing is drawn from the row here", "write {column: …}, or text with {column} in it")
    return Expression(Template(()))


def _read_join(sheet: Sheet, at: Path) -> Join:
    on = _read_texts(sheet, (*at, "on"))
    return Join(
        name=str(at[-1]),
        file=sheet.text((*at, "file")) or "",
        shape=_read_shape(sheet, at),
        on=on,
        to=_read_texts(sheet, (*at, "to")) or on,
        required=sheet.get((*at, "required")) is True,
    )


def _read_expectation(sheet: Sheet, at: Path) -> Expectation:
    return Expectation(
        column=sheet.text((*at, "column")) or "",
        pattern=compile_pattern(sheet, (*at, "matches"), sheet.text((*at, "matches")) or ""),
        reason=sheet.text((*at, "reason")) or "",
        refuses=sheet.text((*at, "otherwise")) != "notice",
    )


def _read_claim(sheet: Sheet, at: Path, ids: frozenset[str]) -> Claim:
    where = _read_where(sheet, (*at, "where"))
    node = compile_node(sheet, at, ids)
    assert isinstance(node, Fields)
    return Claim(Fields(tuple(item for item in node.items if item[0] != "where")), where, at)


def _read_where(sheet: Sheet, at: Path) -> tuple[Condition, ...]:
    return tuple(_read_condition(sheet, (*at, column)) for column in sheet.keys(at))


def _read_condition(sheet: Sheet, at: Path) -> Condition:
    subject = _read_side(sheet, at, str(at[-1]))
    if not isinstance(sheet.get(at), dict):
        words = _read_texts(sheet, at)
        if words in (("filled",), ("empty",)):
            return Condition(subject, filled=words == ("filled",))
        return Condition(subject, wanted=words)
    for name in sheet.keys(at):
        if name not in _TESTS:
            sheet.refuse((*at, name), "unknown field", f"what can stand here: {', '.join(_TESTS)}", value=name)
    matches, unlike = sheet.text((*at, "matches")), sheet.text((*at, "unlike"))
    differs, same = sheet.text((*at, "differs")), sheet.text((*at, "same"))
    return Condition(
        subject,
        wanted=_read_texts(sheet, (*at, "is")),
        unwanted=_read_texts(sheet, (*at, "not")),
        matches=compile_pattern(sheet, (*at, "matches"), matches) if matches else None,
        unlike=compile_pattern(sheet, (*at, "unlike"), unlike) if unlike else None,
        differs=_read_side(sheet, (*at, "differs"), differs) if differs else None,
        same=_read_side(sheet, (*at, "same"), same) if same else None,
    )


def _read_side(sheet: Sheet, at: Path, text: str) -> Template:
    """A column by its name, or a template."""
    return read_template(sheet, at, text) if "{" in text else Template(((text, "maybe"),))
