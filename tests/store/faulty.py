"""A server on this machine that stands before another and fails on purpose, or asks who is there."""

import hashlib
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kg.store.remote import Addresses

Act = Callable[["Exchange"], bool]
"""What happens to one request before it is passed on; True where it has been dealt with."""


@dataclass
class Faulty:
    """What to do to the next requests, in order; what came in, as (method, path, authorization, length)."""

    addresses: Addresses
    behind: str = ""
    acts: list[Act] = field(default_factory=list)
    always: Act | None = None
    seen: list[tuple[str, str, str, int]] = field(default_factory=list)


class Exchange(BaseHTTPRequestHandler):
    """One request."""

    faulty: Faulty
    body = b""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        self.faulty.seen.append((self.command, self.path, self.headers.get("Authorization", ""), length))
        act = self.faulty.acts.pop(0) if self.faulty.acts else self.faulty.always
        if act is None or not act(self):
            self.give(*self.forward())

    def do_PUT(self) -> None:
        self.do_POST()

    def forward(self) -> tuple[int, str, bytes]:
        """What the server behind answers: status, media type, body."""
        headers = {name: self.headers[name] for name in ("Content-Type", "Accept") if self.headers[name]}
        request = urllib.request.Request(
            self.faulty.behind + self.path, data=self.body, headers=headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.headers.get("Content-Type", ""), response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get("Content-Type", ""), error.read()

    def give(self, status: int, kind: str, body: bytes, *, length: int | None = None, **headers: str) -> None:
        """Answer, perhaps with a length that is not the body's."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def drop_before(exchange: Exchange) -> bool:
    """The connection goes before the request is passed on."""
    exchange.close_connection = True
    exchange.connection.close()
    return True


def drop_after(exchange: Exchange) -> bool:
    """The request is carried out, and the answer is lost."""
    exchange.forward()
    return drop_before(exchange)


def cut_short(exchange: Exchange) -> bool:
    """The answer ends in the middle."""
    status, kind, body = exchange.forward()
    exchange.give(status, kind, body[: len(body) // 2], length=len(body) + 10)
    exchange.close_connection = True
    return True


def answer(status: int, text: str = "", **headers: str) -> Act:
    """A status of its own."""

    def act(exchange: Exchange) -> bool:
        exchange.give(status, "text/plain", text.encode(), **headers)
        return True

    return act


def too_large(limit: int) -> Act:
    """Refuse every request longer than `limit` bytes."""

    def act(exchange: Exchange) -> bool:
        if len(exchange.body) <= limit:
            return False
        exchange.give(413, "text/plain", b"too large")
        return True

    return act


def ask_for(scheme: str, wanted: str) -> Act:
    """Let in nobody but who sends this authorization header."""

    def act(exchange: Exchange) -> bool:
        if exchange.headers.get("Authorization") == wanted:
            return False
        exchange.give(401, "text/plain", b"who are you?", WWW_Authenticate=f'{scheme} realm="record"')
        return True

    return act


def ask_for_digest(user: str, password: str) -> Act:
    """Let in nobody but who answers a Digest challenge (RFC 7616, MD5)."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    def act(exchange: Exchange) -> bool:
        told = exchange.headers.get("Authorization", "")
        if told.startswith("Digest "):
            fields = urllib.request.parse_keqv_list(urllib.request.parse_http_list(told[7:]))
            one, two = md5(f"{user}:record:{password}"), md5(f"{exchange.command}:{exchange.path}")
            middle = f"{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:auth"
            if fields["response"] == md5(f"{one}:{middle}:{two}"):
                return False
        challenge = 'Digest realm="record", nonce="n0nce", qop="auth", algorithm=MD5'
        exchange.give(401, "text/plain", b"", WWW_Authenticate=challenge)
        return True

    return act


@contextmanager
def before(addresses: Addresses) -> Iterator[Faulty]:
    """A server that passes everything on to another, but for what is done to it."""
    behind = addresses.query.removesuffix("/query")
    with ThreadingHTTPServer(("127.0.0.1", 0), Exchange) as server:
        root = f"http://127.0.0.1:{server.server_address[1]}"
        faulty = Faulty(Addresses(f"{root}/query", f"{root}/update", f"{root}/store"), behind)
        server.RequestHandlerClass = type("One", (Exchange,), {"faulty": faulty})
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield faulty
        finally:
            server.shutdown()
            thread.join()
