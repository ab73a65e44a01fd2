"""Check data against shapes, with the fast engine or with the referee: the same findings in the same order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from kg.check import fast, referee
from kg.check.finding import Finding, RawResult
from kg.check.shapes import Shapes
from kg.errors import Problem, Refused

Engine = Literal["fast", "referee"]
BATCH: Final = 1000
_DOUBLED: Final = re.compile("<<")
# Ends at the end of the line too: a quote that is never closed must not be tried again from each quote within it.
_LITERAL: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z|\\\Z)')


def validate(data_nquads_or_ntriples: bytes | str, shapes: Shapes, *, engine: Engine = "fast") -> list[Finding]:
    """All findings about N-Triples or N-Quads (every graph read as one), sorted; raises Refused if it is neither.

    >>> from kg.check.shapes import parse_shapes
    >>> shapes = parse_shapes({"s.ttl": '''@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .
    ... e:S a sh:NodeShape ; sh:targetClass e:Claim ; sh:property e:S-voice .
    ... e:S-voice sh:path e:voice ; sh:minCount 1 ; sh:message "A claim needs a voice: say who made it." .'''})
    >>> row = "<http://e/c1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/Claim> <http://e/c1> ."
    >>> [(f.focus, f.component, f.message) for f in validate(row, shapes)]
    [('http://e/c1', 'MinCountConstraintComponent', 'A claim needs a voice: say who made it.')]
    """
    text = _text(data_nquads_or_ntriples)
    _refuse_triple_terms(text)
    try:
        if engine == "referee":
            raw = referee.list_results(text, shapes.ntriples, shapes.triples.prefixes)
        else:
            raw = fast.list_results(text, shapes.compiled)
    except ValueError as error:
        raise Refused([Problem(file="data", reason=str(error), remedy="give N-Triples or N-Quads")]) from error
    about = {shape: _about(shape, shapes) for shape in {result.shape for result in raw}}
    return sorted(_finding(result, about[result.shape]) for result in raw)


def iter_findings(
    units: Iterable[bytes | str], shapes: Shapes, *, engine: Engine = "fast", size: int = BATCH
) -> Iterator[Finding]:
    """Findings about many units, `size` at a time, each one said once.

    A unit is N-Quads that hold all that its shapes look at (a claim with its proposition): then a finding cannot depend
    on where a batch ended. Raises Refused as `validate` does.
    """
    said: set[Finding] = set()
    waiting = iter(units)
    while batch := list(islice(waiting, size)):
        for finding in validate("\n".join(_text(unit) for unit in batch), shapes, engine=engine):
            if finding not in said:
                said.add(finding)
                yield finding


def _text(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = Problem(file="data", reason=f"byte {error.start} is not UTF-8", remedy="give N-Triples or N-Quads")
        raise Refused([problem]) from error


def _refuse_triple_terms(text: str) -> None:
    # Deeply nested RDF 1.2 triple terms exhaust the stack of the fast engine's parser and end the process.
    # A pattern, which finds two signs in a long text faster than Python's own search.
    if not _DOUBLED.search(text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if "<<" in line and "<<" in _LITERAL.sub("", line):
            reason = "a statement about a statement (RDF 1.2) is not read here"
            raise Refused([Problem(file="data", line=number, reason=reason, remedy="give plain N-Triples or N-Quads")])


@dataclass(frozen=True, slots=True)
class _About:
    shape: str
    path: str
    message: str


def _about(shape: str, shapes: Shapes) -> _About:
    return _About(shapes.name_of(shape), shapes.path_of(shape), shapes.message_of(shape))


def _finding(raw: RawResult, about: _About) -> Finding:
    # An engine's own spelling of a longer path is its own; a plain predicate (sh:closed names one) is the result's.
    path = raw.path[1:-1] if _is_iri(raw.path) else raw.path and about.path
    return Finding(
        focus=_blank(raw.focus[1:-1] if _is_iri(raw.focus) else raw.focus),
        path=path,
        component=raw.component,
        shape=about.shape,
        severity=raw.severity,
        message=about.message,
        value=_blank(raw.value),
    )


def _is_iri(term: str) -> bool:
    return term.startswith("<") and term.find(">") == len(term) - 1


def _blank(term: str) -> str:
    return "_:" if term.startswith("_:") else term
