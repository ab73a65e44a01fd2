"""The referee, pySHACL: slow and much used, asked whether the fast engine is right; the only module that knows it."""

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyoxigraph

from kg.check.finding import RawResult
from kg.errors import Unusable

SH = "http://www.w3.org/ns/shacl#"


def list_results(data: str, shapes_ntriples: str, prefixes: Mapping[str, str]) -> list[RawResult]:
    """The results for data given as N-Triples or N-Quads; raises Unusable where pySHACL cannot judge.

    Not for two threads at once: pySHACL changes settings of rdflib while it works.
    """
    # Imported here because rdflib and pySHACL take a quarter of a second, which only a second opinion is worth.
    import pyshacl
    from rdflib import Dataset, Graph
    from rdflib.exceptions import ParserError

    with as_written():
        quads = Dataset(default_union=True)
        union = Graph()
        try:
            quads.parse(data=data, format="nquads")
            for s, p, o, _ in quads.quads():
                union.add((s, p, o))
            shapes = Graph().parse(data=shapes_ntriples, format="nt")
            for prefix, namespace in prefixes.items():
                # pySHACL looks for the prefixes of a SPARQL constraint in both graphs.
                for graph in (shapes, union):
                    graph.bind(prefix, namespace, override=True, replace=True)
            _, report, text = pyshacl.validate(union, shacl_graph=shapes, advanced=False)
        except (
            ArithmeticError,
            NotImplementedError,
            ParserError,
            TypeError,
            ValueError,
            re.error,
            pyshacl.errors.ReportableRuntimeError,
            pyshacl.errors.ValidationFailure,
        ) as error:
            raise Unusable(f"The referee cannot judge this: {error}") from error
        if not isinstance(report, Graph):
            raise Unusable(f"The referee cannot judge this: {text}")
        return list(_read_report(report))


@contextmanager
def as_written() -> Iterator[None]:
    """Keep rdflib from rewriting literals to its own spelling, and from logging each one it cannot convert."""
    import rdflib

    logger = logging.getLogger("rdflib.term")
    was, level = rdflib.NORMALIZE_LITERALS, logger.level
    rdflib.NORMALIZE_LITERALS = False
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        rdflib.NORMALIZE_LITERALS = was
        logger.setLevel(level)


def _read_report(report: Any) -> Iterator[RawResult]:
    from rdflib import URIRef

    def local(node: Any, name: str) -> str:
        return re.split("[#/]", str(report.value(node, URIRef(SH + name))))[-1]

    def term(node: Any, name: str) -> str:
        return _ntriples(report.value(node, URIRef(SH + name)))

    for node in report.objects(None, URIRef(SH + "result")):
        yield RawResult(
            focus=term(node, "focusNode"),
            path=term(node, "resultPath"),
            value=term(node, "value"),
            component=local(node, "sourceConstraintComponent"),
            shape=term(node, "sourceShape"),
            severity=local(node, "resultSeverity"),
        )


def _ntriples(node: Any) -> str:
    """An rdflib term written exactly as the fast engine writes it."""
    from rdflib import BNode, Literal

    if node is None:
        return ""
    if isinstance(node, BNode):
        return "_:"
    if not isinstance(node, Literal):
        return f"<{node}>"
    if node.language:
        return str(pyoxigraph.Literal(str(node), language=node.language))
    datatype = pyoxigraph.NamedNode(str(node.datatype)) if node.datatype else None
    return str(pyoxigraph.Literal(str(node), datatype=datatype))
