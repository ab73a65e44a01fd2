"""The SPARQL 1.1 Protocol: which query a request brings, and its answer in the form that is asked for."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, cast

from flask import Response, request, stream_with_context
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType

from kg.errors import AvermentError
from kg.serving import Answered, Dataset, Limits, Question, Standing
from kg.serving.watching import never
from webui.accepting import best_of, is_named, qualities
from webui.asking import get_service, tell_refusal
from webui.errors import tell_problem
from webui.negotiate import content_type
from webui.params import FORM, Params, Sent

DIRECT = "application/sparql-query"
FOUND = "averment.found"
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


class Asking(NamedTuple):
    """What a request brings: a query (None where there is none), a form named by the client, its dataset.

    `accept` is what the client says it takes.
    """

    query: str | None
    form: str
    dataset: Dataset
    as_of: str
    accept: str = ""


def read_asking(sent: Sent) -> Asking:
    """What a request by GET, by form or posted directly brings. Raises BadRequest, UnsupportedMediaType."""
    direct = sent.method == "POST" and sent.media_type == DIRECT
    if sent.method == "POST" and not direct and sent.media_type != FORM:
        raise UnsupportedMediaType(f"Post a query as {DIRECT}, or as the field `query` of {FORM}.")
    params = sent.params()
    if params.all("update"):
        raise BadRequest("Nothing is changed over this address; it answers queries only.")
    query = params.one("query")
    if direct:
        if query is not None:
            raise BadRequest("There are two queries, one in the address and one in the body; send one.")
        query = sent.text()
    form = _read_form(params, sent.accept)
    return Asking(query, form, read_dataset(params), params.one("as-of") or "", sent.accept)


def _read_form(params: Params, accept: str) -> str:
    """The form a client names; SPARQLWrapper names several, some unknown here, and means its `Accept`."""
    named = params.all("format")
    if named and accept and not is_named(accept, "text/html") and not is_named(accept, "*/*"):
        return ""
    known = [name for name in named if is_form(name)]
    return (known or list(named) or [""])[-1]


def is_form(name: str) -> bool:
    """Whether `format` may be called so."""
    return name in ROW_TYPES or name in TRIPLE_TYPES


def read_dataset(params: Params) -> Dataset:
    """The graphs that the parameters of the protocol name; where there is one of either kind, there are no others."""
    default, named = params.all("default-graph-uri"), params.all("named-graph-uri")
    return Dataset(default, named) if default or named else Dataset()


def wants_page(asking: Asking) -> bool:
    """Whether a request is for the page: a reader's, or a program's that names neither a type nor a query."""
    if asking.form or not _may_be_page(asking.accept):
        return False
    return asking.query is None or is_named(asking.accept, "text/html")


@lru_cache(maxsize=64)
def _may_be_page(accept: str) -> bool:
    data = [*ROW_TYPES.values(), *TRIPLE_TYPES.values(), *_ROW_ALIASES]
    wanted = qualities(accept, ["text/html", *data])
    return 0 < wanted["text/html"] >= max(wanted.values())


class Put(NamedTuple):
    """A question as it is put to the service, the names its forms are asked for under, and its tag ("" for none)."""

    question: Question
    told: "Told"
    form: str
    tag: str

    @classmethod
    def of(cls, asking: Asking, standing: Standing, limits: Limits) -> "Put":
        """Of a request that has a query. Raises NotAcceptable where no answer has a form that is taken."""
        told = Told.of(asking.form, asking.accept)
        question = Question(asking.query or "", told.solutions, told.triples, asking.dataset)
        return cls(question, told, asking.form, "" if question.changes() else question.tag(standing, limits))

    def headers(self, head: Answered, standing: Standing) -> dict[str, str]:
        """What is said of an answer."""
        said = {"Content-Type": content_type(self.told.name(head.media_type))}
        if self.form:
            name = f"answer.{SUFFIXES.get(self.form, self.form)}"
            said["Content-Disposition"] = f'attachment; filename="{name}"'
        return said | said_of(standing, self.tag)


def said_of(standing: Standing, tag: str) -> dict[str, str]:
    """What is said of every answer: which entry it stands at, and how long it may be kept."""
    entry = {"Averment-Entry": str(standing.entry)}
    if tag:
        return entry | {"ETag": f'W/"{tag}"', "Cache-Control": "public, no-cache"}
    return entry | {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a query has given already where it was asked ahead, and of which snapshot."""

    standing: Standing
    outcome: tuple[Answered, bytes] | AvermentError

    @classmethod
    def of_request(cls) -> "Found | None":
        """What was asked ahead for the request that Flask is at."""
        return cast("Found | None", request.environ.get(FOUND))

    def give(self) -> tuple[Answered, bytes]:
        """The head of the answer, and its bytes. Raises what kept it from being answered."""
        if isinstance(self.outcome, AvermentError):
            raise self.outcome
        return self.outcome


