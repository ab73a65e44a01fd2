"""The short way of a query: from the server's own loop to a worker and back, past its threads and Flask.

It takes what is ordinary and answers it as the long way would, to the byte. Whatever else a request brings goes the
long way from the start; whatever becomes of a query but a whole answer of moderate length is told the long way.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Protocol, cast

from flask import Flask
from waitress.utilities import build_http_date
from werkzeug.exceptions import HTTPException

from kg.errors import AvermentError
from kg.serving import Desk, Pool, Service, Standing
from kg.serving.desk import Outcome
from webui.asking import EXTENSION as SERVICE
from webui.cors import SHARED
from webui.endpoint import Found, Put, is_form, read_asking, wants_page
from webui.pages.operation import EXTENSION as TRAFFIC
from webui.pages.operation import Traffic
from webui.params import Sent
from webui.security import HEADERS

# Characters of an address and bytes of a body: a job of this size fits the socket to a worker, which is not waited for.
_LONGEST = 64 << 10
# Bytes of an answer that the loop itself sends.
_LARGEST = 256 << 10
_NAMES = frozenset({"query", "format", "default-graph-uri", "named-graph-uri"})
# What the long way, or the server, makes something of.
_OTHERWISE = frozenset({"CONNECTION", "EXPECT", "IF_NONE_MATCH", "UPGRADE"})
_HOST = re.compile(r"[\w.:\[\]-]{1,255}", re.ASCII)
_ALWAYS = "".join(f"{name}: {value}\r\n" for name, value in {**HEADERS, **SHARED, "Vary": "Accept"}.items())


class Brought(Protocol):
    """A request as waitress has parsed it."""

    command: str
    version: str
    path: str
    query: str
    headers: dict[str, str]
    content_length: int
    chunked: bool
    error: object

    def get_body_stream(self) -> "Readable":
        """The body."""


class Readable(Protocol):
    """What can be read."""

    def read(self) -> bytes:
        """All of it."""

    def seek(self, place: int, /) -> int:
        """Read on from elsewhere."""


Tell = Callable[[bytes | Found], object]


@dataclass(slots=True)
class _Taken:
    """A query on the short way, and who is told its answer: the bytes of it, or what is to be told the long way."""

    put: Put
    standing: Standing
    tell: Tell
    name: str
    started: float


class Shortcut:
    """The short way of one server's loop; `wake` rouses the loop, which then calls `attend` of the desk."""

    def __init__(self, service: Service, pool: Pool, traffic: Traffic, *, wake: Callable[[], object]) -> None:
        self._service, self._traffic = service, traffic
        self.desk = Desk(pool, wake=wake)

    @classmethod
    def find(cls, app: Flask, *, wake: Callable[[], object]) -> "Shortcut | None":
        """That of an application, None where its queries are not answered by workers here."""
        service = cast(Service, app.extensions[SERVICE])
        pool = service.answering
        return cls(service, pool, app.extensions[TRAFFIC], wake=wake) if isinstance(pool, Pool) else None

    def take(self, request: Brought, tell: Tell, gone: Callable[[], bool]) -> bool:
        """Whether a request goes the short way; `tell` may be called before this comes back."""
        started = time.monotonic()
        sent = _read(request)
        if sent is None:
            return False
        limits = self._service.limits
        try:
            asking = read_asking(sent)
            if asking.query is None or wants_page(asking) or (asking.form and not is_form(asking.form)):
                return False
            if asking.as_of:
                return False
            standing = self._service.newest()
            put = Put.of(asking, standing, limits)
        except (HTTPException, AvermentError):
            return False
        taken = _Taken(put, standing, tell, f"{put.tag} {limits.rows}" if put.tag else "", started)
        if taken.name and (known := self._service.recall(taken.name)) is not None:
            self._tell(taken, known)
        else:
            job = self._service.job(put.question, standing, rows=limits.rows)
            self.desk.ask(job, tell=lambda outcome: self._pass_on(taken, outcome), gone=gone)
        return True

    def _pass_on(self, taken: _Taken, outcome: Outcome) -> None:
        if taken.name and not isinstance(outcome, AvermentError):
            self._service.remember(taken.name, *outcome)
        self._tell(taken, outcome)

    def _tell(self, taken: _Taken, outcome: Outcome) -> None:
        if isinstance(outcome, AvermentError) or outcome[0].cut or len(outcome[1]) > _LARGEST:
            taken.tell(Found(taken.standing, outcome))
            return
        taken.tell(_compose(taken.put.headers(outcome[0], taken.standing), outcome[1]))
        self._traffic.count("sparql", 200, time.monotonic() - taken.started)


def _read(request: Brought) -> Sent | None:
    """What a request brings, None where it is not ordinary."""
    headers = request.headers
    # What waitress could not read has no path.
    if request.error or request.path != "/sparql" or request.version != "1.1" or not _OTHERWISE.isdisjoint(headers):
        return None
    if request.command not in ("GET", "POST") or (request.command == "GET") != (request.content_length == 0):
        return None
    if request.chunked or len(request.query) > _LONGEST or request.content_length > _LONGEST:
        return None
    if any(part.partition("=")[0] not in _NAMES for part in request.query.split("&") if part):
        return None
    if not _HOST.fullmatch(headers.get("HOST", "")):
        return None
    kind, accept = headers.get("CONTENT_TYPE", ""), headers.get("ACCEPT", "")
    return Sent(request.command, request.query.encode("latin-1"), kind, accept, partial(_read_body, request))


def _read_body(request: Brought) -> bytes:
    stream = request.get_body_stream()
    body = stream.read()
    # The long way may have to read it again.
    stream.seek(0)
    return body


def _compose(headers: dict[str, str], body: bytes) -> bytes:
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    date = _tell_date(int(time.time()))
    return f"HTTP/1.1 200 OK\r\n{_ALWAYS}{told}Content-Length: {len(body)}\r\nDate: {date}\r\n\r\n".encode() + body


@lru_cache(maxsize=1)
def _tell_date(now: int) -> str:
    return str(build_http_date(now))
