"""The names of things: each leads to the page that tells of it."""

from flask import Blueprint, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from webui.addresses import iri_of, path_of

pages = Blueprint("links", __name__)


@pages.get("/id/<kind>/<path:key>")
def lead(kind: str, key: str) -> Response:
    """From the thing itself to what is recorded of it (303, as for anything that is not a document)."""
    path = path_of(iri_of(kind, key))
    if not path:
        raise NotFound(f"Nothing here can be called {kind}/{key}.")
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    response = redirect(f"{path}{query}", code=303)
    response.vary.add("Accept")
    response.headers.add("Link", f'<{path}>; rel="describedby"')
    return response
