"""What a check found, whichever engine found it."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing a shape found wrong.

    `focus` and `shape` are IRIs, `path` an IRI or a SPARQL property path, `value` a term in N-Triples syntax ("" where
    there is none), `component` the local name of a SHACL constraint component, `severity` one of Violation, Warning
    and Info, `message` the shape's own sh:message. A blank node is `_:`, since its label means nothing outside its
    document. Findings sort by focus, path, component, and so on.
    """

    focus: str
    path: str
    component: str
    shape: str
    severity: str
    message: str
    value: str


class RawResult(NamedTuple):
    """One validation result as an engine gives it; terms in N-Triples syntax, "" where absent."""

    focus: str
    path: str
    value: str
    component: str
    shape: str
    severity: str
