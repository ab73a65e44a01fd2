"""What the endpoint says of itself: SPARQL 1.1 Service Description, and VoID of what it serves."""

from flask import Response, request, url_for
from werkzeug.exceptions import NotAcceptable

from kg.export import export_lines
from kg.rdf import write_iri, write_literal
from kg.terms import PREFIXES, RDF_TYPE, XSD
from webui.accepting import best_of
from webui.endpoint import Asking
from webui.holding import Held, get_counting
from webui.negotiate import MEDIA_TYPES, content_type
from webui.source import get_record

SD = "http://www.w3.org/ns/sparql-service-description#"
DCAT = "http://www.w3.org/ns/dcat#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
_FORMS = {media_type: form for form, media_type in MEDIA_TYPES.items() if form not in {"trig", "nquads"}}
_RESULTS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads",
)  # fmt: skip
# Seconds to wait for what is being counted: where it is what was asked for (clients often give up after ten), and where
# the rest is told without it.
_WAITED, _SOON = 5.0, 1.0


def wants_description(asking: Asking) -> bool:
    """Whether a request without a query asks for RDF."""
    types = list(_FORMS)
    return request.method == "GET" and asking.query is None and bool(best_of(asking.accept, types))


def describe_service(address: str, *, partitions: bool = False) -> Response:
    """The description of the endpoint at an address in the form the client prefers, as Turtle where it has none.

    With `partitions` it tells how often each property is used, and each by class, too. Raises NotAcceptable, and
    Preparing where that is not counted yet; without, how much there is, is told once it is known.
    """
    media_type = best_of(request.headers.get("Accept", "") or "*/*", sorted(_FORMS, key="text/turtle".__ne__))
    if not media_type:
        raise NotAcceptable(f"This address is given as any of: {', '.join(_FORMS)}.")
    if partitions:
        held: Held | None = get_counting().find(seconds=_WAITED)
    else:
        held = get_counting().find_soon(seconds=_SOON)
    tag = f"description-{held.identity if held else 'uncounted'}-{request.host}-{partitions}"
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        body = export_lines(_lines(address, held, partitions=partitions), _FORMS[media_type])
        response = Response(body, content_type=content_type(media_type))
    if held:
        response.headers["Averment-Entry"] = str(held.entry)
    response.set_etag(tag, weak=True)
    return response


def _lines(address: str, held: Held | None, *, partitions: bool) -> list[str]:
    """N-Triples lines; the endpoint's own address is the service, what it serves hangs under it."""
    service, dataset, graph = (f"{address}{part}" for part in ("#service", "#dataset", "#all-graphs"))
    return [
        *_say(service, RDF_TYPE, f"{SD}Service"),
        *_say(service, f"{SD}endpoint", address),
        *_say(service, f"{SD}supportedLanguage", f"{SD}SPARQL11Query"),
        *_say(service, f"{SD}feature", f"{SD}UnionDefaultGraph"),
        *[line for name in _RESULTS for line in _say(service, f"{SD}resultFormat", f"{FORMATS}{name}")],
        *_say(service, f"{SD}defaultDataset", dataset),
        *_say(dataset, RDF_TYPE, f"{SD}Dataset"),
        *_say(dataset, RDF_TYPE, f"{VOID}Dataset"),
        *_say(dataset, f"{VOID}sparqlEndpoint", address),
        *_say(dataset, f"{SD}defaultGraph", graph),
        *_say(graph, RDF_TYPE, f"{SD}Graph"),
        _line(dataset, f"{VOID}uriSpace", write_literal(get_record().base)),
        *[line for space in sorted(PREFIXES.values()) for line in _say(dataset, f"{VOID}vocabulary", space)],
        *_say(service, f"{DCAT}endpointDescription", url_for("operation.describe", _external=True)),
        *(_counts(dataset, held) if held else ()),
        *(_partitions(dataset, held) if held and partitions else ()),
    ]


def _counts(dataset: str, held: Held) -> list[str]:
    """How much is served, as the engine counts it."""
    lines = [
        _line(dataset, f"{VOID}triples", _number(held.holdings.triples)),
        _line(dataset, f"{VOID}distinctSubjects", _number(held.holdings.subjects)),
    ]
    for number, (kind, count) in enumerate(held.holdings.classes, start=1):
        part = f"{dataset}-class-{number}"
        lines += _say(dataset, f"{VOID}classPartition", part)
        lines += _say(part, f"{VOID}class", kind)
        lines.append(_line(part, f"{VOID}entities", _number(count)))
    return lines


def _partitions(dataset: str, held: Held) -> list[str]:
    """How often each property is used, of everything and of each class."""
    lines = []
    for number, (prop, count) in enumerate(held.holdings.properties, start=1):
        lines += _partition(f"{dataset}-property-{number}", dataset, prop, count)
    classes = {kind: f"{dataset}-class-{number}" for number, (kind, _) in enumerate(held.holdings.classes, start=1)}
    for number, (kind, prop, count) in enumerate(held.holdings.class_properties, start=1):
        if kind in classes:
            lines += _partition(f"{classes[kind]}-property-{number}", classes[kind], prop, count)
    return lines


def _partition(part: str, whole: str, prop: str, count: int) -> list[str]:
    return [
        *_say(whole, f"{VOID}propertyPartition", part),
        *_say(part, f"{VOID}property", prop),
        _line(part, f"{VOID}triples", _number(count)),
    ]


def _say(subject: str, predicate: str, value: str) -> list[str]:
    return [_line(subject, predicate, write_iri(value))]


def _line(subject: str, predicate: str, value: str) -> str:
    return f"{write_iri(subject)} {write_iri(predicate)} {value} ."


def _number(count: int) -> str:
    return f'"{count}"^^<{XSD}integer>'
