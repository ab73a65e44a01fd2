"""What scripts of other sites may do here: read what programs are meant to read, and nothing that needs a login."""

from flask import Flask, Response, request

OPEN = (
    *("/sparql", "/graph-store", "/tables", "/q/", "/id/", "/doc/", "/ns", "/codes/", "/shapes", "/health"),
    *("/openapi.json", "/.well-known/void"),
)
_ALLOWED = "Accept, Content-Type, If-None-Match, Range"
_TOLD = "Averment-Cut, Averment-Entry, Content-Disposition, ETag, Link, Retry-After"
SHARED = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _TOLD}


def share(app: Flask) -> None:
    """Let scripts of other sites read the addresses meant for programs."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        if request.path.startswith(OPEN):
            response.headers.update(SHARED)
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
                response.headers["Access-Control-Allow-Headers"] = _ALLOWED
                response.headers["Access-Control-Max-Age"] = "86400"
        return response
