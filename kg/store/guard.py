r"""Reads a query's text for what may not be run, before any engine sees it.

A tokeniser, not a parser: it knows strings, IRIs, comments and names, and where it is in doubt it takes text for code,
so that it refuses too much rather than too little. Engines match keywords without a word's end (`SERVICESILENT`), end
comments at a carriage return, and may decode `\u0053` first: each is read here as the most lenient engine would.
"""

import re
from collections.abc import Iterator

from kg.store.base import QueryRefused

MAX_DEPTH = 200
"""How deeply brackets may nest; engines recurse on them, and crash at about a hundred thousand."""

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><[^\x00-\x20<>"{}|^`\\]*(?:\\[uU][0-9A-Fa-f]+[^\x00-\x20<>"{}|^`\\]*)*>)
    | (?P<long>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3})
    | (?P<short>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$][0-9A-Za-z_\u00b7-\U0010ffff]+)
    | (?P<local>:[0-9A-Za-z_\-\u00b7-\U0010ffff]*)
    | (?P<escape>\\[-_~.!$&'()*+,;=/?\#@%])
    | (?P<word>[A-Za-z_][0-9A-Za-z_\-\u00b7-\U0010ffff]*)
    | (?P<open>[({\[]) | (?P<close>[)}\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(0010[0-9A-Fa-f]{4}|000[0-9A-Fa-f]{5})")
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
# In capitals: each of them anywhere, be it within a word, in a string or written with an escape.
_SUSPECT = ("\\U", "SERVICE", *sorted(_UPDATES))
_NO_SERVICE = (
    "SERVICE is not run here, a question is answered from this record only; "
    "take it out, or rename the prefix that is called so"
)


def check_query(sparql: str) -> None:
    """Raise QueryRefused for a query that calls other servers, changes data, or nests too deeply.

    >>> check_query('SELECT * { ?s ?p "SERVICE <x>" }  # SERVICE')
    >>> check_query("ASK { SERVICE <http://example.org/> { } }")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    kg.store.base.QueryRefused: line 1, column 7: SERVICE is not run here, ...
    """
    if _is_harmless(sparql):
        return
    _check(sparql)
    decoded = _CODEPOINT.sub(lambda found: chr(int(found[1] or found[2], 16)), sparql)
    if decoded != sparql:
        _check(decoded)


def iter_tokens(sparql: str) -> Iterator[re.Match[str]]:
    """Every token of a query that is told apart here, each by the name of its group."""
    return _TOKEN.finditer(sparql)


def _is_harmless(sparql: str) -> bool:
    """Whether a query holds nothing anywhere that could be refused, so that it need not be read word for word."""
    capitals = sparql.upper()
    return sum(map(sparql.count, "({[")) <= MAX_DEPTH and not any(word in capitals for word in _SUSPECT)


def _check(text: str) -> None:
    depth, first = 0, True
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "word":
            if "SERVICE" in token[0].upper():
                raise refuse_at(_NO_SERVICE, text, token.start())
            if token[0].upper() not in ("PREFIX", "BASE") and text[token.end() : token.end() + 1] != ":":
                if first and token[0].upper() in _UPDATES:
                    reason = f"{token[0].upper()} would change data; only SELECT, ASK, CONSTRUCT and DESCRIBE are run"
                    raise refuse_at(reason, text, token.start())
                first = False
        elif kind == "open":
            depth += 1
            if depth > MAX_DEPTH:
                raise refuse_at(f"brackets nest deeper than {MAX_DEPTH}; write it flatter", text, token.start())
        elif kind == "close":
            depth -= 1


def iter_words(sparql: str) -> Iterator[str]:
    """Every word of a query outside strings, IRIs and comments, in capitals.

    >>> list(iter_words("SELECT (NOW() AS ?t) { ?s ?p 'rand' } # uuid"))
    ['SELECT', 'NOW', 'AS']
    """
    for token in iter_tokens(sparql):
        if token.lastgroup == "word":
            yield token[0].upper()


def find_undeclared_prefix(sparql: str) -> QueryRefused | None:
    """The refusal of the first prefixed name whose prefix is not declared, for a query that could not be parsed."""
    declared: set[str] = set()
    before = ""
    for token in _TOKEN.finditer(sparql):
        word = token[0] if token.lastgroup == "word" else ""
        if word and sparql.startswith(":", token.end()):
            if before == "PREFIX":
                declared.add(word)
            elif word not in declared and word != "_":
                reason = f"the prefix {word}: is not declared; write PREFIX {word}: <…> above"
                return refuse_at(reason, sparql, token.start())
        if token.lastgroup != "comment":
            before = word.upper()
    return None


def refuse_at(reason: str, text: str, offset: int) -> QueryRefused:
    """A refusal that names the line and column of a place in a query."""
    before = text[:offset]
    return QueryRefused(reason, line=before.count("\n") + 1, column=offset - before.rfind("\n"))
