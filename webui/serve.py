"""Serving an application with waitress: what a client may send, how slowly, and when it is hung up on."""

import gc
import logging
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn, cast

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import Task, ThreadedTaskDispatcher, WSGITask

from kg.errors import Unusable
from kg.serving import Desk
from kg.serving.watching import LOOK, never
from webui.endpoint import FOUND, Found
from webui.heads import Parser
from webui.holding import get_counting
from webui.indexes import get_indexes
from webui.shortcut import Shortcut
from webui.source import get_tables

CONNECTIONS = 4000
# Bytes: of the head of a request, and of a body that is read at all (the application says no earlier, and in words).
LARGEST_HEAD = 128 << 10
LARGEST_BODY = 4 << 20
# Seconds a client may take over sending a request, be idle, or leave unread what it is sent.
SENDING, IDLE, READING = 20.0, 60, 30
_LEAST_FILES = 256
SHARED = ("/", "/explore")
"""Pages whose making makes what all others share."""
# New objects before the collector looks at them, more than a large page has at once; then how often it looks further.
_SELDOM = (100_000, 10, 10)
# Seconds that a turn of the loop may wait for something to do.
_TURN = 1.0
# Where a program that begins anew finds the number of the socket it listens on.
_HANDED_OVER = "AVERMENT_LISTENING"
Application = Flask | Callable[..., Iterable[bytes]]


class Channel(HTTPChannel):
    """A connection that is closed when a request is not sent whole in time, be it one byte after another."""

    parser_class = Parser
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

    @staticmethod
    def task_class(channel: HTTPChannel, request: Any) -> Task:  # type: ignore[override]
        """What answers a request: the application, unless its answer is there already."""
        return _Sending(channel, request) if isinstance(_told(request), bytes) else _Asking(channel, request)


class _Sending(Task):
    """Sends an answer that came the short way."""

    def execute(self) -> None:
        """Send it at once, as far as that goes."""
        reply = _told(self.request)
        assert isinstance(reply, bytes)
        self.wrote_header = True
        sent = self.channel.send(reply, do_close=False)
        if sent < len(reply):
            self.channel.write_soon(reply[sent:])


class _Asking(WSGITask):
    """Asks the application, and hands it what the short way has found already."""

    def get_environment(self) -> dict[str, Any]:
        """The request as the application sees it."""
        found = _told(self.request)
        return super().get_environment() | ({} if found is None else {FOUND: found})


def _told(request: object) -> bytes | Found | None:
    return getattr(request, "told", None)


class Server(TcpWSGIServer):
    """waitress, with a short way for queries on the thread of its loop."""

    _map: dict[int, Any]
    _thread = 0

    def __init__(self, app: Application, listening: socket.socket, **options: Any) -> None:
        adjustments = Adjustments(sockets=[listening], **options)
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(adjustments.threads)
        # Requests whose answer is to be sent in this turn of the loop; nothing is sent while a channel is being read.
        self._answered: deque[tuple[HTTPChannel, object]] = deque()
        self._looked = 0.0
        self.channel_class = Channel
        address = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(
            app, _sock=listening, dispatcher=dispatcher, adj=adjustments, sockinfo=address, bind_socket=False
        )
        self._shortcut = Shortcut.find(app, wake=self.pull_trigger) if isinstance(app, Flask) else None

    def add_task(self, task: Any) -> None:
        """Have the next request of a channel answered: the short way, where it may be, else by a thread."""
        if self._shortcut is not None and threading.get_ident() == self._thread and not task.total_outbufs_len:
            request = task.requests[0]
            if self._shortcut.take(request, partial(self._take_in, task, request), task.check_client_disconnected):
                return
        super().add_task(task)

    def _take_in(self, channel: HTTPChannel, request: Any, told: bytes | Found) -> None:
        request.told = told
        self._answered.append((channel, request))

    def hang_up(self) -> None:
        """Cut every connection, and listen no more."""
        for channel in list(cast(dict[int, HTTPChannel], self.active_channels).values()):
            channel.handle_close()
        self.close()

    def pull_trigger(self) -> None:
        """Rouse the loop, where it is not what calls."""
        if threading.get_ident() != self._thread:
            super().pull_trigger()

    def run_until(self, until: Callable[[], bool]) -> None:
        """Serve until interrupted, or until it is time, which is asked at each turn."""
        self._thread = threading.get_ident()
        while not until():
            self._turn()

    def _turn(self) -> None:
        """One turn of the loop: attend to what is ready, and look after the queries on the short way."""
        desk = self._shortcut.desk if self._shortcut else None
        waited = select.poll()
        watched = dict(self._map)
        for number, each in watched.items():
            flags = select.POLLIN | select.POLLPRI if each.readable() else 0
            if each.writable() and not each.accepting:
                flags |= select.POLLOUT
            if flags:
                waited.register(number, flags)
        running = dict(desk.running) if desk else {}
        for number in running:
            waited.register(number, select.POLLIN)
        ready = waited.poll(1000 * (LOOK if desk and desk.busy else _TURN))
        for number, flags in ready:
            # What was closed in this turn may have left its number to another.
            if number in running:
                if desk and desk.running.get(number) is running[number]:
                    desk.read(number)
            elif self._map.get(number) is watched[number]:
                wasyncore.readwrite(watched[number], flags)
        if desk:
            self._attend(desk)

    def _attend(self, desk: Desk) -> None:
        desk.attend()
        now = time.monotonic()
        if desk.busy and now - self._looked > LOOK:
            self._looked = now
            desk.look()
        while self._answered:
            channel, request = self._answered.popleft()
            if not channel.requests or channel.requests[0] is not request:
                continue
            if isinstance(_told(request), bytes):
                channel.service()
            else:
                super().add_task(cast(Any, channel))


