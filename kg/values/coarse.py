"""Coarser places: a point is moved to the middle of its cell in a fixed grid, and the circle round it covers the cell.

Never jitter: noise can be averaged out, and two records of one place would tell more than either. All points of a cell
give the same circle, so that nothing finer than the cell can be worked out of it, however often it is told.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from kg.values.mgrs_squares import SIDES, parse_mgrs
from kg.values.places import EARTH_RADIUS_M, Place, distance_m
from kg.values.refused import ValueRefused

MOST_DECIMALS = 3
"""Of degrees; one more would leave a cell of eleven metres, which hides nobody."""
LEAST_METRES, MOST_METRES = 100, 200_000
# The mean sphere is within 0.6 % of the ellipsoid (WGS 84), and the published middle is rounded to a millionth.
_MARGIN = 1.01
_DEGREE_M = math.radians(1) * EARTH_RADIUS_M


@dataclass(frozen=True, slots=True)
class Coarseness:
    """A level that a point is reduced to: so many decimals of its degrees, or so many metres round it; one of both."""

    decimals: int | None = None
    metres: int | None = None

    def __str__(self) -> str:
        """In words.

        >>> str(Coarseness(decimals=1)), str(Coarseness(metres=5000))
        ('1 decimal of a degree', '5,000 metres')
        """
        if self.metres is not None:
            return f"{self.metres:,} metres"
        return f"{self.decimals} decimal{'' if self.decimals == 1 else 's'} of a degree"


@dataclass(frozen=True, slots=True)
class Circle:
    """A coarser place, in WGS 84 degrees, and the whole metres round it within which the point that was meant lies."""

    latitude_text: str
    longitude_text: str
    metres: int

    @property
    def wkt(self) -> str:
        """The middle as GeoSPARQL's WKT, longitude first."""
        return Place(self.latitude_text, self.longitude_text).wkt


def coarsen(place: Place, to: Coarseness) -> Circle:
    """The circle published for a place: it holds the place, and every other place of the same cell.

    >>> coarsen(Place("35.9506", "39.0123"), Coarseness(decimals=1))
    Circle(latitude_text='36.0', longitude_text='39.0', metres=7224)
    >>> coarsen(Place("35.9506", "39.0123"), Coarseness(metres=5000)).metres
    5000
    """
    if to.metres is not None:
        return Circle(*_cell_of(place, to.metres), to.metres)
    latitude, longitude = (_round(text, to.decimals or 0) for text in (place.latitude_text, place.longitude_text))
    return Circle(latitude, longitude, radius_m(latitude, longitude, to.decimals or 0))


def coarsen_mgrs(text: str, side_m: int) -> str:
    """The larger square of the grid that holds a square: digits are cut, never rounded, so that it holds all of it.

    Raises ValueRefused where the text is no reference, or names no smaller square.

    >>> coarsen_mgrs("37S EV 00127 87848", 1000)
    '37SEV0087'
    """
    square = parse_mgrs(text)
    if side_m <= square.side_m:
        fault = f"it names a square of {square.side_m:,} metres: one of {side_m:,} would hide nothing"
        raise ValueRefused(text, fault, "give a larger square, or leave the reference as it is")
    letters = len(square.text) - 2 * SIDES.index(square.side_m)
    digits, kept = square.text[letters:], SIDES.index(side_m)
    return square.text[:letters] + digits[:kept] + digits[len(digits) // 2 :][:kept]


def radius_m(latitude: str, longitude: str, decimals: int) -> int:
    """Metres from a point of so many decimals to the farthest that rounds to it, rounded up."""
    middle, half = Place(latitude, longitude), Decimal(5).scaleb(-decimals - 1)
    edges = {min(max(Decimal(latitude) + side, Decimal(-90)), Decimal(90)) for side in (-half, half)}
    # Longitude alone matters here, not on which side: east is as far as west.
    east = Decimal(longitude) + (half if Decimal(longitude) <= 0 else -half)
    farthest = max(distance_m(middle, Place(format(edge, "f"), format(east, "f"))) for edge in edges)
    return math.ceil(farthest * _MARGIN)


def _round(text: str, decimals: int) -> str:
    rounded = Decimal(text).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return format(rounded if rounded else abs(rounded), "f")  # no minus before zero


def _cell_of(place: Place, metres: int) -> tuple[str, str]:
    """The middle of a cell no corner of which is farther from it than so many metres.

    Rows have one height all over the Earth; a row has as many cells as its wider edge asks for.
    """
    side = math.sqrt(2) * metres / _MARGIN / _DEGREE_M  # of the square in a circle, in degrees of latitude
    rows = math.ceil(180 / side)
    row = min(int((place.latitude + 90) / 180 * rows), rows - 1)
    south, north = row * 180 / rows - 90, (row + 1) * 180 / rows - 90
    nearest = 0.0 if south < 0 < north else min(abs(south), abs(north))
    cells = math.ceil(360 * math.cos(math.radians(nearest)) / side)
    cell = min(int((place.longitude + 180) / 360 * cells), cells - 1)
    return f"{(south + north) / 2:.6f}", f"{(cell + 0.5) * 360 / cells - 180:.6f}"
