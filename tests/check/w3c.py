"""Reads the W3C SHACL test suite beside the project: what each test gives, and what it wants back."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.check.shapes import show_path
from kg.check.triples import Triples, parse_turtle

SUITE = Path(__file__).resolve().parents[3] / "shared" / "suites" / "shacl"
SH = "http://www.w3.org/ns/shacl#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"

Result = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class W3cTest:
    """One test: its name, its files, and the results wanted; None where the test demands a failure."""

    name: str
    data: Path
    shapes: Path
    expected: Counter[Result] | None


def read(path: Path) -> str:
    return f"@base <{path.as_uri()}> .\n{path.read_text(encoding='utf-8')}"


def iter_tests(manifest: Path = SUITE / "manifest.ttl") -> Iterator[W3cTest]:
    graph = parse_turtle({manifest.name: read(manifest)})
    for _, predicate, value in graph:
        if predicate == f"<{MF}include>":
            yield from iter_tests(Path(value[1:-1].removeprefix("file://")))
        elif predicate == f"<{MF}entries>":
            for entry in graph.members(value):
                yield _test(graph, manifest, entry)


def _test(graph: Triples, manifest: Path, entry: str) -> W3cTest:
    action, result = graph.objects(entry, f"<{MF}action>")[0], graph.objects(entry, f"<{MF}result>")[0]
    data, shapes = (
        Path(graph.objects(action, f"<{SHT}{role}Graph>")[0][1:-1].removeprefix("file://"))
        for role in ("data", "shapes")
    )
    failure = result == f"<{SHT}Failure>"
    expected = None if failure else Counter(_result(graph, node) for node in graph.objects(result, f"<{SH}result>"))
    return W3cTest(manifest.relative_to(SUITE).with_suffix("").as_posix(), data, shapes, expected)


def _result(graph: Triples, node: str) -> Result:
    def term(name: str) -> str:
        return next(iter(graph.objects(node, f"<{SH}{name}>")), "")

    def plain(text: str) -> str:
        return "_:" if text.startswith("_:") else text

    focus = plain(term("focusNode"))
    path = show_path(graph, term("resultPath")) if term("resultPath") else ""
    component, severity = (
        term(name)[1:-1].rpartition("#")[2] for name in ("sourceConstraintComponent", "resultSeverity")
    )
    return (focus[1:-1] if focus.startswith("<") else focus, path, plain(term("value")), component, severity)
