"""Choosing a media type as RFC 9110 has it: the most specific range of `Accept` that fits decides on each type."""

import re
from collections.abc import Sequence

_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;[^,]*)?)")
_QUALITY = re.compile(r";\s*q\s*=\s*([0-9.]+)", re.IGNORECASE)


def qualities(accept: str, offered: Sequence[str]) -> dict[str, float]:
    """How much each offered type is wanted, 0 for not at all; where nothing is said, all are wanted alike.

    >>> qualities("text/csv;q=0.5, text/*;q=0.2, application/json", ["text/csv", "text/html", "image/png"])
    {'text/csv': 0.5, 'text/html': 0.2, 'image/png': 0.0}
    """
    ranges = [_read(found) for found in _RANGE.finditer(accept)]
    if not ranges:
        return dict.fromkeys(offered, 1.0)
    return {media: _quality(media, ranges) for media in offered}


def best_of(accept: str, offered: Sequence[str]) -> str:
    """The type that is wanted most, the first offered where several are; "" where none is.

    >>> best_of("text/html;q=0, */*", ["text/html", "text/csv"]), best_of("image/png", ["text/csv"])
    ('text/csv', '')
    """
    wanted = qualities(accept, offered)
    best = max(offered, key=lambda media: wanted[media], default="")
    return best if best and wanted[best] > 0 else ""


def is_named(accept: str, media: str) -> bool:
    """Whether a type is asked for by its own name, and not only by a range that holds everything."""
    return any(kind == media and quality > 0 for kind, quality in map(_read, _RANGE.finditer(accept)))


def _read(found: re.Match[str]) -> tuple[str, float]:
    quality = _QUALITY.search(found[3])
    try:
        value = float(quality[1]) if quality else 1.0
    except ValueError:
        value = 0.0
    return f"{found[1]}/{found[2]}".lower(), min(value, 1.0)


def _quality(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    family = media.partition("/")[0]
    for name in (media, f"{family}/*", "*/*"):
        found = [quality for kind, quality in ranges if kind == name]
        if found:
            return max(found)
    return 0.0
