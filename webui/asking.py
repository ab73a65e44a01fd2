"""How a request reaches the service that answers queries, and how what it raises is told over HTTP."""

import json
from typing import cast

from flask import Flask, Response, current_app, request

from kg.earlier import Earlier, Preparing
from kg.errors import AvermentError
from kg.log import Entry
from kg.serving import Busy, Ended, Gone, NotGiven, Question, Service, Standing
from kg.serving.watching import never
from kg.store.base import Answer, QueryRefused, Rows, Term, Triples, Truth
from webui.errors import tell_problem
from webui.source import get_record

EXTENSION = "averment-service"
EARLIER = "averment-earlier"
_STATUS = {"time": 504, "memory": 500, "engine": 500}


def get_service() -> Service:
    """The service of this application."""
    return cast(Service, current_app.extensions[EXTENSION])


def find_entry(as_of: str) -> Entry:
    """The log entry that a number, a date or an instant means. Raises NotFound."""
    return _earlier().find_entry(as_of)


def find_standing(as_of: str = "") -> Standing:
    """The snapshot a request is answered from: the newest, or that of an earlier entry. Raises NotFound, Preparing."""
    service = get_service()
    newest = service.newest()
    if not as_of:
        return newest
    entry = find_entry(as_of)
    return newest if entry.number == newest.entry else _earlier().standing(entry, seconds=service.limits.seconds)


def _earlier() -> Earlier:
    found = current_app.extensions.get(EARLIER)
    if found is None:
        found = current_app.extensions[EARLIER] = Earlier(get_record().root)
    return cast(Earlier, found)


def ask(query: str, *, rows: int, standing: Standing | None = None) -> tuple[Answer, bool]:
    """The first rows (or triples) of an answer, and whether it has more. Raises QueryRefused, Busy, Ended, Gone."""
    service = get_service()
    gone = request.environ.get("waitress.client_disconnected", never)
    head, body = service.answer(Question(query), standing or service.newest(), gone=gone, rows=rows)
    return read_answer(head.media_type, body), head.cut


def read_answer(media_type: str, body: bytes) -> Answer:
    """An answer from SPARQL JSON or N-Triples."""
    if media_type == "application/n-triples":
        lines = body.decode().splitlines()
        return Triples(tuple(line for line in lines if not line.startswith("#")))
    content = json.loads(body)
    if "boolean" in content:
        return Truth(content["boolean"])
    names = tuple(content["head"]["vars"])
    return Rows(names, tuple(tuple(_term(row.get(name)) for name in names) for row in content["results"]["bindings"]))


def _term(cell: dict[str, object] | None) -> Term | None:
    if cell is None:
        return None
    kind, value = str(cell["type"]), cell["value"]
    if kind == "uri":
        return Term("iri", str(value))
    if kind == "bnode":
        return Term("bnode", str(value))
    if kind == "triple":
        return Term("literal", json.dumps(value))
    return Term("literal", str(value), str(cell.get("xml:lang", "")), str(cell.get("datatype", "")))


def tell_refusals(app: Flask) -> None:
    """Tell what kept any query of an application from being answered."""
    for kind in (Busy, Ended, Gone, Preparing):
        app.register_error_handler(kind, tell_refusal)


def tell_refusal(error: AvermentError, *, form_named: bool = False) -> Response:
    """What kept a query from being answered, as problem+json."""
    if isinstance(error, NotGiven):
        return tell_problem(400 if form_named else 406, f"{error.reason}.")
    if isinstance(error, QueryRefused):
        place = {"line": error.line, "column": error.column} if error.line else {}
        return tell_problem(400, error.reason, **place)
    if isinstance(error, Busy | Preparing):
        response = tell_problem(503, f"{error}.")
        response.headers["Retry-After"] = str(error.seconds)
        return response
    if isinstance(error, Ended):
        return tell_problem(_STATUS[error.limit], f"{error}.", limit=error.limit)
    if isinstance(error, Gone):
        return Response(status=499)
    raise error
