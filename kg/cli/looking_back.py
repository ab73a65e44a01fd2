"""Commands that look back, and from somewhere: `history`, `viewpoint`."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.act import now, software
from kg.cli.present import format_option, print_table, say, visible
from kg.cli.recording import print_notices
from kg.cli.storing import Source, source_options
from kg.errors import NotFound
from kg.terms import avc

if TYPE_CHECKING:
    from kg.analysis.as_of import AsOf, View
    from kg.model import Viewpoint
    from kg.reading import Reader
    from kg.record import OpenRecord

_EVENT = click.argument("name", metavar="EVENT")
_POSITIONS = ("voice", "about", "position", "said", "state", "claim")
_CHANGES = ("date", "change", "sentence", "before", "after")
_WIDTH = 116


def find_one(record: "OpenRecord", name: str, *kinds: str) -> str:
    """The IRI of the one thing of some kinds that a name can mean. Raises NotFound, with what to do."""
    found = [iri for iri in record.find(name) if iri.removeprefix(record.base).partition("/")[0] in kinds]
    if len(found) == 1:
        return found[0]
    kind = " or ".join(kinds)
    if not found:
        listed = "events-overview" if "event" in kinds else "agents-overview"
        raise NotFound(f"No {kind} in this record is named {name!r}. `averment ask {listed}` lists them.")
    raise NotFound(f"{len(found)} things are named {name!r}: {', '.join(found[:5])}. Say which, by its whole IRI.")


@click.command()
@_EVENT
@click.option("--as-of", "said_by", metavar="DATE", help="Only what was said by this date (EDTF; its last day counts).")
@click.option("--recorded-by", metavar="INSTANT", help="Only what was recorded here by this day or instant, in UTC.")
@click.option("--possibly", is_flag=True, help="Count what may have been said by then, not only what surely was.")
@click.option("--positions", "show_positions", is_flag=True, help="Only who holds which position.")
@click.option("--changes", "show_changes", is_flag=True, help="Only what changed.")
@format_option
@source_options
def history(
    name: str,
    said_by: str | None,
    recorded_by: str | None,
    possibly: bool,
    show_positions: bool,
    show_changes: bool,
    form: str,
    source: Source,
) -> None:
    """Tell who held which position on an event, and what changed: reversals, revisions, withdrawals, stale statuses.

    Two dates can be given: when it was said, and when it was recorded here. For CSV or JSON choose one of --positions
    and --changes.
    """
    from kg.analysis.as_of import read_as_of

    if form != "table" and show_positions == show_changes:
        raise click.UsageError(f"two tables do not fit into one {form}; add --positions or --changes")
    record = source.open()
    view, reader = record.view(), record.reader()
    at = read_as_of(view, said_by=said_by, recorded_by=recorded_by, certainty="possibly" if possibly else "surely")
    event = find_one(record, name, "event")
    if form == "table":
        _say_limits(reader, event, at, said_by, recorded_by)
    held = [] if show_changes else _position_rows(view, reader, event, at, form)
    changed = [] if show_positions else _change_rows(view, reader, event, at, form)
    if form != "table":
        print_table(_CHANGES if show_changes else _POSITIONS, changed or held, form=form)
        return
    if not show_changes:
        _print_held(held)
    if not show_positions:
        _print_changed(changed)


def _print_held(rows: Sequence[Sequence[object]]) -> None:
    """Positions in sentences, voice by voice: a table of them would be wider than any window."""
    by_voice: dict[object, list[str]] = {}
    for voice, _, sentence, said, state, claim in rows:
        note = " It took this back." if state == "withdrawn" else ""
        by_voice.setdefault(voice, []).append(f"({said or 'date not stated'}) {sentence}{note} [{claim}]")
    if not rows:
        click.echo("\nNo voice holds a position on it that is known by then.")
        return
    click.echo(f"\nPositions held, {len(rows):,} by {len(by_voice):,} voice{'s' if len(by_voice) > 1 else ''}:")
    for voice, told in by_voice.items():
        click.echo("\n" + visible(str(voice)))
        for line in told:
            click.echo(_fill(line))


def _print_changed(rows: Sequence[Sequence[object]]) -> None:
    if not rows:
        click.echo("\nNo voice has changed a position that is known by then.")
        return
    click.echo(f"\nWhat changed, {len(rows):,} time{'s' if len(rows) > 1 else ''}:")
    for said, change, sentence, before, after in rows:
        click.echo("\n" + visible(f"{change} ({said or 'date not stated'})"))
        click.echo(_fill(f"{sentence} [{before} → {after}]"))


def _fill(sentence: str) -> str:
    return textwrap.fill(visible(sentence), width=_WIDTH, initial_indent="  ", subsequent_indent="  ")


def _say_limits(reader: "Reader", event: str, at: "AsOf", said_by: str | None, recorded_by: str | None) -> None:
    limits = [f"said {at.certainty} by {at.said_by}"] if said_by else []
    limits += [f"recorded here by {recorded_by} (log entry {at.entry})"] if recorded_by else []
    known = f", {' and '.join(limits)}" if limits else ", on all that is recorded"
    total = len(reader.get_event(event).claims)
    concern = "1 claim concerns" if total == 1 else f"{total:,} claims concern"
    click.echo(visible(f"{reader.ref(event).label}{known}; {concern} it in all."))


def _short(iri: str, form: str) -> str:
    return iri if form != "table" else iri.rsplit("/", 1)[-1][:8]


def _position_rows(view: "View", reader: "Reader", event: str, at: "AsOf", form: str) -> list[tuple[object, ...]]:
    from kg.analysis.history.changes import positions

    held = positions(view, event=event, as_of=at)
    sentences = {claim.iri: claim.sentence for claim in reader.get_claims(each.claim for each in held)}
    reader.labels.learn(iri for each in held for iri in each.about)
    return [
        (
            reader.ref(each.voice).label,
            ", ".join(reader.labels.text(iri) for iri in each.about),
            sentences[each.claim],
            each.said,
            "withdrawn" if each.is_withdrawn else "held; left by a member" if each.left_by else "held",
            _short(each.claim, form),
        )
        for each in held
    ]


def _change_rows(view: "View", reader: "Reader", event: str, at: "AsOf", form: str) -> list[tuple[object, ...]]:
    from kg.analysis.history.changes import changes
    from kg.analysis.history.words import change_sentences

    found = changes(view, event=event, as_of=at)
    return [
        (each.said_after, each.change.value, sentence, _short(each.before, form), _short(each.after, form))
        for each, sentence in zip(found, change_sentences(reader, found), strict=True)
    ]


@click.command()
@click.argument("choices", metavar="VIEWPOINT")
@click.argument("name", metavar="[EVENT]", required=False)
@click.option("--save", is_flag=True, help="Record the viewpoint of a file, to cite it and ask for it again.")
@click.option("--measure", default="killed", show_default=True, help="What is counted: a code of the measures.")
@click.option("--versus", metavar="VIEWPOINT", help="Another viewpoint, side by side.")
@click.option("--without", metavar="SOURCE", help="What changes where this voice or document is taken away.")
@format_option
@source_options
def viewpoint(
    choices: str,
    name: str | None,
    save: bool,
    measure: str,
    versus: str | None,
    without: str | None,
    form: str,
    source: Source,
) -> None:
    """Tell the number of an event under a viewpoint: what it uses, what it leaves out and why.

    VIEWPOINT is a file of choices or, once it is recorded with --save, its name, key or IRI. EVENT may be left out with
    --save alone.
    """
    from kg.codes import load_codes

    code = avc(measure.removeprefix("avc:"))
    if code not in load_codes() or avc("scheme-measure") not in load_codes()[code].schemes:
        raise click.BadParameter(f"{measure!r} is not a measure, such as killed or injured", param_hint="--measure")
    if name is None and not save:
        raise click.UsageError("name the event whose number is asked for, or --save the viewpoint alone")
    if save and source.store:
        raise click.UsageError("--save records, and --store only reads; leave one of them out")
    record = source.open()
    if save:
        click.echo(visible(_save(record, choices, source.data)))
    chosen = [_read_viewpoint(record, each) for each in (choices, versus) if each is not None]
    if name is None:
        return
    event = find_one(record, name, "event")
    gone = find_one(record, without, "agent", "document") if without is not None else None
    if form == "table":
        _print_numbers(record, event, code, chosen, gone)
    else:
        _print_number_rows(record, event, code, chosen, gone, form)


def _print_numbers(
    record: "OpenRecord", event: str, measure: str, chosen: Sequence["Viewpoint"], gone: str | None
) -> None:
    from kg.analysis.viewpoint.numbers import numbers_under, side_by_side, what_if_withdrawn
    from kg.analysis.viewpoint.words import answer_lines, difference_lines
    from kg.iris import viewpoint_iri

    view, reader = record.view(), record.reader()
    mine = chosen[0]
    answer = numbers_under(view, mine, event=event, measure=measure)
    lines = [f"{mine.name} ({viewpoint_iri(record.base, mine)})", *answer_lines(reader, answer)]
    for other in chosen[1:]:
        theirs = numbers_under(view, other, event=event, measure=measure)
        lines.append(f"Side by side with {other.name} ({viewpoint_iri(record.base, other)}):")
        lines += difference_lines(reader, side_by_side(answer, theirs), one=mine.name, other=other.name)
    if gone is not None:
        lines.append(f"Without {reader.ref(gone).label}, and what is known through it alone:")
        change = what_if_withdrawn(view, mine, gone, event=event, measure=measure)
        lines += difference_lines(reader, change, one="with it", other="without it")
    for line in lines:
        click.echo(visible(line))


def _print_number_rows(
    record: "OpenRecord", event: str, measure: str, chosen: Sequence["Viewpoint"], gone: str | None, form: str
) -> None:
    """A row for each claim that is used or left out, under each viewpoint and, where asked, without the source."""
    from kg.analysis.viewpoint.numbers import numbers_under
    from kg.analysis.viewpoint.words import ANSWER_COLUMNS, answer_rows

    view, reader = record.view(), record.reader()
    asked: list[tuple[str, Viewpoint, str | None]] = [(each.name, each, None) for each in chosen]
    asked += [(f"{chosen[0].name}, without {reader.ref(gone).label}", chosen[0], gone)] if gone is not None else []
    rows: list[tuple[object, ...]] = []
    for name, each, without in asked:
        answer = numbers_under(view, each, event=event, measure=measure, without=without)
        rows += [(name, *row) for row in answer_rows(reader, answer)]
    print_table(("viewpoint", *ANSWER_COLUMNS), rows, form=form)


def _read_viewpoint(record: "OpenRecord", choices: str) -> "Viewpoint":
    from kg.analysis.viewpoint.choices import load_viewpoint
    from kg.analysis.viewpoint.record import find_viewpoint

    path = Path(choices)
    if path.is_file():
        viewpoint = load_viewpoint(path, base=record.base).viewpoint
        _warn_of_unknown(record, viewpoint, path)
        return viewpoint
    return find_viewpoint(record.view(), record.base, choices)


def _warn_of_unknown(record: "OpenRecord", viewpoint: "Viewpoint", path: Path) -> None:
    from kg.analysis.viewpoint.record import unknown_names

    for name in unknown_names(record.view(), record.base, viewpoint):
        say(f"warning: {path} names {name}")


def _save(record: "OpenRecord", choices: str, data: Path) -> str:
    """Record the viewpoint of a file, and tell what was done. Raises Refused."""
    from kg.analysis.viewpoint.choices import as_of, load_viewpoint
    from kg.analysis.viewpoint.record import is_recorded
    from kg.iris import viewpoint_iri
    from kg.log import Record
    from kg.pipeline import record_batch

    path = Path(choices)
    if not path.is_file():
        raise click.BadParameter(f"{choices!r} is not a file of choices", param_hint="--save")
    held = load_viewpoint(path, base=record.base)
    iri = viewpoint_iri(record.base, held.viewpoint)
    if is_recorded(record.view(), record.base, held.viewpoint):
        return f"{path}: recorded already as {iri}, nothing added"
    as_of(record.view(), held.viewpoint)
    batch = held.to_batch(record.base, recorded=now(), software=software())
    outcome = record_batch(data, Record.open(data), batch)
    print_notices(outcome.notices, advice=False)
    return f"{path}: viewpoint recorded in entry {outcome.entry} as {iri}"
