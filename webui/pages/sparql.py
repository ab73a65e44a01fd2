"""SPARQL: a page with an editor at the same address as the endpoint of the SPARQL 1.1 Protocol."""

import json

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg.codes import load_codes
from kg.questions import Question, bind, list_questions
from kg.serving import Busy, Ended
from kg.store.base import VOCABULARY_GRAPH, Answer, QueryRefused, Rows
from kg.terms import AV, AVC, PREFIXES, compact_iri
from webui.asking import ask, find_standing, tell_refusal
from webui.description import describe_service, wants_description
from webui.endpoint import ROW_TYPES, TRIPLE_TYPES, Asking, answer_query, read_asking, wants_page
from webui.errors import tell_problem
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
    """The page, the answer to a query, or what the endpoint says of itself, as the client prefers."""
    asking = read_asking()
    if wants_page(asking):
        response = _show(asking)
    elif wants_description(asking):
        response = describe_service()
    else:
        response = answer_query(asking, find_standing(asking.as_of))
    response.vary.add("Accept")
    return response


@pages.route("/sparql/export", methods=["GET", "POST"])
def export() -> Response:
    """The whole answer to a query, streamed."""
    asking = read_asking()
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        # There, an answer that breaks off cannot be told from a whole one.
        return tell_problem(505, "An export needs HTTP/1.1; a proxy on the way may have to be told so.")
    response = answer_query(asking, find_standing(asking.as_of), whole=True)
    response.vary.add("Accept")
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


def _show(asking: Asking) -> Response:
    """The page with the answer on it, cut at the rows it may show."""
    query = asking.query
    found: Answer | None = None
    error: QueryRefused | None = None
    status, more = 200, False
    if query is not None and query.strip():
        try:
            limit = current_app.config["DISPLAY_ROWS"]
            found, more = ask(query, rows=limit, standing=find_standing(asking.as_of))
        except QueryRefused as refused:
            error, status = refused, 400
        except (Busy, Ended) as ended:
            error, status = QueryRefused(str(ended)), tell_refusal(ended).status_code
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
        more=more,
        error=error,
        error_line=_line_of(query or "", error),
        row_types=list(ROW_TYPES),
        triple_types=list(TRIPLE_TYPES),
        examples=[(question.title, bind(question.name, {}, base=get_record().base)) for question in _free()],
        forms=[question for question in list_questions() if question not in _free()],
        ref=get_reader().labels.ref,
    )
    return make_response(page, status)


def _free() -> list[Question]:
    """The questions that can be asked as they stand."""
    return [question for question in list_questions() if not any(param.required for param in question.params)]


def _line_of(query: str, error: QueryRefused | None) -> str:
    lines = query.splitlines()
    return lines[error.line - 1] if error and 0 < error.line <= len(lines) else ""
