"""The SPARQL 1.1 Protocol: which query a request brings, and its answer in the form that is asked for."""

from dataclasses import dataclass

from flask import Response, request, stream_with_context
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType

from kg.errors import AvermentError
from kg.serving import Answered, Dataset, Question, Standing
from kg.serving.watching import never
from webui.accepting import best_of, is_named, qualities
from webui.asking import get_service, tell_refusal
from webui.errors import tell_problem
from webui.negotiate import content_type
from webui.params import FORM, Params, read_params, read_text

DIRECT = "application/sparql-query"
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
    "trig": "application/trig",
    "nquads": "application/n-quads",
}
# Names under which clients also ask for the same bytes.
_ROW_ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
_TRIPLE_ALIASES = {"application/xml": "application/rdf+xml", "text/xml": "application/rdf+xml"}
SUFFIXES = {"json": "srj", "xml": "srx", "turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf", "nquads": "nq"}


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request brings: a query (None where there is none), a form named by the client, its dataset."""

    query: str | None
    form: str
    dataset: Dataset
    as_of: str


def read_asking() -> Asking:
    """What a request by GET, by form or posted directly brings. Raises BadRequest, UnsupportedMediaType."""
    direct = request.method == "POST" and request.mimetype == DIRECT
    if request.method == "POST" and not direct and request.mimetype != FORM:
        raise UnsupportedMediaType(f"Post a query as {DIRECT}, or as the field `query` of {FORM}.")
    params = read_params()
    if params.all("update"):
        raise BadRequest("Nothing is changed over this address; it answers queries only.")
    query = params.one("query")
    if direct:
        if query is not None:
            raise BadRequest("There are two queries, one in the address and one in the body; send one.")
        query = read_text()
    return Asking(query, _read_form(params), read_dataset(params), params.one("as-of") or "")


def _read_form(params: Params) -> str:
    """The form a client names; SPARQLWrapper names several, some unknown here, and means its `Accept`."""
    known = [name for name in params.all("format") if name in {**ROW_TYPES, **TRIPLE_TYPES}]
    accept = request.headers.get("Accept", "")
    if params.all("format") and accept and not is_named(accept, "text/html") and not is_named(accept, "*/*"):
        return ""
    return (known or list(params.all("format")) or [""])[-1]


def read_dataset(params: Params) -> Dataset:
    """The graphs that the parameters of the protocol name; where there is one of either kind, there are no others."""
    default, named = params.all("default-graph-uri"), params.all("named-graph-uri")
    return Dataset(default, named) if default or named else Dataset()


def wants_page(asking: Asking) -> bool:
    """Whether a request is for the page: a reader's, or a program's that names neither a type nor a query."""
    if asking.form:
        return False
    accept = request.headers.get("Accept", "")
    data = [*ROW_TYPES.values(), *TRIPLE_TYPES.values(), *_ROW_ALIASES]
    wanted = qualities(accept, ["text/html", *data])
    if wanted["text/html"] <= 0 or wanted["text/html"] < max(wanted.values()):
        return False
    return is_named(accept, "text/html") or asking.query is None


def answer_query(asking: Asking, standing: Standing, *, whole: bool = False) -> Response:
    """The answer to a query, or in words of problem+json why there is none; `whole` streams it without a cut."""
    if asking.query is None:
        return tell_problem(400, "There is no query: give it as `query`.")
    if asking.form and asking.form not in {**ROW_TYPES, **TRIPLE_TYPES}:
        known = ", ".join([*ROW_TYPES, *TRIPLE_TYPES])
        return tell_problem(400, f"There is no format {asking.form!r}; there are {known}.")
    told = _Told.of(asking.form)
    service = get_service()
    question = Question(asking.query, told.solutions, told.triples, asking.dataset)
    tag = "" if question.changes() else f"{question.tag(standing, service.limits)}{'-whole' if whole else ''}"
    if tag and request.if_none_match.contains_weak(tag):
        response = Response(status=304)
        return _finish(response, standing, tag)
    gone = request.environ.get("waitress.client_disconnected", never)
    try:
        if whole:
            head, parts = service.export(question, standing, gone=gone)
            response = Response(stream_with_context(parts))
            response.call_on_close(getattr(parts, "close", lambda: None))
        else:
            head, body = service.answer(question, standing, gone=gone)
            response = Response(body)
    except AvermentError as error:
        return tell_refusal(error, form_named=bool(asking.form))
    response.headers["Content-Type"] = content_type(told.name(head.media_type))
    if asking.form:
        name = f"answer.{SUFFIXES.get(asking.form, asking.form)}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    _tell_cut(response, head)
    return _finish(response, standing, tag)


def _tell_cut(response: Response, head: Answered) -> None:
    if not head.cut:
        return
    response.headers["Averment-Cut"] = f"rows={head.rows}"
    if request.method == "GET":
        query = request.query_string.decode("latin-1")
        response.headers.add("Link", f'<{request.script_root}/sparql/export?{query}>; rel="alternate"; title="whole"')


def _finish(response: Response, standing: Standing, tag: str) -> Response:
    response.headers["Averment-Entry"] = str(standing.entry)
    if tag:
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "public, no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True, slots=True)
class _Told:
    """The one type for rows and the one for triples that a client would have, and the name each is asked for under."""

    solutions: str
    triples: str
    names: dict[str, str]

    @classmethod
    def of(cls, form: str) -> "_Told":
        """Raises NotAcceptable where no answer has a form that is taken."""
        if form:
            return cls(ROW_TYPES.get(form, ""), TRIPLE_TYPES.get(form, ""), {})
        accept = request.headers.get("Accept", "")
        rows = best_of(accept, [*ROW_TYPES.values(), *_ROW_ALIASES])
        triples = best_of(accept, [*TRIPLE_TYPES.values(), *_TRIPLE_ALIASES])
        if not rows and not triples:
            offered = ", ".join([*ROW_TYPES.values(), *TRIPLE_TYPES.values()])
            raise NotAcceptable(f"Answers are given as any of: {offered}.")
        solutions, graphs = _ROW_ALIASES.get(rows, rows), _TRIPLE_ALIASES.get(triples, triples)
        return cls(solutions, graphs, {solutions: rows, graphs: triples})

    def name(self, media_type: str) -> str:
        """What the client calls a type."""
        return self.names.get(media_type) or media_type
