"""The part of a mapping that is made anew for each row: read once, then filled from the cells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kg.intake.sheet import Sheet
from kg.intake.tables.expressions import ROW, WORDS, Expression, Misfit, Template, load_terms, parse_template
from kg.intake.tables.rows import Fault
from kg.intake.yamltext import Mark, Path, plain_value
from kg.nearest import suggest

_OMITTED: Any = object()


@dataclass(frozen=True, slots=True)
class Const:
    """A value that is the same in every row."""

    value: Any
    raw: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields, each a name that may itself be drawn from the row, and what stands under it."""

    items: tuple[tuple[Template | str, "Node"], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]


Node = Const | Fields | Items | Expression


def compile_node(sheet: Sheet, at: Path, ids: frozenset[str] = frozenset()) -> Node:
    """What stands at a path of a mapping; what is amiss is noted. `ids` are the claims that a row may refer to."""
    value = sheet.get(at)
    if isinstance(value, dict):
        if "column" in value or "template" in value:
            return _compile_expression(sheet, at)
        return Fields(tuple((_compile_key(sheet, (*at, key)), compile_node(sheet, (*at, key), ids)) for key in value))
    if isinstance(value, list):
        return Items(tuple(compile_node(sheet, (*at, place), ids) for place in range(len(value))))
    raw = sheet.tree.raw_at(at)
    if (raw.startswith("claim/") and raw.removeprefix("claim/") in ids) or (at[-1] == "id" and raw in ids):
        raw += f"-row{{{ROW}}}"
    if "{" not in raw and "}" not in raw:
        return Const(value, raw)
    return Expression(read_template(sheet, at, raw))


def _compile_key(sheet: Sheet, at: Path) -> Template | str:
    key = str(at[-1])
    return read_template(sheet, at, key) if "{" in key or "}" in key else key


def read_template(sheet: Sheet, at: Path, text: str) -> Template:
    """The template that a text is; one that is none is noted."""
    try:
        return parse_template(text)
    except ValueError as error:
        sheet.refuse(at, str(error), "write {column}, or {column|key} where a key is needed", value=text)
        return Template(())


def _compile_expression(sheet: Sheet, at: Path) -> Expression:
    for name in sheet.keys(at):
        if name not in WORDS:
            sheet.refuse((*at, name), "unknown field", f"what can stand here: {', '.join(WORDS)}", value=name)
    given = [name for name in ("column", "template") if sheet.get((*at, name)) is not None]
    if len(given) != 1:
        sheet.refuse(at, "both column and template are given", "keep one of the two")
    text = sheet.text((*at, given[0])) or "" if given else ""
    codes = sheet.text((*at, "codes")) or ""
    if codes:
        try:
            load_terms(codes)
        except KeyError:
            sheet.refuse((*at, "codes"), "no scheme of codes", "name one of ontology/codes, such as airwars-grading")
            codes = ""
    find = sheet.text((*at, "find"))
    return Expression(
        template=Template(((text, ""),)) if given == ["column"] else read_template(sheet, at, text),
        find=compile_pattern(sheet, (*at, "find"), find) if find else None,
        map=_read_map(sheet, (*at, "map")),
        patterns=tuple(_read_pattern(sheet, (*at, "patterns", key), key) for key in sheet.keys((*at, "patterns"))),
        otherwise=sheet.text((*at, "otherwise")),
        codes=codes,
        split=sheet.text((*at, "split")) or "",
        date=tuple(sheet.text(each) or "" for each in sheet.items((*at, "date"))),
        not_before=sheet.text((*at, "not_before")) or "",
        not_after=sheet.text((*at, "not_after")) or "",
        blank=frozenset(sheet.text(each) or "" for each in sheet.items((*at, "blank"))),
        address=sheet.get((*at, "address")) is True,
    )


def _read_map(sheet: Sheet, at: Path) -> dict[str, str] | None:
    """The words for cells written at a path, or those of the name written there."""
    named = sheet.get(at)
    if isinstance(named, str):
        if named not in sheet.keys(("maps",)):
            known = suggest(named, sheet.keys(("maps",)), what="name")
            sheet.refuse(at, "no map of this name under maps:", known)
            return None
        at = ("maps", named)
    return {key: sheet.text((*at, key)) or "" for key in sheet.keys(at)} if sheet.get(at) is not None else None


