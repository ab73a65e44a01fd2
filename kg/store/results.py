"""Answers of SPARQL servers, read from the standard forms: JSON and TSV results, N-Triples."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from kg.errors import Unusable
from kg.rdf import parse_quads, write_iri, write_literal
from kg.store.base import Answer, Rows, Term, Triples, Truth
from kg.terms import XSD

_STRING = f"{XSD}string"
_KINDS: dict[str, Literal["iri", "literal", "bnode"]] = {
    "uri": "iri",
    "literal": "literal",
    "typed-literal": "literal",
    "bnode": "bnode",
}
# SPARQL 1.1 TSV: numbers and truth values may stand without quotes.
_BARE = (
    (re.compile(r"[+-]?[0-9]+"), f"{XSD}integer"),
    (re.compile(r"[+-]?[0-9]*\.[0-9]+"), f"{XSD}decimal"),
    (re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"), f"{XSD}double"),
    (re.compile(r"true|false"), f"{XSD}boolean"),
)
_CHUNK = 5_000


def read_json(data: bytes, where: str) -> Answer:
    """The answer in the SPARQL 1.1 JSON form, sent by the server called `where`. Raises Unusable."""
    try:
        content = json.loads(data)
        if "boolean" in content:
            return Truth(content["boolean"] is True)
        names = tuple(content["head"]["vars"])
        rows = tuple(tuple(_to_term(row.get(name)) for name in names) for row in content["results"]["bindings"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(f"{where}: its answer is not SPARQL JSON results ({type(error).__name__}: {error}).") from error
    return Rows(names, rows)


def _to_term(value: Any) -> Term | None:
    if value is None:
        return None
    kind = _KINDS.get(value["type"])
    if kind is None:
        return Term("literal", json.dumps(value["value"], ensure_ascii=False))  # a quoted triple, of SPARQL-star
    language = str(value.get("xml:lang", "")).lower() if kind == "literal" else ""
    datatype = str(value.get("datatype", "")) if kind == "literal" and not language else ""
    return Term(kind, str(value["value"]), language, "" if datatype == _STRING else datatype)


def read_triples(data: bytes, where: str) -> Triples:
    """The answer as N-Triples, each line rewritten in the one form this program uses. Raises Unusable."""
    try:
        found = parse_quads(data.decode("utf-8").splitlines())
    except (SyntaxError, UnicodeDecodeError) as error:
        raise Unusable(f"{where}: its answer is not N-Triples ({error}).") from error
    return Triples(tuple(f"{quad.triple} ." for quad in found))


def iter_quads(lines: Iterable[bytes], where: str) -> Iterator[str]:
    """Yield N-Quads lines from the TSV answer to a SELECT of ?s ?p ?o ?g. Raises Unusable."""
    rows = iter(lines)
    head = next(rows, b"").decode("utf-8", "replace").strip("\r\n").split("\t")
    if head != ["?s", "?p", "?o", "?g"]:
        raise Unusable(f"{where}: its answer is not SPARQL TSV results; they begin {'|'.join(head)[:80]!r}.")
    waiting: list[str] = []
    try:
        for row in rows:
            text = row.decode("utf-8").rstrip("\r\n")
            if text:
                subject, predicate, value, graph = text.split("\t")
                waiting.append(f"{subject} {predicate} {_quote_bare(value)} {graph} .")
            if len(waiting) == _CHUNK:
                yield from _rewrite(waiting)
                waiting.clear()
        yield from _rewrite(waiting)
    except (ValueError, SyntaxError) as error:
        raise Unusable(f"{where}: a line of its answer is not SPARQL TSV results ({error}).") from error


def _rewrite(lines: list[str]) -> Iterator[str]:
    return (f"{quad} ." for quad in parse_quads(lines))


def _quote_bare(value: str) -> str:
    if value[:1] in ('"', "<", "_"):
        return value
    for pattern, datatype in _BARE:
        if pattern.fullmatch(value):
            return f'"{value}"^^<{datatype}>'
    return value


def write_term(term: Term) -> str:
    """A value of an answer as N-Quads."""
    if term.kind == "iri":
        return write_iri(term.value)
    return write_literal(term.value, language=term.language, datatype=term.datatype)
