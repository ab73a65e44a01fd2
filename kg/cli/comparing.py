"""The command that compares: `compare`."""

import csv
import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from kg.cli.present import format_option, print_table, say, visible
from kg.cli.storing import Source, source_options
from kg.errors import AvermentError, NotFound

if TYPE_CHECKING:
    from kg.analysis.compare.event import Compared, EventComparison
    from kg.record import OpenRecord

_COLUMNS = (
    "outcome",
    "first",
    "second",
    "why",
    "rule",
    "matches",
    "differs",
    "unstated",
    "first claim",
    "second claim",
)
_MOST = 20_000
_WIDTH = 116


@click.command()
@click.argument("event", metavar="EVENT")
@click.option("--all", "every", is_flag=True, help="Also the pairs that cannot be compared, and every pair of many.")
@format_option
@source_options
def compare(event: str, *, every: bool, form: str, source: Source) -> None:
    """Tell who differs from whom on EVENT, and why.

    Two claims contradict each other only where they speak of the same thing in the same scope; where they do not, it is
    said what differs and what would make them comparable. EVENT is an IRI, a path such as event/raqqa-2017, or a key.
    """
    from kg.analysis.compare.event import FEW, compare_event

    record = source.open()
    iri = _get_event(record, event)
    found = compare_event(record, iri, all=every)
    if every and found.claims > FEW:
        _print_every(record, iri, found, form)
    elif form == "table":
        _print_sentences(found)
    else:
        rows = [_row(pair) for pair in found.pairs] + [
            (conclusion.kind, "", "", conclusion.sentence, "partition", "", "", "", *_two(conclusion.claims))
            for conclusion in found.conclusions
        ]
        print_table(_COLUMNS, rows, form=form)
    _say_what_is_left(found, every=every)


def _get_event(record: "OpenRecord", name: str) -> str:
    events = [iri for iri in record.find(name) if iri.startswith(f"{record.base}event/")]
    if len(events) == 1:
        return events[0]
    if events:
        raise NotFound(f"{len(events)} events are named {name!r}: {', '.join(events[:5])} … give more of the name.")
    raise NotFound(f"No event in this record is named {name!r}. `averment ask events-overview` lists the events.")


def _print_sentences(found: "EventComparison") -> None:
    click.echo(visible(_headline(found)))
    for pair in found.pairs:
        _print_one(pair.comparison.outcome.value, " · ".join(dict.fromkeys(pair.voices)), pair.comparison.sentence)
    for conclusion in found.conclusions:
        _print_one(conclusion.kind, "what the sets allow to conclude", conclusion.sentence)


def _print_one(outcome: str, who: str, sentence: str) -> None:
    click.echo(f"\n{outcome}: {visible(who)}")
    # Sentences, not cells: a column of them cannot be read.
    click.echo(textwrap.fill(visible(sentence), width=_WIDTH, initial_indent="  ", subsequent_indent="  "))


def _headline(found: "EventComparison") -> str:
    name = found.event.label
    if found.claims < 2:
        claims = "1 claim" if found.claims else "no claims"
        return f"{name}: {claims}, so that there is nothing to compare."
    pairs = {0: "no two of different voices contradict", 1: "1 pair of different voices contradicts"}.get(
        found.contradictions, f"{found.contradictions:,} pairs of different voices contradict"
    )
    return f"{name}: {found.claims:,} claims; {pairs} each other."


def _row(pair: "Compared") -> tuple[object, ...]:
    told = pair.comparison
    slots = (" ".join(told.matches), " ".join(told.differs), " ".join(told.unstated))
    return (told.outcome.value, *pair.voices, told.sentence, told.rule, *slots, pair.one.claim, pair.other.claim)


def _two(claims: tuple[str, ...]) -> tuple[str, str]:
    return claims[0] if claims else "", " ".join(claims[1:])


def _print_every(record: "OpenRecord", iri: str, found: "EventComparison", form: str) -> None:
    from kg.analysis.compare.event import iter_all_pairs

    total = found.claims * (found.claims - 1) // 2
    if form != "csv" and total > _MOST:
        raise AvermentError(
            f"{found.claims:,} claims make {total:,} pairs, too many for one table. Remedy: --format csv writes them "
            "one by one, or leave out --all for the widest contradictions."
        )
    rows: Iterator[tuple[object, ...]] = (_row(pair) for pair in iter_all_pairs(record, iri))
    if form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(_COLUMNS)
        writer.writerows(rows)
    else:
        print_table(_COLUMNS, rows, form=form)


def _say_what_is_left(found: "EventComparison", *, every: bool) -> None:
    if found.partly and not every and found.contradictions > len(found.pairs):
        say(
            f"The {len(found.pairs)} widest contradictions of {found.contradictions:,} are listed; "
            "--all --format csv writes every pair."
        )
    elif found.left_out:
        more = "1 more pair cannot be compared or says little; --all lists it."
        if found.left_out > 1:
            more = f"{found.left_out:,} more pairs cannot be compared or say little; --all lists them."
        say(more)
