"""Ontology, code schemes and shapes at the paths of their namespaces: a page generated from them, or the data."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kg.export import SUFFIXES, VOCABULARIES, export_lines, tell_vocabulary, vocabulary_lines
from webui.addresses import path_of
from webui.negotiate import MEDIA_TYPES, choose_form, content_type, split_suffix

pages = Blueprint("vocabulary", __name__)
_TITLES = {"ns": "The vocabulary", "codes": "Schemes of codes", "shapes": "The shapes of a record"}


@pages.get("/<any(ns, shapes):name>")
@pages.get("/<any('ns.ttl', 'codes.ttl', 'shapes.ttl'):name>")
@pages.get("/codes/", defaults={"name": "codes"}, strict_slashes=False)
def show_vocabulary(name: str) -> AnyResponse:
    """A whole vocabulary."""
    name, form = split_suffix(name)
    form = form or choose_form()
    if form == "html":
        text = render_template(
            "things/vocabulary.html",
            title=_TITLES[name],
            namespace=VOCABULARIES[name],
            terms=tell_vocabulary(name),
            path=f"{request.script_root}/{name}",
        )
        response: AnyResponse = make_response(text)
        for suffix, kind in ((SUFFIXES[each], MEDIA_TYPES[each]) for each in ("turtle", "jsonld")):
            response.headers.add("Link", f'<{request.script_root}/{name}{suffix}>; rel="alternate"; type="{kind}"')
    else:
        response = _data(vocabulary_lines(name), form)
    response.vary.add("Accept")
    return response


@pages.get("/<any('ns', 'codes', 'shapes'):name>.<any('trig', 'nq', 'jsonld', 'nt', 'rdf'):suffix>")
def show_form(name: str, suffix: str) -> AnyResponse:
    """A whole vocabulary in the form that a suffix names."""
    return show_vocabulary(f"{name}.{suffix}")


@pages.get("/codes/<slug>")
def show_code(slug: str) -> AnyResponse:
    """A code, or a scheme with its codes; a browser is led to the page that tells what is said with it."""
    slug, form = split_suffix(slug)
    iri = f"{VOCABULARIES['codes']}{slug}"
    lines = vocabulary_lines("codes", iri) if path_of(iri) else ()
    if not lines:
        raise NotFound(f"There is no code and no scheme named {slug!r}.")
    form = form or choose_form()
    response = redirect(path_of(iri), code=303) if form == "html" else _data(lines, form)
    response.vary.add("Accept")
    return response


def _data(lines: tuple[str, ...], form: str) -> AnyResponse:
    response = make_response(export_lines(lines, form))
    response.headers["Content-Type"] = content_type(MEDIA_TYPES[form])
    return response
