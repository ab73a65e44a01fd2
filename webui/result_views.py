"""The views that fit an answer: a chart of its numbers, a timeline of its dates, a map of its points, a graph."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kg.analysis.facets.map import Cell, Placed
from kg.store.base import Answer, Rows, Term, Triples
from kg.values.dates import EdtfDate, parse_edtf
from kg.values.refused import ValueRefused
from webui.provenance import ProvGraph
from webui.timelines import Axis, Bar

Text = Callable[[Term], str]
XSD = "http://www.w3.org/2001/XMLSchema#"
# So many rows are drawn; a drawing of more than can be looked at says nothing.
DRAWN = 60
_NUMBERS = re.compile("(integer|decimal|double|float|long|int|short|byte|nonNegativeInteger|positiveInteger)")
_DATES = {f"{XSD}{name}" for name in ("date", "dateTime", "gYear", "gYearMonth")}
_POINT = re.compile(r"\s*POINT\s*\(\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s*\)\s*", re.IGNORECASE)
_LATITUDES, _LONGITUDES = ("lat", "latitude"), ("lon", "long", "lng", "longitude")
_TRIPLE = re.compile(r"<([^<>]*)> <([^<>]*)> <([^<>]*)> \.")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of an answer can be drawn as what, each by its place; `points` may be a pair."""

    numbers: tuple[int, ...]
    dates: tuple[int, ...]
    points: tuple[int, ...]
    things: tuple[int, ...]

    @property
    def views(self) -> tuple[str, ...]:
        """The views that fit, besides the table."""
        fits = {"map": self.points, "timeline": self.dates, "chart": self.numbers, "graph": len(self.things) > 1}
        return tuple(name for name, there in fits.items() if there)


@dataclass(frozen=True, slots=True)
class Column:
    """The numbers of one column as bars: label, the number as given, and where its bar begins and ends in percent."""

    name: str
    bars: tuple[tuple[str, str, float, float], ...]
    zero: float
    left_out: int


@dataclass(frozen=True, slots=True)
class Dates:
    """The rows of an answer over time: label, the date as given, and its bar; the ticks of the years."""

    name: str
    bars: tuple[tuple[str, str, Bar], ...]
    ticks: tuple[tuple[float, str], ...]
    left_out: int


def views_of(answer: Answer | None) -> tuple[str, ...]:
    """The views of an answer besides the plain one."""
    if isinstance(answer, Triples):
        return ("graph",) if any(_TRIPLE.fullmatch(line) for line in answer.lines) else ()
    return read_columns(answer).views if isinstance(answer, Rows) else ()


def read_columns(rows: Rows) -> Columns:
    """What each column holds, where all its values are of one kind."""
    columns = list(zip(*rows.rows, strict=True)) if rows.rows else []
    values = [[term for term in column if term] for column in columns]
    names = [name.lower() for name in rows.variables]
    numbers = tuple(place for place, terms in enumerate(values) if terms and all(_is_number(term) for term in terms))
    points = tuple(place for place, terms in enumerate(values) if terms and all(_point_of(term) for term in terms))[:1]
    pair = [place for place in numbers if names[place] in _LATITUDES][:1]
    pair += [place for place in numbers if names[place] in _LONGITUDES][:1]
    return Columns(
        numbers=tuple(place for place in numbers if len(pair) < 2 or place not in pair),
        dates=tuple(place for place, terms in enumerate(values) if terms and _are_dates(terms)),
        points=points or (tuple(pair) if len(pair) == 2 else ()),
        things=tuple(place for place, terms in enumerate(values) if terms and all(t.kind == "iri" for t in terms)),
    )


def draw_columns(rows: Rows, columns: Columns, text: Text) -> list[Column]:
    """The columns of numbers as bars from zero, each on a scale of its own: they may count different things."""
    found = []
    for place in columns.numbers[:4]:
        given = [(_label(row, place, columns, text), row[place]) for row in rows.rows]
        numbers = [(label, term.value, float(term.value)) for label, term in given if term]
        low, high = min(0.0, *(n for *_, n in numbers)), max(0.0, *(n for *_, n in numbers))
        span = (high - low) or 1.0
        zero = -low / span * 100
        bars = tuple(
            (label, words, round(min(zero, (n - low) / span * 100), 2), round(max(zero, (n - low) / span * 100), 2))
            for label, words, n in numbers[:DRAWN]
        )
        found.append(Column(rows.variables[place], bars, zero, len(numbers) - len(bars)))
    return found


