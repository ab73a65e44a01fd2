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


def find_words() -> list[Word]:
    """Every word offered, the most used first; found once for each state of the record."""
    standing = get_service().newest().identity
    known: tuple[object, list[Word]] | None = current_app.extensions.get(_EXTENSION)
    if known is None or known[0] != standing:
        known = current_app.extensions[_EXTENSION] = (standing, _find())
    return known[1]


def _find() -> list[Word]:
    words: dict[str, Word] = {}
    for kind, query in (("class", _CLASSES), ("property", _PROPERTIES)):
        for term, count in _used(query):
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
    return [
        *words.values(),
        *({"label": f"avc:{code.slug}", "type": "constant", "detail": code.label} for code in codes),
    ]


def _used(query: str) -> list[tuple[str, int]]:
    """The terms in use with how often; [] where counting them passes the limits of a query: the vocabulary remains."""
    try:
        found, _ = ask(query, rows=_MOST)
    except AvermentError:
        return []
    rows = found.rows if isinstance(found, Rows) else ()
    return [(term.value, int(count.value)) for term, count in rows if term and count]
