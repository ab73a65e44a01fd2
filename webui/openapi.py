"""Everything this server answers, as an OpenAPI 3.1 description, made from its routes and from what is told here.

Addresses, methods and the values that a part of an address may have are the routes' own; a summary is the first line of
what a view says of itself. Told here is what a route does not know: parameters, bodies, statuses and media types.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from kg import __version__
from kg.analysis.facets.choice import FACETS
from kg.questions import list_questions
from webui.endpoint import DIRECT, ROW_TYPES, TRIPLE_TYPES
from webui.exploring import ORDERS
from webui.negotiate import MEDIA_TYPES
from webui.params import FORM
from webui.tables import FORMS

Schema = Mapping[str, Any]
HTML, JSON, TEXT, PROBLEM = "text/html", "application/json", "text/plain", "application/problem+json"
RDF = tuple(MEDIA_TYPES.values())
_ANSWERS = tuple(dict.fromkeys([*ROW_TYPES.values(), *TRIPLE_TYPES.values(), JSON, "application/xml", "text/xml"]))
# Added from the browser, on this machine only and with a session of its own: no address for programs.
_APART = ("adding", "claiming", "describing")
_TEXT: Schema = {"type": "string"}
_WORD: Schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._~-]*$"}
_IRI: Schema = {"type": "string", "format": "iri"}
_PAGE: Schema = {"type": "integer", "minimum": 1}
_LIST: Schema = {"type": "array", "items": _TEXT}
_IRIS: Schema = {"type": "array", "items": _IRI}


def _one_of(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": sorted(values)}


_BY_NAME: Schema = {**_TEXT, "description": f"A form by its name: {', '.join([*ROW_TYPES, *TRIPLE_TYPES])}."}
_PARAMS: Mapping[str, tuple[Schema, str]] = {
    "as-of": (_TEXT, "The log entry, or the date or instant by which, the record is asked: `12`, `2026-01-31`."),
    "box": (_TEXT, "A part of the map in degrees: west,south,east,north."),
    "by": (_TEXT, "`date` for the claims in order of date."),
    "dates": (_TEXT, "`possibly` where a date that may be later counts, too."),
    "default": (_TEXT, "All graphs together, whatever its value."),
    "default-graph-uri": (_IRIS, "The graphs that are asked as one."),
    "every": (_one_of(("", *FACETS)), "The facet of which more values are shown."),
    "format": (_one_of(("", *FORMS)), "A file in place of the page."),
    "graph": (_IRI, "The graph."),
    "kind": (_TEXT, "The kind of proposition."),
    "measure": (_TEXT, "What is counted, by its code: `killed`."),
    "named-graph-uri": (_IRIS, "The graphs that can be asked by name."),
    "open": (_LIST, "The groups of a drawing that are opened."),
    "order": (_one_of(ORDERS), "The order of the claims."),
    "outcome": (_TEXT, "What comparing two claims gave."),
    "page": (_PAGE, "The page of a long list, from 1."),
    "passage": (_TEXT, "The passage that is marked."),
    "q": (_TEXT, "What is sought, in any script."),
    "query": ({**_TEXT, "format": "sparql-query"}, "A SPARQL 1.1 query."),
    "recorded": (_TEXT, "What was recorded by this date."),
    "said": (_TEXT, "What was said by this date."),
    "relayed": (_PAGE, "The page of what it passed on, from 1."),
    "spoken": (_PAGE, "The page of what it said for others, from 1."),
    "stance": (_TEXT, "Asserted, denied, not confirmed or asked."),
    "thing": (_IRIS, "A thing of this record."),
    "versus": (_TEXT, "A second viewpoint."),
    "view": (_TEXT, "How an answer is drawn."),
    "viewpoint": (_TEXT, "The viewpoint that numbers are told from, by its key."),
    "voice": (_TEXT, "The voice, by its key."),
    "without": (_TEXT, "A source that is taken away: agent/KEY or document/KEY."),
}
_PATHS: Mapping[str, Schema] = {
    "form": _one_of(["csv", "json"]),
    "filename": {"type": "string"},
    "key": _WORD,
    "kind": _WORD,
    "name": _WORD,
    "other": _WORD,
    "slug": _WORD,
    "what": _one_of(["beside", "changes", "origins", "pairs"]),
}
_PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "line": {"type": "integer", "description": "Where a query is wrong."},
        "column": {"type": "integer"},
        "limit": {"type": "string", "description": "The limit that a query went past."},
        "problems": {"type": "array", "items": {"type": "object"}},
    },
}
_ERRORS = {
    400: "Something in the address, the form or the query is not as it should be.",
    401: "A token is needed that this server knows.",
    403: "The token records under another name.",
    404: "Nothing here bears that name.",
    406: "Not in a form that the client takes.",
    410: "It was public and was withdrawn; asked for data, who decided, when, and the code of the reason.",
    413: "What was sent is longer than this server reads.",
    415: "What was sent is in a form this server does not read.",
    422: "Nothing is recorded; every problem is told.",
    431: "The head of the request is longer than this server reads.",
    500: "The query took more memory than it may; `limit` says so. Or a fault of the program, with a number.",
    503: "No worker is free, or something is still being made; `Retry-After` says when to come again.",
    504: "The query took more time than it may.",
    505: "An export needs HTTP/1.1.",
}
# Told in plain text by the server before the application sees the request.
_PLAIN = (400, 413, 431)
_SUCCESSES = {
    200: "What was asked for.",
    201: "Recorded.",
    206: "The part asked for.",
    302: "Found elsewhere.",
    303: "Told elsewhere.",
    304: "What the client has still holds.",
    308: "Under another address.",
    416: "There is no such part.",
}
_ASKED = (400, 404, 406, 415, 500, 503, 504)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an address: media types by status, names of parameters, types of a body, and errors."""

    gives: Mapping[int, tuple[str, ...]]
    params: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    errors: tuple[int, ...] = (404,)
    schema: Schema | None = None
    form: Schema | None = None
    summary: str = ""


