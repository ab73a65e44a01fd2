"""What the editor completes from: classes and properties as the record uses them, the vocabulary's terms, codes."""

from typing import Any

from flask import current_app

from kg.codes import load_codes
from kg.errors import AvermentError
from kg.store.base import VOCABULARY_GRAPH, Rows
from kg.terms import AVC, PREFIXES, compact_iri
from webui.asking import ask, get_service
from webui.source import get_record

_EXTENSION = "averment-words"
_TERMS = f"""PREFIX rdfs: <{PREFIXES["rdfs"]}>
SELECT ?term (SAMPLE(?type) AS ?is) (SAMPLE(?label) AS ?word) WHERE {{
  GRAPH <{VOCABULARY_GRAPH}> {{ ?term a ?type ; rdfs:label ?label ; rdfs:isDefinedBy ?here }}
}} GROUP BY ?term"""
_CLASSES = "SELECT ?term (COUNT(?s) AS ?n) WHERE { ?s a ?term } GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term"
_MOST = 2000
Word = dict[str, Any]


def find_words() -> tuple[list[Word], str]:
    """Every word offered, and what to say where not all are; found once for each state of the record."""
    standing = get_service().newest().identity
    known: tuple[object, tuple[list[Word], str]] | None = current_app.extensions.get(_EXTENSION)
    if known is None or known[0] != standing:
        known = current_app.extensions[_EXTENSION] = (standing, _find())
    return known[1]


def _find() -> tuple[list[Word], str]:
    words: dict[str, Word] = {}
    missing = []
    for kind, query in (("class", _CLASSES), ("property", _PROPERTIES)):
        used, untold = _used(query, "classes" if kind == "class" else "properties")
        missing += [untold] if untold else []
        for term, count in used:
            label = compact_iri(term)
            if label != term:
                words[label] = {"label": label, "type": kind, "detail": f"used {count:,} times", "boost": 2}
    found = get_record().query(_TERMS)
    for row in found.rows if isinstance(found, Rows) else ():
        name, is_a, told = (each.value if each else "" for each in row)
        if name.startswith(AVC):
            continue
        label, kind = compact_iri(name), "class" if is_a.endswith("Class") else "property"
        words.setdefault(label, {"label": label, "type": kind})["info"] = told
    codes = sorted(load_codes().values(), key=lambda code: code.slug)
    offered = [
        *words.values(),
        *({"label": f"avc:{code.slug}", "type": "constant", "detail": code.label} for code in codes),
    ]
    return offered, " ".join(missing)


def _used(query: str, what: str) -> tuple[list[tuple[str, int]], str]:
    """The terms in use with how often, and what to say where some are left out: the vocabulary remains."""
    try:
        found, more = ask(query, rows=_MOST)
    except AvermentError:
        return [], f"Counting the {what} in use passed the limits of a query: only those of the vocabulary are offered."
    rows = found.rows if isinstance(found, Rows) else ()
    used = [(term.value, int(count.value)) for term, count in rows if term and count]
    return used, f"Only {_MOST:,} of the {what} in use are offered." if more else ""
