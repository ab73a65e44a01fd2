"""Answers to a server that asks who is there: Bearer, Digest and Basic (RFC 6750, 7616, 7617)."""

import base64
import urllib.request
from email.message import Message
from urllib.request import Request, parse_http_list, parse_keqv_list

from kg.errors import Unusable
from kg.store.credentials import Credentials, is_private_line

_HEADER = "Authorization"


class Authenticator:
    """Signs requests to one server: nothing is told before it is asked for, and then with every request.

    A password is sent in the open (Basic), and a token at all, only where nobody can read it on the way.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._challenge = ""
        self._passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        # One for all requests: it counts how often a nonce was used.
        self._digests = urllib.request.HTTPDigestAuthHandler(self._passwords)

    def sign(self, request: Request) -> None:
        """Tell a server what it asked for before, if anything."""
        if self._challenge:
            self._answer(request, self._challenge)

    def take(self, request: Request, headers: Message) -> bool:
        """Answer a server's challenge; False where it asks for what there is not, or was told already."""
        if not self._credentials:
            return False
        asked = {scheme.lower(): rest for scheme, rest in map(_split, headers.get_all("WWW-Authenticate") or ["Basic"])}
        told = request.has_header(_HEADER) or _HEADER in request.unredirected_hdrs
        wanted = ("bearer",) if self._credentials.token else ("digest", "basic")
        scheme = next((each for each in wanted if each in asked), "bearer" if self._credentials.token else "")
        stale = scheme == "digest" and "stale=true" in asked[scheme].lower().replace(" ", "").replace('"', "")
        if not scheme or (told and not stale):
            return False
        self._challenge = f"{scheme} {asked.get(scheme, '')}"
        self._answer(request, self._challenge)
        return True

    def _answer(self, request: Request, challenge: str) -> None:
        scheme, rest = _split(challenge)
        if scheme == "digest":
            # Unredirected: never copied to another request.
            request.add_unredirected_header(_HEADER, self._digest(request, rest))
            return
        if not is_private_line(request.full_url):
            raise Unusable(
                f"http://{request.host}: a password or token would travel in the open. Remedy: use https://."
            )
        if scheme == "bearer":
            request.add_unredirected_header(_HEADER, f"Bearer {self._credentials.token}")
        else:
            pair = f"{self._credentials.user}:{self._credentials.password}".encode()
            request.add_unredirected_header(_HEADER, f"Basic {base64.b64encode(pair).decode('ascii')}")

    def _digest(self, request: Request, rest: str) -> str:
        self._passwords.add_password(None, request.full_url, self._credentials.user, self._credentials.password)
        try:
            answer = self._digests.get_authorization(request, parse_keqv_list([*filter(None, parse_http_list(rest))]))
        except (ValueError, OSError) as error:
            raise Unusable(f"{request.host}: its Digest challenge cannot be answered ({error}).") from error
        if answer is None:
            raise Unusable(f"{request.host}: its Digest challenge cannot be answered; it lacks a realm or nonce.")
        return f"Digest {answer}"


def _split(challenge: str) -> tuple[str, str]:
    scheme, _, rest = challenge.strip().partition(" ")
    return scheme.lower(), rest
