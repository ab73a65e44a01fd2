"""A shapes graph, read once and used by both engines."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from kg import resources
from kg.check import fast
from kg.check.triples import Triples, parse_turtle
from kg.errors import Problem, Refused
from kg.terms import RDF, compact_iri

SH: Final = "http://www.w3.org/ns/shacl#"
ANONYMOUS: Final = "urn:averment:anonymous-shape:"
RDF_TYPE: Final = f"<{RDF}type>"
TARGETS: Final = tuple(f"<{SH}{name}>" for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
PROPERTY, PATH, MESSAGE = f"<{SH}property>", f"<{SH}path>", f"<{SH}message>"
LANGUAGE = re.compile(r'"@([A-Za-z0-9-]+)$')


@dataclass(frozen=True, slots=True)
class Shapes:
    """A shapes graph, compiled for the fast engine; make one with `parse_shapes`."""

    triples: Triples
    ntriples: str
    compiled: fast.Compiled

    def __len__(self) -> int:
        return len(self.compiled)

    def name_of(self, shape: str) -> str:
        """The IRI of a shape, or of the nearest shape with an IRI that holds it through sh:property; else ""."""
        seen: set[str] = set()
        waiting = [shape]
        while waiting:
            node = waiting.pop(0)
            if is_named(node):
                return node[1:-1]
            if node not in seen:
                seen.add(node)
                waiting.extend(s for s in self.triples.by_subject if node in self.triples.objects(s, PROPERTY))
        return ""

    def message_of(self, shape: str) -> str:
        """The words of a shape's own sh:message, English or untagged first; "" if it has none."""
        found = self.triples.objects(shape, MESSAGE)
        return unquote(min(found, key=_language_order)) if found else ""

    def path_of(self, shape: str) -> str:
        """The sh:path of a property shape: an IRI, or a SPARQL property path; "" for a node shape."""
        found = self.triples.objects(shape, PATH)
        return show_path(self.triples, found[0]) if found else ""


@cache
def load_shapes() -> Shapes:
    """The shipped shapes for the record; a test holds them against the shipped ontology."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in resources.iter_ttl("shapes")}
    # Shapes about the ontology itself are for the vocabulary's own test.
    texts.pop("ontology.ttl", None)
    return parse_shapes(texts)


def parse_shapes(texts: Mapping[str, str]) -> Shapes:
    """Shapes from Turtle texts given by file name; raises Refused if one cannot be read, or none holds a shape.

    >>> parse_shapes({"empty.ttl": ""})
    Traceback (most recent call last):
    kg.errors.Refused: empty.ttl: there is no shape in it, so everything would pass. Remedy: give at least one \
sh:NodeShape with a target.
    """
    triples = _name_anonymous(parse_turtle(texts))
    ntriples = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
    place = ", ".join(texts)
    try:
        compiled = fast.compile_shapes(ntriples)
    except ValueError as error:
        raise Refused([Problem(file=place, reason=str(error), remedy="mend the shape")]) from error
    if not len(compiled):
        reason = "there is no shape in it, so everything would pass"
        raise Refused([Problem(file=place, reason=reason, remedy="give at least one sh:NodeShape with a target")])
    return Shapes(triples, ntriples, compiled)


def is_named(node: str) -> bool:
    """Whether a node has an IRI of its own, one that its author gave it."""
    return node.startswith("<") and not node.startswith(f"<{ANONYMOUS}")


def unquote(literal: str) -> str:
    r"""The text of a literal in N-Triples syntax.

    >>> unquote(r'"say \"who\""@en')
    'say "who"'
    """
    body = literal[1 : literal.rindex('"')]
    return re.sub(r"\\(u[0-9A-F]{4}|U[0-9A-F]{8}|.)", _unescape, body)


def show(term: str) -> str:
    """A term as a person writes it: a prefixed name, the text of a literal, or "(anonymous)" for a blank node.

    >>> show("<http://www.w3.org/ns/shacl#path>")
    'sh:path'
    """
    if term.startswith('"'):
        return unquote(term)
    if term and not is_named(term):
        return "(anonymous)"
    iri = term[1:-1]
    return f"sh:{iri.removeprefix(SH)}" if iri.startswith(SH) else compact_iri(iri)


def show_path(triples: Triples, node: str) -> str:
    """A property path as an IRI, or in SPARQL's syntax where it is more than one step."""
    return node[1:-1] if node.startswith("<") else _path(triples, node)


def path_predicates(triples: Triples, node: str) -> list[str]:
    """The predicates that a property path walks, in N-Triples syntax."""
    if node.startswith("<"):
        return [node]
    if members := triples.members(node):
        return [p for member in members for p in path_predicates(triples, member)]
    alternatives = [m for o in triples.objects(node, f"<{SH}alternativePath>") for m in triples.members(o)]
    steps = [o for name in _MARKS for o in triples.objects(node, f"<{SH}{name}>")]
    return [p for step in (*alternatives, *steps) for p in path_predicates(triples, step)]


_MARKS: Final = {"inversePath": "^{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+", "zeroOrOnePath": "{}?"}
_ESCAPES: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPES.get(code, code)


def _path(triples: Triples, node: str) -> str:
    if node.startswith("<"):
        return node
    if members := triples.members(node):
        return _join("/", (_path(triples, member) for member in members))
    for choice in triples.objects(node, f"<{SH}alternativePath>"):
        return _join("|", (_path(triples, member) for member in triples.members(choice)))
    for name, mark in _MARKS.items():
        for step in triples.objects(node, f"<{SH}{name}>"):
            return mark.format(_path(triples, step))
    return "?"


def _join(mark: str, parts: Iterable[str]) -> str:
    return f"({mark.join(parts)})"


def _language_order(literal: str) -> tuple[int, str]:
    found = LANGUAGE.search(literal)
    language = found[1].lower() if found else ""
    return (0 if language in ("", "en") else 1, literal)


def _name_anonymous(triples: Triples) -> Triples:
    """Give each blank shape an IRI, so that what two engines say of it can be matched: neither keeps blank labels."""
    blank = {o for _, p, o in triples if p == PROPERTY} | {s for s, p, _ in triples if p == PATH or p in TARGETS}
    names = {node: f"<{ANONYMOUS}{node[2:]}>" for node in blank if node.startswith("_:")}
    named = Triples(prefixes=triples.prefixes)
    for s, p, o in triples:
        named.add(names.get(s, s), p, names.get(o, o), file=triples.file_of[s])
    return named
