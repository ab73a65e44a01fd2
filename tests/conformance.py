"""Runs the W3C's tests and writes what came of them, as a page and as EARL: python tests/conformance.py.

The SHACL suite is read from beside the project and given to both engines. The tests of the SPARQL 1.1 Protocol stand in
`tests/endpoint/test_protocol.py` under their names, and are put to a running server.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, DOAP, RDF, XSD

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kg import __version__
from tests.check.test_w3c import EXCEPTIONS, TESTS, outcome

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, REPORT = DOCS / "conformance.md", DOCS / "conformance.ttl"
EARL = rdflib.Namespace("http://www.w3.org/ns/earl#")
BASE = "https://w3id.org/averment/conformance"
PASSED, FAILED, INAPPLICABLE = "passed", "failed", "inapplicable"
PROTOCOL = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#"
SUBJECTS = {
    "fast": "SHACL, the engine that checks what is recorded",
    "referee": "SHACL, the engine that is asked beside it (pySHACL)",
    "endpoint": "SPARQL 1.1 Protocol, `averment serve`",
}
"""What is tested, by the name that its results go under."""

_DATASET = "test_the_graphs_of_the_protocol_are_the_dataset"
_WAYS = "test_a_question_of_yes_or_no_is_answered_by_each_way_to_ask"
_TYPES = "test_an_answer_comes_in_the_type_that_is_wanted_most"
_BAD = "test_what_is_no_query_is_refused"
SHOWN_BY = {
    **dict.fromkeys(["query_get", "query_post_form", "query_post_direct"], _WAYS),
    **dict.fromkeys([f"query_content_type_{form}" for form in ("select", "ask", "describe", "construct")], _TYPES),
    **dict.fromkeys([f"query_dataset_{way}_graphs_{by}" for way in ("default", "named") for by in ("get", "post")],
                    _DATASET),
    **dict.fromkeys(["query_dataset_full", "query_multiple_dataset"], _DATASET),
    **dict.fromkeys([f"bad_query_{why}" for why in ("method", "wrong_media_type", "missing_form_type",
                     "missing_direct_type", "non_utf8", "syntax")], _BAD),
    **dict.fromkeys([f"bad_update_{why}" for why in ("get", "wrong_media_type", "missing_form_type", "non_utf8",
                     "syntax", "dataset_conflict")], _BAD),
    **dict.fromkeys(["bad_multiple_queries", "bad_multiple_updates"], _BAD),
}  # fmt: skip
"""The tests of the protocol that apply, and the function that puts each to the server."""
UPDATES = (
    *(f"update_dataset_{graphs}" for graphs in ("default_graph", "default_graphs", "named_graphs", "full")),
    *("update_post_form", "update_post_direct", "update_base_uri"),
)
_NO_UPDATE = "nothing is changed over HTTP: there is no SPARQL Update, and a request for one is refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one test; `reason` where it did not pass."""

    subject: str
    test: str
    name: str
    outcome: str
    reason: str = ""


