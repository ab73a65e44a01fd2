"""A small read-only index of RDF text, for reading shapes and ontologies as data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph

from kg.errors import Problem, Refused
from kg.terms import RDF

FIRST = f"<{RDF}first>"
REST = f"<{RDF}rest>"
NIL = f"<{RDF}nil>"


@dataclass(frozen=True, slots=True)
class Triples:
    """Triples by subject, then predicate; every term is a string in N-Triples syntax.

    >>> graph = parse_turtle({"a.ttl": "@prefix e: <http://e/> . e:a e:p ( e:b 1 ) ."})
    >>> graph.members(graph.objects("<http://e/a>", "<http://e/p>")[0])[0]
    '<http://e/b>'
    """

    by_subject: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    file_of: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)

    def add(self, subject: str, predicate: str, value: str, *, file: str) -> None:
        """Add one triple, once; the first file that names a subject is kept as its place."""
        values = self.by_subject.setdefault(subject, {}).setdefault(predicate, [])
        self.file_of.setdefault(subject, file)
        if value not in values:
            values.append(value)

    def objects(self, subject: str, predicate: str) -> list[str]:
        """The objects of a subject and predicate, in the order read; empty if there are none."""
        return self.by_subject.get(subject, {}).get(predicate, [])

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        for subject, rows in self.by_subject.items():
            for predicate, values in rows.items():
                for value in values:
                    yield subject, predicate, value

    def members(self, head: str) -> list[str]:
        """The members of an RDF list; a broken list ends where it breaks, a circular one where it closes."""
        found: list[str] = []
        seen: set[str] = set()
        while head != NIL and head not in seen:
            seen.add(head)
            found.extend(self.objects(head, FIRST)[:1])
            head = next(iter(self.objects(head, REST)), NIL)
        return found


def parse_turtle(texts: Mapping[str, str]) -> Triples:
    """The triples of several Turtle texts, given by file name; raises Refused naming each text that cannot be read."""
    graph = Triples()
    problems: list[Problem] = []
    for name, text in texts.items():
        try:
            parser = pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.TURTLE, rename_blank_nodes=True)
            for row in parser:
                graph.add(str(row.subject), str(row.predicate), str(row.object), file=name)
            graph.prefixes.update(parser.prefixes)
        except SyntaxError as error:
            problems.append(_not_turtle(name, error))
    if problems:
        raise Refused(problems)
    return graph


def to_ntriples(turtle: str, *, file: str = "data") -> str:
    """The same triples as sorted N-Triples, literals spelt as they were; raises Refused if it is not Turtle.

    >>> to_ntriples("@prefix e: <http://e/> . e:a e:p 01 .")
    '<http://e/a> <http://e/p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\\n'
    """
    try:
        rows = pyoxigraph.parse(turtle.encode(), pyoxigraph.RdfFormat.TURTLE)
        return "".join(sorted({f"{row.subject} {row.predicate} {row.object} .\n" for row in rows}))
    except SyntaxError as error:
        raise Refused([_not_turtle(file, error)]) from error


def _not_turtle(file: str, error: SyntaxError) -> Problem:
    return Problem(file=file, line=error.lineno or 0, reason=f"this is not Turtle: {error.msg}", remedy="mend it")
