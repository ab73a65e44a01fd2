"""Every shape that ships: its fixtures, its exact findings with both engines, and its house style."""

import json
from pathlib import Path

import pytest

from kg import resources
from kg.check import Finding, check_shapes, parse_shapes, parse_turtle, to_ntriples, to_sentence, validate
from kg.check.shapes import PATH, PROPERTY, RDF_TYPE, SH, TARGETS
from kg.terms import AVSH

FIXTURES = Path(__file__).resolve().parent / "shapes"


def texts(folder: str) -> dict[str, str]:
    root = resources.ontology_dir() if folder == "ontology" else resources.shapes_dir()
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in resources.iter_ttl(folder)}


SHAPES = parse_shapes(texts("shapes"))
ROWS = SHAPES.triples.by_subject
NODE_SHAPES = {s for s, rows in ROWS.items() if f"<{SH}NodeShape>" in rows.get(RDF_TYPE, [])}
TARGETED = sorted(s[1:-1].removeprefix(AVSH) for s in NODE_SHAPES if any(target in ROWS[s] for target in TARGETS))


def fixture(name: str) -> str:
    path = FIXTURES / name
    assert path.is_file(), f"tests/shapes/{name} is missing"
    return path.read_text(encoding="utf-8")


def findings(name: str, engine: str) -> list[Finding]:
    return validate(to_ntriples(fixture(name), file=name), SHAPES, engine=engine)


def test_there_are_shapes():
    assert len(TARGETED) >= 1


def test_no_shape_could_pass_everything_in_silence():
    assert check_shapes(SHAPES, parse_turtle(texts("ontology"))) == []


def test_every_fixture_belongs_to_a_shape():
    kinds = ("_PASS.ttl", "_XFAIL.ttl", "_XFAIL.json")
    assert sorted(path.name for path in FIXTURES.iterdir()) == sorted(f"{name}{kind}" for name in TARGETED for kind in kinds)


@pytest.mark.parametrize("engine", ["fast", "referee"])
@pytest.mark.parametrize("name", TARGETED)
def test_what_a_shape_allows_gives_no_finding(name, engine):
    assert findings(f"{name}_PASS.ttl", engine) == []


@pytest.mark.parametrize("engine", ["fast", "referee"])
@pytest.mark.parametrize("name", TARGETED)
def test_what_a_shape_refuses_gives_exactly_the_findings_listed(name, engine):
    expected = sorted(Finding(**row) for row in json.loads(fixture(f"{name}_XFAIL.json")))
    assert expected
    assert findings(f"{name}_XFAIL.ttl", engine) == expected


@pytest.mark.parametrize("name", TARGETED)
def test_the_passing_fixture_holds_something_that_the_shape_looks_at(name):
    graph = parse_turtle({name: fixture(f"{name}_PASS.ttl")})
    aims = [(target, term) for target in TARGETS for term in ROWS[f"<{AVSH}{name}>"].get(target, [])]
    types = {value for _, predicate, value in graph if predicate == RDF_TYPE}
    predicates = {predicate for _, predicate, _ in graph}
    assert any(term in types | predicates | set(graph.by_subject) for _, term in aims), aims


@pytest.mark.parametrize("name", TARGETED)
def test_each_constraint_of_a_shape_is_shown_to_fail(name):
    found = {row["shape"] for row in json.loads(fixture(f"{name}_XFAIL.json"))}
    assert [s for s in ROWS[f"<{AVSH}{name}>"].get(PROPERTY, []) if s[1:-1] not in found] == []


def test_every_shape_has_its_own_name_message_and_severity():
    shapes = [s for s, rows in ROWS.items() if PATH in rows or s in NODE_SHAPES]
    lacking = [
        (s, name)
        for s in shapes
        for name in ("message", "severity")
        if not ROWS[s].get(f"<{SH}{name}>") and not (name in ("message", "severity") and s in NODE_SHAPES)
    ]
    assert lacking == []
    assert [s for s in shapes if not s.startswith(f"<{AVSH}")] == []


def test_every_finding_reads_as_a_sentence():
    for name in TARGETED:
        for row in json.loads(fixture(f"{name}_XFAIL.json")):
            assert to_sentence(Finding(**row)).endswith(".")
