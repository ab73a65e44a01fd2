"""Ontology, code schemes and shapes as documents: their statements, and what each says of its terms, to be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import resources
from kg.terms import AV, AVC, AVSH, PREFIXES, RDF, RDF_TYPE, RDFS, SKOS

VOCABULARIES = {"ns": AV, "codes": AVC, "shapes": AVSH}
# The terms of RDF: pyoxigraph has no type for all of them.
_Term = Any
_LABELS = (f"{RDFS}label", f"{SKOS}prefLabel")
_DEFINITIONS = (f"{SKOS}definition", "http://purl.org/dc/terms/description", "http://www.w3.org/ns/shacl#message")
_MORE_PREFIXES = {"owl": "http://www.w3.org/2002/07/owl#", "sh": "http://www.w3.org/ns/shacl#"}


@dataclass(frozen=True, slots=True)
class Told:
    """One term: its IRI, label, definition, and the rest as pairs of a property and its values (IRIs or texts)."""

    iri: str
    label: str
    definition: str
    rest: tuple[tuple[str, tuple[str, ...]], ...]


@cache
def vocabulary_lines(name: str, about: str = "") -> tuple[str, ...]:
    """The N-Quads lines of a vocabulary of VOCABULARIES; only those of one term, or of one scheme's codes, where asked.

    Raises KeyError for another name.
    """
    quads = _quads(VOCABULARIES[name])
    if about:
        term = ox.NamedNode(about)
        members: set[_Term] = {
            quad.subject for quad in quads if quad.predicate.value == f"{SKOS}inScheme" and quad.object == term
        }
        quads = _with_lists(quads, {term, *members})
    return tuple(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in quads)


@cache
def tell_vocabulary(name: str) -> tuple[Told, ...]:
    """What a vocabulary of VOCABULARIES says of its own terms, in order of name. Raises KeyError for another."""
    quads = _quads(VOCABULARIES[name])
    said: dict[_Term, dict[str, list[_Term]]] = {}
    for quad in quads:
        said.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    own = [term for term in said if isinstance(term, ox.NamedNode) and term.value.startswith(VOCABULARIES[name])]
    return tuple(_tell(term.value, said) for term in sorted(own, key=lambda term: term.value.casefold()))


def prefixed(iri: str) -> str:
    """An IRI as a prefixed name where a prefix is known for it.

    >>> prefixed("http://www.w3.org/2002/07/owl#Class")
    'owl:Class'
    """
    for prefix, space in (PREFIXES | _MORE_PREFIXES).items():
        if iri.startswith(space):
            return f"{prefix}:{iri.removeprefix(space)}"
    return iri


def _tell(iri: str, said: dict[_Term, dict[str, list[_Term]]]) -> Told:
    properties = {prop: [_write(value, said) for value in values] for prop, values in said[ox.NamedNode(iri)].items()}
    label = next((properties.pop(prop)[0] for prop in _LABELS if prop in properties), "")
    definition = next((properties.pop(prop)[0] for prop in _DEFINITIONS if prop in properties), "")
    properties.pop(f"{RDFS}isDefinedBy", None)
    order = sorted(properties, key=lambda prop: (prop != RDF_TYPE, prop))
    return Told(iri, label, definition, tuple((prop, tuple(properties[prop])) for prop in order))


def _write(value: _Term, said: dict[_Term, dict[str, list[_Term]]]) -> str:
    if not isinstance(value, ox.BlankNode):
        return str(value.value)
    about = said.get(value, {})
    if f"{RDF}first" in about:
        rest = about[f"{RDF}rest"][0]
        tail = f", {_write(rest, said)}" if isinstance(rest, ox.BlankNode) else ""
        return f"{prefixed(_write(about[f'{RDF}first'][0], said))}{tail}"
    return "; ".join(
        f"{prefixed(prop)} {prefixed(_write(each, said))}" for prop, values in about.items() for each in values
    )


@cache
def _quads(space: str) -> tuple[ox.Quad, ...]:
    return tuple(quad for path in _files(space) for quad in _read(path))


def _files(space: str) -> Iterator[Path]:
    if space == AV:
        yield from sorted(resources.ontology_dir().glob("*.ttl"))
    else:
        yield from resources.iter_ttl("ontology/codes" if space == AVC else "shapes")


def _read(path: Path) -> Iterator[ox.Quad]:
    """Blank nodes are named by file and order, so that the same program gives the same bytes."""
    names: dict[str, ox.BlankNode] = {}

    def named(term: _Term) -> _Term:
        if not isinstance(term, ox.BlankNode):
            return term
        return names.setdefault(term.value, ox.BlankNode(f"{path.stem.replace('-', '')}{len(names)}"))

    for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
        yield ox.Quad(named(quad.subject), quad.predicate, named(quad.object))


def _with_lists(quads: tuple[ox.Quad, ...], subjects: set[_Term]) -> tuple[ox.Quad, ...]:
    """The statements of some subjects, and of the blank nodes that these lead to."""
    while (
        more := {quad.object for quad in quads if quad.subject in subjects and isinstance(quad.object, ox.BlankNode)}
        - subjects
    ):
        subjects = subjects | more
    return tuple(quad for quad in quads if quad.subject in subjects)
