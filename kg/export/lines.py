"""The record as files: quads in every common form, and its claims as a table. The same record gives the same bytes."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import pyoxigraph as ox

from kg.reading import ClaimView, Reader
from kg.terms import PREFIXES

QUAD_FORMS = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
TRIPLE_FORMS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
FORMS = (*QUAD_FORMS, *TRIPLE_FORMS, "csv")
SUFFIXES = {
    "nquads": ".nq",
    "trig": ".trig",
    "jsonld": ".jsonld",
    "turtle": ".ttl",
    "ntriples": ".nt",
    "rdfxml": ".rdf",
}
CLAIM_COLUMNS = (
    "claim",
    "voice",
    "voice_label",
    "speaker",
    "stance",
    "kind",
    "sentence",
    "wording",
    "worded_as",
    "said",
    "earliest",
    "latest",
    "known_through",
    "proposition",
    "question",
    "revises",
)


def export_lines(lines: Iterable[str], form: str) -> bytes:
    """N-Quads lines in another form; forms without graphs keep the triples and lose which graph each is in.

    Raises KeyError for a form that is not one of QUAD_FORMS or TRIPLE_FORMS.
    """
    output = io.BytesIO()
    write_lines(lines, form, output)
    return output.getvalue()


def write_lines(lines: Iterable[str], form: str, output: BinaryIO) -> None:
    """Write N-Quads lines in another form, sorted by graph, then by subject."""
    ordered = sorted(set(lines), key=_by_graph)
    if form == "nquads":
        output.writelines(f"{line}\n".encode() for line in sorted(ordered))
        return
    quads = ox.parse("".join(f"{line}\n" for line in ordered).encode(), format=ox.RdfFormat.N_QUADS)
    if form in QUAD_FORMS:
        ox.serialize(quads, output, format=QUAD_FORMS[form], prefixes=PREFIXES)
    else:
        ox.serialize(_triples(quads), output, format=TRIPLE_FORMS[form], prefixes=PREFIXES)


def parse_export(data: bytes, form: str) -> list[str]:
    """The sorted N-Quads lines of an exported file that holds quads."""
    quads = ox.parse(data, format=QUAD_FORMS[form])
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    return sorted(text.decode().removesuffix("\n").split("\n")) if text else []


def write_claims_csv(reader: Reader, iris: Iterable[str], output: BinaryIO, *, chunk: int = 1000) -> int:
    """Write the claims as CSV (RFC 4180, UTF-8), one row a claim in order of IRI; the number of rows is returned."""
    text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(CLAIM_COLUMNS)
    count = 0
    for views in _chunks(sorted(iris), chunk, reader.get_claims):
        for view in sorted(views, key=lambda view: view.iri):
            writer.writerow(claim_row(view))
            count += 1
    text.detach()
    return count


def claim_row(view: ClaimView) -> tuple[str, ...]:
    """One claim as a row of CLAIM_COLUMNS."""
    step = view.step
    return (
        view.iri,
        step.voice.iri,
        step.voice.label,
        step.speaker.label if step.speaker else "",
        step.stance.value if step.stance else "",
        view.proposition_kind,
        view.sentence,
        step.wording,
        step.worded_as.label,
        step.said,
        step.earliest,
        step.latest,
        "; ".join(ref.label for ref in view.known_through),
        view.proposition_iri,
        view.question,
        " ".join(view.revises),
    )


def _by_graph(line: str) -> tuple[str, str]:
    return line[line.rindex(" <") :], line


def _triples(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    seen: set[ox.Triple] = set()
    for quad in sorted((quad.triple for quad in quads), key=str):
        if quad not in seen:
            seen.add(quad)
            yield quad


def _chunks(iris: list[str], size: int, read: Callable[[list[str]], list[ClaimView]]) -> Iterator[list[ClaimView]]:
    for start in range(0, len(iris), size):
        yield read(iris[start : start + size])
