"""Outlines of countries for maps drawn by the server, from the same file that maps in the browser read."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

# TopoJSON of Natural Earth, built with the browser code; without it maps have no outlines.
ATLAS = Path(__file__).parent / "static" / "vendor" / "countries-50m.json"
Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A stretch of border or coast as degrees east and north, and its edges."""

    line: Line
    west: float
    south: float
    east: float
    north: float


@cache
def load_outlines() -> tuple[Outline, ...]:
    """Every stretch; () where the file was not built."""
    if not ATLAS.exists():
        return ()
    atlas = json.loads(ATLAS.read_text(encoding="utf-8"))
    (scale_x, scale_y), (shift_x, shift_y) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    return tuple(
        _outline(tuple((x * scale_x + shift_x, y * scale_y + shift_y) for x, y in _undo_deltas(arc)))
        for arc in atlas["arcs"]
    )


def outlines_within(west: float, south: float, east: float, north: float) -> Iterator[Line]:
    """The stretches of which some part may be seen within these edges."""
    for each in load_outlines():
        if each.west <= east and each.east >= west and each.south <= north and each.north >= south:
            yield each.line


def _outline(line: Line) -> Outline:
    east, north = ([point[axis] for point in line] for axis in (0, 1))
    return Outline(line, min(east), min(north), max(east), max(north))


def _undo_deltas(arc: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    return zip(accumulate(x for x, _ in arc), accumulate(y for _, y in arc), strict=True)
