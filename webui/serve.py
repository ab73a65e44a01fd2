"""Serving an application with waitress: what a client may send, how slowly, and when it is hung up on."""

import gc
import logging
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from kg.errors import Unusable

CONNECTIONS = 4000
# Bytes: of the head of a request, and of a body that is read at all (the application says no earlier, and in words).
LARGEST_HEAD = 128 << 10
LARGEST_BODY = 4 << 20
# Seconds a client may take over sending a request, be idle, or leave unread what it is sent.
SENDING, IDLE, READING = 20.0, 60, 30
_LEAST_FILES = 256


class Channel(HTTPChannel):
    """A connection that is closed when a request is not sent whole in time, be it one byte after another."""

    _began = 0.0

    def readable(self) -> bool:
        """Whether to read from it; asked at each turn of the loop, which makes it the place to look at the clock."""
        if self.request is None:
            self._began = 0.0
        elif not self._began:
            self._began = time.monotonic()
        elif time.monotonic() - self._began > SENDING:
            self.will_close = True
        return bool(super().readable())


def serve(app: Flask, *, host: str, port: int, on_ready: Callable[[str], object], threads: int = 8) -> None:
    """Serve until interrupted; `on_ready` is given the address once it is listened on. Port 0 picks a free one.

    Raises Unusable where the address cannot be listened on.
    """
    # Bound here: a server that cannot bind leaves its socket and its pipe open behind it.
    listening = _listen(host, port)
    # It warns of each request that waits for a thread; what is bounded, and told, is the queue before the workers.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(
        app,
        sockets=[listening],
        threads=threads,
        connection_limit=_raise_limit(CONNECTIONS),
        asyncore_use_poll=True,
        channel_timeout=IDLE,
        cleanup_interval=5,
        # Reading ahead is how a client that hangs up is noticed while its query runs.
        channel_request_lookahead=5,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=LARGEST_BODY,
        ident=None,
    )
    assert isinstance(server, BaseWSGIServer)
    server.channel_class = Channel
    # Threads hand over to each other sooner, so that a short answer does not wait for a long one.
    sys.setswitchinterval(0.001)
    # The system hangs up on a client that leaves unread what it was sent.
    reading = (socket.SOL_TCP, socket.TCP_USER_TIMEOUT, 1000 * READING)
    server.adj.socket_options = [*server.adj.socket_options, reading]
    shown = f"[{host}]" if ":" in host else host
    hold_still()
    on_ready(f"http://{shown}:{listening.getsockname()[1]}/")
    # A service manager's way to end it; the other, an interrupt from the keyboard, is the interpreter's own.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run()
    finally:
        signal.signal(signal.SIGTERM, before)
        server.close()


def hold_still() -> None:
    """Have the collector of unused objects pass by what is there for good: looking at all of it holds a page up."""
    gc.collect()
    gc.freeze()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable(f"{host}:{port} cannot be listened on ({reason}); choose another with --port") from error


def _raise_limit(connections: int) -> int:
    """Let this process open as many files as that many connections take, or as many as it may; how many it can take."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _LEAST_FILES
    files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return int(max(files - _LEAST_FILES, 64))
