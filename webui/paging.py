"""Long lists a page at a time, each page with an address of its own."""

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import BadRequest


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list of `total` is shown, and of how many pages; both count from 1."""

    number: int
    last: int
    size: int
    total: int

    @property
    def first(self) -> int:
        """The place of its first line, from 0."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        """The place after its last line."""
        return min(self.first + self.size, self.total)


def read_page(total: int, size: int, *, name: str = "page") -> Page:
    """The page that the address asks for. Raises BadRequest where there is none such."""
    last = max(1, -(-total // size))
    given = request.args.get(name, "1")
    if not (given.isascii() and given.isdecimal() and len(given) < 8 and 1 <= int(given) <= last):
        raise BadRequest(f"There is no page {given!r}; there are pages 1 to {last}.")
    return Page(int(given), last, size, total)


def read_first(size: int, *, name: str = "page") -> int:
    """The place of the first line of the page that the address asks for, before it is known how many there are."""
    given = request.args.get(name, "1")
    is_number = given.isascii() and given.isdecimal() and len(given) < 8
    return max(0, int(given) - 1) * size if is_number else 0
