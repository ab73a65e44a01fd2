"""No constraint of any shape goes untried, and every shape is written in the house style and in plain words."""

from dataclasses import MISSING
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph, URIRef

from kg import resources
from kg.check import Finding, Shapes, parse_checked_shapes, to_ntriples, validate
from kg.model import (
    ENTITIES,
    PROPOSITIONS,
    Claim,
    Correction,
    Decision,
    Identity,
    Partition,
    Recording,
    Relay,
    Viewpoint,
    Withheld,
    slots_of,
)
from kg.terms import AVSH, av
from tests.turtle_style import load_turtle, to_turtle

FIXTURES = Path(__file__).resolve().parent / "shapes"
SHAPE_FILES = sorted(resources.iter_ttl("shapes"))
# Parameters without a constraint component of their own.
COMPANIONS = {"qualifiedValueShape", "ignoredProperties"}
MODEL = (*ENTITIES, *PROPOSITIONS, Claim, Relay, Recording, Correction, Viewpoint, Decision, Withheld)
# What the model keeps as a list for the sake of its siblings, and a record of this kind has once.
SINGLE = {(Partition, "about"), (Identity, "about")}
DESCRIBING = {"path", "message", "severity", "targetClass", "property"}


@cache
def shapes() -> Shapes:
    ontology = {path.name: path.read_text(encoding="utf-8") for path in resources.iter_ttl("ontology")}
    return parse_checked_shapes(
        {path.name: path.read_text(encoding="utf-8") for path in SHAPE_FILES}, ontology=ontology
    )


@cache
def graph() -> Graph:
    found = Graph()
    for path in SHAPE_FILES:
        found.parse(path, format="turtle")
    return found


@cache
def findings_of(path: Path) -> list[Finding]:
    return validate(to_ntriples(path.read_text(encoding="utf-8"), file=path.name), shapes())


def parameters(shape: URIRef) -> set[str]:
    names = {str(p).removeprefix(str(SH)) for p in graph().predicates(shape) if p in SH}
    return names - DESCRIBING - COMPANIONS


def constraints() -> set[tuple[str, str]]:
    """Shape and component of every constraint that can report, not of those that others only look through."""
    reporting = set(graph().subjects(SH.targetClass)) | set(graph().objects(None, SH.property))
    return {(str(s), f"{p[0].upper()}{p[1:]}ConstraintComponent") for s in reporting for p in parameters(s)}


@pytest.mark.parametrize("path", SHAPE_FILES, ids=lambda path: path.name)
def test_a_file_of_shapes_written_again_is_the_same_file(path):
    assert to_turtle(load_turtle(path)) == path.read_text(encoding="utf-8")


def test_every_constraint_of_every_shape_is_violated_by_a_fixture():
    violated = {(f.shape, f.component) for path in FIXTURES.glob("*_XFAIL.ttl") for f in findings_of(path)}
    assert sorted(constraints() - violated) == []


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*_XFAIL.ttl")), ids=lambda path: path.name)
def test_every_subject_of_a_failing_fixture_is_found_fault_with_by_its_shape(path):
    shape = f"{AVSH}{path.name.removesuffix('_XFAIL.ttl')}"
    faulty = {f.focus for f in findings_of(path) if f.shape == shape or f.shape.startswith(f"{shape}-")}
    aims = set(graph().objects(URIRef(shape), SH.targetClass))
    data = Graph().parse(path, format="turtle")
    focuses = {str(s) for aim in aims for s in data.subjects(RDF.type, aim) if isinstance(s, URIRef)}
    other_rule = {focus for focus in focuses if focus.endswith("/stance/asserts-two")}
    assert focuses - faulty == other_rule


def test_what_checks_says_in_plain_words_what_is_wrong_and_how_much_it_matters():
    checking = {
        s for kind in (SH.NodeShape, SH.PropertyShape) for s in graph().subjects(RDF.type, kind) if parameters(s)
    }
    for shape in checking:
        messages = list(graph().objects(shape, SH.message))
        assert [message.language for message in messages] == ["en"], shape
        assert messages[0].endswith("."), shape
        assert graph().value(shape, SH.severity) in (SH.Violation, SH.Warning, SH.Info), shape


def test_every_shape_has_an_iri_of_its_own_that_is_no_class():
    for kind in (SH.NodeShape, SH.PropertyShape):
        assert all(isinstance(s, URIRef) and s.startswith(AVSH) for s in graph().subjects(RDF.type, kind))
    assert not set(graph().subjects(RDF.type, SH.NodeShape)) & set(graph().objects(None, SH.targetClass))


def test_a_property_shape_is_named_for_the_shape_that_holds_it():
    for shape, _, held in graph().triples((None, SH.property, None)):
        assert held.startswith(f"{shape}-"), held


def of_path(shape: str, prop: str, parameter: URIRef) -> list[int]:
    held = [p for p in graph().objects(URIRef(shape), SH.property) if (p, SH.path, URIRef(prop)) in graph()]
    refusing = [p for p in held if graph().value(p, SH.severity) == SH.Violation]
    return [int(value) for p in refusing for value in graph().objects(p, parameter)]


@pytest.mark.parametrize("cls", MODEL, ids=lambda cls: cls.__name__)
def test_a_closed_shape_allows_the_slots_of_the_model_and_no_other_property(cls):
    shape = URIRef(f"{AVSH}{cls.__name__}Shape")
    paths = {path for held in graph().objects(shape, SH.property) for path in graph().objects(held, SH.path)}
    named = {str(path) for path in paths if isinstance(path, URIRef) and path != RDF.type}
    unslotted = {av("question")} if cls in PROPOSITIONS else set()
    assert named == {slot.prop for slot in slots_of(cls).values()} | unslotted
    assert (shape, SH.closed, None) in graph()


@pytest.mark.parametrize("cls", MODEL, ids=lambda cls: cls.__name__)
def test_a_shape_counts_as_the_model_does(cls):
    shape = f"{AVSH}{cls.__name__}Shape"
    for name, slot in slots_of(cls).items():
        field = cls.__dataclass_fields__[name]
        needed = slot.filled or (field.default is MISSING and field.default_factory is MISSING)
        single = not slot.many or (cls, name) in SINGLE
        assert of_path(shape, slot.prop, SH.maxCount) == ([1] if single else []), name
        assert not needed or of_path(shape, slot.prop, SH.minCount) == [1], name
