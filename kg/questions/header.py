"""What stands at the head of a question's file: title, description, parameters and columns, each with its type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.errors import Problem, Refused

PARAM_TYPES = ("iri", "code", "scheme", "date", "integer", "text")
COLUMN_TYPES = ("iri", "code", "term", "date", "integer", "text", "words", "list")
KINDS = ("event", "agent", "document", "claim", "set", "victim")
READS = ("record", "derived")

_FIELD = re.compile(r"# (title|description|reads|param|column): ?(.*)")
_MORE = re.compile(r"#  +(\S.*)")
_TYPED = re.compile(r"(\w+) \(([^()]*)\): (.+)")


@dataclass(frozen=True, slots=True)
class Param:
    """What a question can be asked with; `options` are `kind` of an iri, `scheme` of a code, `bound` of a date."""

    name: str
    type: str
    required: bool
    meaning: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def default(self) -> str | None:
        """The value it has where none is given."""
        return self.options.get("default")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the answer: `list` is several texts in one cell, `words` a source's own words with a language."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Question:
    """A named question; in `sparql` parameters are written `$name`, and variables `?name`.

    `reads` is "derived" where it asks for computed results of comparisons beside what was recorded.
    """

    name: str
    title: str
    description: str
    reads: str
    params: tuple[Param, ...]
    columns: tuple[Column, ...]
    sparql: str


def parse_question(name: str, text: str) -> Question:
    """The question a file holds; raises Refused with everything wrong with its header.

    >>> head = "# title: A\\n# description: B.\\n# reads: record\\n# column: x (text): C\\n"
    >>> parse_question("all", head + "SELECT ?x {}").title
    'A'
    """
    head, body = _split(text)
    problems: list[Problem] = []
    fields: dict[str, list[str]] = {}
    for number, (key, value) in head:
        if not key:
            problems.append(_problem(name, number, value, "not a line of a header", "write `# key: value`"))
        fields.setdefault(key, []).append(value)
    for key in ("title", "description", "reads"):
        if len(fields.get(key, [])) != 1 or not fields[key][0]:
            problems.append(_problem(name, 1, key, "it is given not once", f"give one line `# {key}: …`"))
    params = tuple(_parse_param(name, line, problems) for line in fields.get("param", []))
    columns = tuple(_parse_column(name, line, problems) for line in fields.get("column", []))
    if fields.get("reads", [""])[0] not in READS:
        problems.append(_problem(name, 1, "reads", "not a known graph", f"write one of {', '.join(READS)}"))
    if not columns:
        problems.append(_problem(name, 1, "column", "no column is described", "add `# column: name (type): meaning`"))
    if problems:
        raise Refused(problems)
    title, description, reads = (fields[key][0] for key in ("title", "description", "reads"))
    return Question(name, title, description, reads, params, columns, body)


def _split(text: str) -> tuple[list[tuple[int, tuple[str, str]]], str]:
    """The header's fields with their line numbers, and the query below it."""
    head: list[tuple[int, tuple[str, str]]] = []
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.startswith("#"):
            return head, "\n".join(lines[number - 1 :]).strip() + "\n"
        if (more := _MORE.fullmatch(line)) and head:
            at, (key, value) = head[-1]
            head[-1] = (at, (key, f"{value} {more[1]}"))
        elif found := _FIELD.fullmatch(line):
            head.append((number, (found[1], found[2].strip())))
        else:
            head.append((number, ("", line)))
    return head, ""


def _parse_param(name: str, line: str, problems: list[Problem]) -> Param:
    found = _TYPED.fullmatch(line)
    if found is None:
        problems.append(_problem(name, 1, line, "not a parameter", "write `name (type, required): meaning`"))
        return Param("", "text", False, "")
    kind, *words = (word.strip() for word in found[2].split(","))
    options = dict(word.split("=", 1) for word in words if "=" in word)
    rest = [word for word in words if "=" not in word]
    if kind not in PARAM_TYPES or len(rest) != 1 or rest[0] not in ("required", "optional"):
        remedy = f"write one of {', '.join(PARAM_TYPES)}, then required or optional"
        problems.append(_problem(name, 1, line, "its type is not told", remedy))
    if kind == "iri" and options.get("kind") not in KINDS:
        problems.append(_problem(name, 1, line, "its kind is not told", f"write kind= one of {', '.join(KINDS)}"))
    if options.get("bound", "latest") not in ("earliest", "latest") or (kind == "date" and "bound" not in options):
        problems.append(_problem(name, 1, line, "its bound is not told", "write bound=latest or bound=earliest"))
    return Param(found[1], kind, rest == ["required"], found[3], options)


def _parse_column(name: str, line: str, problems: list[Problem]) -> Column:
    found = _TYPED.fullmatch(line)
    if found is None or found[2] not in COLUMN_TYPES:
        remedy = f"write `name (type): meaning`, the type one of {', '.join(COLUMN_TYPES)}"
        problems.append(_problem(name, 1, line, "not a column", remedy))
        return Column("", "text", "")
    return Column(found[1], found[2], found[3])


def _problem(name: str, line: int, value: str, reason: str, remedy: str) -> Problem:
    return Problem(file=f"{name}.rq", line=line, value=value, reason=reason, remedy=remedy)
