"""Numbers drawn: what may be compared together, open ends left open, one voice's revisions as a trail.

Positions are percentages of the width, so that a drawing fits any screen and its words stay the size of the text.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.analysis.compare.event import Compared
from kg.analysis.compare.outcomes import Outcome
from kg.model import Count
from webui.numbers import Measured, Number

SKEWED = 40
_ROOM = 94.0
_MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Lane:
    """One number: where its bar begins and ends; None where that end is open. `trail` is the middle of the former one.

    `led` says that a later number of the same voice follows in the next lane.
    """

    number: Number
    start: float | None
    end: float | None
    around: float | None
    over: bool
    trail: float | None
    led: bool

    @property
    def left(self) -> float:
        """Where what is drawn begins."""
        return self.start if self.start is not None else 0.0

    @property
    def right(self) -> float:
        """Where what is drawn ends."""
        return self.end if self.end is not None else 100.0

    @property
    def middle(self) -> float:
        """Where a trail is fastened: the middle, or the one end there is."""
        if self.around is not None:
            return self.around
        if self.start is None or self.end is None:
            return self.start if self.start is not None else self.right
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Alike:
    """The numbers that answer one question over one group, and how those of different voices stand to each other."""

    lanes: tuple[Lane, ...]
    scope: tuple[tuple[str, object], ...]
    verdict: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plot:
    """All numbers of one measure on one scale; `ticks` are positions and values."""

    groups: tuple[Alike, ...]
    ticks: tuple[tuple[float, int], ...]
    logarithmic: bool


def draw_ranges(measured: Measured, *, over: Mapping[str, str], pairs: Iterable[Compared] | None) -> Plot:
    """A plot of the numbers of one measure; without `pairs` nothing is said of how they stand to each other."""
    scale = _Scale(number.count for number in measured.numbers)
    found: dict[tuple[str, str], list[Number]] = {}
    for number in measured.numbers:
        found.setdefault((number.claim.question, number.count.over or ""), []).append(number)
    known = {frozenset((pair.one.claim, pair.other.claim)): pair for pair in pairs or ()}
    groups = [
        Alike(
            _lanes(numbers, over, scale),
            tuple((name, value) for name, value in numbers[0].scope if name in measured.differs and value is not None),
            *(_say(numbers, over, known) if pairs is not None else ("", "")),
        )
        for numbers in found.values()
    ]
    return Plot(tuple(groups), scale.ticks, scale.logarithmic)


def _lanes(numbers: Sequence[Number], over: Mapping[str, str], scale: "_Scale") -> tuple[Lane, ...]:
    voices = list(dict.fromkeys(number.claim.step.voice.iri for number in numbers))
    lanes: list[Lane] = []
    for voice in voices:
        own = [number for number in numbers if number.claim.step.voice.iri == voice]
        own.sort(key=lambda number: (number.claim.step.latest or "9999", number.claim.iri))
        trail = None
        for place, number in enumerate(own):
            lane = _lane(number, over, scale, trail, led=place + 1 < len(own))
            lanes.append(lane)
            trail = lane.middle
    return tuple(lanes)


def _lane(number: Number, over: Mapping[str, str], scale: "_Scale", trail: float | None, *, led: bool) -> Lane:
    count = number.count
    bare = count.at_least is None and count.at_most is None
    return Lane(
        number,
        None if count.at_least is None else scale.place(count.at_least),
        None if count.at_most is None else scale.place(count.at_most),
        scale.place(count.approximately) if bare and count.approximately is not None else None,
        number.claim.iri in over,
        trail,
        led,
    )


def _say(
    numbers: Sequence[Number], over: Mapping[str, str], known: Mapping[frozenset[str], Compared]
) -> tuple[str, str]:
    """How the numbers that stand now are to each other: in a word, and in a sentence where two voices meet."""
    now = [number.claim for number in numbers if number.claim.iri not in over]
    voices = {claim.step.voice.iri for claim in now}
    if len(voices) < 2:
        earlier = len(numbers) - len(now)
        revised = f"; {earlier} of its numbers {'was' if earlier == 1 else 'were'} said before" if earlier else ""
        return "", f"One voice gives this number{revised}. Nobody else counts alike." if now else ""
    met = [
        pair
        for pair in known.values()
        if {pair.one.claim, pair.other.claim} <= {claim.iri for claim in now} and pair.one.voice != pair.other.voice
    ]
    against = [pair for pair in met if pair.comparison.outcome is Outcome.CONTRADICTS]
    if against:
        widest = max(against, key=lambda pair: pair.gap)
        return "They contradict each other.", widest.comparison.sentence
    if met and all(pair.comparison.outcome is Outcome.AGREES for pair in met):
        return f"All {len(voices)} voices agree.", met[0].comparison.sentence
    return "They can all hold at once.", met[0].comparison.sentence if met else ""


class _Scale:
    """From a number to a place: in proportion, or by logarithm where a few numbers dwarf the others."""

    def __init__(self, counts: Iterable[Count]) -> None:
        values = [v for c in counts for v in (c.at_least, c.at_most, c.approximately) if v is not None and v >= 0]
        self.top = max([1, *values])
        smallest = min([value for value in values if value > 0], default=1)
        self.logarithmic = self.top / smallest > SKEWED
        self.ticks = tuple((self.place(value), value) for value in self._values())

    def place(self, value: int) -> float:
        """The percentage at which a number stands."""
        share = math.log1p(max(value, 0)) / math.log1p(self.top) if self.logarithmic else max(value, 0) / self.top
        return round(_ROOM * share, 2)

    def _values(self) -> list[int]:
        if self.logarithmic:
            return [0, *(10**power for power in range(math.floor(math.log10(self.top)) + 1))]
        step = 10 ** math.floor(math.log10(self.top))
        step = next(
            step * part // 10 or 1 for part in (1, 2, 5, 10, 20, 50) if self.top * 10 <= step * part * _MOST_TICKS
        )
        return list(range(0, self.top + 1, step))
