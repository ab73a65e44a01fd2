"""What a server answers while the record may not be shown: 503 to everything, by what knows nothing of the record."""

import json
from collections.abc import Callable, Iterable, Mapping

from webui.accepting import is_named
from webui.cors import SHARED
from webui.security import HEADERS

# It is not told why: who kept an earlier answer would know what to compare.
_WORDS = "The record is being made anew and is not shown meanwhile. Come again in a few minutes."
_LATER = "60"


_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Closed for a while</title>'
    f"<h1>Closed for a while</h1><p>{_WORDS}</p></html>"
)
_PROBLEM = {"type": "about:blank", "title": "Closed for a while", "status": 503, "detail": _WORDS}
_ALWAYS = {**HEADERS, **SHARED, "Cache-Control": "no-store", "Retry-After": _LATER, "Vary": "Accept"}
Start = Callable[[str, list[tuple[str, str]]], object]


def tell_closed(environ: Mapping[str, object], start_response: Start) -> Iterable[bytes]:
    """Answer any request; a WSGI application."""
    page = is_named(str(environ.get("HTTP_ACCEPT", "")), "text/html")
    kind, body = ("text/html; charset=utf-8", _PAGE) if page else ("application/problem+json", json.dumps(_PROBLEM))
    data = body.encode()
    headers = {**_ALWAYS, "Content-Type": kind, "Content-Length": str(len(data))}
    start_response("503 Service Unavailable", list(headers.items()))
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [data]
