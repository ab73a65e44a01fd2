"""What a query names: IRIs and texts that stand in it as they are."""

import re
from dataclasses import dataclass

from kg.store.guard import iter_tokens

# After these an IRI names no thing that is asked about.
_ASIDE = frozenset({"PREFIX", "BASE", "FROM", "NAMED"})


@dataclass(frozen=True, slots=True)
class Named:
    """IRIs in full, and texts without language or datatype that stand as values, each once and in order."""

    iris: tuple[str, ...]
    texts: tuple[str, ...]


def read_named(sparql: str) -> Named:
    """What a query that can be parsed names. Functions, datatypes and what stands in an expression are no values.

    >>> read_named('PREFIX e: <http://e/> ASK { ?a a e:B ; e:p "x", "y"@en FILTER(STR(?a) = "z" && e:f(?a)) }')
    Named(iris=('http://e/B', 'http://e/p'), texts=('x',))
    """
    iris: dict[str, None] = {}
    texts: dict[str, None] = {}
    prefixes: dict[str, str] = {}
    depth, before, declared = 0, "", ""
    for token in iter_tokens(sparql):
        kind, text = token.lastgroup, token[0]
        if kind == "word":
            # The prefix of a name is told by the name itself.
            before = before if sparql.startswith(":", token.end()) else text.upper()
        elif kind == "iri":
            if before == "PREFIX":
                prefixes[declared] = text[1:-1]
            elif before not in _ASIDE and _is_value(sparql, token):
                iris[text[1:-1]] = None
            before = ""
        elif kind == "local":
            prefix = _prefix_before(sparql, token.start())
            if before == "PREFIX":
                declared = prefix
            elif before not in _ASIDE and prefix in prefixes and _is_value(sparql, token, start=len(prefix)):
                iris[prefixes[prefix] + text[1:]] = None
        elif kind == "short" and depth == 0 and _is_value(sparql, token) and "\\" not in text:
            texts[text[1:-1]] = None
        elif text in ("(", ")"):
            depth += 1 if text == "(" else -1
    return Named(tuple(iris), tuple(texts))


def _prefix_before(sparql: str, at: int) -> str:
    found = re.search(r"[\w\-.]*\Z", sparql[max(0, at - 100) : at])
    return found[0] if found else ""


def _is_value(sparql: str, token: re.Match[str], *, start: int = 0) -> bool:
    """Whether it is whole, and neither a datatype, a function that is called, nor a text with one of these."""
    after = sparql[token.end() : token.end() + 2]
    return not (
        sparql[: token.start() - start].endswith("^^")
        or after[:1] in ("(", "@", "^", "%", "\\")
        or (after[1:].isalnum() and after[0] == ".")
    )
