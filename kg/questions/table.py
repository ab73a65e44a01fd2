"""The answer to a named question: typed rows, in the order of the header's columns."""

from dataclasses import dataclass
from typing import NamedTuple

from kg import codes
from kg.model import Text
from kg.questions.header import Column, Question
from kg.store.base import Rows, Term
from kg.terms import AV, AVC, Iri, compact_iri

SEPARATOR = "; "


class Ref(NamedTuple):
    """Something with an IRI, and its label ("" where it has none)."""

    iri: Iri
    label: str


Cell = Ref | Text | str | int | tuple[str, ...] | None
"""What a cell holds by the column's type: iri, code, term: Ref; words: Text; date (ISO), text: str; integer: int;
list: a sorted tuple of texts. None where the record says nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under the columns of the question they answer; `sparql` is what was asked."""

    question: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sparql: str


def to_table(question: Question, rows: Rows, sparql: str) -> Table:
    """The typed table of an answer; a column `xLabel` beside an iri column `x` becomes its label."""
    places = {name: place for place, name in enumerate(rows.variables)}
    read = [(column, places[column.name], places.get(f"{column.name}Label")) for column in question.columns]
    cells = tuple(
        tuple(_to_cell(column, row[at], row[label] if label is not None else None) for column, at, label in read)
        for row in rows.rows
    )
    return Table(question.name, question.columns, cells, sparql)


def to_text(cell: Cell, *, base: str = "") -> str:
    """A cell in plain words: a label, else a short name; "" where there is nothing.

    >>> to_text(Ref(Iri("https://a.example/id/agent/x"), ""), base="https://a.example/id/"), to_text(None), to_text(318)
    ('agent/x', '', '318')
    """
    if cell is None:
        return ""
    if isinstance(cell, Ref):
        if cell.label:
            return cell.label
        return cell.iri[len(base) :] if base and cell.iri.startswith(base) else compact_iri(cell.iri)
    if isinstance(cell, Text):
        return cell.text
    if isinstance(cell, tuple):
        return SEPARATOR.join(cell)
    return str(cell)


def _to_cell(column: Column, term: Term | None, label: Term | None) -> Cell:
    if term is None or (term.kind == "literal" and not term.value):
        return () if column.type == "list" else None
    if column.type == "list":
        return tuple(sorted(set(term.value.split(SEPARATOR))))
    if column.type == "integer":
        return int(term.value)
    if column.type == "words":
        return Text(term.value, term.language)
    if column.type in ("iri", "code", "term") and term.kind == "iri":
        return Ref(Iri(term.value), label.value if label is not None else _own_label(term.value))
    return term.value


def _own_label(iri: str) -> str:
    """The label of a code or the local name of a term of the vocabulary, "" for anything else."""
    if iri.startswith(AVC):
        return codes.find_label(iri) or ""
    return iri.removeprefix(AV) if iri.startswith(AV) else ""