class Outcomes:
    """Takes down, while pytest runs, how each test of a function came out, by its `name` where it has one."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], bool] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        # What a name stands for twice has to hold both times; a test that was skipped shows nothing.
        name = item.callspec.params.get("name", "") if hasattr(item, "callspec") else ""
        key = item.originalname, name.partition(" ")[0]
        if report.when == "call" or not report.passed:
            self.found[key] = self.found.get(key, True) and report.passed
        return report


def iter_shacl() -> Iterator[Result]:
    """Both engines over the suite that lies beside the project."""
    for engine in ("fast", "referee"):
        for name, test in sorted(TESTS.items()):
            passed = outcome(name, engine) == test.expected
            reason = "" if passed else EXCEPTIONS.get((engine, name), "not looked into yet")
            yield Result(engine, f"urn:x-shacl-test:/{name}", name, PASSED if passed else FAILED, reason)


def iter_protocol(folder: Path = DOCS.parent) -> Iterator[Result]:
    """The tests of the protocol, put to a server that is started for them."""
    outcomes = Outcomes()
    path = folder / "tests" / "endpoint" / "test_protocol.py"
    pytest.main([str(path), "-q", "-p", "no:cacheprovider", "-n", "0"], plugins=[outcomes])
    for name, function in sorted(SHOWN_BY.items()):
        passed = outcomes.found.get((function, name if function in (_BAD, _DATASET) else ""))
        reason = "" if passed else "not run" if passed is None else "not looked into yet"
        yield Result("endpoint", PROTOCOL + name, name, PASSED if passed else FAILED, reason)
    yield from (Result("endpoint", PROTOCOL + name, name, INAPPLICABLE, _NO_UPDATE) for name in sorted(UPDATES))


def to_earl(results: list[Result], *, when: str) -> rdflib.Graph:
    """The results in the Evaluation and Report Language of the W3C."""
    graph = rdflib.Graph()
    graph.bind("earl", EARL)
    graph.bind("doap", DOAP)
    project = rdflib.URIRef("https://w3id.org/averment")
    graph.add((rdflib.URIRef(BASE), DCTERMS.issued, rdflib.Literal(when, datatype=XSD.date)))
    graph.add((project, RDF.type, EARL.Software))
    graph.add((project, RDF.type, DOAP.Project))
    graph.add((project, DOAP.name, rdflib.Literal(f"averment {__version__}")))
    for subject, label in SUBJECTS.items():
        node = rdflib.URIRef(f"{BASE}#{subject}")
        graph.add((node, RDF.type, EARL.TestSubject))
        graph.add((node, DCTERMS.title, rdflib.Literal(label.replace("`", ""), lang="en")))
        graph.add((node, DCTERMS.isPartOf, project))
    for each in results:
        node = rdflib.URIRef(f"{BASE}#{each.subject}/{each.name}")
        result = rdflib.URIRef(f"{node}/result")
        graph.add((node, RDF.type, EARL.Assertion))
        graph.add((node, EARL.assertedBy, project))
        graph.add((node, EARL.subject, rdflib.URIRef(f"{BASE}#{each.subject}")))
        graph.add((node, EARL.test, rdflib.URIRef(each.test)))
        graph.add((node, EARL.mode, EARL.automatic))
        graph.add((node, EARL.result, result))
        graph.add((result, RDF.type, EARL.TestResult))
        graph.add((result, EARL.outcome, EARL[each.outcome]))
        if each.reason:
            graph.add((result, EARL.info, rdflib.Literal(each.reason, lang="en")))
    return graph


def to_page(results: list[Result], *, when: str) -> str:
    """The same as a page: how many of each, and each test that did not pass with its reason."""
    lines = [
        "# Conformance",
        "",
        f"What the W3C's own tests gave on {when}, averment {__version__}. `make conformance` runs them and writes",
        "this page anew; [conformance.ttl](conformance.ttl) says the same in EARL, test by test.",
        "",
        "| what was tested | tests | passed | failed | not applicable |",
        "|---|---|---|---|---|",
    ]
    for subject, label in SUBJECTS.items():
        mine = [each.outcome for each in results if each.subject == subject]
        counts = " | ".join(str(mine.count(one)) for one in (PASSED, FAILED, INAPPLICABLE))
        lines.append(f"| {label} | {len(mine)} | {counts} |")
    lines += ["", "## What did not pass", "", "| what | test | outcome | why |", "|---|---|---|---|"]
    lines += [
        f"| {each.subject} | `{each.name}` | {each.outcome} | {each.reason} |"
        for each in results
        if each.outcome != PASSED
    ]
    lines += [
        "",
        "The suite for SHACL is the core and the SPARQL part, 120 tests. The tests of the protocol are made with",
        "graphs of a record of ours in place of those that the suite names, since the endpoint takes no data from",
        "outside. What a query means is the engine's affair ([Oxigraph](https://github.com/oxigraph/oxigraph), which",
        "runs the W3C's query tests itself); they are not run here.",
    ]
    return "\n".join([*lines, ""])


def main() -> int:
    if not TESTS:
        sys.stderr.write(
            "The W3C's SHACL suite is not beside the project (../shared/suites/shacl); nothing was written.\n"
        )
        return 1
    when = datetime.now(UTC).date().isoformat()
    results = [*iter_shacl(), *iter_protocol()]
    REPORT.write_text(to_earl(results, when=when).serialize(format="turtle"), encoding="utf-8")
    PAGE.write_text(to_page(results, when=when), encoding="utf-8")
    failed = [each for each in results if each.outcome == FAILED and (each.subject, each.name) not in EXCEPTIONS]
    for each in failed:
        sys.stderr.write(f"{each.subject} {each.name}: {each.reason}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
