"""A claim that each row makes, as it stands in a mapping: who, on whose word, which rows, what."""

from collections.abc import Iterator, Sequence

from kg.intake.tables.starting.looking import Column
from kg.intake.tables.starting.quoting import double, quote, quote_date
from kg.intake.tables.starting.seen import Seen


def claim(seen: Seen, where: str, slots: Sequence[str], *, wording: str = "") -> Iterator[str]:
    """The lines of a claim by the voice of the rows, or else by the publisher of the table."""
    yield f'      - who: "agent/{seen.voice}"' if seen.voice else "      - who: publisher"
    if seen.voice:
        yield "        via: [publisher]   # the table only passes on what that party says"
    if where:
        yield f"        where: {{{where}}}"
    if wording:
        yield "        # The words it was read from; {column|maybe} may be empty."
        yield f"        wording: {double(wording)}"
    if seen.said is not None:
        said = f"said: {quote_date(seen.said)}"
        sure = seen.voice and seen.said.plays("told")
        yield f"        {said}" if sure else f"        # {said}   # if the row was written that day"
    yield "        asserts:"
    yield from (f"          {slot}" for slot in slots)


def claim_timing(seen: Seen, about: str, day: Column | None) -> Iterator[str]:
    """When something happened, if a column says so."""
    if day is None:
        return
    others = f"   # or {', '.join(day.dates[1:])}: every date looked at fits these too" if day.dates[1:] else ""
    slots = ["timing:", f'  about: "{about}"', f"  time: {quote_date(day)}{others}"]
    yield from claim(seen, f"{quote(day.name)}: filled", slots)


def claim_location(seen: Seen, about: str, place: Column | None) -> Iterator[str]:
    """Where something happened, if a column names a place, and the point as a comment."""
    if place is None:
        return
    slots = ["location:", f'  about: "{about}"', f"  place: {{column: {quote(place.name)}}}"]
    latitude, longitude = seen.find("latitude"), seen.find("longitude")
    if latitude and longitude:
        point = f"[{{column: {quote(latitude.name)}}}, {{column: {quote(longitude.name)}}}]"
        slots += [f"  # point: {point}", "  # radius: 500           # a point needs how far off it may be, in metres"]
    yield from claim(seen, f"{quote(place.name)}: filled", slots)
