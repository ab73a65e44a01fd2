"""When things were said and when they were recorded here, on two axes; uncertain dates are as wide as they are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kg.reading import ClaimView, Ref, Step
from kg.reading.listing import Entry
from kg.values.dates_in_words import date_words

_MOST_TICKS = 8
_MOST_MOMENTS = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One saying from its earliest to its latest day, as percentages; an open side is None."""

    start: float | None
    end: float | None
    relay: bool

    @property
    def left(self) -> float:
        """Where what is drawn begins."""
        return self.start if self.start is not None else 0.0

    @property
    def width(self) -> float:
        """How wide it is, never too narrow to be seen."""
        return max((self.end if self.end is not None else 100.0) - self.left, 0.4)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one voice said, and relayed, over time; `undated` counts what bears no date at all."""

    voice: Ref
    bars: tuple[Bar, ...]
    claims: int
    relays: int
    undated: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on which something was said or recorded, where it stands, and how much had come by then."""

    day: str
    at: float
    here: int
    by_then: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Both axes; `left_out` counts the moments that are not listed."""

    voices: tuple[Spoken, ...]
    said: tuple[Moment, ...]
    recorded: tuple[Moment, ...]
    ticks: tuple[tuple[float, str], ...]
    left_out: int


def draw_timeline(
    claims: Sequence[ClaimView], entries: Sequence[Entry], entry_of: Mapping[str, int]
) -> Timeline | None:
    """The sayings of some claims over time; None where no date is stated."""
    steps = list({step.iri: step for claim in claims for step in (claim.step, *_relays(claim))}.values())
    days = [day for step in steps for day in (step.earliest, step.latest) if day]
    if not days:
        return None
    axis = Axis(min(days), max(days))
    by_voice: dict[str, list[Step]] = {}
    for step in steps:
        by_voice.setdefault(step.voice.iri, []).append(step)
    voices = tuple(_spoken(members, axis) for members in by_voice.values())
    said, left_out = _moments(Counter(step.latest for step in steps if step.latest), axis)
    return Timeline(
        tuple(sorted(voices, key=lambda one: (-len(one.bars), one.voice.label))),
        said,
        _recorded(entries, entry_of, [claim.iri for claim in claims]),
        axis.ticks,
        left_out,
    )


def _relays(claim: ClaimView) -> Iterable[Step]:
    return (step for chain in claim.chains for step in chain)


def _spoken(steps: Sequence[Step], axis: "Axis") -> Spoken:
    dated = [step for step in steps if step.earliest or step.latest]
    bars = {Bar(axis.place(step.earliest), axis.place(step.latest), step.kind == "relay") for step in dated}
    relays = sum(step.kind == "relay" for step in steps)
    return Spoken(steps[0].voice, sort_bars(bars), len(steps) - relays, relays, len(steps) - len(dated))


def sort_bars(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """Bars from left to right, always in the same order: those drawn alike too, of which one may be open."""
    return tuple(
        sorted(bars, key=lambda bar: (bar.left, bar.width, bar.relay, bar.start is None, bar.end is None, bar.end or 0))
    )


def _moments(days: Counter[str], axis: "Axis") -> tuple[tuple[Moment, ...], int]:
    found, total = [], 0
    for day in sorted(days):
        total += days[day]
        found.append(Moment(day, axis.place(day) or 0.0, days[day], total))
    if len(found) <= _MOST_MOMENTS:
        return tuple(found), 0
    # The last day of each year says how far each had come.
    years = {moment.day[:4]: moment for moment in found}
    kept = list(years.values())[-_MOST_MOMENTS:]
    return tuple(kept), len(found) - len(kept)


def _recorded(entries: Sequence[Entry], entry_of: Mapping[str, int], claims: Sequence[str]) -> tuple[Moment, ...]:
    counts = Counter(entry_of.get(claim, 0) for claim in claims)
    found, total = [], 0
    known = [entry for entry in entries if counts[entry.number]]
    days = [entry.recorded[:10] for entry in known]
    axis = Axis(min(days), max(days)) if days else None
    for entry, day in zip(known, days, strict=True):
        total += counts[entry.number]
        found.append(Moment(day, (axis.place(day) or 0.0) if axis else 0.0, counts[entry.number], total))
    by_day: dict[str, Moment] = {}
    for moment in found:
        before = by_day.get(moment.day)
        here = moment.here + (before.here if before else 0)
        by_day[moment.day] = Moment(moment.day, moment.at, here, moment.by_then)
    return tuple(by_day.values())


class Axis:
    """From a day to a percentage of the width."""

    def __init__(self, first: str, last: str) -> None:
        self.first, self.last = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
        years = range(date.fromisoformat(first).year, date.fromisoformat(last).year + 1)
        step = -(-len(years) // _MOST_TICKS)
        marks = [(f"{year}-01-01", str(year)) for year in years if year % step == 0]
        inside = [(place, words) for day, words in marks if (place := self.place(day)) is not None and 0 <= place <= 96]
        self.ticks = tuple(inside) or ((0.0, date_words(first)),)

    def place(self, day: str) -> float | None:
        """The percentage at which a day stands; None for none."""
        if not day:
            return None
        width = max(self.last - self.first, 1)
        return round(100 * (date.fromisoformat(day).toordinal() - self.first) / width, 2)
