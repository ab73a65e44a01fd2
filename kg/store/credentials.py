"""What a SPARQL server is told of who asks: from the environment or a netrc file, never from an address."""

import netrc
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import Unusable

STORE = "AVERMENT_STORE"
HARVEST = "AVERMENT_HARVEST"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name and password, or a bearer token; all "" where nothing is told. Neither is ever printed."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)


def find_credentials(address: str, environ: Mapping[str, str], *, prefix: str) -> Credentials:
    """The credentials for a server: `<prefix>_TOKEN`, `<prefix>_USER` with `_PASSWORD`, else the netrc file's.

    What stands under one prefix is sent to no server that is named for another purpose. Raises Unusable.
    """
    token, user = environ.get(f"{prefix}_TOKEN", ""), environ.get(f"{prefix}_USER", "")
    password = environ.get(f"{prefix}_PASSWORD", "")
    if token and user:
        raise Unusable(f"{prefix}_TOKEN and {prefix}_USER are both set. Remedy: set one of them.")
    if bool(user) != bool(password):
        raise Unusable(f"{prefix}_USER and {prefix}_PASSWORD belong together. Remedy: set both, or neither.")
    if any(sign in value for value in (token, user, password) for sign in "\r\n"):
        raise Unusable(f"{prefix}_…: a credential has a line end in it. Remedy: set it without.")
    if token or user:
        return Credentials(user, password, token)
    return _from_netrc(urlsplit(address).hostname or "", environ)


def _from_netrc(host: str, environ: Mapping[str, str]) -> Credentials:
    path = Path(environ.get("NETRC") or Path(environ.get("HOME", "/")) / ".netrc")
    if not path.is_file():
        return Credentials()
    try:
        if path.stat().st_mode & 0o077:
            raise Unusable(f"{path}: others may read it. Remedy: chmod 600 {path}")
        found = netrc.netrc(str(path)).hosts.get(host)
    except (netrc.NetrcParseError, UnicodeDecodeError, OSError) as error:
        raise Unusable(f"{path}: cannot be read as a netrc file ({error}).") from error
    return Credentials(found[0], found[2] or "") if found else Credentials()


def is_private_line(address: str) -> bool:
    """Whether what is sent to an address cannot be read on the way: TLS, or this very machine.

    >>> is_private_line("https://graph.example/sparql"), is_private_line("http://graph.example/sparql")
    (True, False)
    """
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.hostname or "") in _LOOPBACK
