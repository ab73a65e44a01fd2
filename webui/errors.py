"""What went wrong, in plain words: a page for people, problem+json (RFC 9457) for programs. The web's one catch-all."""

import json
import logging
import secrets

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from kg.errors import AvermentError, NotFound
from webui.accepting import best_of, is_named

_log = logging.getLogger(__name__)
_WORDS = {
    400: ("This request cannot be read", "Something in the address or the form is not as it should be."),
    404: ("Nothing here bears that name", "It may never have been recorded, or it may have been withdrawn."),
    405: ("Not this way", "This address does not answer to that kind of request."),
    406: ("Not in that form", "This address exists, but not in a form you said you take."),
    413: ("Too long", "What was sent is longer than this server reads."),
    415: ("Not in that form", "What was sent is in a form this server does not read."),
}
_OTHERWISE = ("That did not work", "")


def _wants_page() -> bool:
    """Whether the client is a reader's: programs that take anything are told as problem+json."""
    accept = request.headers.get("Accept", "")
    offered = ["text/html", "application/problem+json", "application/json"]
    return is_named(accept, "text/html") and best_of(accept, offered) == "text/html"


def tell_problem(status: int, detail: str, **more: object) -> Response:
    """An error as problem+json."""
    title = _WORDS.get(status, _OTHERWISE)[0]
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def tell(status: int, detail: str) -> Response:
    """An error as a page or as problem+json, as the client prefers."""
    if _wants_page():
        title, hint = _WORDS.get(status, _OTHERWISE)
        page = render_template("error.html", status=status, title=title, hint=hint, detail=detail)
        response = make_response(page, status)
    else:
        response = tell_problem(status, detail)
    response.vary.add("Accept")
    return response


def handle_errors(app: Flask) -> None:
    """Tell every error of an application in plain words."""
    app.register_error_handler(HTTPException, _tell_http)
    app.register_error_handler(NotFound, lambda error: tell(404, str(error)))
    app.register_error_handler(AvermentError, lambda error: tell(400, str(error)))
    app.register_error_handler(Exception, _tell_unforeseen)


def _tell_http(error: HTTPException) -> Response:
    standard = type(error).description
    detail = error.description or ""
    response = tell(error.code or 500, "" if detail == standard else detail)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _tell_unforeseen(error: Exception) -> Response:
    """A fault of our own: the log has the traceback, the reader a number to name it by."""
    number = secrets.token_hex(4)
    _log.error("fault %s at %s", number, request.path, exc_info=error)
    return tell(500, f"This is a fault of the program, not yours. The server's log has it under number {number}.")
