"""SPARQL: a page with an editor at the same address as the endpoint of the SPARQL 1.1 Protocol."""

import json
import re

from flask import Blueprint, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType

from kg.codes import load_codes
from kg.questions import Question, bind, list_questions
from kg.store.base import VOCABULARY_GRAPH, Answer, QueryRefused, Rows
from kg.terms import AV, AVC, PREFIXES, compact_iri
from webui.errors import tell_problem
from webui.negotiate import content_type
from webui.source import get_reader, get_record

pages = Blueprint("sparql", __name__)

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
FIRST_QUERY = f"""PREFIX av: <{AV}>
PREFIX prov: <{PREFIXES["prov"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>

SELECT ?claim ?who ?wording ?said WHERE {{
  ?claim av:asserts ?what ;
         av:wording ?wording ;
         av:said ?said ;
         prov:wasAttributedTo/rdfs:label ?who .
}} ORDER BY ?said ?who
"""
WORDS_QUERY = f"""SELECT DISTINCT ?term WHERE {{
  GRAPH <{VOCABULARY_GRAPH}> {{ ?term ?p ?o }} FILTER(STRSTARTS(STR(?term), "{AV}"))
}}"""
_FORM = re.compile(r"<[^<>\s]*>|#[^\n]*|\bprefix\s+\S*:|\b(select|ask|construct|describe)\b", re.IGNORECASE)


@pages.route("/sparql", methods=["GET", "POST"])
def answer() -> Response:
    """The page, or the answer to a query, as the client prefers."""
    query = _read_query()
    form = request.values.get("format", "")
    response = _answer(query, form)
    response.vary.add("Accept")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@pages.get("/sparql/words.json")
def give_words() -> Response:
    """What an editor completes from: prefixes, terms of the vocabulary, codes."""
    found = get_record().query(WORDS_QUERY)
    terms = sorted(row[0].value for row in found.rows if row[0]) if isinstance(found, Rows) else []
    words = [{"label": compact_iri(term), "type": "property"} for term in terms]
    words += [
        {"label": f"avc:{code.slug}", "type": "constant", "detail": code.label}
        for code in sorted(load_codes().values(), key=lambda code: code.slug)
        if code.iri.startswith(AVC)
    ]
    return Response(json.dumps({"prefixes": PREFIXES, "completions": words}), content_type="application/json")


def _read_query() -> str | None:
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


def _answer(query: str | None, form: str) -> Response:
    wanted = [*ROW_TYPES.values(), *TRIPLE_TYPES.values()]
    best = request.accept_mimetypes.best_match(["text/html", *wanted, *_ALIASES], default="")
    if not form and best == "text/html" and not _takes_anything():
        return _show(query)
    if query is None:
        if not form and _takes_anything():
            return _show(None)
        return tell_problem(400, "There is no query: give it as `query`.")
    try:
        return _give(query, form)
    except QueryRefused as error:
        return tell_problem(400, error.reason, line=error.line, column=error.column)


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


def _show(query: str | None) -> Response:
    """The page with the answer on it, cut at the rows it may show; the downloads are never cut."""
    found: Answer | None = None
    error: QueryRefused | None = None
    if query is not None and query.strip():
        try:
            found = get_record().query(query)
        except QueryRefused as refused:
            error = refused
    limit = current_app.config["DISPLAY_ROWS"]
    if isinstance(found, Rows):
        terms = (term for row in found.rows[:limit] for term in row if term)
        get_reader().labels.learn(term.value for term in terms if term.kind == "iri")
    page = render_template(
        "sparql/sparql.html",
        query=query if query is not None else FIRST_QUERY,
        asked=query is not None,
        kind=type(found).__name__ if found is not None else "",
        found=found,
        limit=limit,
        error=error,
        error_line=_line_of(query or "", error),
        row_types=list(ROW_TYPES),
        triple_types=list(TRIPLE_TYPES),
        examples=[(question.title, bind(question.name, {}, base=get_record().base)) for question in _free()],
        forms=[question for question in list_questions() if question not in _free()],
        ref=get_reader().labels.ref,
    )
    return make_response(page, 400 if error else 200)


def _free() -> list[Question]:
    """The questions that can be asked as they stand."""
    return [question for question in list_questions() if not any(param.required for param in question.params)]


def _line_of(query: str, error: QueryRefused | None) -> str:
    lines = query.splitlines()
    return lines[error.line - 1] if error and 0 < error.line <= len(lines) else ""
