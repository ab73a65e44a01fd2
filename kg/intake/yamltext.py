"""YAML 1.2 to plain values that remember where, and exactly how, each was written.

Only what a hand-written file needs is read: mappings with text keys, lists, scalars of the core schema. Anchors,
aliases and tags are refused, since a few lines of them can stand for gigabytes; nothing is ever constructed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from kg.errors import Problem, Refused

Path = tuple[str | int, ...]

LARGEST = 2_000_000
"""The most bytes a file of this form may have; a case of a thousand claims has a quarter of that."""

DEEPEST = 30
_INT = re.compile(r"[-+]?[0-9]{1,30}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,20}|[0-9]{1,20}(?:\.[0-9]{0,20})?)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# All but the characters of XML 1.0 (section 2.2), so that whatever is read can be written in every format.
_UNFIT = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_LEADING_TAB = re.compile(r"^ *\t", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value stands: its line from 1, and a scalar as it was written ("" for a mapping or list)."""

    line: int
    raw: str = ""


@dataclass(slots=True)
class Tree:
    """A file's plain values, and the mark of each by its path."""

    data: Any = None
    marks: dict[Path, Mark] = field(default_factory=dict)

    def line_of(self, path: Path) -> int:
        """The line of what stands at a path, or of the nearest thing around it that was written; 1 at the top."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks[path].line if path in self.marks else 1

    def raw_at(self, path: Path) -> str:
        """A scalar as it was written; "" where none stands."""
        return self.marks[path].raw if path in self.marks else ""


def field_name(path: Path) -> str:
    """A path as people write it.

    >>> field_name(("claims", 3, "asserts", "count"))
    'claims[3].asserts.count'
    """
    parts = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return parts.removeprefix(".")


def parse_yaml(data: bytes, *, file: str) -> tuple[Tree, list[Problem]]:
    """The tree of a file's bytes, and what is wrong with it though it can be read: keys written twice, aliases.

    Raises Refused where it cannot be read at all.
    """
    text = _decode(data, file)
    builder = _Builder(file)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except YAMLError as error:
        raise Refused([*builder.problems, *_tabs(text, file), _syntax_problem(error, text, file)]) from None
    except (ValueError, OverflowError):  # the scanner's own, for an escape beyond the last character of Unicode
        reason, remedy = "not YAML: an escape such as \\UFFFFFFFF names no character", "write the character itself"
        raise Refused([*builder.problems, Problem(file, builder.line, "", "", reason, remedy)]) from None
    if builder.tree.data is None:
        raise Refused([Problem(file, 1, "", "", "the file is empty", "begin with: averment: 1")])
    return builder.tree, builder.problems


def _decode(data: bytes, file: str) -> str:
    if len(data) > LARGEST:
        reason = f"the file has {len(data):,} bytes; at most {LARGEST:,} are read"
        raise Refused([Problem(file, 0, "", "", reason, "divide it into several case files")])
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"the file is not UTF-8: byte {error.start} is 0x{data[error.start]:02x}"
        raise Refused([Problem(file, line, "", "", reason, "save the file as UTF-8")]) from None


def _tabs(text: str, file: str) -> Iterator[Problem]:
    for found in _LEADING_TAB.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Problem(file, line, "", "", "the line is indented with a tab", "indent with spaces")


def _syntax_problem(error: YAMLError, text: str, file: str) -> Problem:
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 1
        reason = "not YAML: a control character, which YAML does not allow"
        return Problem(file, line, "", "", reason, "remove the character")
    mark = (error.problem_mark or error.context_mark) if isinstance(error, MarkedYAMLError) else None
    said = [str(part) for part in (getattr(error, "context", None), getattr(error, "problem", None)) if part]
    column = f", column {mark.column + 1}" if mark else ""
    reason = f"not YAML{column}: {'; '.join(said) or 'it cannot be parsed'}"
    remedy = "look at this line and the one before: indentation, a missing colon or quotation mark"
    return Problem(file, mark.line + 1 if mark else 1, "", "", reason, remedy)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    path: Path
    value: dict[str, Any] | list[Any]
    key: str | None = None


class _Builder:
    """Takes parser events one by one; no recursion, so that depth cannot exhaust the stack."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.tree = Tree()
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._documents = 0
        self.line = 1

    def take(self, event: Event) -> None:
        self.line = line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent):
            self._start_document(line)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._open.pop()
        elif isinstance(event, AliasEvent):
            self._problem(line, f"*{event.anchor}", "aliases are not read", "write the value out")
            self._add(None, line, "")
        elif isinstance(event, ScalarEvent):
            self._check_plainness(event, line)
            self._add_scalar(event, line)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._check_plainness(event, line)
            self._start(event, line)

    def _problem(self, line: int, value: str, reason: str, remedy: str) -> None:
        path = self._next_path() if self._open else ()
        self.problems.append(Problem(self.file, line, field_name(path), value, reason, remedy))

    def _start_document(self, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            reason = "a second document begins here"
            raise Refused([*self.problems, Problem(self.file, line, "", "---", reason, "one case to a file")])

    def _check_plainness(self, event: Any, line: int) -> None:
        if event.anchor:
            self._problem(line, f"&{event.anchor}", "anchors are not read", "remove the anchor and write values out")
        if event.tag:
            self._problem(line, str(event.tag), "tags are not read", "remove the tag")

    def _start(self, event: MappingStartEvent | SequenceStartEvent, line: int) -> None:
        if len(self._open) >= DEEPEST:
            reason = f"values lie more than {DEEPEST} deep"
            raise Refused([*self.problems, Problem(self.file, line, "", "", reason, "write fewer levels")])
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._problem(line, "", "a list or mapping stands where a field's name should", "name the field in text")
            top.key = ""
            self._open.append(_Open((*top.path, ""), {} if isinstance(event, MappingStartEvent) else []))
            return
        value: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        path = self._add(value, line, "")
        self._open.append(_Open(path, value))

    def _next_path(self) -> Path:
        top = self._open[-1]
        if isinstance(top.value, list):
            return (*top.path, len(top.value))
        return top.path if top.key is None else (*top.path, top.key)

    def _add_scalar(self, event: ScalarEvent, line: int) -> None:
        top = self._open[-1] if self._open else None
        unfit = _UNFIT.search(event.value)
        if unfit:
            reason = f"the text holds the character U+{ord(unfit[0]):04X}, which no text file may hold"
            self._problem(line, repr(event.value[:40]), reason, "remove the character")
            event.value = _UNFIT.sub("\ufffd", event.value)
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._take_key(top, str(event.value), line)
            return
        plain = not event.style
        self._add(plain_value(event.value) if plain else event.value, line, str(event.value))

    def _take_key(self, top: _Open, key: str, line: int) -> None:
        top.key = key
        if key == "":
            self._problem(line, "", "a field without a name", "write a name before the colon")
        elif isinstance(top.value, dict) and key in top.value:
            first = self.tree.line_of((*top.path, key))
            name = field_name((*top.path, key))
            reason = f"written twice, first on line {first}"
            self.problems.append(Problem(self.file, line, name, key, reason, "keep one of the two, or rename one"))
        else:
            self.tree.marks[(*top.path, key)] = Mark(line)

    def _add(self, value: Any, line: int, raw: str) -> Path:
        if not self._open:
            self.tree.data = value
            self.tree.marks[()] = Mark(line, raw)
            return ()
        top, path = self._open[-1], self._next_path()
        if isinstance(top.value, list):
            top.value.append(value)
            self.tree.marks[path] = Mark(line, raw)
            return path
        key, top.key = top.key, None
        if key is None:  # an alias in the place of a key
            top.key = ""
            return (*top.path, "")
        if key in top.value or key == "":
            return (*top.path, "")
        top.value[key] = value
        self.tree.marks[path] = Mark(self.tree.marks[path].line, raw)
        return path


def plain_value(text: str) -> Any:
    """A scalar written without quotes, by the core schema of YAML 1.2 (section 10.3.2), less its octal and hexadecimal.

    >>> [plain_value(each) for each in ("318", "1,600", "no", "true", "")]
    [318, '1,600', 'no', True, None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
