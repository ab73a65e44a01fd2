"""An answer that is cut stays readable in every format, holds whole rows only, and says that it is cut."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

NOTICE = "CUT: only 7"
READERS = {
    "application/sparql-results+json": lambda body: len(json.loads(body)["results"]["bindings"]),
    "application/sparql-results+xml": lambda body: body.count(b"<result>") if ET.fromstring(body) is not None else 0,
    # The header, and the notice that stands in the last row.
    "text/csv": lambda body: len(list(csv.reader(io.StringIO(body.decode(), newline="")))) - 2,
    "text/tab-separated-values": lambda body: len(body.splitlines()) - 2,
}
GRAPHS = [
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/trig",
    "application/n-quads",
]


@pytest.mark.parametrize("media_type", READERS)
@pytest.mark.parametrize(("rows", "size"), [(7, 1 << 20), (10_000, 3000), (1, 200_000), (0, 1 << 20)])
def test_rows_are_cut_whole(pool, job, media_type, rows, size):
    head, body = pool.ask(job("SELECT ?s ?o ?none { ?s ?p ?o }", solutions=media_type, rows=rows, size=size))
    assert head.cut
    assert READERS[media_type](body) == head.rows <= rows
    assert head.rows == rows or len(body) > size - 200
    assert f"only {head.rows}" in body.decode()


@pytest.mark.parametrize("media_type", READERS)
def test_one_row_too_many_is_one_row_less(pool, job, media_type):
    head, body = pool.ask(job("SELECT * { ?s ?p ?o } LIMIT 4", solutions=media_type, rows=3))
    assert (head.cut, head.rows, READERS[media_type](body)) == (True, 3, 3)


@pytest.mark.parametrize("media_type", READERS)
def test_an_answer_exactly_as_long_as_allowed_is_whole(pool, job, media_type):
    head, body = pool.ask(job("SELECT * { ?s ?p ?o } LIMIT 50", solutions=media_type, rows=50))
    assert not head.cut
    assert b"only" not in body


@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize(("rows", "size"), [(7, 1 << 20), (10_000, 3000), (0, 1 << 20)])
def test_triples_are_cut_whole(pool, job, media_type, rows, size):
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    head, body = pool.ask(job(query, triples=media_type, rows=rows, size=size))
    assert head.cut
    assert len(list(ox.parse(body, format=ox.RdfFormat.from_media_type(media_type)))) == head.rows <= rows
    assert f"only {head.rows}" in body.decode()