def _read_pattern(sheet: Sheet, at: Path, text: str) -> tuple[re.Pattern[str], str]:
    """A regular expression and what it stands for, in which \\1 is its first group, \\0 all that it found."""
    pattern, value = compile_pattern(sheet, at, text), sheet.text(at) or ""
    most = max(map(int, re.findall(r"\\([0-9])", value)), default=0)
    if most > pattern.groups:
        sheet.refuse(at, f"the regular expression has {pattern.groups} (groups), not {most}", "mend it", value=value)
        value = ""
    return pattern, value


def compile_pattern(sheet: Sheet, at: Path, text: str) -> re.Pattern[str]:
    """A regular expression of a mapping; one that is none is noted."""
    try:
        return re.compile(text)
    except re.error as error:
        sheet.refuse(at, f"not a regular expression: {error}", "mend it", value=text)
        return re.compile("")


def columns_of(node: Node) -> set[str]:
    """Every column that something draws on."""
    if isinstance(node, Fields):
        keys = {name for key, _ in node.items if isinstance(key, Template) for name in key.columns}
        return keys.union(*(columns_of(inner) for _, inner in node.items))
    if isinstance(node, Items):
        return set().union(*(columns_of(inner) for inner in node.items))
    return set(node.columns) if isinstance(node, Expression) else set()


@dataclass(slots=True)
class Filling:
    """What one row gives: marks of every value, the columns each was drawn from, and what is wrong.

    `values` are the columns behind each name that a mapping gives to what it draws from cells.
    """

    line: int
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: dict[Path, Mark] = field(default_factory=dict)
    columns: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fill(self, node: Node, cells: Mapping[str, str], at: Path) -> Any:
        """The value of a node, its marks noted; the mark `OMITTED` where every cell it needs is empty."""
        if isinstance(node, Const):
            self.marks[at] = Mark(self.line, node.raw)
            return node.value
        if isinstance(node, Expression):
            return self._fill_expression(node, cells, at)
        if isinstance(node, Items):
            return self._fill_items(node, cells, at)
        return self._fill_fields(node, cells, at)

    def _fill_expression(self, node: Expression, cells: Mapping[str, str], at: Path) -> Any:
        self.columns[at] = self._behind(node.columns)
        if node.split:
            several = self._fill_several(node, cells, at, 0)
            if several:
                self.marks[at] = Mark(self.line)
            return several or _OMITTED
        texts = self._evaluate(node, cells)
        if not texts:
            return _OMITTED
        self.marks[at] = Mark(self.line, texts[0])
        return _plain(texts[0])

    def _fill_several(self, node: Expression, cells: Mapping[str, str], at: Path, first: int) -> list[Any]:
        texts = self._evaluate(node, cells)
        for place, text in enumerate(texts, start=first):
            self.marks[(*at, place)] = Mark(self.line, text)
            self.columns[(*at, place)] = self._behind(node.columns)
        return [_plain(text) for text in texts]

    def _evaluate(self, node: Expression, cells: Mapping[str, str]) -> list[str]:
        try:
            return node.evaluate(cells)
        except Misfit as misfit:
            self.faults.append(replace(misfit.fault, columns=self._behind(misfit.fault.columns)))
            return []

    def _behind(self, names: tuple[str, ...]) -> tuple[str, ...]:
        if not self.values:
            return names
        return tuple(dict.fromkeys(column for name in names for column in self.values.get(name, (name,))))

    def _fill_items(self, node: Items, cells: Mapping[str, str], at: Path) -> Any:
        found: list[Any] = []
        for inner in node.items:
            if isinstance(inner, Expression) and inner.split:
                found += self._fill_several(inner, cells, at, len(found))
                continue
            value = self.fill(inner, cells, (*at, len(found)))
            if value is not _OMITTED:
                found.append(value)
        if not found:
            return _OMITTED
        self.marks[at] = Mark(self.line)
        return found

    def _fill_fields(self, node: Fields, cells: Mapping[str, str], at: Path) -> Any:
        found: dict[str, Any] = {}
        for key, inner in node.items:
            name = key.fill(cells) if isinstance(key, Template) else key
            value = self.fill(inner, cells, (*at, name)) if name else _OMITTED
            if value is not _OMITTED:
                found[name] = value
        if not found and node.items:
            return _OMITTED
        self.marks[at] = Mark(self.line)
        return found


def is_omitted(value: Any) -> bool:
    """Whether nothing was given, since every cell needed is empty."""
    return value is _OMITTED


def _plain(text: str) -> Any:
    """A cell as a number where it is one; words such as `no` stay words."""
    value = plain_value(text) if text[:1].isdigit() or text[:1] in "+-." else text
    return text if isinstance(value, bool) or value is None else value
