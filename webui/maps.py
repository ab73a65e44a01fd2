"""Places drawn as circles of the accuracy their author states, on a grid of degrees: no tiles, so nobody learns where
one looks."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.analysis.compare.places import circle_of, point_of
from kg.model import Location
from kg.reading import ClaimView
from kg.values.places import EARTH_RADIUS_M

WIDTH, HEIGHT = 640, 420
_MARGIN = 46
# What the name of a degree takes, and a little.
_WORDS_WIDE = 110
_LEAST_SPAN_M = 400.0


@dataclass(frozen=True, slots=True)
class Circle:
    """One stated place: its number in the list and where it stands; `radius` is None where no metres are stated."""

    number: int
    claim: ClaimView
    location: Location
    x: float
    y: float
    radius: float | None
    metres: float | None


@dataclass(frozen=True, slots=True)
class Map:
    """Circles in a frame of WIDTH by HEIGHT; lines of the grid with their degrees; a bar of `bar_metres`."""

    circles: tuple[Circle, ...]
    meridians: tuple[tuple[float, str], ...]
    parallels: tuple[tuple[float, str], ...]
    bar: float
    bar_words: str
    step_words: str


def draw_map(claims: Iterable[ClaimView]) -> Map | None:
    """A map of the places some claims state; None where none gives a point."""
    stated = [(claim, claim.proposition) for claim in claims if isinstance(claim.proposition, Location)]
    found = [(claim, place, point) for claim, place in stated if (point := point_of(place)) is not None]
    if not found:
        return None
    frame = _Frame([(point, _metres(place) or 0.0) for _, place, point in found])
    circles = [
        Circle(number, claim, place, *frame.to_page(*point), frame.length(_metres(place)), _metres(place))
        for number, (claim, place, point) in enumerate(found, start=1)
    ]
    step = frame.grid_step()
    return Map(
        tuple(circles),
        frame.meridians(step),
        frame.parallels(step),
        *frame.bar(),
        f"{step:g}°",
    )


def _metres(place: Location) -> float | None:
    circle = circle_of(place)
    return circle[1] if circle else None


class _Frame:
    """An equirectangular frame around some points, true to scale at its middle."""

    def __init__(self, points: Sequence[tuple[tuple[float, float], float]]) -> None:
        per_degree = math.radians(1) * EARTH_RADIUS_M
        self.latitude = sum(lat for (lat, _), _ in points) / len(points)
        self.narrow = max(math.cos(math.radians(self.latitude)), 0.01)
        xs = [(lon * per_degree * self.narrow, reach) for (_, lon), reach in points]
        ys = [(lat * per_degree, reach) for (lat, _), reach in points]
        self.west, east = min(x - r for x, r in xs), max(x + r for x, r in xs)
        self.south, north = min(y - r for y, r in ys), max(y + r for y, r in ys)
        width, height = max(east - self.west, _LEAST_SPAN_M), max(north - self.south, _LEAST_SPAN_M)
        self.scale = min((WIDTH - 2 * _MARGIN) / width, (HEIGHT - 2 * _MARGIN) / height)
        self.middle = (self.west + east) / 2, (self.south + north) / 2
        self.per_degree = per_degree

    def to_page(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a point stands."""
        x = WIDTH / 2 + (longitude * self.per_degree * self.narrow - self.middle[0]) * self.scale
        y = HEIGHT / 2 - (latitude * self.per_degree - self.middle[1]) * self.scale
        return round(x, 1), round(y, 1)

    def length(self, metres: float | None) -> float | None:
        """How long so many metres are."""
        return None if metres is None else round(max(metres * self.scale, 2.0), 1)

    def grid_step(self) -> float:
        """Degrees between two lines of the grid: a round number of which a few fit."""
        degrees = HEIGHT / self.scale / self.per_degree / 3
        power = 10.0 ** math.floor(math.log10(degrees))
        return next(power * part for part in (5, 2, 1) if power * part <= degrees)

    def meridians(self, step: float) -> tuple[tuple[float, str], ...]:
        """The lines of longitude inside the frame."""
        half = WIDTH / 2 / self.scale / self.per_degree / self.narrow
        middle = self.middle[0] / self.per_degree / self.narrow
        apart = step * self.per_degree * self.narrow * self.scale
        named = math.ceil(_WORDS_WIDE / apart)
        lines = [(place, self.to_page(0, place * step)[0]) for place in _places(middle - half, middle + half, step)]
        return tuple(
            (x, _degrees(place * step, "E", "W") if place % named == 0 and x < WIDTH - _WORDS_WIDE else "")
            for place, x in lines
        )

    def parallels(self, step: float) -> tuple[tuple[float, str], ...]:
        """The lines of latitude inside the frame."""
        half = HEIGHT / 2 / self.scale / self.per_degree
        middle = self.middle[1] / self.per_degree
        degrees = (place * step for place in _places(middle - half, middle + half, step))
        return tuple((self.to_page(degree, 0)[1], _degrees(degree, "N", "S")) for degree in degrees)

    def bar(self) -> tuple[float, str]:
        """A bar of a round length, and its length in words."""
        metres = WIDTH / 4 / self.scale
        power = 10.0 ** math.floor(math.log10(metres))
        metres = next(power * part for part in (5, 2, 1) if power * part <= metres)
        return round(metres * self.scale, 1), f"{metres:,.0f} m" if metres < 1000 else f"{metres / 1000:,g} km"


def _places(low: float, high: float, step: float) -> range:
    return range(math.ceil(low / step), math.floor(high / step) + 1)


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(round(value, 6)):g}° {positive if value >= 0 else negative}"
