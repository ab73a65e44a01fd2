"""The parameters of a request, read strictly: what is not UTF-8 or wrongly escaped is refused, never guessed at."""

import binascii
import re
from collections.abc import Callable
from typing import NamedTuple

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.http import parse_options_header

FORM = "application/x-www-form-urlencoded"
_WRONG = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Params:
    """Names and values, in order; a name may stand there more than once."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter."""
        return tuple(self._values.get(name, ()))

    def one(self, name: str) -> str | None:
        """The value of a parameter that may stand there once, None where it does not. Raises BadRequest."""
        found = self.all(name)
        if len(found) > 1:
            raise BadRequest(f"`{name}` is given {len(found)} times; give it once.")
        return found[0] if found else None


class Sent(NamedTuple):
    """What a request brings, as far as the protocol reads it; `address` is the part of it after the question mark."""

    method: str
    address: bytes
    content_type: str
    accept: str
    body: Callable[[], bytes]

    @classmethod
    def of_request(cls) -> "Sent":
        """The request that Flask is at."""
        told = request.headers
        kind, accept = told.get("Content-Type", ""), told.get("Accept", "")
        return cls(request.method, request.query_string, kind, accept, request.get_data)

    @property
    def media_type(self) -> str:
        """The type of the body, "" where none is said."""
        return parse_options_header(self.content_type)[0].lower()

    def params(self) -> Params:
        """The parameters of the address and, of a form, of the body. Raises BadRequest, UnsupportedMediaType."""
        pairs = _parse(self.address, "The address")
        if self.method == "POST" and self.media_type == FORM:
            self._require_utf8()
            pairs += _parse(self.body(), "The form")
        return Params(pairs)

    def text(self) -> str:
        """The body as text. Raises BadRequest where it is not UTF-8, UnsupportedMediaType."""
        self._require_utf8()
        try:
            return self.body().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest(f"The query is not UTF-8: byte {error.start} cannot be read.") from error

    def _require_utf8(self) -> None:
        charset = parse_options_header(self.content_type)[1].get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8", "us-ascii"}:
            raise UnsupportedMediaType(f"Text is read as UTF-8, not as {charset[:40]}.")


def read_params() -> Params:
    """The parameters of the request that Flask is at. Raises BadRequest, UnsupportedMediaType."""
    return Sent.of_request().params()


def _parse(data: bytes, where: str) -> list[tuple[str, str]]:
    try:
        text = data.decode("ascii") if data.isascii() else data.decode("utf-8")
        if wrong := _WRONG.search(text):
            raise BadRequest(
                f"{where} has a % that two hexadecimal digits do not follow, at character {wrong.start() + 1}."
            )
        return [
            (_unescape(name), _unescape(value))
            for name, _, value in (part.partition("=") for part in text.split("&") if part)
        ]
    except UnicodeDecodeError as error:
        raise BadRequest(f"{where} is not UTF-8.") from error


def _unescape(text: str) -> str:
    """What is written with percent signs, each of which is known to stand before two hexadecimal digits.

    >>> _unescape("%3Fa+%3D%20b=%C3%A4%25"), _unescape("ä+%0A")
    ('?a = b=ä%', 'ä \\n')
    """
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    # Quoted-printable differs in its sign alone, and of the two is the one that is read in C.
    return binascii.a2b_qp(text.encode().replace(b"=", b"=3D").replace(b"%", b"=")).decode("utf-8")
