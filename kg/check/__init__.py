"""Validation: what one claim says, held against the shapes."""

from kg.check.audit import check_shapes, parse_checked_shapes
from kg.check.engine import Engine, iter_findings, validate
from kg.check.finding import Finding
from kg.check.shapes import Shapes, load_shapes, parse_shapes
from kg.check.triples import Triples, parse_turtle, to_ntriples
from kg.check.words import to_sentence

__all__ = [
    "Engine",
    "Finding",
    "Shapes",
    "Triples",
    "check_shapes",
    "iter_findings",
    "load_shapes",
    "parse_checked_shapes",
    "parse_shapes",
    "parse_turtle",
    "to_ntriples",
    "to_sentence",
    "validate",
]
