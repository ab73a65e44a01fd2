"""Tables that a page shows, as files: CSV (RFC 4180) and JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from flask import Response
from werkzeug.exceptions import BadRequest

from kg.export import CLAIM_COLUMNS, claim_row
from kg.model import Count
from kg.reading import ClaimView

FORMS = ("csv", "json")
COUNT_COLUMNS = (
    *("at_least", "at_most", "approximately"),
    *("measure", "population", "basis", "over", "actor", "period", "place"),
)
Row = Sequence[object]


def claims_table(claims: Iterable[ClaimView]) -> tuple[tuple[str, ...], list[Row]]:
    """The columns and rows of a table of claims; what a number counts stands in columns of its own."""
    return (*CLAIM_COLUMNS, *COUNT_COLUMNS), [(*claim_row(claim), *_count_cells(claim)) for claim in claims]


def _count_cells(claim: ClaimView) -> list[object]:
    if not isinstance(claim.proposition, Count):
        return [None] * len(COUNT_COLUMNS)
    return [getattr(claim.proposition, name) for name in COUNT_COLUMNS]


def table_file(columns: Sequence[str], rows: Iterable[Row], *, form: str, name: str) -> Response:
    """A table as a file to keep. Raises BadRequest for a form that is neither csv nor json."""
    if form == "csv":
        body, media_type = _to_csv(columns, rows), "text/csv; charset=utf-8; header=present"
    elif form == "json":
        body = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=1)
        media_type = "application/json"
    else:
        raise BadRequest(f"A table is given as {' or '.join(FORMS)}, not as {form!r}.")
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def stream_table(columns: Sequence[str], rows: Iterable[Row], *, form: str, name: str) -> Response:
    """A table of any length as a file to keep, `csv` or `json`, written while its rows are read."""
    body = _iter_csv(columns, rows) if form == "csv" else _iter_json(columns, rows)
    response = Response(body, content_type="text/csv; charset=utf-8" if form == "csv" else "application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _iter_csv(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield _to_csv(columns, ())
    for row in rows:
        output = io.StringIO(newline="")
        csv.writer(output).writerow([_inert(cell) for cell in row])
        yield output.getvalue()


def _iter_json(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    before = "[\n"
    for row in rows:
        yield before + json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _to_csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(columns)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return output.getvalue()


def _inert(cell: object) -> object:
    """A cell that no spreadsheet runs as a formula: one that begins like one gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
