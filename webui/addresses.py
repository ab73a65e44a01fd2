"""From an IRI to the page that tells of it."""

import re
from functools import lru_cache
from urllib.parse import quote, urlencode

from flask import request
from werkzeug.exceptions import NotFound

from kg.terms import AV, AVC, AVSH
from webui.source import get_record

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*(?:/[A-Za-z0-9._~-]+)*")


def path_of(iri: str) -> str:
    """The path of the page that tells of a thing, a code or a term of the vocabulary; "" for anything else."""
    path = _find_path(iri, get_record().base)
    return f"{request.script_root}{path}" if path else ""


@lru_cache(10_000)
def _find_path(iri: str, base: str) -> str:
    for namespace, place in ((base, "/doc/"), (AVC, "/code/"), (AV, "/term/")):
        rest = iri.removeprefix(namespace)
        if rest != iri and _KEY.fullmatch(rest):
            return f"{place}{quote(rest)}"
    return ""


def anchor(iri: str) -> str:
    """The place of a term, a code or a shape on the page of its vocabulary; "" for anything else."""
    for namespace, place in ((AV, "/ns"), (AVC, "/codes/"), (AVSH, "/shapes")):
        rest = iri.removeprefix(namespace)
        if rest != iri and _KEY.fullmatch(rest):
            return f"{request.script_root}{place}#{quote(rest)}"
    return ""


def iri_of(kind: str, key: str) -> str:
    """The IRI that a page's address names. Raises NotFound where no IRI of a record can look so."""
    if not _KEY.fullmatch(key):
        raise NotFound(f"no {kind} can be named {key!r}")
    return f"{get_record().base}{kind}/{key}"


def key_of(iri: str) -> str:
    """The last part of an IRI."""
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def turn(name: str, value: object) -> str:
    """The address of this page with one parameter changed."""
    given = [(key, each) for key, each in request.args.items(multi=True) if key != name]
    return f"{request.path}?{urlencode([*given, (name, str(value))])}"


def unfold(iri: str) -> str:
    """The address of this page with one more group of its graph opened."""
    given = list(request.args.items(multi=True))
    return f"{request.path}?{urlencode([*given, ('open', iri.removeprefix('fold:'))])}#provenance"


def graph_address() -> str:
    """The address of the graph of a thing, on its page or alone, without the suffix that chooses its form."""
    kept = ("open", "said", "recorded", "dates")
    given = [(key, each) for key, each in request.args.items(multi=True) if key in kept]
    return f"{request.path.removesuffix('/found/provenance')}/graph" + (f"?{urlencode(given)}" if given else "")


def with_suffix(address: str, suffix: str) -> str:
    """An address whose path ends in a suffix.

    >>> with_suffix("/doc/event/x/graph?open=all", ".csv")
    '/doc/event/x/graph.csv?open=all'
    """
    path, mark, query = address.partition("?")
    return f"{path}{suffix}{mark}{query}"


def outside_link(url: str) -> str:
    """A web address as given where it is one that may be followed, else ""."""
    return url if re.match(r"https?://[^\s\"'<>]+\Z", url) else ""