def draw_dates(rows: Rows, columns: Columns, text: Text) -> list[Dates]:
    """The rows over time, once for each column of dates; a row without a readable day is not among them."""
    found = []
    for place in columns.dates[:3]:
        read = [
            (_label(row, place, columns, text), term.value, date)
            for row in rows.rows
            if (term := row[place]) and (date := _date_of(term)) and (date.earliest or date.latest)
        ]
        days = [day.isoformat() for *_, date in read for day in (date.earliest, date.latest) if day]
        if not days:
            continue
        axis = Axis(min(days), max(days))
        bars = tuple(
            (label, words, Bar(axis.place(_day(date.earliest)), axis.place(_day(date.latest)), False))
            for label, words, date in read[:DRAWN]
        )
        found.append(Dates(rows.variables[place], bars, axis.ticks, len(rows.rows) - len(bars)))
    return found


def place_rows(rows: Rows, columns: Columns, text: Text) -> Placed | None:
    """The rows that have a point, each as a place of its own; None where none has one on the globe."""
    cells: list[Cell] = []
    for row in rows.rows:
        point = _point_in(row, columns, rows.variables)
        if point:
            lon, lat = point
            label = _label(row, columns.points[0], columns, text)
            cells.append(Cell(lon, lat, lon, lat, lon, lat, 1, 1, "", label, "", None, ()))
    if not cells:
        return None
    lons, lats = [cell.lon for cell in cells], [cell.lat for cell in cells]
    return Placed(tuple(cells), len(cells), (min(lons), min(lats), max(lons), max(lats)))


def join_things(answer: Answer, text: Text) -> ProvGraph:
    """An answer as a graph: from the first thing of each row to its other things, or from subject to object."""
    graph, edges = ProvGraph(), list[tuple[str, str, str]]()
    if isinstance(answer, Triples):
        matches = (_TRIPLE.fullmatch(line) for line in answer.lines)
        edges += [(match[1], match[2], match[3]) for match in matches if match]
    elif isinstance(answer, Rows):
        first, *others = read_columns(answer).things
        edges += [
            (start.value, answer.variables[place], end.value)
            for row in answer.rows
            for place in others
            if (start := row[first]) and (end := row[place])
        ]
    hops: dict[str, int] = {}
    for one, prop, other in edges:
        hops.setdefault(one, 0)
        hops.setdefault(other, hops[one] + 1)
        for iri in (one, other):
            graph.add(iri, "entity", "", text(Term("iri", iri)), hops[iri])
        graph.join(one, other, re.split("[/#]", prop)[-1] or prop, prop)
    return graph


def _is_number(term: Term) -> bool:
    if term.kind != "literal" or not term.datatype.startswith(XSD) or not _NUMBERS.fullmatch(term.datatype, len(XSD)):
        return False
    try:
        return abs(float(term.value)) < float("inf")
    except ValueError:
        return False


def _date_of(term: Term) -> EdtfDate | None:
    words = term.value.partition("T")[0] if term.datatype == f"{XSD}dateTime" else term.value
    try:
        return parse_edtf(words)
    except ValueRefused:
        return None


def _are_dates(terms: Sequence[Term]) -> bool:
    """Whether literals are dates: by their type, or as EDTF text with a month or an interval, not a bare number."""
    plain = {"", f"{XSD}string"}
    return all(
        term.kind == "literal"
        and not term.language
        and (term.datatype in _DATES or (term.datatype in plain and re.search("[-/]", term.value)))
        and _date_of(term)
        for term in terms
    )


def _day(day: object) -> str:
    return str(day) if day else ""


def _point_of(term: Term) -> tuple[float, float] | None:
    match = _POINT.fullmatch(term.value) if term.kind == "literal" else None
    if match is None:
        return None
    lon, lat = float(match[1]), float(match[2])
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _point_in(row: Sequence[Term | None], columns: Columns, names: Sequence[str]) -> tuple[float, float] | None:
    cells = [row[place] for place in columns.points]
    if len(cells) == 1:
        return _point_of(cells[0]) if cells[0] else None
    if not all(cells):
        return None
    lat, lon = (float(cell.value) for cell in cells if cell)
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _label(row: Sequence[Term | None], place: int, columns: Columns, text: Text) -> str:
    """What a row is called in a drawing: its cells that are not drawn, the first two of them."""
    drawn = {place, *columns.numbers, *columns.dates, *columns.points}
    parts = [text(term) for at, term in enumerate(row) if term and at not in drawn]
    return ", ".join(parts[:2]) or "—"
