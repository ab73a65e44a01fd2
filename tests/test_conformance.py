"""The published results are those of the tests that are run, and the page and the EARL say the same."""

import re
from collections import Counter

import rdflib

from tests.check.test_w3c import EXCEPTIONS
from tests.conformance import BASE, EARL, FAILED, INAPPLICABLE, PAGE, PASSED, REPORT, SHOWN_BY, SUBJECTS, UPDATES

GRAPH = rdflib.Graph().parse(REPORT)


def outcomes():
    """The outcome of every assertion, by what was tested and the test."""
    found = {}
    for node in GRAPH.subjects(rdflib.RDF.type, EARL.Assertion):
        subject = str(GRAPH.value(node, EARL.subject)).removeprefix(f"{BASE}#")
        result = GRAPH.value(node, EARL.result)
        found[subject, str(node).removeprefix(f"{BASE}#{subject}/")] = str(GRAPH.value(result, EARL.outcome))
    return {key: value.removeprefix(str(EARL)) for key, value in found.items()}


def test_what_is_published_as_failed_is_what_the_tests_know_to_fail():
    found = outcomes()
    assert {key for key, value in found.items() if value == FAILED} == set(EXCEPTIONS)
    assert Counter(subject for subject, _ in found) == {"fast": 120, "referee": 120, "endpoint": 34}
    assert {name for (_, name), value in found.items() if value == INAPPLICABLE} == set(UPDATES)


def test_every_test_that_did_not_pass_has_its_reason():
    for node in GRAPH.subjects(EARL.outcome, None):
        assert (GRAPH.value(node, EARL.outcome) == EARL.passed) is (GRAPH.value(node, EARL.info) is None)


def test_the_page_counts_what_the_report_holds():
    found = outcomes()
    for subject, label in SUBJECTS.items():
        mine = [value for (of, _), value in found.items() if of == subject]
        counts = [str(len(mine)), *(str(mine.count(one)) for one in (PASSED, FAILED, INAPPLICABLE))]
        assert f"| {label} | {' | '.join(counts)} |" in PAGE.read_text(encoding="utf-8")


def test_each_test_of_the_protocol_is_shown_by_one_that_is_there():
    text = (PAGE.parents[1] / "tests" / "endpoint" / "test_protocol.py").read_text(encoding="utf-8")
    assert set(SHOWN_BY.values()) <= set(re.findall(r"^def (test_\w+)", text, re.MULTILINE))
    assert all(
        f'("{name}"' in text or f'"{name}",' in text
        for name in SHOWN_BY
        if name.startswith(("bad_", "query_dataset", "query_multiple"))
    )
