"""Every shape that ships lets what is right pass, and finds exactly what is wrong, whichever engine is asked."""

import json
from functools import cache
from pathlib import Path

import pytest

from kg import resources
from kg.check import Finding, Shapes, parse_checked_shapes, parse_turtle, to_ntriples, validate
from kg.check.shapes import RDF_TYPE, SH, TARGETS
from kg.terms import AVSH

FIXTURES = Path(__file__).resolve().parent / "shapes"
KINDS = ("_PASS.ttl", "_XFAIL.ttl", "_XFAIL.json")
ENGINES = ("fast", "referee")


@cache
def shipped() -> Shapes:
    def texts(folder: str) -> dict[str, str]:
        return {path.name: path.read_text(encoding="utf-8") for path in resources.iter_ttl(folder)}

    return parse_checked_shapes(texts("shapes"), ontology=texts("ontology"))


def list_targeted() -> list[str]:
    """The local names of the node shapes that have a target; the others are tried through these."""
    rows = parse_turtle(
        {path.name: path.read_text(encoding="utf-8") for path in resources.iter_ttl("shapes")}
    ).by_subject
    shapes = {s for s in rows if f"<{SH}NodeShape>" in rows[s].get(RDF_TYPE, [])}
    return sorted(s[1:-1].removeprefix(AVSH) for s in shapes if any(target in rows[s] for target in TARGETS))


TARGETED = list_targeted()


def fixture(name: str) -> str:
    path = FIXTURES / name
    assert path.is_file(), f"tests/shapes/{name} is missing"
    return path.read_text(encoding="utf-8")


def findings(name: str, engine: str) -> list[Finding]:
    return validate(to_ntriples(fixture(name), file=name), shipped(), engine=engine)


def test_there_are_shapes_with_a_target():
    assert TARGETED


def test_every_shape_has_its_three_fixtures_and_no_other_is_left_over():
    wanted = {f"{name}{kind}" for name in TARGETED for kind in KINDS}
    assert {path.name for path in FIXTURES.iterdir()} == wanted


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", TARGETED)
def test_what_a_shape_allows_gives_no_finding(name, engine):
    assert findings(f"{name}_PASS.ttl", engine) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", TARGETED)
def test_what_a_shape_refuses_gives_exactly_the_findings_listed(name, engine):
    expected = [Finding(**row) for row in json.loads(fixture(f"{name}_XFAIL.json"))]
    assert expected
    assert findings(f"{name}_XFAIL.ttl", engine) == sorted(expected)


@pytest.mark.parametrize("name", TARGETED)
def test_a_passing_fixture_holds_what_its_shape_looks_at(name):
    rows = shipped().triples.by_subject[f"<{AVSH}{name}>"]
    aims = {term for target in TARGETS for term in rows.get(target, [])}
    graph = parse_turtle({name: fixture(f"{name}_PASS.ttl")})
    held = {term for s, p, o in graph for term in (s, p, *([o] if p == RDF_TYPE else []))}
    assert aims & held
