"""SPARQL: a page with an editor at the same address as the endpoint of the SPARQL 1.1 Protocol."""

import json
from collections.abc import Callable, Sequence

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from kg.questions import Question, bind, explain_empty, is_empty, list_questions
from kg.serving import Busy, Ended
from kg.store.base import Answer, QueryRefused, Rows, Term, Triples
from kg.terms import AV, PREFIXES, compact_iri
from webui.addresses import path_of
from webui.asking import ask, find_standing, tell_refusal
from webui.completing import find_words
from webui.description import describe_service, wants_description
from webui.drawn_map import draw_map
from webui.endpoint import ROW_TYPES, TRIPLE_TYPES, Asking, Found, answer_query, read_asking, wants_page
from webui.errors import tell_problem
from webui.findings import get_findings
from webui.folding import give_graph
from webui.params import Sent
from webui.query_code import code_for
from webui.resting import find_resting
from webui.result_views import draw_columns, draw_dates, join_things, place_rows, read_columns, views_of
from webui.source import get_reader, get_record, get_tables

pages = Blueprint("sparql", __name__)
MOST_THINGS = 20

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


@pages.route("/sparql", methods=["GET", "POST"])
def answer() -> Response:
    """The page, the answer to a query, or what the endpoint says of itself, as the client prefers."""
    asking = read_asking(Sent.of_request())
    if request.method == "POST" and asking.query is None:
        raise BadRequest("There is no query: give it as `query`.")
    if wants_page(asking):
        response = _show(asking)
    elif wants_description(asking):
        response = describe_service(request.base_url)
    else:
        found = Found.of_request()
        response = answer_query(asking, found.standing if found else find_standing(asking.as_of), found=found)
    response.vary.add("Accept")
    return response


@pages.route("/sparql/export", methods=["GET", "POST"])
def export() -> Response:
    """The whole answer to a query, streamed."""
    asking = read_asking(Sent.of_request())
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        # There, an answer that breaks off cannot be told from a whole one.
        return tell_problem(505, "An export needs HTTP/1.1; a proxy on the way may have to be told so.")
    response = answer_query(asking, find_standing(asking.as_of), whole=True)
    response.vary.add("Accept")
    return response


@pages.get("/.well-known/void")
def describe_data() -> Response:
    """What the data hold, as VoID, with how much of each class and property."""
    response = describe_service(url_for("sparql.answer", _external=True), partitions=True)
    response.vary.add("Accept")
    return response


@pages.get("/sparql/words.json")
def give_words() -> Response:
    """What an editor completes from: prefixes, classes and properties, codes."""
    words, missing = find_words()
    body = {"prefixes": PREFIXES, "completions": words, "missing": missing}
    return Response(json.dumps(body), content_type="application/json")


@pages.get("/sparql/graph.<form>")
def give_graph_of(form: str) -> Response:
    """The graph that an answer draws, for the drawing or to keep."""
    asking = read_asking(Sent.of_request())
    if asking.query is None:
        raise BadRequest("There is no query: give it as `query`.")
    found, _ = ask(asking.query, rows=current_app.config["DISPLAY_ROWS"], standing=find_standing(asking.as_of))
    if "graph" not in views_of(found):
        raise BadRequest("This answer names no things that could be drawn as a graph.")
    return give_graph(join_things(found, _teller(found)), form, "answer")


@pages.get("/sparql/rests")
def show_resting() -> str | AnyResponse:
    """The claims that a row of an answer rests on, by the things it names; where it names none, the way to ask."""
    things = list(dict.fromkeys(request.args.getlist("thing")))
    base = get_record().base
    if not things:
        return redirect(url_for("sparql.answer"), code=303)
    if len(things) > MOST_THINGS or not all(thing.startswith(base) for thing in things):
        raise BadRequest(f"Name 1 to {MOST_THINGS} things of this record, each as `thing` and its IRI.")
    key = (get_tables().view().standing(), "resting", tuple(things))
    reader = get_reader()
    told = get_findings().tell(key, {"claims": lambda: find_resting(reader, things, base)})["claims"]
    reader.labels.learn(things)
    return render_template("sparql/rests.html", told=told, things=[reader.labels.ref(thing) for thing in things])


