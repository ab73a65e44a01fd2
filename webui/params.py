"""The parameters of a request, read strictly: what is not UTF-8 or wrongly escaped is refused, never guessed at."""

import re
from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

FORM = "application/x-www-form-urlencoded"
_WRONG = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Params:
    """Names and values, in order; a name may stand there more than once."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter."""
        return tuple(value for key, value in self._pairs if key == name)

    def one(self, name: str) -> str | None:
        """The value of a parameter that may stand there once, None where it does not. Raises BadRequest."""
        found = self.all(name)
        if len(found) > 1:
            raise BadRequest(f"`{name}` is given {len(found)} times; give it once.")
        return found[0] if found else None


def read_params() -> Params:
    """The parameters of the address and, of a form, of the body. Raises BadRequest."""
    pairs = _parse(request.query_string, "The address")
    if request.method == "POST" and request.mimetype == FORM:
        _require_utf8()
        pairs += _parse(request.get_data(), "The form")
    return Params(pairs)


def read_text() -> str:
    """The body of a request as text. Raises BadRequest where it is not UTF-8."""
    _require_utf8()
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The query is not UTF-8: byte {error.start} cannot be read.") from error


def _require_utf8() -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType(f"Text is read as UTF-8, not as {charset[:40]}.")


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
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