def answer_query(asking: Asking, standing: Standing, *, whole: bool = False, found: Found | None = None) -> Response:
    """The answer to a query, or in words of problem+json why there is none; `whole` streams it without a cut.

    A query that was asked ahead is not asked again: what it has `found` is told.
    """
    if asking.query is None:
        return tell_problem(400, "There is no query: give it as `query`.")
    if asking.form and not is_form(asking.form):
        known = ", ".join([*ROW_TYPES, *TRIPLE_TYPES])
        return tell_problem(400, f"There is no format {asking.form!r}; there are {known}.")
    service = get_service()
    put = Put.of(asking, standing, service.limits)
    tag = f"{put.tag}-whole" if put.tag and whole else put.tag
    if tag and request.if_none_match.contains_weak(tag):
        response = Response(status=304)
        response.headers.update(said_of(standing, tag))
        return response
    gone = request.environ.get("waitress.client_disconnected", never)
    try:
        if whole:
            head, parts = service.export(put.question, standing, gone=gone)
            response = Response(stream_with_context(parts))
            response.call_on_close(getattr(parts, "close", lambda: None))
        else:
            head, body = found.give() if found else service.answer(put.question, standing, gone=gone)
            response = Response(body)
    except AvermentError as error:
        return tell_refusal(error, form_named=bool(asking.form))
    response.headers.update(put._replace(tag=tag).headers(head, standing))
    _tell_cut(response, head)
    return response


def _tell_cut(response: Response, head: Answered) -> None:
    if not head.cut:
        return
    response.headers["Averment-Cut"] = f"rows={head.rows}"
    if request.method == "GET":
        query = request.query_string.decode("latin-1")
        response.headers.add("Link", f'<{request.script_root}/sparql/export?{query}>; rel="alternate"; title="whole"')


@dataclass(frozen=True, slots=True)
class Told:
    """The one type for rows and the one for triples that a client would have, and the name each is asked for under."""

    solutions: str
    triples: str
    names: dict[str, str]

    @classmethod
    def of(cls, form: str, accept: str) -> "Told":
        """Raises NotAcceptable where no answer has a form that is taken."""
        return _tell(form, accept)

    def name(self, media_type: str) -> str:
        """What the client calls a type."""
        return self.names.get(media_type) or media_type


@lru_cache(maxsize=64)
def _tell(form: str, accept: str) -> Told:
    if form:
        return Told(ROW_TYPES.get(form, ""), TRIPLE_TYPES.get(form, ""), {})
    rows = best_of(accept, [*ROW_TYPES.values(), *_ROW_ALIASES])
    triples = best_of(accept, [*TRIPLE_TYPES.values(), *_TRIPLE_ALIASES])
    if not rows and not triples:
        offered = ", ".join([*ROW_TYPES.values(), *TRIPLE_TYPES.values()])
        raise NotAcceptable(f"Answers are given as any of: {offered}.")
    solutions, graphs = _ROW_ALIASES.get(rows, rows), _TRIPLE_ALIASES.get(triples, triples)
    return Told(solutions, graphs, {solutions: rows, graphs: triples})
