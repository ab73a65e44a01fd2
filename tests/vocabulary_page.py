"""Writes docs/vocabulary.md from the ontology: `python -m tests.vocabulary_page`."""

from collections.abc import Iterator
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg import resources

PAGE = Path(__file__).resolve().parent.parent / "docs" / "vocabulary.md"
AV = "https://w3id.org/averment/ns#"
PARTS = {
    "core": "Who and what is spoken of",
    "sayings": "Who says it",
    "propositions": "What is said",
    "counts": "How many",
    "places": "Where and when",
    "provenance": "What it was read from, and how it was recorded",
    "derived": "What is derived",
    "projections": "Where a projection stands",
    "analysis": "What comparison finds",
    "access": "Who may see it",
    "viewpoints": "Under which choices numbers are read",
    "borrowed": "What is borrowed",
}
INTRODUCTION = """# The vocabulary

Written from `ontology/*.ttl` by `python -m tests.vocabulary_page`; a test holds the two together.

Prefix `av:` is `https://w3id.org/averment/ns#`. Codes stand on [their own page](codes.md). What a record must have is
said by the shapes in `shapes/`, never by domains or ranges; a class is never closed to what others say of its members.

"""
PREFIXES = {
    AV: "av:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://www.opengis.net/ont/geosparql#": "geo:",
    "http://www.w3.org/ns/oa#": "oa:",
    "http://www.w3.org/ns/prov#": "prov:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/2001/XMLSchema#": "xsd:",
}
KINDS = {OWL.Class: "class", RDFS.Datatype: "datatype", RDF.Property: "property: a resource or a value"}
KINDS |= {OWL.ObjectProperty: "property: a resource", OWL.DatatypeProperty: "property: a value"}


def to_page() -> str:
    """The whole page as Markdown."""
    shapes = Graph()
    for path in resources.iter_ttl("shapes"):
        shapes.parse(path, format="turtle")
    parts = [_part(name, title, shapes) for name, title in PARTS.items()]
    return INTRODUCTION + "\n".join(parts)


def short(term: URIRef) -> str:
    """A term as a prefixed name."""
    for space, prefix in PREFIXES.items():
        if term.startswith(space):
            return prefix + term.removeprefix(space)
    return str(term)


def _part(name: str, title: str, shapes: Graph) -> str:
    graph = Graph().parse(resources.ontology_dir() / f"{name}.ttl", format="turtle")
    terms = [term for term in graph.subjects(RDF.type) if isinstance(term, URIRef) and _kind(graph, term)]
    terms.sort(key=lambda term: (not _kind(graph, term).startswith("class"), str(term).casefold()))
    sections = ["\n".join(_section(graph, term, shapes)) for term in terms]
    return f"## {title}\n\n`ontology/{name}.ttl`\n\n" + "\n".join(sections)


def _kind(graph: Graph, term: URIRef) -> str:
    return next((name for kind, name in KINDS.items() if (term, RDF.type, kind) in graph), "")


def _section(graph: Graph, term: URIRef, shapes: Graph) -> Iterator[str]:
    yield f"### {short(term)}\n"
    under = [short(o) for p in (RDFS.subClassOf, RDFS.subPropertyOf) for o in sorted(graph.objects(term, p))]
    value = [short(o) for o in graph.objects(term, RDFS.range)]
    facts = [
        _kind(graph, term),
        *(f"`{o}`" for o in value),
        *([f"under {', '.join(f'`{o}`' for o in under)}"] * bool(under)),
    ]
    yield f"*{graph.value(term, RDFS.label)}* · {' · '.join(facts)}\n"
    for predicate, before in ((SKOS.definition, ""), (SKOS.scopeNote, ""), (SKOS.example, "Example: ")):
        for text in graph.objects(term, predicate):
            yield f"{before}{text}\n"
    if properties := _properties(shapes, term):
        yield f"Properties: {', '.join(f'`{name}`' for name in properties)}.\n"


def _properties(shapes: Graph, term: URIRef) -> list[str]:
    """The properties that a closed shape allows on a class."""
    closed = [s for s in shapes.subjects(SH.targetClass, term) if (s, SH.closed, None) in shapes]
    held = [prop for shape in closed for prop in shapes.objects(shape, SH.property)]
    allowed = [prop for prop in held if (prop, SH.maxCount, Literal(0)) not in shapes]
    paths = [path for prop in allowed for path in shapes.objects(prop, SH.path)]
    steps = {step for path in paths for step in _steps(shapes, path)}
    return sorted(short(step) for step in steps if step != RDF.type)


def _steps(shapes: Graph, path: Node) -> list[URIRef]:
    if isinstance(path, URIRef):
        return [path]
    choices = [choice for head in shapes.objects(path, SH.alternativePath) for choice in Collection(shapes, head)]
    return [choice for choice in choices if isinstance(choice, URIRef)]


if __name__ == "__main__":
    PAGE.write_text(to_page(), encoding="utf-8")