def _show(asking: Asking) -> Response:
    """The page with the answer on it, cut at the rows it may show."""
    query = asking.query
    found: Answer | None = None
    error: QueryRefused | None = None
    status, more = 200, False
    limit = current_app.config["DISPLAY_ROWS"]
    if query is not None and query.strip():
        try:
            found, more = ask(query, rows=limit, standing=find_standing(asking.as_of))
        except QueryRefused as refused:
            error, status = refused, 400
        except (Busy, Ended) as ended:
            error, status = QueryRefused(str(ended)), tell_refusal(ended).status_code
    text = _teller(found)
    views, view = views_of(found), request.args.get("view", "")
    page = render_template(
        "sparql/sparql.html",
        query=query if query is not None else FIRST_QUERY,
        asked=query is not None,
        as_of=asking.as_of or None,
        kind=type(found).__name__ if found is not None else "",
        found=found,
        limit=limit,
        more=more,
        error=error,
        error_line=_line_of(query or "", error),
        # What stands now is looked up; of an earlier day nothing is told.
        why=explain_empty(query, get_record().query)
        if query and found and is_empty(found) and not asking.as_of
        else [],
        row_types=list(ROW_TYPES),
        triple_types=list(TRIPLE_TYPES),
        prefixes=json.dumps(PREFIXES),
        views=views,
        view=view if view in views else "",
        missing=view if found is not None and view not in ("", "table", *views) else "",
        drawn=_draw(found, view, text) if found is not None and view in views else None,
        rests=_rests,
        any_rests=isinstance(found, Rows) and any(map(_rests, found.rows)),
        code=_code(query, found) if query and found else [],
        examples=[(question.title, bind(question.name, {}, base=get_record().base)) for question in _free()],
        forms=[question for question in list_questions() if question not in _free()],
        ref=get_reader().labels.ref,
    )
    return make_response(page, status)


def _code(query: str, found: Answer) -> list[tuple[str, str]]:
    accept = ROW_TYPES["csv"] if isinstance(found, Rows) else ROW_TYPES["json"]
    accept = TRIPLE_TYPES["turtle"] if isinstance(found, Triples) else accept
    return code_for(query, url_for("sparql.answer", _external=True), accept=accept)


def _teller(found: Answer | None) -> Callable[[Term], str]:
    """How a term is told in words: a thing of the record by its label, learned once for all of an answer."""
    labels = get_reader().labels
    if isinstance(found, Rows):
        labels.learn(term.value for row in found.rows for term in row if term and term.kind == "iri")

    def text(term: Term) -> str:
        if term.kind != "iri":
            return term.value
        return labels.ref(term.value).label if path_of(term.value) else compact_iri(term.value)

    return text


def _draw(found: Answer, view: str, text: Callable[[Term], str]) -> object:
    """What a template needs to draw an answer as the view asked for, which fits it."""
    if view == "graph" or not isinstance(found, Rows):
        return join_things(found, text)
    columns = read_columns(found)
    if view == "chart":
        return draw_columns(found, columns, text)
    if view == "timeline":
        return draw_dates(found, columns, text)
    placed = place_rows(found, columns, text)
    return draw_map(placed) if placed else None


def _rests(row: Sequence[Term | None]) -> str:
    """The address of what a row rests on, "" where it names nothing of this record."""
    base = get_record().base
    things = [term.value for term in row if term and term.kind == "iri" and term.value.startswith(base)]
    return url_for("sparql.show_resting", thing=list(dict.fromkeys(things))[:MOST_THINGS]) if things else ""


def _free() -> list[Question]:
    """The questions that can be asked as they stand."""
    return [question for question in list_questions() if not any(param.required for param in question.params)]


def _line_of(query: str, error: QueryRefused | None) -> str:
    lines = query.splitlines()
    return lines[error.line - 1] if error and 0 < error.line <= len(lines) else ""
