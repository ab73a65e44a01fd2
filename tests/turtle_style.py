"""The one way Averment's Turtle files are written, so that a file can be read, written again and compared."""

from __future__ import annotations

import sys
from pathlib import Path

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
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
)
LAST = (DCTERMS.source, RDFS.isDefinedBy)
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def to_turtle(graph: Graph) -> str:
    """The graph as Turtle in Averment's fixed order; raises ValueError for a blank node, which has no fixed order."""
    prefixes = sorted(_prefixes_used(graph).items())
    head = "".join(f"@prefix {name}: <{space}> .\n" for name, space in prefixes)
    heads = {subject for kind in HEADS for subject in graph.subjects(RDF.type, kind)}
    subjects = sorted(set(graph.subjects()), key=lambda node: (node not in heads, str(node)))
    return head + "".join(_block(graph, subject, dict(prefixes)) for subject in subjects)


def _block(graph: Graph, subject: Node, prefixes: dict[str, str]) -> str:
    lines = []
    for predicate in sorted(set(graph.predicates(subject)), key=_predicate_key):
        objects = " , ".join(sorted(_write(o, prefixes) for o in graph.objects(subject, predicate)))
        verb = "a" if predicate == RDF.type else _write(predicate, prefixes)
        lines.append(f"    {verb} {objects} ;\n")
    return f"\n{_write(subject, prefixes)}\n{''.join(lines)}    .\n"


def _predicate_key(predicate: Node) -> tuple[int, int, str]:
    if predicate in FIRST:
        return (0, FIRST.index(predicate), "")
    if predicate in LAST:
        return (2, LAST.index(predicate), "")
    return (1, 0, str(predicate))


def _write(node: Node, prefixes: dict[str, str]) -> str:
    if isinstance(node, URIRef):
        for name, space in prefixes.items():
            local = str(node)[len(space) :]
            if str(node).startswith(space) and all(c.isalnum() or c in "-_" for c in local):
                return f"{name}:{local}"
        return f"<{node}>"
    if not isinstance(node, Literal):
        raise ValueError(f"{node!r}: a blank node cannot be written in a fixed order; give it an IRI")
    text = f'"{str(node).translate(ESCAPES)}"'
    if node.language:
        return f"{text}@{node.language}"
    return f"{text}^^{_write(node.datatype, prefixes)}" if node.datatype else text


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
