"""Places as sources give them: degrees in the source's own digits, and how exact the source says they are."""

import math
import re
from dataclasses import dataclass

from kg.terms import Iri, avc
from kg.values.mgrs_squares import GridSquare, parse_mgrs
from kg.values.refused import ValueRefused

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius R1 of the Earth (IUGG, WGS 84)."""

_DEGREES = re.compile("-?[0-9]{1,3}(?:[.][0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A code for how exactly a place is known; `metres` only where the code's own words give it, else None."""

    code: Iri
    source_value: str
    metres: int | None = None


def _accuracy(source_value: str, metres: int | None = None) -> Accuracy:
    return Accuracy(avc("airwars-geo-" + source_value.replace("_", "-")), source_value, metres)


ACCURACIES: tuple[Accuracy, ...] = (
    _accuracy("exact_location"),
    _accuracy("exact_location_coalition"),
    _accuracy("exact_location_other"),
    _accuracy("within_1m", 1),
    _accuracy("within_100m", 100),
    _accuracy("nearby_landmark"),
    _accuracy("street"),
    _accuracy("neighbourhood_area"),
    _accuracy("village"),
    _accuracy("town"),
    _accuracy("city"),
    _accuracy("subdistrict"),
    _accuracy("district"),
    _accuracy("province_governorate"),
)
"""Geolocation accuracy as Airwars codes it, finest first. "Village" is no number of metres: whoever wants a circle
round it must assert one, as a claim of their own."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point in WGS 84 degrees, in the source's digits, with its stated accuracy and grid reference where given."""

    latitude_text: str
    longitude_text: str
    accuracy: Iri | None = None
    mgrs: str | None = None

    def __post_init__(self) -> None:
        _check_degrees(self.latitude_text, 90, "latitude")
        _check_degrees(self.longitude_text, 180, "longitude")
        if self.accuracy is not None:
            parse_accuracy(self.accuracy)

    @property
    def latitude(self) -> float:
        """Degrees north."""
        return float(self.latitude_text)

    @property
    def longitude(self) -> float:
        """Degrees east."""
        return float(self.longitude_text)

    @property
    def wkt(self) -> str:
        """The point as GeoSPARQL's WKT (longitude first), digits unchanged.

        >>> Place("35.9500", "39.01").wkt
        'POINT(39.01 35.9500)'
        """
        return f"POINT({self.longitude_text} {self.latitude_text})"


def parse_place(latitude: str, longitude: str, *, accuracy: str | None = None) -> Place:
    """The place two texts in decimal degrees give; raises ValueRefused for other notations and for no such point.

    >>> parse_place("35.9500", "39.01", accuracy="within_100m").accuracy
    'https://w3id.org/averment/codes/airwars-geo-within-100m'
    """
    return Place(latitude.strip(), longitude.strip(), parse_accuracy(accuracy).code if accuracy else None)


def place_from_mgrs(text: str, *, accuracy: str | None = None) -> Place:
    """The middle of a grid square as a place, in as many decimals as its side warrants; raises ValueRefused.

    >>> place_from_mgrs("37SEV000784").wkt
    'POINT(39.0006 35.9504)'
    """
    square = parse_mgrs(text)
    decimals = len(str(100_000 // square.side_m))
    code = parse_accuracy(accuracy).code if accuracy else None
    return Place(f"{square.latitude:.{decimals}f}", f"{square.longitude:.{decimals}f}", code, square.text)


def parse_accuracy(text: str) -> Accuracy:
    """The accuracy of that name: a code's IRI, `avc:airwars-geo-…`, `airwars-geo-…`, or the recorder's `within_100m`.

    Raises ValueRefused, listing the codes, for any other text.

    >>> parse_accuracy("airwars-geo-within-100m").metres
    100
    """
    slug = text.strip().removeprefix(avc("")).removeprefix("avc:")
    for accuracy in ACCURACIES:
        if slug in (accuracy.code.removeprefix(avc("")), accuracy.source_value):
            return accuracy
    known = ", ".join(accuracy.source_value for accuracy in ACCURACIES)
    raise ValueRefused(text, "it is no geolocation accuracy", f"use one of {known}")


def distance_m(one: Place | GridSquare, other: Place | GridSquare) -> float:
    """Metres between two places along the great circle (haversine on the mean sphere; within 0.6 % of the ellipsoid).

    >>> round(distance_m(Place("0", "0"), Place("0", "1")))
    111195
    """
    lat_1, lat_2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat, half_lon = (lat_2 - lat_1) / 2, math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def _check_degrees(text: str, limit: int, what: str) -> None:
    if not _DEGREES.fullmatch(text):
        raise ValueRefused(text, f"it is no {what} in decimal degrees", "write it like 35.9506 or -0.5, north and east")
    if abs(float(text)) > limit:
        raise ValueRefused(text, f"a {what} lies between -{limit} and {limit}", "check whether the two are swapped")
