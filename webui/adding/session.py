"""Who may add: one person with a token, from this machine, in pages that no other site can reach through the browser.

A browser sends what any site tells it to send. So a request counts only if it names this machine as its host (a name
that another site points here is refused), carries a cookie that is never sent from elsewhere, and, to change
anything, comes from a page of this server and holds that page's own token.
"""

import hashlib
import hmac
import ipaddress
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field

from flask import request
from werkzeug.exceptions import Forbidden

from kg.errors import Unusable

COOKIE = "averment-adding"
HOURS = 12
_MOST = 20
_LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Session:
    """Someone who gave the token: the token of their forms, and the monotonic time at which this ends."""

    form_token: str
    ends: float


@dataclass(slots=True)
class Editing:
    """Adding is open to one author, for whoever knows the token."""

    author: str
    digest: str
    _sessions: dict[str, Session] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, author: str) -> tuple["Editing", str]:
        """Editing by an author, and the token for it, which is kept nowhere."""
        token = secrets.token_urlsafe(24)
        return cls(author, _digest(token)), token

    def enter(self, token: str) -> str | None:
        """The secret for the cookie of a new session, None where the token is wrong."""
        if not hmac.compare_digest(self.digest, _digest(token.strip())):
            return None
        secret = secrets.token_urlsafe(32)
        with self._lock:
            while len(self._sessions) >= _MOST:
                self._sessions.pop(next(iter(self._sessions)))
            ends = time.monotonic() + HOURS * 3600
            self._sessions[_digest(secret)] = Session(secrets.token_urlsafe(24), ends)
        return secret

    def leave(self, secret: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(_digest(secret), None)

    def find(self, secret: str) -> Session | None:
        """The session of a cookie, None where there is none or it has ended."""
        with self._lock:
            found = self._sessions.get(_digest(secret))
        return found if found is not None and found.ends > time.monotonic() else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def require_loopback(host: str) -> None:
    """Refuse to open adding on an address that another machine can reach. Raises Unusable."""
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        found = set()
    if not found or not all(ipaddress.ip_address(each.partition("%")[0]).is_loopback for each in found):
        raise Unusable(
            f"--edit opens the record to whoever can reach {host!r}, and that may be other machines. "
            "Remedy: leave --host out, or give 127.0.0.1; from elsewhere, come through ssh -L."
        )


def require_local() -> None:
    """Refuse a request that names another host than this machine: that is how a page elsewhere reaches in by DNS.

    Raises Forbidden.
    """
    name = request.host.rpartition(":")[0] or request.host if not request.host.endswith("]") else request.host
    if name.strip("[]").lower() not in _LOCAL:
        raise Forbidden("Adding answers only under the address that was printed when the server was started.")


def require_own_page(form_token: str, session: Session | None) -> None:
    """Refuse what was not sent by a form of this server's own. Raises Forbidden."""
    if request.headers.get("Origin") != f"{request.scheme}://{request.host}":
        raise Forbidden("This was not sent from a page of this server, so nothing was done.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Forbidden("This was sent from another site, so nothing was done.")
    if session is not None and not hmac.compare_digest(session.form_token.encode(), form_token.encode()):
        raise Forbidden("This form is not of your session, so nothing was done. Go back, reload the page, try again.")
