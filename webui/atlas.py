"""Outlines of countries for maps drawn by the server, from the same file that maps in the browser read."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

# TopoJSON of Natural Earth, built with the browser code; without it maps have no outlines.
ATLAS = Path(__file__).parent / "static" / "vendor" / "countries-50m.json"
Line = tuple[tuple[float, float], ...]


@cache
def load_outlines() -> tuple[Line, ...]:
    """Every stretch of border and coast as degrees east and north; () where the file was not built."""
    if not ATLAS.exists():
        return ()
    atlas = json.loads(ATLAS.read_text(encoding="utf-8"))
    (scale_x, scale_y), (shift_x, shift_y) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    return tuple(
        tuple((x * scale_x + shift_x, y * scale_y + shift_y) for x, y in _undo_deltas(arc)) for arc in atlas["arcs"]
    )


def outlines_within(west: float, south: float, east: float, north: float) -> Iterator[Line]:
    """The stretches of which some part may be seen within these edges."""
    for line in load_outlines():
        if (
            min(x for x, _ in line) <= east
            and max(x for x, _ in line) >= west
            and min(y for _, y in line) <= north
            and max(y for _, y in line) >= south
        ):
            yield line


def _undo_deltas(arc: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    return zip(accumulate(x for x, _ in arc), accumulate(y for _, y in arc), strict=True)
