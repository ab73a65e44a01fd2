"""Both engines over the W3C SHACL suite (core and SPARQL); every exception is listed, with its reason."""

from collections import Counter

import pytest

from kg.check.engine import validate
from kg.check.shapes import parse_shapes
from kg.check.triples import to_ntriples
from kg.errors import AvermentError
from tests.check.w3c import SUITE, iter_tests, read

TESTS = {test.name: test for test in iter_tests()} if SUITE.is_dir() else {}

# Each test that an engine does not pass, and why. A test that starts to pass has to leave this table.
EXCEPTIONS = {
    ("fast", "sparql/pre-binding/unsupported-sparql-004"): (
        "a subquery that does not select $this must be refused; it is run. No shape of ours may hold SPARQL."
    ),
    ("referee", "core/property/uniqueLang-002"): (
        'sh:uniqueLang "1" must switch nothing on; it is read as true. Our shapes may only write true.'
    ),
    ("referee", "sparql/pre-binding/shapesGraph-001"): (
        "$shapesGraph is optional in SPARQL constraints, and not offered. No shape of ours may hold SPARQL."
    ),
}

pytestmark = pytest.mark.skipif(not TESTS, reason="the W3C suite is not beside the project")


def outcome(name, engine):
    test = TESTS[name]
    try:
        shapes = parse_shapes({test.shapes.name: read(test.shapes)})
        findings = validate(to_ntriples(read(test.data)), shapes, engine=engine)
    except AvermentError:
        return None
    return Counter((f.focus, f.path, f.value, f.component, f.severity) for f in findings)


@pytest.mark.parametrize("engine", ["fast", "referee"])
@pytest.mark.parametrize("name", sorted(TESTS))
def test_an_engine_gives_the_results_that_the_suite_wants(name, engine):
    passes = outcome(name, engine) == TESTS[name].expected
    assert passes is ((engine, name) not in EXCEPTIONS), EXCEPTIONS.get((engine, name), "")


def test_the_whole_suite_is_there():
    assert len(TESTS) == 120
