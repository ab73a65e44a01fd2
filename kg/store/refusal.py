"""Turns an engine's account of a syntax error into one a person can use."""

import re

from kg.store.base import QueryRefused
from kg.store.guard import find_undeclared_prefix

_PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_HINTS = {
    "The SELECT contains a variable that is unbound": "SELECT names a variable that is neither grouped nor bound",
    "The SELECT contains an expression with a variable that is unbound": "SELECT reckons with a variable "
    "that is neither grouped nor bound; to group by what is reckoned, write GROUP BY (… AS ?name) and SELECT ?name",
    "IRI parsing failed": "this is not an IRI",
}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)+)"')
_SHOWN = 30


def explain_syntax_error(message: str, sparql: str) -> QueryRefused:
    """The refusal of a query that cannot be parsed, from Oxigraph's `error at LINE:COLUMN: expected …`.

    >>> print(explain_syntax_error("error at 1:6: expected [_]", "SELEC"))
    line 1, column 6: not SPARQL: the query ends too early
    """
    if (undeclared := find_undeclared_prefix(sparql)) is not None:
        return undeclared
    found = _PLACE.search(message)
    if found is None:
        return QueryRefused(f"not SPARQL: {message.splitlines()[0]}")
    line, column = int(found[1]), int(found[2])
    hint = next((text for sign, text in _HINTS.items() if sign in found[3]), "") or _describe(
        found[3], sparql, line, column
    )
    return QueryRefused(f"not SPARQL: {hint}", line=line, column=column)


def _describe(expected: str, sparql: str, line: int, column: int) -> str:
    lines = sparql.split("\n")
    here = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    rest = here.strip() or " ".join(lines[line:]).strip()
    seen = f"{rest[:_SHOWN]!r} cannot stand here" if rest else "the query ends too early"
    signs = [sign for sign in _QUOTED.findall(expected) if not sign.startswith("\\")]
    return f"{seen}; one of {' '.join(signs)} could" if 0 < len(signs) <= 8 else seen
