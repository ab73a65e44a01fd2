"""The SPARQL 1.1 Protocol: which query a request brings, and its whole answer in the form that is asked for."""

import re

from flask import Response, request
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType

from kg.store.base import QueryRefused
from webui.errors import tell_problem
from webui.negotiate import content_type
from webui.source import get_record

ROW_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
TRIPLE_TYPES = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
}
# Names under which clients also ask for the same bytes.
_ALIASES = {"application/json": "application/sparql-results+json", "application/xml": "application/sparql-results+xml"}
SUFFIXES = {"json": "srj", "xml": "srx", "turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf"}
_FORM = re.compile(r"<[^<>\s]*>|#[^\n]*|\bprefix\s+\S*:|\b(select|ask|construct|describe)\b", re.IGNORECASE)


def wants_page(query: str | None, form: str) -> bool:
    """Whether a request is for the page: a reader's, or a program's that names neither a type nor a query."""
    if form:
        return False
    wanted = [*ROW_TYPES.values(), *TRIPLE_TYPES.values()]
    best = request.accept_mimetypes.best_match(["text/html", *wanted, *_ALIASES], default="")
    return query is None if _takes_anything() else best == "text/html"


def answer_query(query: str | None, form: str) -> Response:
    """The answer to a query, or in words of problem+json why there is none."""
    if query is None:
        return tell_problem(400, "There is no query: give it as `query`.")
    try:
        return _give(query, form)
    except QueryRefused as error:
        return tell_problem(400, error.reason, line=error.line, column=error.column)


def read_query() -> str | None:
    """The query of a request by GET, by form or posted directly; None where there is none."""
    if request.mimetype == "application/sparql-query":
        try:
            return request.get_data().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest("The query is not text in UTF-8.") from error
    if request.method == "POST" and request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("Post a query as application/sparql-query or as the field `query` of a form.")
    if request.values.get("update") or request.mimetype == "application/sparql-update":
        raise BadRequest("Nothing is changed over this address; it answers queries only.")
    return request.values.get("query")


def _takes_anything() -> bool:
    """Whether the client named no type: a program such as curl, which is given data."""
    return not request.accept_mimetypes or all(kind == "*/*" for kind, _ in request.accept_mimetypes)


def _give(query: str, form: str) -> Response:
    """The whole answer in one format: the one named, else the best the client takes."""
    record = get_record()
    if form:
        media_type = {**ROW_TYPES, **TRIPLE_TYPES}.get(form)
        if media_type is None:
            known = ", ".join([*ROW_TYPES, *TRIPLE_TYPES])
            return tell_problem(400, f"There is no format {form!r}; there are {known}.")
        response = Response(record.query_serialised(query, media_type), content_type=content_type(media_type))
        name = f"answer.{SUFFIXES.get(form, form)}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    kinds = TRIPLE_TYPES if makes_triples(query) else ROW_TYPES
    offered = {media_type: media_type for media_type in kinds.values()}
    if kinds is ROW_TYPES:
        offered |= _ALIASES
    taken = request.accept_mimetypes.best_match(list(offered), default="") if request.accept_mimetypes else "*/*"
    if not taken:
        raise NotAcceptable(f"This answer is given as any of: {', '.join(kinds.values())}.")
    media_type = offered.get(taken, next(iter(offered)))
    answer = record.query_serialised(query, media_type)
    return Response(answer, content_type=content_type(media_type if taken == "*/*" else taken))


def makes_triples(query: str) -> bool:
    """Whether a query asks for triples rather than rows or a truth value, from its first word after the prologue.

    >>> makes_triples("PREFIX ask: <urn:select#> # SELECT\\nCONSTRUCT WHERE { ?s ?p ?o }")
    True
    """
    form = next((found[1] for found in _FORM.finditer(query) if found[1]), "")
    return form.lower() in {"construct", "describe"}