def serve(
    app: Application,
    listening: socket.socket,
    *,
    on_ready: Callable[[str], object],
    threads: int = 8,
    until: Callable[[], bool] = never,
) -> bool:
    """Serve on a socket until interrupted, or until it is time; whether it was time. The socket goes on listening.

    `on_ready` is given the address. What is under way at the end is cut off.
    """
    # It warns of each request that waits for a thread; what is bounded, and told, is the queue before the workers.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = Server(
        app,
        listening.dup(),
        threads=threads,
        connection_limit=_raise_limit(CONNECTIONS),
        channel_timeout=IDLE,
        cleanup_interval=5,
        # Reading ahead is how a client that hangs up is noticed while its query runs.
        channel_request_lookahead=5,
        # A proxy on this machine says whether it was asked by https, which addresses that are told begin with.
        trusted_proxy="127.0.0.1",
        trusted_proxy_headers={"x-forwarded-proto"},
        clear_untrusted_proxy_headers=True,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=LARGEST_BODY,
        ident=None,
    )
    # Threads hand over to each other sooner, so that a short answer does not wait for a long one.
    sys.setswitchinterval(0.001)
    # The system hangs up on a client that leaves unread what it was sent.
    reading = (socket.SOL_TCP, socket.TCP_USER_TIMEOUT, 1000 * READING)
    server.adj.socket_options = [*server.adj.socket_options, reading]
    usual = gc.get_threshold()
    hold_still()
    # A service manager's way to end it; the other, an interrupt from the keyboard, is the interpreter's own.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            host, port = listening.getsockname()[:2]
            on_ready(f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/")
            server.run_until(until)
            return True
        server.task_dispatcher.shutdown()
        return False
    finally:
        signal.signal(signal.SIGTERM, before)
        server.hang_up()
        # Frozen things are never taken down at the end, which DuckDB’s binding would tell of on standard error.
        gc.unfreeze()
        gc.set_threshold(*usual)


def warm(app: Flask) -> None:
    """Have what all pages share made in the background, before somebody waits for it."""

    def ask() -> None:
        for address in SHARED:
            app.test_client().get(address, headers={"Accept": "text/html"})
        hold_still()
        with app.app_context():
            get_counting().find_soon(seconds=0)
            # What takes longer than a page waits is made by now, or soon.
            get_indexes().wait(get_tables().view())
        hold_still()

    threading.Thread(target=ask, name="warming", daemon=True).start()


def hold_still() -> None:
    """Have the collector of unused objects pass by what is there for good, and seldom look at the rest.

    Looking at all of it holds a page up; a page's own objects are mostly gone with it, uncollected.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 picks a free one. What `start_anew` handed over is listened on further.

    Raises Unusable where the address cannot be listened on.
    """
    if (handed := os.environ.pop(_HANDED_OVER, "")).isdecimal():
        return socket.socket(fileno=int(handed))
    # Bound here: a server that cannot bind leaves its socket and its pipe open behind it.
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable(f"{host}:{port} cannot be listened on ({reason}); choose another with --port") from error


def start_anew(listening: socket.socket) -> NoReturn:
    """Begin this program from its start in this very process, which then holds nothing of what it held.

    Whoever connects meanwhile waits; every other connection is cut.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os.set_inheritable(listening.fileno(), True)
    environment = {**os.environ, _HANDED_OVER: str(listening.fileno())}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)  # noqa: S606 - this very program


def _raise_limit(connections: int) -> int:
    """Let this process open as many files as that many connections take, or as many as it may; how many it can take."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _LEAST_FILES
    files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return int(max(files - _LEAST_FILES, 64))
