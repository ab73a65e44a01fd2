"""What a table counts: a column for each kind of harm, or one that says what is told and one with the figure."""

import re
from collections.abc import Iterator

from kg.intake.tables.starting.claims import claim
from kg.intake.tables.starting.looking import Column, plays
from kg.intake.tables.starting.number_forms import list_number_lines
from kg.intake.tables.starting.quoting import double, quote, quote_blanks, show
from kg.intake.tables.starting.seen import Seen

_MEASURES = ("killed", "injured", "missing")
_PEOPLE = ("children", "women", "men", "civilians")
_HIGH = {"min": "max", "minimum": "maximum", "low": "high", "lowest": "highest"}


def claim_counts(seen: Seen) -> Iterator[str]:
    """A claim for each column that counts people harmed, or for each two that give the least and the most."""
    names = {column.name: column for column in seen.usable}
    highs = set()
    for column in seen.usable:
        measure = next((each for each in _MEASURES if column.plays(each)), "")
        if not column.is_counting or not measure or column.name in highs:
            continue
        named = re.sub(r"(?i)min(imum)?|low(est)?", lambda found: _HIGH[found[0].lower()], column.name)
        high = names.get(named) if named != column.name else None
        yield from _claim_count(seen, column, high, measure)
        highs |= {high.name} if high else set()


def _claim_count(seen: Seen, column: Column, high: Column | None, measure: str) -> Iterator[str]:
    low = column.name
    population = next((code for code in _PEOPLE if column.plays(code)), "")
    slots = ["count:", f'  about: "event/{seen.event}"', f"  measure: {measure}"]
    slots.append(f"  population: {population}" if population else "  # population: civilians   # if the table says so")
    if high:
        slots.append(f"  number: {{at_least: {{column: {quote(low)}}}, at_most: {{column: {quote(high.name)}}}}}")
        wording, asked = f"{low}: {{{low}|maybe}}, {high.name}: {{{high.name}}}", high
    else:
        slots += list_number_lines(column)
        wording, asked = f"{low}: {{{low}}}", column
    where = f"{{not: [{quote_blanks(asked)}]}}" if asked.blanks else "filled"
    yield from claim(seen, f"{quote(asked.name)}: {where}", slots, wording=wording)


def claim_figures(seen: Seen) -> Iterator[str]:
    """Claims of a table in which one column says what is told, and another what is said of it."""
    fact, figure, words = seen.find("fact"), seen.find("figure"), seen.find("quote")
    if fact is None or figure is None or not fact.is_few:
        return
    counted = {value: measure for measure in _MEASURES for value in fact.values if plays(value, measure)}
    if not counted:
        return
    yield f"      # {show(fact.name)} says what a row tells; here are the rows that give numbers."
    where = f"{quote(fact.name)}: [{', '.join(map(quote, counted))}]"
    meant = ", ".join(f"{quote(value)}: {measure}" for value, measure in counted.items())
    slots = ["count:", f'  about: "event/{seen.event}"']
    slots += [f"  measure: {{column: {quote(fact.name)}, map: {{{meant}}}}}", f'  number: "{{{figure.name}}}"']
    wording = f"{{{words.name}}}" if words else f"{{{fact.name}}}: {{{figure.name}}}"
    yield from claim(seen, where, slots, wording=wording)
    others = [value for value in fact.values if value not in counted]
    if others:
        yield from _list_other_lines(seen, fact, others, wording)


def _list_other_lines(seen: Seen, fact: Column, others: list[str], wording: str) -> Iterator[str]:
    """How to claim what rows tell beside numbers, as a comment."""
    voice = f'"agent/{seen.voice}"' if seen.voice else "publisher"
    told = ", ".join(map(show, others))
    yield f"      # Rows that make no claim yet, of which each kind is claimed in its own way: {told}."
    yield f"      # - who: {voice}"
    yield f"      #   where: {{{quote(fact.name)}: {quote(others[0])}}}"
    yield f"      #   wording: {double(wording)}"
    yield "      #   asserts:"
    yield f'      #     occurrence: {{about: "event/{seen.event}"}}'
