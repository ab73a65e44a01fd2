"""One claim to hand on: as a nanopublication, and its chain as W3C PROV."""

from flask import Blueprint, Response, redirect
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import NotFound as NotRecorded
from kg.export import PROV_FORMS, QUAD_FORMS, SUFFIXES, export_lines, write_nanopub, write_provenance
from kg.reading.decisions import find_decisions
from webui.addresses import iri_of, path_of
from webui.negotiate import MEDIA_TYPES, choose_form, find_tombstone, split_suffix
from webui.source import get_reader, get_record

pages = Blueprint("handover", __name__)
PROV_SUFFIXES = {".provn": "provn", ".json": "provjson"}
# How it is said that a claim is gone, to one who asked for its provenance.
_GONE_FORMS = {"provn": "turtle", "provjson": "jsonld"}


@pages.get("/doc/nanopub/<key>")
def show_nanopub(key: str) -> AnyResponse:
    """A claim as a nanopublication, in TriG, N-Quads or JSON-LD; a browser is led to the claim."""
    bare, form = split_suffix(key)
    form = form or choose_form()
    try:
        claim = get_reader().get_claim(iri_of("claim", bare))
    except NotRecorded:
        if (gone := find_tombstone(iri_of("claim", bare), form)) is None:
            raise
        gone.vary.add("Accept")
        return gone
    if form == "html":
        response: AnyResponse = redirect(path_of(claim.iri), code=303)
    else:
        # The forms without graphs would lose which part each statement belongs to.
        form = form if form in QUAD_FORMS else "trig"
        record = get_record()
        recordings = get_reader().get_recordings(claim.iri)
        lines = write_nanopub(claim, record.statements, recordings, base=record.base)
        response = Response(export_lines(lines, form), content_type=MEDIA_TYPES[form])
        response.headers["Content-Disposition"] = f'inline; filename="{bare[:40]}.nanopub{SUFFIXES[form]}"'
    response.vary.add("Accept")
    return response


@pages.get("/doc/provenance/<key>")
def show_provenance(key: str) -> Response:
    """The chain of a claim as PROV-N (.provn) or PROV-JSON (.json). Raises NotFound for another suffix."""
    bare, _, suffix = key.rpartition(".")
    form = PROV_SUFFIXES.get(f".{suffix}")
    if not form:
        raise NotFound(f"The provenance of a claim is given as {' and '.join(PROV_SUFFIXES)}.")
    reader = get_reader()
    try:
        claim = reader.get_claim(iri_of("claim", bare))
    except NotRecorded:
        if (gone := find_tombstone(iri_of("claim", bare), _GONE_FORMS[form])) is None:
            raise
        return gone
    record = get_record()
    decisions = find_decisions(record.graph(), claim.iri)
    text = write_provenance(claim, reader.get_recordings(claim.iri), form, base=record.base, decisions=decisions)
    response = Response(text, content_type=f"{PROV_FORMS[form]}; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{bare[:40]}{suffix and f".{suffix}"}"'
    return response
