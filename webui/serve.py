"""Serving an application with waitress."""

from collections.abc import Callable

from flask import Flask
from waitress.server import create_server

from kg.errors import Unusable


def serve(app: Flask, *, host: str, port: int, on_ready: Callable[[str], object], threads: int = 8) -> None:
    """Serve until interrupted; `on_ready` is given the address once it is listened on. Port 0 picks a free one.

    Raises Unusable where the address cannot be listened on.
    """
    try:
        server = create_server(app, host=host, port=port, threads=threads, connection_limit=1000, ident=None)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable(f"{host}:{port} cannot be listened on ({reason}); choose another with --port") from error
    bound = getattr(server, "effective_port", port)
    shown = f"[{host}]" if ":" in host else host
    on_ready(f"http://{shown}:{bound}/")
    try:
        server.run()
    finally:
        server.close()