def _page(*params: str, files: tuple[str, ...] = (), leads: tuple[int, ...] = (), errors: tuple[int, ...] = ()) -> Told:
    """A page for people, which may also be had as files, or lead elsewhere; a viewpoint may not be there."""
    gives = {200: (HTML, *files), **dict.fromkeys(leads, (HTML,))}
    return Told(gives, (*params, "viewpoint"), errors=(404, *errors))


def _thing(*params: str, files: tuple[str, ...] = (), leads: tuple[int, ...] = ()) -> Told:
    """A thing of the record: a page, or what is recorded of it in any form of RDF."""
    return _page(*params, files=(*files, *RDF), leads=leads, errors=(406, 410, 503))


_CHOSEN = ("voice", "kind", "stance", "said", "recorded", "dates", "page", "open")
_SEEN = (*_CHOSEN, "format")
_FILES = ("text/csv", JSON)
_HEALTH: Schema = {
    "type": "object",
    "required": ["status"],
    "properties": {"status": _TEXT, "workers": {"type": "integer"}, "entry": {"type": "integer"}},
}
_ASKING = ("query", "default-graph-uri", "named-graph-uri", "as-of", "format")
TOLD: Mapping[str, Told] = {
    "agents.give_agent_graph": Told({200: _FILES}, ("open",)),
    "agents.show_agent": _thing("by", "page", "spoken", "relayed", "open", "format", files=_FILES),
    "agents.show_beside": _page(errors=(503,)),
    "agents.show_found": _page(errors=(503,)),
    "agents.show_provenance": _page("open"),
    "claims.give_claim_graph": Told({200: _FILES}, ("open",)),
    "claims.give_commitment": Told({200: (TEXT,)}),
    "claims.show_beside": _page(errors=(503,)),
    "claims.show_claim": _thing("open"),
    "claims.show_relay": _thing(leads=(303,)),
    "comparisons.show_comparisons": _page("outcome", "page", "format", files=_FILES, errors=(503,)),
    "documents.give_document_graph": Told({200: _FILES}, ("open",)),
    "documents.show_provenance": _page("open"),
    "documents.show_document": _thing("passage", "page", "open", "format", files=_FILES),
    "events.give_event_graph": Told({200: _FILES}, _CHOSEN),
    "events.show_event": _thing(*_SEEN, files=_FILES),
    "events.show_found": _page(*_CHOSEN, errors=(503,)),
    "explore.search": _page("q", leads=(302,)),
    "explore.show_explore": _page(
        "q", *FACETS, "box", "order", "every", "page", "format", files=_FILES, errors=(404, 503)
    ),
    "graphs.give_graph": Told(
        {200: tuple(TRIPLE_TYPES.values()), 304: ()}, ("graph", "default", "as-of", "format"), errors=_ASKED
    ),
    "graphs.refuse": Told({}, errors=(405,)),
    "handover.show_nanopub": Told(
        {200: ("application/trig", "application/n-quads", "application/ld+json"), 303: (HTML,)},
        errors=(404, 406, 410),
    ),
    "handover.show_provenance": Told({200: ("text/provenance-notation", JSON)}, errors=(404, 410)),
    "home.show_home": _page(),
    "kept.keep_question": Told({303: (HTML,)}, sends=(FORM,), errors=_ASKED, form={"query": _PARAMS["query"][0]}),
    "kept.show": _page(files=(JSON,), errors=(406, 503)),
    "links.lead": Told({303: (HTML,)}),
    "operation.describe": Told({200: (JSON,)}),
    "operation.tell_health": Told({200: (JSON,)}, errors=(503,), schema=_HEALTH),
    "operation.tell_metrics": Told({200: (TEXT,)}),
    "questions.list_all": _page(),
    "questions.show_question": _page(
        *sorted({param.name for question in list_questions() for param in question.params}), "format", files=_FILES
    ),
    "sparql.answer": Told(
        {200: (HTML, *_ANSWERS), 304: ()},
        (*_ASKING, "view", "viewpoint"),
        sends=(DIRECT, FORM),
        errors=_ASKED,
        form={name: _PARAMS[name][0] for name in _ASKING} | {"format": _BY_NAME},
    ),
    "sparql.export": Told(
        {200: _ANSWERS, 304: ()},
        _ASKING,
        sends=(DIRECT, FORM),
        errors=(*_ASKED, 505),
        form={name: _PARAMS[name][0] for name in _ASKING} | {"format": _BY_NAME},
    ),
    "sparql.describe_data": Told({200: (*RDF,), 304: ()}, errors=(406, 503, 504)),
    "sparql.give_graph_of": Told({200: _FILES}, _ASKING[:4], errors=_ASKED),
    "sparql.give_words": Told({200: (JSON,)}, errors=(503,)),
    "sparql.show_resting": _page("thing", leads=(303,), errors=(503,)),
    "static": Told({200: ("*/*",), 304: ()}, summary="A file of the pages: style, script, picture."),
    "tables.give_table": Told(
        {200: ("application/vnd.apache.parquet", "text/csv"), 206: ("*/*",), 304: (), 416: (HTML,)}, errors=(404, 503)
    ),
    "tables.list_tables": _page(errors=(503,)),
    "things.show_ingestion": _thing(),
    "things.show_code": _page(),
    "things.show_other": _thing(),
    "things.show_passage": _thing(leads=(303,)),
    "things.show_term": _page(),
    "viewpoints.explain": _page(
        "measure", "versus", "without", *_SEEN, files=_FILES, errors=(404, 503)
    ),
    "viewpoints.list_all": _page(),
    "viewpoints.show_viewpoint": _thing(),
    "vocabulary.show_code": Told({200: RDF, 303: (HTML,)}, errors=(404, 406)),
    "vocabulary.show_form": Told({200: RDF}),
    "vocabulary.show_vocabulary": _page(files=RDF, errors=(406,)),
    "writing.record_case": Told(
        {200: (JSON,), 201: (JSON,)}, sends=("application/yaml",), errors=(401, 403, 404, 415, 422, 503)
    ),
}  # fmt: skip


