"""Serving an application with waitress."""

import socket
from collections.abc import Callable

from flask import Flask
from waitress.server import create_server

from kg.errors import Unusable


def serve(app: Flask, *, host: str, port: int, on_ready: Callable[[str], object], threads: int = 8) -> None:
    """Serve until interrupted; `on_ready` is given the address once it is listened on. Port 0 picks a free one.

    Raises Unusable where the address cannot be listened on.
    """
    # Bound here: a server that cannot bind leaves its socket and its pipe open behind it.
    listening = _listen(host, port)
    server = create_server(app, sockets=[listening], threads=threads, connection_limit=1000, ident=None)
    shown = f"[{host}]" if ":" in host else host
    on_ready(f"http://{shown}:{listening.getsockname()[1]}/")
    try:
        server.run()
    finally:
        server.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable(f"{host}:{port} cannot be listened on ({reason}); choose another with --port") from error
