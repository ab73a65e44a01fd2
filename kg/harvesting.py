"""Rows of another SPARQL endpoint, taken as a table: the bytes of its answer, and with them where they are from.

The answer is a capture of a document that stands for "this endpoint's answer to this query"; the query is a capture
too. Both are kept by hash. An answer that has changed is another capture of the same document.
"""

import csv
import hashlib
import io
import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from kg import iris
from kg.errors import Unusable
from kg.model import Batch, Capture, Document, Entity, File, Text
from kg.store.base import QueryRefused, Rows
from kg.store.remote import RemoteReader
from kg.terms import Iri

_CSV = "text/csv"
_FORM = re.compile(r"<[^<>\s]*>|#[^\n\r]*|\bprefix\s+\S*:|\b(select|ask|construct|describe)\b", re.IGNORECASE)
_FROM = re.compile(r"\bFROM\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Harvest:
    """An endpoint's answer to a query, as CSV bytes; `at` is the instant in UTC, `name` the query file's.

    `counted` says whether the endpoint itself counted as many rows as it sent.
    """

    endpoint: str
    name: str
    query: str
    answer: bytes
    at: str
    rows: int
    counted: bool


def fetch(reader: RemoteReader, query: str, *, name: str, at: str) -> Harvest:
    """Ask an endpoint. Raises QueryRefused, Unusable, also where it sends fewer rows than it counts."""
    place = find_select(query)
    if place is None:
        raise QueryRefused(f"{name}: only the answer to a SELECT is a table; write SELECT and name the columns")
    answer = reader.query_serialised(query, _CSV)
    try:
        rows = sum(1 for _ in csv.reader(io.StringIO(answer.decode("utf-8"), newline=""))) - 1
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unusable(f"{reader.where}: its answer is not CSV in UTF-8 ({error}).") from error
    if rows < 0:
        raise Unusable(f"{reader.where}: its answer is empty, without even the names of columns.")
    wanted = _count(reader, query, place)
    if wanted is not None and wanted != rows:
        raise Unusable(
            f"{reader.where}: it counts {wanted:,} rows and sends {rows:,}; it cuts its answers, or they change. "
            "Remedy: harvest in parts, each with ORDER BY, LIMIT and OFFSET, or with a narrower question."
        )
    return Harvest(reader.address, name, query, answer, at, rows, counted=wanted is not None)


def find_select(query: str) -> int | None:
    """Where the SELECT of a query begins, None for another form.

    >>> find_select("# SELECT\\nPREFIX select: <urn:select> SELECT * {}"), find_select("ASK {}")
    (37, None)
    """
    found = next((found for found in _FORM.finditer(query) if found[1]), None)
    return found.start() if found and found[1].lower() == "select" else None


def _count(reader: RemoteReader, query: str, place: int) -> int | None:
    """How many rows the endpoint counts; None where it cannot be asked."""
    if _FROM.search(query[place:]):
        return None  # a query within a query names no graphs
    try:
        answer = reader.query(f"{query[:place]}SELECT (COUNT(*) AS ?rows) {{ {{\n{query[place:]}\n}} }}")
    except QueryRefused:
        return None
    found = answer.rows[0][0] if isinstance(answer, Rows) and answer.rows else None
    return int(found.value) if found else None


def complete_batch(batch: Batch, harvest: Harvest, *, base: str) -> Batch:
    """The batch of the rows with where they are from: endpoint, query and time."""
    query = harvest.query.encode()
    key = iris.hash_key({"endpoint": harvest.endpoint, "query": harvest.query})
    answered = Document(
        iri=iris.named_iri(base, "document", f"answer-{key}"),
        title=Text(f"Answer of {harvest.endpoint} to {harvest.name}", "en"),
        urls=(Iri(harvest.endpoint), query_address(harvest.endpoint, harvest.query)),
    )
    asked = Document(
        iri=iris.named_iri(base, "document", f"query-{iris.hash_key({'query': harvest.query})}"),
        title=Text(harvest.name, "en"),
    )
    file = File(iri=iris.file_iri(base, _sha256(query)), name=harvest.name, sha256=_sha256(query), length=len(query))
    captures = [
        _capture(base, answered.iri, harvest.answer, _CSV, harvest.at, batch.ingestion.software),
        _capture(base, asked.iri, query, "application/sparql-query", harvest.at, batch.ingestion.software),
    ]
    told = f"Harvested from {harvest.endpoint} at {harvest.at}, by the query with SHA-256 {_sha256(query)}."
    note = f"{batch.ingestion.note} {told}" if batch.ingestion.note else told
    ingestion = replace(batch.ingestion, files=(*batch.ingestion.files, file.iri), note=note)
    kept: list[Entity] = [each for each in batch.entities if each.iri != ingestion.iri]
    return replace(
        batch,
        ingestion=ingestion,
        entities=(*kept, ingestion, answered, asked, file, *captures),
        captures={**batch.captures, _sha256(harvest.answer): harvest.answer, _sha256(query): query},
    )


def query_address(endpoint: str, query: str) -> Iri:
    """The address at which the SPARQL 1.1 Protocol answers a query by GET.

    >>> query_address("https://e.example/sparql", "ASK {}")
    'https://e.example/sparql?query=ASK+%7B%7D'
    """
    return Iri(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode({'query': query})}")


def _capture(base: str, document: Iri, data: bytes, media_type: str, at: str, tool: str) -> Capture:
    return Capture(
        iri=iris.capture_iri(base, _sha256(data)),
        document=document,
        sha256=_sha256(data),
        length=len(data),
        media_type=media_type,
        encoding="utf-8",
        captured=at,
        tool=tool,
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