def describe_server(app: Flask, address: str) -> dict[str, Any]:
    """The description of an application that is asked at an address (with a slash at its end)."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        # What is only ever refused is in no `Allow`, and no operation.
        if rule.endpoint.partition(".")[0] in _APART or not TOLD[rule.endpoint].gives:
            continue
        for path, values in _iter_paths(rule):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                view = app.view_functions[rule.endpoint]
                operation: dict[str, Any] = {"operationId": f"{method.lower()} {path}"}
                operation |= _operation(rule, method, values, view.__doc__ or "")
                paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Averment",
            "version": __version__,
            "summary": "A record of who asserts what, on whose word, and when.",
            "description": (
                "HEAD is answered wherever GET is. Keys may hold a slash where the thing is named by two parts; a "
                "suffix (.ttl, .trig, .jsonld, .nt, .nq, .rdf, .html) asks for a form in place of `Accept`."
            ),
        },
        "servers": [{"url": address.rstrip("/")}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM_SCHEMA},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _iter_paths(rule: Rule) -> Iterator[tuple[str, dict[str, Schema]]]:
    """A route as OpenAPI writes it, and what its parts may be; where they are few words, each is a path of its own."""
    paths: list[tuple[str, dict[str, Schema]]] = [("", {})]
    for dynamic, text in rule._trace:
        if not dynamic:
            paths = [(path + text.removeprefix("|"), values) for path, values in paths]
        elif (words := getattr(rule._converters[text], "items", None)) is not None:
            paths = [(path + word, values) for path, values in paths for word in sorted(words)]
        else:
            paths = [(f"{path}{{{text}}}", {**values, text: _PATHS[text]}) for path, values in paths]
    return iter(paths)


def _operation(rule: Rule, method: str, values: Mapping[str, Schema], doc: str) -> dict[str, Any]:
    told = TOLD[rule.endpoint]
    summary = told.summary or doc.strip().partition("\n")[0]
    reads = method == "GET"
    errors = {*told.errors, 400, 431, *(() if reads else (413,))}
    operation: dict[str, Any] = {
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": summary,
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": schema} for name, schema in values.items()),
            *(_param(name, told) for name in dict.fromkeys(told.params) if reads),
        ],
        "responses": {
            **{str(status): _success(status, types, told) for status, types in told.gives.items()},
            **{str(status): _error(status, told) for status in sorted(errors)},
        },
    }
    if not reads and told.sends:
        operation["requestBody"] = {"required": True, "content": {each: _body(each, told) for each in told.sends}}
    if 401 in told.errors:
        operation["security"] = [{"token": []}]
    return operation


def _param(name: str, told: Told) -> dict[str, Any]:
    schema, meaning = _PARAMS.get(name, (_LIST if name in FACETS else _TEXT, ""))
    if name == "format" and "as-of" in told.params:
        schema = _BY_NAME
    param: dict[str, Any] = {"name": name, "in": "query", "schema": schema}
    return param | ({"description": meaning} if meaning else {})


def _success(status: int, types: tuple[str, ...], told: Told) -> dict[str, Any]:
    schema = told.schema if told.schema and status == 200 else {}
    return {"description": _SUCCESSES[status], "content": {each: {"schema": schema} for each in types}}


def _error(status: int, told: Told) -> dict[str, Any]:
    content: dict[str, Any] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}, HTML: {"schema": {}}}
    if status == 503 and told.schema:
        content[JSON] = {"schema": told.schema}
    if status in _PLAIN:
        content[TEXT] = {"schema": {}}
    if status == 410:
        content |= {each: {"schema": {}} for each in RDF}
    return {"description": _ERRORS.get(status, "Not this way."), "content": content}


def _body(media_type: str, told: Told) -> dict[str, Any]:
    if media_type != FORM:
        return {"schema": {"type": "string", **({"format": "sparql-query"} if media_type == DIRECT else {})}}
    return {"schema": {"type": "object", "required": ["query"], "properties": dict(told.form or {})}}
