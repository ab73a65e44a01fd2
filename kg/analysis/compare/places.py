"""Comparison of where and when: circles of stated accuracy, and the days a date can mean."""

import re
from datetime import date
from math import inf

from kg.analysis.compare.outcomes import Context, Finding, Outcome, Position, both
from kg.analysis.compare.spans import Pieces, Relation, complement, meet, relate, to_outcome, weigh
from kg.analysis.compare.words import outcome_words
from kg.model import Location, Stance, Timing
from kg.terms import NOT_STATED
from kg.values.dates import EdtfDate, parse_edtf
from kg.values.mgrs_squares import parse_mgrs
from kg.values.places import Place, distance_m, parse_accuracy
from kg.values.refused import ValueRefused

_POINT = re.compile(r"POINT ?\(\s*(?P<longitude>-?[0-9.]+)\s+(?P<latitude>-?[0-9.]+)\s*\)", re.IGNORECASE)


def compare_locations(one: Position, other: Position, context: Context) -> Finding:
    """Two locations of one thing: as circles where both have one, else by name."""
    a, b = both(one, other, Location)
    if _same_place(a, b):
        outcome = weigh(Relation.EQUAL, one.stance, other.stance)
        rule = "location" if circle_of(a) else "location-names"
        return Finding(outcome=outcome, rule=rule, words=(outcome_words(outcome),), matches=("about", "place"))
    mine, theirs = circle_of(a), circle_of(b)
    if mine is None or theirs is None:
        words = "No distance follows, since a point with an accuracy in metres is not stated on both sides."
        return Finding(
            outcome=Outcome.NOT_COMPARABLE,
            rule="location-names",
            words=(words,),
            matches=("about",),
            differs=("place",),
        )
    (centre, radius), (target, reach) = mine, theirs
    apart = distance_m(centre, target)
    outcome = weigh(_relate_circles(apart, radius, reach), one.stance, other.stance)
    words = f"The points lie {apart:,.0f} m apart; their stated accuracy is {radius:,.0f} m and {reach:,.0f} m."
    return Finding(outcome=outcome, rule="location", words=(outcome_words(outcome), words), matches=("about",))


def _same_place(a: Location, b: Location) -> bool:
    named = bool(a.place and b.place and a.place.casefold() == b.place.casefold())
    return (a.place, a.point, a.mgrs, a.radius) == (b.place, b.point, b.mgrs, b.radius) or (
        named and (circle_of(a) is None or circle_of(b) is None)
    )


def point_of(location: Location) -> tuple[float, float] | None:
    """The latitude and longitude of a place in degrees, None where no point is stated or it cannot be read."""
    try:
        if location.point and (found := _POINT.fullmatch(location.point)):
            place = Place(found["latitude"], found["longitude"])
            return place.latitude, place.longitude
        if location.mgrs:
            square = parse_mgrs(location.mgrs)
            return square.latitude, square.longitude
    except (ValueRefused, ValueError):
        return None
    return None


def circle_of(location: Location) -> tuple[Place, float] | None:
    """The point and its accuracy in metres, None where either is not stated or cannot be read."""
    try:
        radius = float(location.radius) if location.radius else None
        if radius is None and location.accuracy != NOT_STATED:
            radius = parse_accuracy(location.accuracy).metres
        if radius is None:
            return None
        if location.point and (found := _POINT.fullmatch(location.point)):
            return Place(found["latitude"], found["longitude"]), radius
        if location.mgrs:
            square = parse_mgrs(location.mgrs)
            return Place(f"{square.latitude:.6f}", f"{square.longitude:.6f}"), radius
    except (ValueRefused, ValueError):
        # What a source wrote need not be a point; it is then compared by name.
        return None
    return None


def _relate_circles(apart: float, radius: float, reach: float) -> Relation:
    if apart > radius + reach:
        return Relation.APART
    if apart == 0 and radius == reach:
        return Relation.EQUAL
    if apart + radius <= reach:
        return Relation.INSIDE
    return Relation.HOLDS if apart + reach <= radius else Relation.PARTLY


def compare_timings(one: Position, other: Position, context: Context) -> Finding:
    """Two dates of one thing, as the days each can mean."""
    a, b = both(one, other, Timing)
    mine, theirs = _days(a.time), _days(b.time)
    if mine is None or theirs is None or mine[1] or theirs[1]:
        return _round_dates(one, other, mine, theirs)
    outcome = to_outcome(relate(_with_stance(mine[0], one.stance), _with_stance(theirs[0], other.stance)))
    words = [outcome_words(outcome)]
    shared = meet(mine[0], theirs[0])
    if outcome is Outcome.OVERLAPS and shared and one.stance is other.stance is Stance.ASSERTS:
        words.append(f"They share {_days_words(shared)}.")
    return Finding(outcome=outcome, rule="timing", words=tuple(words), matches=("about",))


def _with_stance(days: Pieces, stance: Stance) -> Pieces:
    return days if stance is Stance.ASSERTS else complement(days, floor=-inf)


def _round_dates(
    one: Position, other: Position, mine: tuple[Pieces, bool] | None, theirs: tuple[Pieces, bool] | None
) -> Finding:
    a, b = both(one, other, Timing)
    if a.time == b.time and a.time != NOT_STATED:
        outcome = weigh(Relation.EQUAL, one.stance, other.stance)
        words = f"{outcome_words(outcome)} The date has no firm bounds."
    elif mine and theirs and meet(mine[0], theirs[0]) and one.stance is other.stance is Stance.ASSERTS:
        outcome, words = Outcome.OVERLAPS, "They can agree; how far off the doubtful date may be is not stated."
    else:
        outcome, words = Outcome.NOT_COMPARABLE, "A date without firm bounds contradicts nothing."
    return Finding(outcome=outcome, rule="timing-round", words=(words,), matches=("about",))


def _days(text: str) -> tuple[Pieces, bool] | None:
    """The days a date can mean, as ordinals, and whether it is marked doubtful; None where it is no date."""
    if text == NOT_STATED:
        return None
    try:
        found: EdtfDate = parse_edtf(text)
    except ValueRefused:
        return None
    first, last = found.named_period()
    return ((first.toordinal() if first else -inf, last.toordinal() if last else inf),), found.qualified


def _days_words(days: Pieces) -> str:
    low, high = days[0][0], days[-1][1]
    ends = [("from" if high == inf else "", low), ("to" if low > -inf else "up to", high)]
    words = [f"{word} {date.fromordinal(int(day))}" for word, day in ends if abs(day) < inf]
    return " ".join(words).strip() if low != high else str(date.fromordinal(int(low)))
