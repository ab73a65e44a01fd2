"""How many claims fall in each month, as bars the server draws; years in place of months where they are too many.

A bar is as high as the square root of its number: one import may bring more claims of a month than all others hold, and
beside it every other bar would be a line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from kg.analysis.facets.choice import Months
from webui.filters import plural

WIDTH, HEIGHT = 800.0, 120.0
_MOST_BARS = 160
_WIDEST, _GAP = 70.0, 0.8
# A label of a month needs so much room; where bars are narrower, years are written alone.
_ROOMY = 60.0
_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in units of the drawing, `top` from above: its span as an address has it, and what it says in words."""

    x: float
    reach: float
    width: float
    top: float
    height: float
    token: str
    words: str
    claims: int
    chosen: bool
    label: str
    spare: bool
    """Whether its label is left out where there is little room."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A row of bars ready to be put out as SVG, what one of them spans, and the number of the highest."""

    width: float
    height: float
    unit: str
    most: int
    bars: tuple[Bar, ...]


def draw_months(months: Mapping[int, int], chosen: Sequence[Months]) -> Bars:
    """Bars from the first month with a claim to the last."""
    spans = _spans(months)
    unit = "year" if spans and spans[0][0].first != spans[0][0].last else "month"
    most = max((claims for _, claims in spans), default=1)
    step = min(_WIDEST, WIDTH / max(len(spans), 1))
    every = max(1, round(46 / step)) if unit == "year" else 12 * max(1, round(46 / (step * 12)))
    return Bars(
        WIDTH,
        HEIGHT,
        unit,
        most,
        tuple(_bar(at, span, claims, chosen, most, step, every) for at, (span, claims) in enumerate(spans)),
    )


def _spans(months: Mapping[int, int]) -> list[tuple[Months, int]]:
    if not months:
        return []
    first, last = min(months), max(months)
    if last - first < _MOST_BARS:
        return [(Months(month, month), months.get(month, 0)) for month in range(first, last + 1)]
    years = range(first // 12, last // 12 + 1)
    return [(Months.of_year(year), sum(months.get(year * 12 + month, 0) for month in range(12))) for year in years]


def _bar(at: int, span: Months, claims: int, chosen: Sequence[Months], most: int, step: float, every: int) -> Bar:
    year, month = divmod(span.first, 12)
    is_year = span.first != span.last
    token = f"{year:04}" if is_year else f"{year:04}-{month + 1:02}"
    words = str(year) if is_year else f"{_NAMES[month]} {year}"
    place = at if is_year else span.first
    height = max(1.5, sqrt(claims / most) * HEIGHT) if claims else 0.0
    marked = any(span in each for each in chosen)
    return Bar(
        round(at * step, 2),
        round(step, 2),
        round(max(step - _GAP, 0.6), 2),
        round(HEIGHT - height, 2),
        round(height, 2),
        token,
        f"{words}: {plural(claims, 'claim')}",
        claims,
        marked,
        _label(span, step, place % every == 0),
        (at % 2 if step >= _ROOMY and not is_year else place % (2 * every)) != 0,
    )


def _label(span: Months, step: float, is_marked: bool) -> str:
    year, month = divmod(span.first, 12)
    if step >= _ROOMY and span.first == span.last:
        return f"{_NAMES[month][:3]} {year}"
    return str(year) if is_marked else ""
