"""The fast engine, `shacl`; the only module that knows it."""

import shacl

from kg.check.finding import RawResult

Compiled = shacl.Shapes


def compile_shapes(ntriples: str) -> Compiled:
    """Compile shapes given as N-Triples, to be used many times; raises ValueError for an ill-formed shape."""
    return shacl.Shapes.from_text(ntriples, "ntriples")


def list_results(data: str, compiled: Compiled) -> list[RawResult]:
    """The results for data given as N-Triples or N-Quads (whose graphs are read as one); raises ValueError."""
    return [
        RawResult(
            focus=result.focus_node,
            path=result.path or "",
            value=result.value or "",
            component=result.component,
            shape=result.source_shape or "",
            severity=result.severity,
        )
        for result in compiled.validate_text(data, "nquads").results
    ]
