"""Why an answer may be empty: what a query names and the record does not hold, told in words."""

from collections.abc import Callable, Iterable, Sequence

from kg.nearest import list_nearest
from kg.sentences import list_words
from kg.store.base import VOCABULARY_GRAPH, Answer, Rows, Truth
from kg.store.naming import read_named
from kg.terms import PREFIXES, compact_iri

MOST = 50
"""So many names of a query are looked up."""

_USED = (
    "ASK {{ GRAPH ?g {{ {{ <{iri}> ?p ?o }} UNION {{ ?s <{iri}> ?o }} UNION {{ ?s ?p <{iri}> }} }} "
    f"FILTER(?g != <{VOCABULARY_GRAPH}>) }}}}"
)
_TERMS = f"SELECT DISTINCT ?term {{ GRAPH <{VOCABULARY_GRAPH}> {{ ?term a ?type FILTER(isIRI(?term)) }} }}"
_OURS = "https://w3id.org/averment/"


def is_empty(answer: Answer) -> bool:
    """Whether an answer says nothing but that there is none: also where what was counted is 0."""
    if isinstance(answer, Rows):
        return all(term is None or term.value == "0" for row in answer.rows for term in row)
    return not (answer.value if isinstance(answer, Truth) else answer.lines)


def explain_empty(sparql: str, ask: Callable[[str], Answer]) -> list[str]:
    """Sentences on what a query names and no statement of the record holds; [] where it holds all of it.

    They tell what is so, not that the answer is empty for that reason: it may stand where nothing depends on it.
    """
    named = read_named(sparql)
    absent = [iri for iri in named.iris[:MOST] if not _holds(ask(_USED.format(iri=iri)))]
    told = _tell_absent(absent, _list_terms(ask(_TERMS))) if absent else []
    told += [_tell_text(text) for text in named.texts[:MOST] if not _holds(ask(f'ASK {{ ?s ?p "{text}" }}'))]
    if max(len(named.iris), len(named.texts)) > MOST:
        told.append(f"Only the first {MOST} things that the query names were looked up.")
    return told


def _holds(answer: Answer) -> bool:
    return isinstance(answer, Truth) and answer.value


def _list_terms(answer: Answer) -> list[str]:
    return [term.value for (term,) in answer.rows if term] if isinstance(answer, Rows) else []


def _tell_absent(absent: Sequence[str], terms: Sequence[str]) -> list[str]:
    unused = [_show(iri) for iri in absent if iri in terms]
    told = [_tell_unknown(iri, terms) for iri in absent if iri not in terms]
    if unused:
        are, them = ("is a word", "it") if len(unused) == 1 else ("are words", "them")
        told.append(f"{list_words(unused)} {are} of the vocabulary, but nothing in the record uses {them}.")
    return told


def _tell_unknown(iri: str, terms: Iterable[str]) -> str:
    if not iri.startswith((_OURS, *PREFIXES.values())):
        return f"Nothing in the record is called {_show(iri)}."
    # What is ours is looked for wherever it may stand; a word of another vocabulary beside its own.
    beside = _OURS if iri.startswith(_OURS) else iri.removesuffix(_local(iri))
    by_name: dict[str, list[str]] = {}
    for term in terms:
        if term.startswith(beside):
            by_name.setdefault(_local(term).lower(), []).append(term)
    local = _local(iri).lower()
    near = by_name.get(local) or [term for name in list_nearest(local, by_name, most=2) for term in by_name[name]]
    meant = " or ".join(f"{_show(term)}, which is <{term}>" for term in near)
    return f"There is no {_show(iri)} in the record or its vocabulary." + (f" Did you mean {meant}?" if meant else "")


def _tell_text(text: str) -> str:
    return (
        f'No text in the record is exactly "{text}" without a language. Names and words have one: write "{text}"@en, '
        f'or compare without it, FILTER(STR(?name) = "{text}").'
    )


def _show(iri: str) -> str:
    short = compact_iri(iri)
    return f"<{iri}>" if short == iri else short


def _local(iri: str) -> str:
    return iri.replace("#", "/").rsplit("/", 1)[-1]
