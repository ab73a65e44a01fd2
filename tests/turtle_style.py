"""The one way Averment's Turtle files are written, so that a file can be read, written again and compared."""

from __future__ import annotations

import sys
from pathlib import Path

from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

HEADS = (OWL.Ontology, SKOS.ConceptScheme)
# Predicates in the order a reader needs them; any other follows, by name.
FIRST = (
    RDF.type,
    SKOS.prefLabel,
    RDFS.label,
    SKOS.altLabel,
    SKOS.notation,
    SKOS.definition,
    DCTERMS.description,
    SKOS.scopeNote,
    SKOS.example,
    SKOS.note,
    RDFS.comment,
    SKOS.broader,
    SKOS.topConceptOf,
    SKOS.inScheme,
    SKOS.relatedMatch,
    SH.targetClass,
    SH.path,
)
LAST = (SH.severity, SH.message, SH.property, DCTERMS.source, RDFS.isDefinedBy)
# Predicates whose objects are many: one a line.
LISTED = (SH.property,)
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def to_turtle(graph: Graph) -> str:
    """The graph as Turtle in Averment's fixed order.

    Raises ValueError for a blank node that is not used exactly once, which has no place to stand.
    """
    prefixes = sorted(_prefixes_used(graph).items())
    head = "".join(f"@prefix {name}: <{space}> .\n" for name, space in prefixes)
    heads = {subject for kind in HEADS for subject in graph.subjects(RDF.type, kind)}
    subjects = sorted(_named_subjects(graph), key=lambda node: (node not in heads, str(node)))
    return head + "".join(_block(graph, subject, dict(prefixes)) for subject in subjects)


def _named_subjects(graph: Graph) -> set[Node]:
    subjects = set(graph.subjects())
    for node in subjects:
        if isinstance(node, BNode) and len(list(graph.triples((None, None, node)))) != 1:
            raise ValueError(f"{node!r}: a blank node that is not used exactly once has no place; give it an IRI")
    return {node for node in subjects if not isinstance(node, BNode)}


def _block(graph: Graph, subject: Node, prefixes: dict[str, str]) -> str:
    return f"\n{_write(graph, subject, prefixes)}\n{''.join(_lines(graph, subject, prefixes))}    .\n"


def _lines(graph: Graph, subject: Node, prefixes: dict[str, str]) -> list[str]:
    lines = []
    for predicate in sorted(set(graph.predicates(subject)), key=_predicate_key):
        objects = sorted(_write(graph, o, prefixes) for o in graph.objects(subject, predicate))
        verb = "a" if predicate == RDF.type else _write(graph, predicate, prefixes)
        apart = "\n        " if predicate in LISTED else " "
        lines.append(f"    {verb}{apart}{f' ,{apart}'.join(objects)} ;\n")
    return lines


def _predicate_key(predicate: Node) -> tuple[int, int, str]:
    if predicate in FIRST:
        return (0, FIRST.index(predicate), "")
    if predicate in LAST:
        return (2, LAST.index(predicate), "")
    return (1, 0, str(predicate))


def _write(graph: Graph, node: Node, prefixes: dict[str, str]) -> str:
    if isinstance(node, BNode):
        if (node, RDF.first, None) in graph:
            members = (_write(graph, member, prefixes) for member in Collection(graph, node))
            return f"( {' '.join(members)} )"
        inner = "".join(line.strip() + " " for line in _lines(graph, node, prefixes))
        return f"[ {inner.removesuffix(' ; ')} ]" if inner else "[]"
    if isinstance(node, URIRef):
        return _write_iri(node, prefixes)
    assert isinstance(node, Literal)
    text = f'"{str(node).translate(ESCAPES)}"'
    if node.language:
        return f"{text}@{node.language}"
    if node.datatype in (XSD.integer, XSD.boolean):
        return str(node)
    return f"{text}^^{_write_iri(node.datatype, prefixes)}" if node.datatype else text


def _write_iri(iri: URIRef, prefixes: dict[str, str]) -> str:
    for name, space in prefixes.items():
        local = str(iri)[len(space) :]
        if str(iri).startswith(space) and all(c.isalnum() or c in "-_" for c in local):
            return f"{name}:{local}"
    return f"<{iri}>"


def _prefixes_used(graph: Graph) -> dict[str, str]:
    declared = {name: str(space) for name, space in graph.namespaces() if name}
    terms = {str(t) for triple in graph for t in triple if isinstance(t, URIRef) and t != RDF.type}
    terms |= {str(o.datatype) for o in graph.objects() if isinstance(o, Literal) and o.datatype}
    return {name: space for name, space in declared.items() if any(t.startswith(space) for t in terms)}


def load_turtle(path: Path) -> Graph:
    """The graph of one Turtle file, with only the prefixes that the file declares."""
    return Graph(bind_namespaces="none").parse(path, format="turtle")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        file = Path(argument)
        file.write_text(to_turtle(load_turtle(file)), encoding="utf-8")
