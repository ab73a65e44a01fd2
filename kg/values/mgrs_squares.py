"""Military grid references: the square one names, its middle in degrees, and the square a point lies in."""

import math
import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.values.refused import ValueRefused, check_length

if TYPE_CHECKING:
    from mgrs import MGRS

_REFERENCE = re.compile("(?P<zone>[0-9]{1,2})(?P<band>[C-HJ-NP-X])(?P<square>[A-HJ-NP-Z][A-HJ-NP-V])(?P<digits>[0-9]*)")
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_METRES_PER_DEGREE = 111_320
_EXAMPLE = "write it like 37S FV 88117 96621, or with fewer digits in pairs"
SIDES = (100_000, 10_000, 1_000, 100, 10, 1)
"""The side of the square in metres, for no to five pairs of digits."""


@dataclass(frozen=True, slots=True)
class GridSquare:
    """A square of the grid: its reference without spaces, the side in metres, and its middle in WGS 84 degrees."""

    text: str
    side_m: int
    latitude: float
    longitude: float


def parse_mgrs(text: str) -> GridSquare:
    """The grid square a reference names (polar squares are not read); raises ValueRefused where there is none.

    The conversion is GEOTRANS's, through the `mgrs` package (NGA.SIG.0012, WGS 84).

    >>> parse_mgrs("37S EV 00784 78402").side_m
    1
    """
    check_length(text, 40)
    body = re.sub("[  ]", "", text.strip()).upper()
    match = _REFERENCE.fullmatch(body)
    if not match:
        raise ValueRefused(text, _describe_fault(body), _EXAMPLE)
    if not 1 <= int(match["zone"]) <= 60:
        raise ValueRefused(text, f"there is no zone {match['zone']}; they run from 1 to 60", "check the first digits")
    if len(match["digits"]) % 2 or len(match["digits"]) > 10:
        fault = f"it has {len(match['digits'])} digits after the letters, which do not split into easting and northing"
        raise ValueRefused(text, fault, "give 0, 2, 4, 6, 8 or 10 digits")
    reference = f"{int(match['zone']):02}{match['band']}{match['square']}{match['digits']}"
    side = SIDES[len(match["digits"]) // 2]
    square = GridSquare(reference, side, *_middle(reference, text))
    _check_inside(square, text)
    return square


def to_mgrs(latitude: float, longitude: float, *, side_m: int = 1) -> str:
    """The reference of the square of side `side_m` metres (a power of ten to 100,000) that holds a point in degrees.

    Raises ValueRefused for a point outside 80° south to 84° north, or for another side.

    >>> to_mgrs(35.95, 39.0, side_m=100)
    '37SEV000784'
    """
    if side_m not in SIDES:
        raise ValueRefused(str(side_m), "the grid has no squares of this side", f"use one of {SIDES} metres")
    if not (-80 <= latitude <= 84 and -180 <= longitude <= 180):
        raise ValueRefused(f"{latitude} {longitude}", "the grid covers 80° south to 84° north", "give degrees")
    return str(_converter().toMGRS(latitude, longitude, MGRSPrecision=SIDES.index(side_m)))


def _middle(reference: str, text: str) -> tuple[float, float]:
    """Degrees of the metre that holds the middle: releases of `mgrs` differ in which point of a square they give."""
    from mgrs.core import MGRSError

    letters, digits = reference[:5], reference[5:]
    half = len(digits) // 2
    finest = letters + "".join(f"{part}5".ljust(5, "0")[:5] for part in (digits[:half], digits[half:]))
    with warnings.catch_warnings():
        # It only warns of a latitude outside the band; `_check_inside` refuses where that is more than an overlap.
        warnings.filterwarnings("ignore", message=".*Latitude Warning", category=RuntimeWarning)
        try:
            latitude, longitude = _converter().toLatLon(finest)
        except MGRSError:
            raise _misplaced(reference, text) from None
    return float(latitude), float(longitude)


def _check_inside(square: GridSquare, text: str) -> None:
    """Refuse a square farther out of its zone or band than its own size and half a degree of overlap allow."""
    zone, band = int(square.text[:2]), square.text[2]
    slack = 0.5 + square.side_m / _METRES_PER_DEGREE
    south = 8 * _BANDS.index(band) - 80
    north = 84 if band == "X" else south + 8
    wide = slack + square.side_m / (_METRES_PER_DEGREE * math.cos(math.radians(square.latitude)))
    # The zones round Norway (V) and Svalbard (X) are up to twelve degrees wide.
    reach = (9 if band in "VX" else 3) + wide
    off = abs((square.longitude - (6 * zone - 183) + 180) % 360 - 180)
    if not south - slack <= square.latitude <= north + slack or off > reach:
        raise _misplaced(square.text, text)


def _misplaced(reference: str, text: str) -> ValueRefused:
    reason = f"the square {reference[3:5]} does not lie in zone and band {reference[:3]}"
    return ValueRefused(text, reason, "check the zone and the letters")


def _describe_fault(body: str) -> str:
    if re.match("[0-9]{1,2}[ABYZ]|[ABYZ]", body):
        return "polar squares are not read"
    if re.match("[0-9]{1,2}[A-Z]*[IO]", body):
        return "the letters I and O are not used in the grid"
    return "it is not a zone, a band letter, two square letters and digits"


@cache
def _converter() -> "MGRS":
    # Imported late: it loads a shared library, which most commands never need.
    from mgrs import MGRS

    return MGRS()
