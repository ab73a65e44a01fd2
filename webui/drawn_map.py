"""A map as the server draws it: places as circles of their stated accuracy, many places together as one that opens."""

from dataclasses import dataclass
from math import cos, radians, sqrt

from kg.analysis.facets.map import Cell, Placed
from webui.atlas import outlines_within

WIDTH, HEIGHT = 800.0, 420.0
_MARGIN = 30.0
_METRES_A_DEGREE = 111_195.0
_LEAST_SPAN = 0.02
_LARGEST = 22.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a map in units of the drawing; `stated` says that its radius is the accuracy a voice states."""

    cell: Cell
    x: float
    y: float
    radius: float
    stated: bool
    box: str


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A map ready to be put out as SVG: the outlines as one path, the marks with the largest first, and its scale."""

    width: float
    height: float
    outlines: str
    marks: tuple[Mark, ...]
    bar: float
    bar_words: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """How degrees become units: as on a plain map whose scale is true at its middle parallel."""

    west: float
    north: float
    units: float
    squeeze: float

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """The point of the drawing."""
        return (lon - self.west) * self.units * self.squeeze, (self.north - lat) * self.units


def draw_map(placed: Placed) -> DrawnMap:
    """The map of what is placed, with room around it."""
    frame = _fit(placed.edges)
    most = max((cell.claims for cell in placed.cells), default=1)
    marks = tuple(_mark(cell, frame, most) for cell in placed.cells)
    west, north = frame.west, frame.north
    east, south = west + WIDTH / frame.units / frame.squeeze, north - HEIGHT / frame.units
    lines = (
        "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in (frame.place(*point) for point in line))
        for line in outlines_within(west, south, east, north)
    )
    bar, words = _scale_bar(frame)
    ordered = tuple(sorted(marks, key=lambda mark: -mark.radius))
    return DrawnMap(WIDTH, HEIGHT, " ".join(lines), ordered, bar, words)


def _fit(edges: tuple[float, float, float, float]) -> _Frame:
    west, south, east, north = edges
    squeeze = max(0.2, cos(radians((south + north) / 2)))
    wide, high = max(east - west, _LEAST_SPAN), max(north - south, _LEAST_SPAN)
    units = min((WIDTH - 2 * _MARGIN) / wide / squeeze, (HEIGHT - 2 * _MARGIN) / high)
    middle_lon, middle_lat = (west + east) / 2, (south + north) / 2
    return _Frame(middle_lon - WIDTH / 2 / units / squeeze, middle_lat + HEIGHT / 2 / units, units, squeeze)


def _mark(cell: Cell, frame: _Frame, most: int) -> Mark:
    x, y = frame.place(cell.lon, cell.lat)
    pad = 1e-6
    edges = (cell.west - pad, cell.south - pad, cell.east + pad, cell.north + pad)
    box = ",".join(f"{edge:.6f}" for edge in edges)
    if cell.event and cell.metres:
        return Mark(cell, x, y, max(4.0, cell.metres / _METRES_A_DEGREE * frame.units), True, box)
    return Mark(cell, x, y, 4.0 + (_LARGEST - 4.0) * sqrt(cell.claims / most), False, box)


def _scale_bar(frame: _Frame) -> tuple[float, str]:
    """The longest round distance that fits in a fifth of the width, in units and in words."""
    metres = WIDTH / 5 / frame.units * _METRES_A_DEGREE
    step = next(each * 10**power for power in range(7, -1, -1) for each in (5, 2, 1) if each * 10**power <= metres)
    words = f"{step // 1000} km" if step >= 1000 else f"{step} m"
    return step / _METRES_A_DEGREE * frame.units, words
