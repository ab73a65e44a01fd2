"""SPARQL: a page with an editor at the same address as the endpoint of the SPARQL 1.1 Protocol."""

import json

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg.codes import load_codes
from kg.questions import Question, bind, list_questions
from kg.store.base import VOCABULARY_GRAPH, Answer, QueryRefused, Rows
from kg.terms import AV, AVC, PREFIXES, compact_iri
from webui.endpoint import ROW_TYPES, TRIPLE_TYPES, answer_query, read_query, wants_page
from webui.source import get_reader, get_record

pages = Blueprint("sparql", __name__)

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


@pages.route("/sparql", methods=["GET", "POST"])
def answer() -> Response:
    """The page, or the answer to a query, as the client prefers."""
    query = read_query()
    form = request.values.get("format", "")
    response = _show(query) if wants_page(query, form) else answer_query(query, form)
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
