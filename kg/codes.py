"""The code schemes that ship with the program, as one look-up from IRI to code."""

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg import resources
from kg.terms import AVC, DCTERMS, RDF_TYPE, SKOS, Iri


@dataclass(frozen=True, slots=True)
class Code:
    """A concept of a scheme: `notation` is the source's own term, "" where it has none."""

    iri: Iri
    label: str
    definition: str
    notation: str
    schemes: tuple[Iri, ...]
    broader: tuple[Iri, ...] = ()

    @property
    def slug(self) -> str:
        """The code's name without its namespace."""
        return self.iri.removeprefix(AVC)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme of codes, and where it comes from."""

    iri: Iri
    label: str
    source: str
    codes: tuple[Code, ...]


@cache
def load_schemes() -> dict[Iri, Scheme]:
    """Every scheme by IRI, each with its codes in order of label."""
    facts = _read_facts()
    members: dict[str, list[Code]] = {}
    for code in _codes_of(facts):
        for scheme in code.schemes:
            members.setdefault(scheme, []).append(code)
    found: dict[Iri, Scheme] = {}
    for subject, values in facts.items():
        if SKOS + "ConceptScheme" in values.get(RDF_TYPE, []):
            iri = Iri(subject)
            codes = tuple(sorted(members.get(subject, []), key=lambda code: code.label))
            found[iri] = Scheme(iri, _first(values, "prefLabel"), "; ".join(values.get(DCTERMS + "source", [])), codes)
    return found


@cache
def load_codes() -> dict[Iri, Code]:
    """Every code by IRI."""
    return {code.iri: code for code in _codes_of(_read_facts())}


def find_label(iri: str) -> str | None:
    """The label of a code or scheme, None where the IRI is neither.

    >>> find_label("https://w3id.org/averment/codes/killed")
    'people killed'
    """
    code = load_codes().get(Iri(iri))
    if code is not None:
        return code.label
    scheme = load_schemes().get(Iri(iri))
    return scheme.label if scheme is not None else None


@cache
def _read_facts() -> dict[str, dict[str, list[str]]]:
    facts: dict[str, dict[str, list[str]]] = {}
    for path in resources.iter_ttl("ontology/codes"):
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.object, ox.Triple) or not isinstance(quad.subject, ox.NamedNode):
                continue
            facts.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object.value)
    return facts


def _codes_of(facts: dict[str, dict[str, list[str]]]) -> list[Code]:
    return [
        Code(
            Iri(subject),
            _first(values, "prefLabel"),
            _first(values, "definition"),
            _first(values, "notation"),
            tuple(Iri(scheme) for scheme in sorted(values.get(SKOS + "inScheme", []))),
            tuple(Iri(code) for code in sorted(values.get(SKOS + "broader", []))),
        )
        for subject, values in facts.items()
        if SKOS + "Concept" in values.get(RDF_TYPE, [])
    ]


def _first(values: dict[str, list[str]], name: str) -> str:
    return next(iter(values.get(SKOS + name, [])), "")
