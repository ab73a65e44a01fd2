"""Taking a recording back: what it brought and nothing else rests on, which is what a withdrawal may destroy."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import NotFound
from kg.log import Entry, Record
from kg.projections import derived_graphs, graph_folder
from kg.rdf import write_iri
from kg.store.base import Rows
from kg.store.embedded import open_reader
from kg.terms import Iri
from kg.units import Unit

_IRI = re.compile(r"<([^<>]*)>")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Undoable:
    """What a withdrawal of a recording would take, and what stays because something else rests on it; both IRIs."""

    entry: Entry
    names: tuple[Iri, ...]
    staying: tuple[Iri, ...]


def find_undoable(root: Path, ingestion: str) -> Undoable:
    """What of a recording can be withdrawn without pulling the ground from under another. Raises NotFound.

    Who recorded when, and the name of the file, stay: they tell what the withdrawal is of.
    """
    record = Record.open(root)
    entry = record.log.find_ingestion(ingestion)
    if entry is None:
        raise NotFound(f"no recording {ingestion} in this record")
    every = list(record.log.iter_units(entry.number - 1, entry.number, include_sealed=True))
    units = [found.unit for found in every if not found.unit.subject.startswith(_own_history(record.base))]
    staying = set(_find_held(root, record, units))
    pending = list(staying)
    links = _links(units)
    while pending:
        for name in links.get(pending.pop(), set()) - staying:
            staying.add(name)
            pending.append(name)
    subjects = {unit.subject for unit in units}
    gone = tuple(sorted(subjects - staying))
    return Undoable(entry, gone, tuple(sorted(subjects & staying)))


def _own_history(base: str) -> tuple[str, ...]:
    return f"{base}ingestion/", f"{base}file/"


def _links(units: Iterable[Unit]) -> dict[str, set[Iri]]:
    subjects = {unit.subject for unit in units}
    found: dict[str, set[Iri]] = {}
    for unit in units:
        named = {Iri(name) for line in unit.lines for name in _IRI.findall(line)}
        found.setdefault(unit.subject, set()).update(named & subjects - {unit.subject})
    return found


def _find_held(root: Path, record: Record, units: list[Unit]) -> Iterator[Iri]:
    """The subjects that others refer to, or that others have described too."""
    own = {(unit.subject, unit.graph) for unit in units}
    subjects = sorted({subject for subject, _ in own})
    derived = derived_graphs(record.base)
    with open_reader(graph_folder(root)) as graph:
        for first in range(0, len(subjects), _AT_ONCE):
            listed = " ".join(write_iri(subject) for subject in subjects[first : first + _AT_ONCE])
            answer = graph.query(
                f"SELECT ?one ?s ?g {{ VALUES ?one {{ {listed} }} GRAPH ?g {{ "
                "{ ?s ?p ?one } UNION { ?one ?p ?o BIND(?one AS ?s) } } }"
            )
            assert isinstance(answer, Rows)
            for row in answer.rows:
                one, subject, name = (Iri(term.value) if term else Iri("") for term in row)
                if (subject, name) not in own and name not in derived:
                    yield one
    known = set(subjects)
    for sealed in record.log.iter_sealed():
        if (sealed.unit.subject, sealed.unit.graph) not in own:
            yield from {Iri(name) for line in sealed.unit.lines for name in _IRI.findall(line)} & known
