"""The index of facets held in memory as columns of numbers: counting, finding and placing claims in milliseconds.

What it finds is what `kg.analysis.facets.narrow` and `kg.analysis.facets.map` find by SQL, which tests hold. A claim
takes about 80 bytes, of which its name is 70. In every column a code is one more than in the tables, and 0 is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.analysis.claims_sql import View
from kg.analysis.facets.choice import CODED, DERIVED, Choice, Counted, Months
from kg.analysis.facets.index import BASIC, WHOLE
from kg.analysis.facets.narrow import query_named_claims, to_counted

Codes = npt.NDArray[Any]
Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
# For each facet in which something is chosen, and a search as `named`: whether each claim fits.
Tests = Mapping[str, Mask]
# All rows, or the numbers of some in order.
Rows = slice | npt.NDArray[np.intp]

_ALL = slice(None)
_BY_CLAIM = ("voice", "kind", "measure", "stance")


class ArrowView(View, Protocol):
    """Read access to the tables that also gives whole columns."""

    def arrow(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> pa.Table:
        """The rows an SQL query yields, as an Arrow table."""


@dataclass(frozen=True, slots=True)
class Links:
    """A table of two columns: what belongs to which event, or to which claim."""

    of: Codes
    value: Codes

    def where(self, chosen: Mask, size: int) -> Mask:
        """Of `size` events or claims, those to which something chosen belongs."""
        found = np.zeros(size, bool)
        found[self.of[chosen]] = True
        return found


@dataclass(frozen=True, slots=True)
class Points:
    """Where voices place events: a row a point and voice, in degrees."""

    event: Codes
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    names: pa.Table
    """The columns `radius` in metres, `accuracy`, `place` and `voice`."""


@dataclass(frozen=True, slots=True)
class Held:
    """One state of the index of one version of the tables, whose view is named where it is needed.

    It does not hold the view: whoever keeps both by the view would keep every version.
    """

    index: str
    claims: Mapping[str, Codes]
    """A row a claim in the order of their numbers: `event`, `said`, facets with one value, what is derived."""
    iris: pa.StringArray
    """The claims, in the same order."""
    first: int
    """The month whose code `said` is 1."""
    statuses: Links
    places: Links
    times: Links
    years: Links
    points: Points
    values: Mapping[str, Sequence[str]]
    """The values of each coded facet, in the order of their codes."""
    codes: Mapping[str, Mapping[str, int]]
    events: pa.ChunkedArray
    """The events, in the order of their codes."""

    @property
    def whole(self) -> bool:
        """Whether it knows how claims stand to others and how many origins they can have."""
        return self.index == WHOLE

    def count(self, choice: Choice, tests: Tests, *, most: int = 12) -> Counted:
        """Every facet of the claims under a choice, at most so many values of each and those chosen.

        Facets that the index does not hold yet are absent.
        """
        rows = {name: under(tests, but=name) for name in ("", *tests)}
        by_event = self.by_event(rows[""])
        found = {
            name: self._top(name, self._count(name, rows.get(name, rows[""])), choice, most) for name in self._coded()
        }
        dates = self.by_event(rows["happened"]) if "happened" in tests else by_event
        for name, links in (("happened", self.times), ("happened year", self.years)):
            first = int(links.value.min()) if len(links.value) else 0
            counts = np.bincount(links.value - first, weights=dates[links.of])
            found[name] = _months(first, counts)
        counts = self._count("said", rows.get("said", rows[""]))[1:]
        found["said"] = _months(self.first, counts)
        found["all"] = [("", int(by_event.sum()), int(np.count_nonzero(by_event[1:])))]
        return to_counted(found, self.index)

    def find(self, tests: Tests, *, order: str, most: int, skipped: int = 0) -> list[str]:
        """The IRIs of some claims that fit; `order` as for `kg.analysis.facets.narrow.find_claims`."""
        rows = self._order(under(tests), order)[skipped : skipped + most]
        return [str(iri) for iri in self.iris.take(pa.array(rows)).to_pylist()]

    def test(self, view: ArrowView, choice: Choice) -> Tests:
        """Whether each claim fits a choice: what counting, finding and placing begin with."""
        found = {name: self._test(name, choice) for name in choice.chosen}
        if choice.named:
            rows = view.arrow(*query_named_claims(choice.named, index=self.index))
            found["named"] = _marked(rows.column("n").to_numpy() - 1, self._size)
        return found

    def by_event(self, rows: Rows) -> Counts:
        """How many of some claims are about each event, by its code."""
        return np.bincount(self.claims["event"][rows], minlength=len(self.events) + 1)

    # --- what fits ----------------------------------------------------------------------------------------------------

    @property
    def _size(self) -> int:
        return len(self.claims["event"])

    def _coded(self) -> tuple[str, ...]:
        return (*CODED, *(DERIVED if self.whole else ()))

    def _test(self, name: str, choice: Choice) -> Mask:
        if name == "said":
            return _within(self.claims["said"], choice.dates[name], shift=self.first - 1)
        if name in ("happened", "place", "box"):
            return self._events_of(name, choice)[self.claims["event"]]
        codes = self._codes(name, choice)
        if name == "status":
            return self.statuses.where(_among(self.statuses.value, codes), self._size)
        return _among(self.claims[name], codes)

    def _events_of(self, name: str, choice: Choice) -> Mask:
        """Of all events, those that fit; none does not."""
        size = len(self.events) + 1
        if name == "happened":
            return self.times.where(_within(self.times.value, choice.dates[name]), size)
        if name == "place":
            return self.places.where(_among(self.places.value, self._codes(name, choice)), size)
        found = np.zeros(size, bool)
        found[self.points.event[inside(self.points, choice)]] = True
        return found

    def _codes(self, name: str, choice: Choice) -> Codes:
        """The codes of the chosen values; a value that the record does not know has none."""
        chosen = choice.values.get(name, ())
        if name in DERIVED:
            found = [int(value) + 1 for value in chosen if value.isascii() and value.isdecimal() and len(value) < 9]
        else:
            found = [self.codes[name][value] for value in chosen if value in self.codes[name]]
        return np.array(found, np.int32)

    # --- counting and ordering ----------------------------------------------------------------------------------------

    def _count(self, name: str, rows: Rows) -> Counts:
        """How many of some claims each code of a facet has."""
        if name == "place":
            return np.bincount(self.places.value, weights=self.by_event(rows)[self.places.of]).astype(np.int64)
        if name == "status":
            return np.bincount(self.statuses.value[_marked(rows, self._size)[self.statuses.of]])
        return np.bincount(self.claims[name][rows])

    def _top(self, name: str, counts: Counts, choice: Choice, most: int) -> list[tuple[str, int, int]]:
        """The most frequent values, those chosen always among them, with how many values there are."""
        codes = np.flatnonzero(counts)
        codes = codes[codes > 0]
        ordered = codes[np.lexsort((codes, -counts[codes]))]
        chosen = set(self._codes(name, choice).tolist())
        kept = [*ordered[:most].tolist(), *(code for code in ordered[most:].tolist() if code in chosen)]
        return [(self._value(name, code), int(counts[code]), len(codes)) for code in kept]

    def _value(self, name: str, code: int) -> str:
        return str(code - 1) if name in DERIVED else self.values[name][code - 1]

    def _order(self, rows: Rows, order: str) -> npt.NDArray[np.intp]:
        numbers: npt.NDArray[np.intp] = np.arange(self._size) if isinstance(rows, slice) else rows
        if order == "happened":
            return numbers
        said = self.claims["said"][numbers].astype(np.int32)
        last = int(self.claims["said"].max(initial=0)) + 1
        by = np.where(said == 0, last, said if order == "said" else last - said)
        # Numbers that are small are sorted several times as fast.
        return numbers[np.argsort(by.astype(np.min_scalar_type(last)), kind="stable")]


def hold_index(view: ArrowView, index: str) -> Held:
    """Read the index, in the state it is in, into memory."""
    coded = ", ".join(f"coalesce({name}, -1) + 1 AS {name}" for name in _BY_CLAIM)
    first = int(view.rows(f"SELECT coalesce(min(said), 0) FROM {BASIC}")[0][0])
    said = f"coalesce(said - {first - 1}, 0) AS said"
    claims = view.arrow(f"SELECT greatest(event, 0) AS event, {said}, {coded} FROM {BASIC} ORDER BY n")
    points = view.arrow("SELECT * FROM facet_points ORDER BY event")
    named = view.rows("SELECT facet, value FROM facet_values ORDER BY facet, code")
    values = {name: [str(value) for facet, value in named if facet == name] for name in CODED}
    basic = Held(
        BASIC,
        _columns(claims),
        view.arrow("SELECT iri FROM facet_keys ORDER BY n").column("iri").combine_chunks(),
        first,
        _links(view, "SELECT n - 1 AS of, status + 1 AS value FROM facet_statuses"),
        _links(view, "SELECT event AS of, place + 1 AS value FROM facet_places"),
        _links(view, "SELECT event AS of, month AS value FROM facet_times"),
        _links(view, "SELECT event AS of, year AS value FROM facet_years"),
        Points(
            _numbers(points, "event"),
            points.column("lon").to_numpy(),
            points.column("lat").to_numpy(),
            points.select(["radius", "accuracy", "place", "voice"]),
        ),
        values,
        {name: {value: at for at, value in enumerate(of, 1)} for name, of in values.items()},
        view.arrow("SELECT event FROM facet_events ORDER BY code").column("event"),
    )
    return hold_derived(view, basic) if index == WHOLE else basic


def hold_derived(view: ArrowView, basic: Held) -> Held:
    """The same with what is worked out last; what was held already is held once."""
    derived = ", ".join(f"{name} + 1 AS {name}" for name in DERIVED)
    columns = _columns(view.arrow(f"SELECT {derived} FROM {WHOLE} ORDER BY n"))
    return replace(basic, index=WHOLE, claims={**basic.claims, **columns})


def under(tests: Tests, *, but: str = "") -> Rows:
    """The claims that fit every test but that of one facet."""
    masks = [mask for name, mask in tests.items() if name != but]
    return np.flatnonzero(np.logical_and.reduce(masks)) if masks else _ALL


def inside(points: Points, choice: Choice) -> Mask:
    """The points on the part of the map that is asked for."""
    box = choice.box
    if box is None:
        return np.ones(len(points.event), bool)
    lon, lat = points.lon, points.lat
    return (box.west <= lon) & (lon <= box.east) & (box.south <= lat) & (lat <= box.north)


def _among(column: Codes, codes: Codes) -> Mask:
    """Where a column has one of some codes."""
    known = np.zeros(int(column.max(initial=0)) + 1, bool)
    known[codes[codes < len(known)]] = True
    found: Mask = known[column]
    return found


def _within(months: Codes, spans: Sequence[Months], *, shift: int = 0) -> Mask:
    """Where a column has a month of some spans; each is so many more than the column says, and none is below 1."""
    found = np.zeros(len(months), bool)
    for span in spans:
        found |= (max(1, span.first - shift) <= months) & (months <= span.last - shift)
    return found


def _months(first: int, counts: Any) -> list[tuple[str, int, int]]:
    """The months that have claims, from how many the first and each after it has."""
    return [(str(first + at), int(counts[at]), 0) for at in np.flatnonzero(counts).tolist()]


def _marked(rows: Rows, size: int) -> Mask:
    found = np.zeros(size, bool)
    found[rows] = True
    return found


def _columns(table: pa.Table) -> dict[str, Codes]:
    return {name: _narrow(_numbers(table, name)) for name in table.column_names}


def _links(view: ArrowView, sql: str) -> Links:
    table = view.arrow(sql)
    return Links(_numbers(table, "of"), _numbers(table, "value"))


def _narrow(column: Codes) -> Codes:
    """The same numbers in as few bytes as hold them, which is what counting over all claims costs."""
    return column.astype(np.min_scalar_type(int(column.max(initial=0))))


def _numbers(table: pa.Table, name: str) -> Codes:
    found: Codes = table.column(name).to_numpy().astype(np.int32)
    return found
