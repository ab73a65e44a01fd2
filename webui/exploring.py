"""The state of the explore page, all of it in its address: what is sought, chosen and shown, and in which order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from kg.analysis.facets.choice import CODED, DATED, DERIVED, FACETS, Box, Choice, Months, Named
from kg.terms import AVC

ORDERS = {
    "happened": "when it happened, oldest first",
    "said": "when it was said, oldest first",
    "latest": "when it was said, newest first",
}
LONGEST_QUERY = 200
_MONTHS = re.compile(r"(\d{4})(?:-(\d{2}))?(?:\.\.(\d{4})(?:-(\d{2}))?)?", re.ASCII)
_KINDS = {"voice": "agent/"}
_CODES = ("measure", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What an address of the explore page asks for; values as the address has them, keys in place of IRIs."""

    q: str = ""
    values: Mapping[str, tuple[str, ...]]
    box: str = ""
    order: str = "happened"
    page: int = 1
    every: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """The parts of the address in one fixed order, nothing that says nothing among them."""
        found = [("q", self.q)] if self.q else []
        found += [(name, value) for name in FACETS for value in self.values.get(name, ())]
        found += [("box", self.box)] if self.box else []
        found += [("order", self.order)] if self.order != "happened" else []
        found += [("every", self.every)] if self.every else []
        return found + ([("page", str(self.page))] if self.page > 1 else [])

    def on_page(self, page: int) -> "State":
        """Another page of the same."""
        return replace(self, page=page)

    def turned(self, name: str, value: str) -> "State":
        """The same with one choice made, or taken back where it is made already."""
        now = self.values.get(name, ())
        then = tuple(each for each in now if each != value) if value in now else (*now, value)
        return replace(self, values={**self.values, name: then}, page=1)

    def only(self, name: str, *values: str) -> "State":
        """The same with these choices alone in one facet."""
        return replace(self, values={**self.values, name: values}, page=1)

    def within(self, box: str) -> "State":
        """The same on one part of the map, "" for all of it."""
        return replace(self, box=box, page=1)

    def with_every(self, name: str) -> "State":
        """The same with more values of one facet shown."""
        return replace(self, every=name)

    def asking(self, text: str) -> "State":
        """The same for another search."""
        return replace(self, q=text, page=1)

    @property
    def narrowed(self) -> bool:
        """Whether anything is sought or chosen."""
        return bool(self.q or self.box or any(self.values.values()))

    def to_choice(self, base: str, named: Named | None) -> Choice:
        """What the tables are asked, with what the search has found. Raises BadRequest for what cannot be read."""
        values = {name: tuple(_whole(name, each, base) for each in self.values.get(name, ())) for name in CODED}
        values |= {name: self.values.get(name, ()) for name in DERIVED}
        dates = {name: tuple(read_months(each) for each in self.values.get(name, ())) for name in DATED}
        return Choice(values=values, dates=dates, box=read_box(self.box) if self.box else None, named=named)


# A key, or a whole IRI; no engine is asked for what can be neither.
_VOICE = re.compile(r"[A-Za-z0-9._~:/#-]+")


def read_state(args: MultiDict[str, str]) -> State:
    """The state an address tells. Raises BadRequest."""
    values = {name: tuple(dict.fromkeys(each for each in args.getlist(name) if each)) for name in FACETS}
    for name in DATED:
        span = "..".join(args.get(f"{name}_{end}", "").strip() for end in ("from", "to"))
        if span != "..":
            values[name] = (*values[name], _fill(span))
    for voice in values["voice"]:
        if not _VOICE.fullmatch(voice):
            raise BadRequest(f"{voice!r} names no voice; write its key, as in agent/KEY.")
    order = args.get("order", "happened")
    if order not in ORDERS:
        raise BadRequest(f"There is no order {order!r}; there are {', '.join(ORDERS)}.")
    every = args.get("every", "")
    if every and every not in FACETS:
        raise BadRequest(f"There is no facet {every!r}; there are {', '.join(FACETS)}.")
    page = args.get("page", "1")
    if not (page.isascii() and page.isdecimal() and 0 < len(page) < 8 and int(page) > 0):
        raise BadRequest(f"There is no page {page!r}.")
    state = State(
        q=" ".join(args.get("q", "").split())[:LONGEST_QUERY],
        values=values,
        box=args.get("box", ""),
        order=order,
        page=int(page),
        every=every,
    )
    state.to_choice("", None)
    return state


def _fill(span: str) -> str:
    """A span from two fields, of which one may be empty: open ends reach as far as dates are read."""
    first, _, last = span.partition("..")
    return f"{first or '0001'}..{last or '9998'}"


def read_months(text: str) -> Months:
    """The months that a year, a month or a span of either names. Raises BadRequest.

    >>> read_months("2017-06..2018") == Months(2017 * 12 + 5, 2018 * 12 + 11)
    True
    """
    match = _MONTHS.fullmatch(text)
    if match:
        first = _months(match[1], match[2])
        last = _months(match[3], match[4]) if match[3] else first
        if first and last and first.first <= last.last:
            return Months(first.first, last.last)
    raise BadRequest(f"{text!r} is no span of time; write 2017, 2017-06 or 2017-06..2018-01.")


def _months(year: str, month: str | None) -> Months | None:
    if month is None:
        return Months.of_year(int(year))
    return Months.of(int(year), int(month)) if 1 <= int(month) <= 12 else None


def read_box(text: str) -> Box:
    """A part of the map from its west, south, east and north edge. Raises BadRequest."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadRequest(f"{text!r} is no part of the map; write west,south,east,north in degrees.")
    return Box(west, south, east, north)


def token_of(name: str, value: str, base: str) -> str:
    """A value as an address has it."""
    return value.removeprefix(AVC) if name in _CODES else value.removeprefix(base + _KINDS.get(name, "\0"))


def _whole(name: str, token: str, base: str) -> str:
    if "://" in token or name not in (*_CODES, *_KINDS):
        return token
    return AVC + token if name in _CODES else base + _KINDS[name] + token
