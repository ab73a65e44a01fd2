"""Requests to a SPARQL server: who asks, how long is waited, what is tried again, and what went wrong in plain words.

No redirect is followed: credentials would go along, and an update would silently become a GET. What is sent again
after a dropped connection must be harmless when it arrives twice; ground triples are.
"""

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPResponse
from typing import IO, TypeVar
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request

from kg.errors import Unusable
from kg.store.challenges import Authenticator
from kg.store.credentials import Credentials

_AGAIN = (429, 502, 503, 504)
_SHOWN = 300
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one step of an answer is waited for, how often a request is made at most, and the first pause; seconds.

    Every further pause is twice the one before, at most `longest`; a server that names a time is given that.
    """

    timeout: float = 60
    attempts: int = 5
    pause: float = 0.5
    longest: float = 30


class Unanswered(Unusable):
    """A server that cannot be reached, or says that it cannot answer."""


class Rejected(Unusable):
    """A request that the server will not take as it is; `status` is its HTTP status, `said` its own words."""

    def __init__(self, message: str, status: int, said: str) -> None:
        super().__init__(message)
        self.status, self.said = status, said


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        raise Rejected(
            f"{plain(req.full_url)} says that it has moved to {plain(newurl)}. "
            "Remedy: name that address, if it is the server you mean.",
            code,
            "",
        )


class Transport:
    """The way to one server."""

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.patience = patience or Patience()
        self._authenticator = Authenticator(credentials or Credentials())
        self._sleep = sleep
        self._was_reached = False
        # Of http and https only: an address can name no file of this machine.
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            _NoRedirect(),
            urllib.request.HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def fetch(self, request: Request) -> tuple[bytes, str]:
        """The whole answer and its media type; what ends early is asked again. Raises Unanswered, Rejected."""

        def once() -> tuple[bytes, str]:
            response = self._open(request)
            try:
                return response.read(), media_type(response)
            finally:
                response.close()

        return self._insist(request, once)

    def open(self, request: Request) -> HTTPResponse:
        """An answer to be read piece by piece; the caller closes it. Raises Unanswered, Rejected."""
        return self._insist(request, lambda: self._open(request))

    def _insist(self, request: Request, once: Callable[[], T]) -> T:
        pause = self.patience.pause
        for left in range(self.patience.attempts - 1, -1, -1):
            wait = pause
            try:
                return once()
            except urllib.error.HTTPError as error:
                failure: Unusable = explain_status(request.full_url, error)
                if error.code not in _AGAIN or not left:
                    raise failure from error
                wait = max(wait, _seconds(error.headers.get("Retry-After")))
            except (OSError, http.client.HTTPException) as error:
                failure = explain_failure(request.full_url, error, self.patience)
                if not left or self._is_hopeless(error):
                    raise failure from error
            self._sleep(min(wait, self.patience.longest))
            pause *= 2
        raise ValueError("at least one attempt is needed")

    def _open(self, request: Request) -> HTTPResponse:
        self._authenticator.sign(request)
        try:
            return self._begin(request)
        except urllib.error.HTTPError as error:
            if error.code != 401 or not self._authenticator.take(request, error.headers):
                raise
            error.close()
        return self._begin(request)

    def _begin(self, request: Request) -> HTTPResponse:
        opened: HTTPResponse = self._opener.open(request, timeout=self.patience.timeout)
        self._was_reached = True
        return opened

    def _is_hopeless(self, error: Exception) -> bool:
        """What does not mend itself in seconds: a certificate, a server that was not there from the first."""
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        was_never_there = isinstance(reason, ConnectionRefusedError | socket.gaierror) and not self._was_reached
        return isinstance(reason, ssl.SSLError) or was_never_there


def media_type(response: HTTPResponse) -> str:
    """The media type of an answer, without its parameters."""
    return response.headers.get_content_type() if response.headers.get("Content-Type") else ""


def plain(address: str) -> str:
    """An address as it may be shown: without a name, password or query.

    >>> plain("https://me:secret@graph.example/sparql?query=ASK")
    'https://graph.example/sparql'
    """
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def check_address(address: str, *, option: str) -> str:
    """The address of a server, as it is. Raises Unusable for one that is none, or that carries a password."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 (raises for what is no port)
    except ValueError as error:
        raise Unusable(f"{option}: {address[:200]!r} is not an address ({error}).") from error
    if parts.username or parts.password or "@" in parts.netloc:
        raise Unusable(
            f"{option}: a name or password does not belong in an address, where others can read it. "
            "Remedy: set them in the environment, or in a netrc file; see docs/stores.md."
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or any(sign <= " " for sign in address):
        raise Unusable(f"{option}: {address[:200]!r} is not an address. Remedy: give one such as https://host/sparql.")
    if parts.fragment:
        raise Unusable(f"{option}: {address[:200]!r} has a fragment (#). Remedy: leave it out.")
    return address


def explain_status(address: str, error: urllib.error.HTTPError) -> Unusable:
    """What a server's refusal means, and what can be done."""
    with error:
        try:
            said = error.read(10_000).decode("utf-8", "replace").strip()
        except (OSError, http.client.HTTPException):
            said = ""
    where, words = plain(address), f": {shorten(said)}" if said else ""
    if error.code == 401:
        return Rejected(
            f"{where} asks who you are, or does not accept what it was told (401). Remedy: set the name and password, "
            "or the token, in the environment or in a netrc file; see docs/stores.md.",
            401,
            said,
        )
    if error.code == 403:
        return Rejected(f"{where} does not allow this (403){words}. Remedy: ask for the right to do it.", 403, said)
    if error.code in (404, 405, 501):
        return Rejected(
            f"{where} answers nothing of the kind ({error.code}). Remedy: name the address that answers SPARQL; "
            "that for updates may be another.",
            error.code,
            said,
        )
    if error.code == 413:
        return Rejected(f"{where} takes no request of this size (413).", 413, said)
    if error.code in _AGAIN or error.code >= 500:
        return Unanswered(f"{where} fails ({error.code}){words}. Remedy: try again later, or look into its log.")
    return Rejected(f"{where} refuses this ({error.code}){words}", error.code, said)


def explain_failure(address: str, error: Exception, patience: Patience) -> Unanswered:
    """Why a server could not be reached, and what can be done."""
    where = plain(address)
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ConnectionRefusedError):
        return Unanswered(f"{where}: nobody answers there. Remedy: start the server, or check the address.")
    if isinstance(reason, TimeoutError):
        return Unanswered(
            f"{where}: no answer within {patience.timeout:g} seconds. Remedy: --timeout gives it more time."
        )
    if isinstance(reason, ssl.SSLError):
        return Unanswered(f"{where}: its certificate or its TLS cannot be trusted ({reason}).")
    if isinstance(reason, http.client.IncompleteRead | ConnectionError | http.client.RemoteDisconnected):
        return Unanswered(f"{where}: the connection was dropped before the answer was whole. Remedy: try again.")
    return Unanswered(f"{where}: cannot be reached ({reason}). Remedy: check the address and the network.")


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdigit() else 0.0


def shorten(said: str) -> str:
    """A server's words on one line, cut where they run on."""
    line = " ".join(said.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
