"""The points of a held index drawn together by cells of a grid: what `kg.analysis.facets.map` finds by SQL."""

from typing import Any

import numpy as np
import pyarrow as pa

from kg.analysis.facets.choice import Choice
from kg.analysis.facets.held import Held, Tests, inside, under
from kg.analysis.facets.map import CELLS, NOWHERE, Placed, to_cell

_EDGES = [("lon", "min"), ("lat", "min"), ("lon", "max"), ("lat", "max"), ("lon", "mean"), ("lat", "mean")]
# Where a cell has its claims.
_CLAIMS = 2 + len(_EDGES)
_NAMES = [("place", "min"), ("accuracy", "min"), ("radius", "max"), ("voice", "distinct")]


def place_held(held: Held, choice: Choice, tests: Tests) -> Placed:
    """The points of the events that the claims under a choice are about, drawn together by cells of a grid."""
    points, by_event = held.points, held.by_event(under(tests))
    shown = np.flatnonzero((by_event[points.event] > 0) & inside(points, choice))
    if not len(shown):
        return NOWHERE
    lon, lat, event = points.lon[shown], points.lat[shown], points.event[shown]
    west, south, east, north = (float(each) for each in (lon.min(), lat.min(), lon.max(), lat.max()))
    size = max(east - west, north - south, 0.001) / CELLS
    # On a part of the map the grid begins at its own edges.
    left, bottom = (choice.box.west, choice.box.south) if choice.box else (west, south)
    x, y = (np.floor((degrees - edge) / size).astype(np.int32) for degrees, edge in ((lon, left), (lat, bottom)))
    rows = points.names.take(shown)
    for name, column in (("x", x), ("y", y), ("lon", lon), ("lat", lat), ("event", event), ("claims", by_event[event])):
        rows = rows.append_column(name, pa.array(column))
    cells = tuple(to_cell(row) for row in _iter_cells(held, rows))
    return Placed(cells, len(np.unique(event)), (west, south, east, north))


def _iter_cells(held: Held, rows: pa.Table) -> list[tuple[Any, ...]]:
    """A row a cell as `to_cell` takes it, those with most claims first."""
    by, once = ["x", "y"], rows.group_by(["x", "y", "event"]).aggregate([("claims", "min")])
    sums = once.group_by(by).aggregate([("claims_min", "sum"), ("event", "count"), ("event", "min")])
    drawn = rows.group_by(by).aggregate([*_EDGES, *_NAMES])
    # Both in the same order: a join takes no column of lists.
    in_order = [(name, "ascending") for name in by]
    sums, drawn = sums.sort_by(in_order), drawn.sort_by(in_order)
    alone = held.events.take(pa.array(sums["event_min"].to_numpy() - 1)).to_pylist()
    found = []
    for row, own, event in zip(drawn.to_pylist(), sums.to_pylist(), alone, strict=True):
        edges = [row[f"{name}_{which}"] for name, which in _EDGES]
        claims, events = own["claims_min_sum"], own["event_count"]
        names = [row[f"{name}_{which}"] for name, which in _NAMES]
        found.append((row["x"], row["y"], *edges, claims, events, event if events == 1 else None, *names))
    return sorted(found, key=lambda row: (-row[_CLAIMS], row[:2]))
