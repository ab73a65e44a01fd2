"""Where the events of some claims are said to be: the points in cells of a grid, as many as a map can show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.analysis.claims_sql import View
from kg.analysis.facets.choice import Choice
from kg.analysis.facets.index import metres_of
from kg.analysis.facets.narrow import Tests

# Cells along the longer side of what is shown.
CELLS = 28


@dataclass(frozen=True, slots=True)
class Cell:
    """The points in one cell: their edges and middle in degrees, how many claims and events they are of.

    `event` is "" where there are several. `accuracy` is the code a voice gives and `metres` what it states in metres,
    `voices` are those who place something here.
    """

    west: float
    south: float
    east: float
    north: float
    lon: float
    lat: float
    claims: int
    events: int
    event: str
    place: str
    accuracy: str
    metres: float | None
    voices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """The cells of the claims under a choice, how many events have a point, and the edges of all points in degrees."""

    cells: tuple[Cell, ...]
    events: int
    edges: tuple[float, float, float, float]


NOWHERE = Placed((), 0, (0, 0, 0, 0))

_POINTS = """
    WITH hits AS MATERIALIZED (SELECT event, count(*) AS claims FROM {index} WHERE {condition} GROUP BY event),
    placed AS MATERIALIZED (
        SELECT p.*, h.claims FROM facet_points p JOIN hits h USING (event) WHERE {inside})"""
_EDGES = "SELECT min(lon), min(lat), max(lon), max(lat), count(DISTINCT event) FROM placed"
_GRID = """
    , gridded AS (
        SELECT *, floor((lon - $west) / $size)::INTEGER AS x, floor((lat - $south) / $size)::INTEGER AS y FROM placed),
    once AS (SELECT x, y, event, any_value(claims) AS claims FROM gridded GROUP BY x, y, event),
    sums AS (SELECT x, y, sum(claims)::BIGINT AS claims, count(*) AS events FROM once GROUP BY x, y)
    SELECT g.x, g.y, min(lon), min(lat), max(lon), max(lat), avg(lon), avg(lat), any_value(s.claims),
           any_value(s.events),
           CASE WHEN any_value(s.events) = 1 THEN any_value(e.event) END, min(place), min(accuracy),
           max(radius), list(DISTINCT voice)
    FROM gridded g JOIN sums s USING (x, y) JOIN facet_events e ON e.code = g.event
    GROUP BY g.x, g.y ORDER BY 9 DESC, 1, 2"""


def place_claims(view: View, choice: Choice, *, index: str) -> Placed:
    """The points of the events that the claims under a choice are about, drawn together by cells of a grid."""
    tests = Tests(view, choice)
    inside = "lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north" if choice.box else "true"
    start = _POINTS.format(index=index, condition=tests.but(), inside=inside)
    row = view.rows(f"{start} {_EDGES}", tests.params)[0]
    if row[0] is None:
        return NOWHERE
    west, south, east, north, events = (float(str(value)) for value in row)
    size = max(east - west, north - south, 0.001) / CELLS
    params: Mapping[str, object] = {"west": west, "south": south, "size": size, **tests.params}
    # Inside a part of the map that is asked for, $west and $south are its own edges: the grid begins there.
    cells = tuple(to_cell(row) for row in view.rows(f"{start} {_GRID}", params))
    return Placed(cells, int(events), (west, south, east, north))


def to_cell(row: Sequence[Any]) -> Cell:
    """A cell from its place in the grid, edges, middle, claims, events, the event alone, names, radius and voices."""
    _, _, west, south, east, north, lon, lat, claims, events, event, place, accuracy, radius, voices = row
    metres = radius if radius is not None else metres_of(accuracy)
    return Cell(
        west,
        south,
        east,
        north,
        lon,
        lat,
        claims,
        events,
        event or "",
        place or "",
        accuracy or "",
        metres,
        tuple(voices),
    )
