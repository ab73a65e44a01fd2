"""The command that traces: `origins`."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from kg.cli.present import format_option, print_table, visible
from kg.cli.storing import Source, source_options
from kg.errors import NotFound
from kg.reading.views import Ref

if TYPE_CHECKING:
    from kg.analysis.origins.trace import OriginRow, Origins, Trace
    from kg.record import OpenRecord

_KINDS = ("event", "question", "proposition", "claim", "relay")
_CHAINS = ("shows", "chain", "grounds", "sayings")
_QUESTIONS = ("question", "such as", "reports", "at least", "at most", "passes through", "circular")
_FEW = 20


@click.command()
@click.argument("name", metavar="EVENT|PROPOSITION|QUESTION|CLAIM")
@click.option("--questions", is_flag=True, help="The bounds of every question asserted about an event, as a table.")
@click.option("--all", "every", is_flag=True, help=f"Every chain, however many; otherwise the first {_FEW}.")
@format_option
@source_options
def origins(name: str, *, questions: bool, every: bool, form: str, source: Source) -> None:
    """Tell how many independent origins stand behind what is asserted: bounds, why, and the chains that show them.

    Reports are followed back from relay to claim to the ground. Chains that share a claim or a party are not
    independent; an end where nobody says how they know may be an origin or none. NAME is an IRI, a path such as
    event/raqqa-2017, or a key.
    """
    from kg.analysis.origins.trace import derive_origin_rows, find_origins

    record = source.open()
    iri, kind = _find_subject(record, name)
    if questions:
        if kind != "event":
            raise click.UsageError(f"--questions goes with an event; {name!r} is a {kind}")
        _print_questions(record, derive_origin_rows(record.view(), iri), form)
        return
    found = find_origins(record.view(), iri, kind=kind)
    if form == "json":
        click.echo(json.dumps(_to_json(found, _title(record, found)), ensure_ascii=False, indent=2))
    elif form == "csv":
        print_table(_CHAINS, [_to_row(*one) for one in _shown(found)], form=form)
    else:
        _print_sentences(found, _title(record, found), every=every)


def _find_subject(record: "OpenRecord", name: str) -> tuple[str, str]:
    """The IRI and the kind of what a name can mean. Raises NotFound, with what to do."""
    found = [(iri, iri.removeprefix(record.base).partition("/")[0]) for iri in record.find(name)]
    found = [pair for pair in found if pair[1] in _KINDS] or _find_questions(record, name)
    if len(found) > 1:
        names = ", ".join(iri for iri, _ in found[:5])
        raise NotFound(f"{len(found)} things are named {name!r}: {names}. Say which, by its whole IRI.")
    if not found:
        raise NotFound(
            f"No event, proposition, question or claim in this record is named {name!r}. "
            "`averment ask events-overview` lists the events."
        )
    iri, kind = found[0]
    return (record.reader().find_root(iri) or iri, "claim") if kind == "relay" else (iri, kind)


def _find_questions(record: "OpenRecord", name: str) -> list[tuple[str, str]]:
    """Questions by their IRI, path or key, or the beginning of one; they are named by propositions only."""
    key = name.removeprefix(record.base).removeprefix("question/")
    rows = record.view().rows(
        "SELECT DISTINCT question FROM propositions WHERE starts_with(question, ?) ORDER BY 1",
        [f"{record.base}question/{key}"],
    )
    return [(str(row[0]), "question") for row in rows] if key else []


def _title(record: "OpenRecord", found: "Origins") -> str:
    """What is traced, in words: an event's name, else what its first claim says."""
    reader = record.reader()
    if found.subject.kind == "event":
        return reader.ref(found.subject.iri).label
    example = next(iter(reader.get_claims(found.claims[:1])), None)
    if example is None:
        return found.subject.iri
    if found.subject.kind == "claim":
        return example.sentence
    such = "Such as: " if found.subject.kind == "question" else ""
    return f"{such}{example.clause}."


def _print_sentences(found: "Origins", title: str, *, every: bool) -> None:
    click.echo(visible(title))
    click.echo(f"  {found.subject.iri}")
    click.echo(f"{found.sentence}.")
    for line in found.lines:
        click.echo(visible(line))
    shown = list(_shown(found))
    for place, (shows, trace) in enumerate(shown if every else shown[:_FEW]):
        if place == 0 or shown[place - 1][0] != shows:
            click.echo(f"{shows.capitalize()} {_bound(found, shows):,}, from the reader to the ground:")
        click.echo(visible(f"- {trace.words}"))
    if len(shown) > _FEW and not every:
        click.echo(f"… and {len(shown) - _FEW:,} more chains; --all prints them.")


def _shown(found: "Origins") -> Iterator[tuple[str, "Trace"]]:
    """Each chain with the bound that it helps to show; where the bounds meet, one set shows both."""
    yield from (("at least", trace) for trace in found.declared)
    if found.at_most > found.at_least:
        yield from (("at most", trace) for trace in found.possible)


def _bound(found: "Origins", shows: str) -> int:
    return found.at_least if shows == "at least" else found.at_most


def _to_row(shows: str, trace: "Trace") -> tuple[str, str, str, str]:
    return (
        shows,
        " → ".join(step.voice.label for step in trace.steps),
        "; ".join(ref.label for ref in trace.grounds),
        " ".join(step.saying for step in trace.steps if step.saying),
    )


def _to_json(found: "Origins", title: str) -> dict[str, Any]:
    return {
        "subject": found.subject.iri,
        "kind": found.subject.kind,
        "title": title,
        "sentence": found.sentence,
        "reports": found.reports,
        "at_least": found.at_least,
        "at_most": found.at_most,
        "exact": found.exact,
        "lines": list(found.lines),
        "declared": [_to_steps(trace) for trace in found.declared],
        "possible": [_to_steps(trace) for trace in found.possible],
        "passes_through": [_to_named(ref) for ref in found.passes_through],
        "circular": [
            [{"from": _to_named(link.source), "how": link.how, "to": _to_named(link.target)} for link in circle]
            for circle in found.circles
        ],
        "suggested": [
            {"kind": one.kind, "sha256": one.sha256, "length": one.length, "documents": list(one.documents)}
            for one in found.suggestions
        ],
        "left_out": found.left_out,
        "claims": list(found.claims),
    }


def _to_steps(trace: "Trace") -> dict[str, Any]:
    return {
        "steps": [{**_to_named(step.voice), "saying": step.saying or None} for step in trace.steps],
        "grounds": [_to_named(ref) for ref in trace.grounds],
    }


def _to_named(ref: Ref) -> dict[str, str]:
    return {"iri": ref.iri, "label": ref.label}


def _print_questions(record: "OpenRecord", rows: tuple["OriginRow", ...], form: str) -> None:
    asked = [row for row in rows if row.kind == "question"]
    reader = record.reader()
    clauses = {view.iri: view.clause for view in reader.get_claims(row.claims[0] for row in asked)}
    table = []
    for row in sorted(asked, key=lambda row: (-row.reports, row.subject)):
        through = "; ".join(reader.ref(iri).label for iri in row.passes_through)
        circular = "; ".join(reader.ref(iri).label for iri in row.circular)
        bounds = (row.reports, row.at_least, row.at_most)
        table.append((row.subject, clauses.get(row.claims[0], ""), *bounds, through, circular))
    print_table(_QUESTIONS, table, form=form)
