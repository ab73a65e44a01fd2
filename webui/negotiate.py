"""One address, many forms: a page for people, linked data for programs."""

from collections.abc import Callable
from functools import wraps

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import NotAcceptable, NotFound
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import NotFound as NotRecorded
from kg.export import SUFFIXES, export_lines
from kg.rdf import write_iri, write_literal
from kg.terms import DCTERMS, PROV, RDF_TYPE, XSD, av
from webui.accepting import best_of
from webui.addresses import iri_of, path_of
from webui.source import Withdrawal, get_record

MEDIA_TYPES = {
    "trig": "application/trig",
    "nquads": "application/n-quads",
    "jsonld": "application/ld+json",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
}
FORM_NAMES = {
    "trig": "TriG",
    "nquads": "N-Quads",
    "jsonld": "JSON-LD",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdfxml": "RDF/XML",
}
_HTML = "text/html"
_FORM_OF_SUFFIX = {suffix: form for form, suffix in SUFFIXES.items()}
_FORM_OF_TYPE = {media_type: form for form, media_type in MEDIA_TYPES.items()}
Page = Callable[[str], str | AnyResponse]


def describes(kind: str) -> Callable[[Page], Callable[..., Response]]:
    """Make a page of an IRI answer at the thing's address, in whichever form is asked for by suffix or `Accept`."""

    def wrap(page: Page) -> Callable[..., Response]:
        @wraps(page)
        def answer(key: str, kind: str = kind) -> Response:
            bare, form = split_suffix(key)
            iri = iri_of(kind, bare)
            form = form or choose_form()
            try:
                response = _answer(page, iri, form)
            except (NotFound, NotRecorded):
                gone = find_tombstone(iri, form)
                if gone is None:
                    raise
                response = gone
            response.vary.add("Accept")
            return response

        return answer

    return wrap


def _answer(page: Page, iri: str, form: str) -> Response:
    response = make_response(page(iri)) if form == "html" else linked_data(iri, form)
    if response.status_code == 200:
        path = path_of(iri)
        response.headers.add("Link", f'<{iri}>; rel="describes"')
        response.headers.add("Link", f'<{path}.html>; rel="alternate"; type="text/html"')
        for each, media_type in MEDIA_TYPES.items():
            response.headers.add("Link", f'<{path}{SUFFIXES[each]}>; rel="alternate"; type="{media_type}"')
        for link in _handed_on(path):
            response.headers.add("Link", link)
    return response


def _handed_on(path: str) -> list[str]:
    """Where a claim is given as a nanopublication and as W3C PROV, as links (PROV-AQ, section 3.1)."""
    place, found, key = path.rpartition("/doc/claim/")
    if not found:
        return []
    provenance = f'<{place}/doc/provenance/{key}.provn>; rel="{PROV}has_provenance"; type="text/provenance-notation"'
    return [f'<{place}/doc/nanopub/{key}.trig>; rel="related"; type="application/trig"', provenance]


def find_tombstone(iri: str, form: str) -> Response | None:
    """What is answered (410) for a thing that was taken from view, None where nothing was."""
    withdrawn = get_record().withdrawal(iri)
    return None if withdrawn is None else _tombstone(iri, withdrawn, form)


def _tombstone(iri: str, withdrawn: Withdrawal, form: str) -> Response:
    """That something was here, since when it is not, who decided, and for what kind of reason; never what it was."""
    if form == "html":
        return make_response(render_template("gone.html", iri=iri, withdrawn=withdrawn), 410)
    act = f"{iri}#withdrawal"
    when = write_literal(withdrawn.recorded, datatype=f"{XSD}dateTime")
    lines = [
        f"{write_iri(iri)} {write_iri(f'{PROV}wasInvalidatedBy')} {write_iri(act)} .",
        f"{write_iri(iri)} {write_iri(f'{PROV}invalidatedAtTime')} {when} .",
        f"{write_iri(act)} {write_iri(RDF_TYPE)} {write_iri(f'{PROV}Activity')} .",
        f"{write_iri(act)} {write_iri(f'{PROV}endedAtTime')} {when} .",
        f"{write_iri(act)} {write_iri(f'{DCTERMS}type')} {write_iri(withdrawn.reason)} .",
        f"{write_iri(act)} {write_iri(f'{DCTERMS}creator')} {write_literal(withdrawn.who)} .",
    ]
    return Response(export_lines(lines, form), 410, content_type=content_type(MEDIA_TYPES[form]))


def split_suffix(key: str) -> tuple[str, str]:
    """A key, and the form that its suffix names ("" for none).

    >>> split_suffix("raqqa-2017.trig"), split_suffix("v1.2")
    (('raqqa-2017', 'trig'), ('v1.2', ''))
    """
    bare, dot, suffix = key.rpartition(".")
    form = "html" if suffix == "html" else _FORM_OF_SUFFIX.get(f".{suffix}", "")
    return (bare, form) if dot and form else (key, "")


def choose_form() -> str:
    """The form a client prefers; a page where it has no preference. Raises NotAcceptable where none fits."""
    best = best_of(request.headers.get("Accept", ""), [_HTML, *_FORM_OF_TYPE])
    if not best:
        offered = ", ".join([_HTML, *_FORM_OF_TYPE])
        raise NotAcceptable(f"This address is given as any of: {offered}.")
    return "html" if best == _HTML else _FORM_OF_TYPE[best]


def linked_data(iri: str, form: str) -> Response:
    """The statements of a thing in one form, and those of decisions on it. Raises NotFound where there are none."""
    record = get_record()
    lines = list(record.statements(iri))
    if not lines:
        raise NotFound(f"this record says nothing of {iri}")
    # That a field is withheld, and why, is told where the rest of the thing is.
    for decision in record.graph().subjects(av("decides"), iri):
        lines += record.statements(decision)
    response = Response(export_lines(lines, form), content_type=content_type(MEDIA_TYPES[form]))
    name = iri.rsplit("/", 1)[-1][:40]
    response.headers["Content-Disposition"] = f'inline; filename="{name}{SUFFIXES[form]}"'
    return response


def content_type(media_type: str) -> str:
    """A media type with its character set where it is text."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
