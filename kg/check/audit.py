"""Finds the shapes that would pass everything in silence: misspelt, aimed at nothing, or checking nothing."""

from collections.abc import Iterator, Mapping

from kg.check import vocabulary as v
from kg.check.pitfalls import list_pitfalls
from kg.check.shapes import PATH, RDF_TYPE, TARGETS, Shapes, parse_shapes, path_predicates, show
from kg.check.triples import Triples, parse_turtle
from kg.errors import Problem, Refused
from kg.terms import RDF, RDFS

_CLASS_TYPES = {f"<{v.OWL}Class>", f"<{RDFS}Class>"}
_PROPERTY_TYPES = {f"<{v.OWL}{kind}Property>" for kind in ("Object", "Datatype", "Annotation")} | {f"<{RDF}Property>"}
_DATATYPE_TYPES = {f"<{RDFS}Datatype>"}
_IN, _HAS_VALUE, _IGNORED, _DATATYPE = (f"<{v.SH}{n}>" for n in ("in", "hasValue", "ignoredProperties", "datatype"))


def parse_checked_shapes(texts: Mapping[str, str], *, ontology: Mapping[str, str]) -> Shapes:
    """Shapes from Turtle texts by file name, held against the ontology's texts; raises Refused with every problem."""
    shapes = parse_shapes(texts)
    if problems := check_shapes(shapes, parse_turtle(ontology)):
        raise Refused(problems)
    return shapes


def check_shapes(shapes: Shapes, ontology: Triples) -> list[Problem]:
    """Every reason why a shape would say nothing, or not the same to every engine; `ontology` declares what it names.

    SHACL itself lets all of these conform: a misspelt parameter is ignored, a class that nobody has is no target.
    """
    triples = shapes.triples
    problems = {*_unknown_terms(triples), *_undeclared(triples, ontology), *_idle(triples), *list_pitfalls(triples)}
    return sorted(problems)


def _problem(triples: Triples, subject: str, predicate: str, value: str, reason: str, remedy: str) -> Problem:
    place = f"{show(subject)} {show(predicate)}".strip()
    return Problem(file=triples.file_of[subject], field=place, value=show(value), reason=reason, remedy=remedy)


def _unknown_terms(triples: Triples) -> Iterator[Problem]:
    known = v.SHAPE_PREDICATES | v.PATH_PREDICATES | v.DESCRIPTIVE
    for subject, predicate, value in triples:
        if predicate in v.NOT_USED:
            yield _problem(triples, subject, predicate, "", v.NOT_USED[predicate], "say it in SHACL core, or as a rule")
        elif predicate not in known:
            reason = "no shape has such a property, so it would be ignored"
            yield _problem(triples, subject, predicate, "", reason, "mend the spelling or the prefix")
        if value.startswith(f"<{v.SH}") and value not in v.SH_VALUES | v.BUILT_IN_CLASSES | v.BUILT_IN_PROPERTIES:
            reason = v.NOT_USED.get(value, "SHACL core has no such term")
            yield _problem(triples, subject, predicate, value, reason, "mend the spelling")


def _undeclared(triples: Triples, ontology: Triples) -> Iterator[Problem]:
    declared = {
        "class": v.BUILT_IN_CLASSES | _declared(ontology, _CLASS_TYPES),
        "property": v.BUILT_IN_PROPERTIES | _declared(ontology, _PROPERTY_TYPES),
        "datatype": v.DATATYPES | _declared(ontology, _DATATYPE_TYPES),
    }
    declared["term"] = frozenset().union(*declared.values(), ontology.by_subject, triples.by_subject)
    for subject, predicate, value in triples:
        for kind, term in _named(triples, predicate, value):
            if term not in declared[kind]:
                reason = f"the ontology declares no such {kind}"
                yield _problem(triples, subject, predicate, term, reason, "mend the spelling, or declare it")


def _named(triples: Triples, predicate: str, value: str) -> Iterator[tuple[str, str]]:
    """Each term that one statement of a shape names, with what it has to be."""
    if predicate in v.NAMES_CLASS:
        yield "class", value
    elif predicate in v.NAMES_PROPERTY:
        yield "property", value
    elif predicate == PATH:
        yield from (("property", term) for term in path_predicates(triples, value))
    elif predicate == _IGNORED:
        yield from (("property", term) for term in triples.members(value))
    elif predicate == _DATATYPE:
        yield "datatype", value
    elif predicate in (_HAS_VALUE, _IN):
        terms = [value] if predicate == _HAS_VALUE else triples.members(value)
        yield from (("term", term) for term in terms if term.startswith("<"))


def _declared(ontology: Triples, types: set[str]) -> frozenset[str]:
    return frozenset(s for s, rows in ontology.by_subject.items() if types.intersection(rows.get(RDF_TYPE, [])))


def _idle(triples: Triples) -> Iterator[Problem]:
    """Shapes that nothing reaches, that hold no constraint, or that are named and not there."""
    holders = {shape: (s, p) for s, p, o in triples for shape in _held(triples, p, o)}
    for subject, rows in triples.by_subject.items():
        typed = f"<{v.SH}NodeShape>" in rows.get(RDF_TYPE, []) or f"<{v.SH}PropertyShape>" in rows.get(RDF_TYPE, [])
        aimed = subject in holders or any(target in rows for target in TARGETS)
        if not (typed or aimed or PATH in rows or v.PARAMETERS.intersection(rows)):
            continue
        if not aimed:
            reason = "it has no target and no other shape uses it"
            yield _problem(triples, subject, "", "", reason, "give it sh:targetClass, or remove it")
        if not v.PARAMETERS.intersection(rows):
            yield _problem(triples, subject, "", "", "it checks nothing", "give it a constraint, or remove it")
    for shape, (subject, predicate) in holders.items():
        if shape not in triples.by_subject:
            yield _problem(triples, subject, predicate, shape, "there is no such shape", "mend the spelling")


def _held(triples: Triples, predicate: str, value: str) -> list[str]:
    if predicate in v.HOLDS_SHAPE:
        return [value]
    return triples.members(value) if predicate in v.HOLDS_SHAPES else []
