"""Commands that record: `init`, `add`, `check`."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.act import now, software
from kg.cli.importing import check_mappings, is_mapping
from kg.cli.present import data_option, many, print_problems, say
from kg.errors import Problem, Refused
from kg.terms import DEFAULT_BASE

_NAMES = {"Info": "advice", "notice": "notice"}
_FILES = click.argument(
    "cases", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="CASE.yaml…"
)
_CAPTURES = click.option(
    "--capture",
    "captures",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The bytes of a document a case cites; every offset and hash is checked against them. Repeatable.",
)
_AS_STATED = click.option(
    "--as-stated", is_flag=True, help="Record figures that do not add up, where the source itself states them so."
)
_ADVICE = click.option("--advice", is_flag=True, help="Show advice as well as warnings.")


@click.command()
@data_option
@click.option("--base", default=DEFAULT_BASE, show_default=True, help="The base of every IRI of the record; ends in /.")
def init(data: Path, base: str) -> None:
    """Make an empty record in the data folder.

    The base cannot be changed afterwards: every name in the record begins with it.
    """
    from kg.log import Record
    from kg.projections import Projections

    if not base.startswith(("http://", "https://")) or not base.endswith("/"):
        raise click.BadParameter(
            f"{base!r} must begin with http:// or https:// and end in /, such as {DEFAULT_BASE}", param_hint="--base"
        )
    record = Record.create(data, base=base, created=now())
    Projections(data, record).catch_up()
    click.echo(f"An empty record is in {data}, its names begin with {record.base}")


@click.command()
@_FILES
@_CAPTURES
@_AS_STATED
@_ADVICE
@data_option
def add(cases: Sequence[Path], captures: Sequence[Path], as_stated: bool, advice: bool, data: Path) -> None:
    """Record hand-coded case files, all of each file or nothing of it.

    A file that is recorded already adds nothing. Sealed claims are kept apart, encrypted, and appear in no projection.
    """
    from kg.intake import read_with_notices
    from kg.log import Record
    from kg.pipeline import record_batch

    record = Record.open(data)
    shared = share_captures(cases, captures)
    refused = 0
    for case in cases:
        try:
            reading = read_with_notices(
                case, base=record.base, captures=shared[case], recorded=now(), software=software()
            )
            outcome = record_batch(data, record, reading.batch, as_stated=as_stated)
        except Refused as error:
            print_problems(error.problems, note=f"Nothing of {case} is recorded.")
            refused += 1
            continue
        kept = f"; {many(outcome.captures, 'capture')} kept" if outcome.captures else ""
        if outcome.captures_withheld:
            kept += (
                f"; {many(outcome.captures_withheld, 'capture')} not kept: what is withheld alone cites it or is in it"
            )
        if outcome.entry is None:
            click.echo(f"{case}: recorded already, nothing added{kept}")
            continue
        print_notices([*(("notice", each) for each in reading.notices), *outcome.notices], advice=advice)
        withheld = f"; {many(outcome.withheld, 'unit')} withheld" if outcome.withheld else ""
        click.echo(
            f"{case}: {many(outcome.claims, 'claim')} and {many(outcome.relays, 'relay')} recorded in entry"
            f" {outcome.entry}"
            f" ({outcome.units} units{withheld}{kept})"
        )
    if refused:
        sys.exit(1)


@click.command()
@_FILES
@_CAPTURES
@_AS_STATED
@_ADVICE
@data_option
def check(cases: Sequence[Path], captures: Sequence[Path], as_stated: bool, advice: bool, data: Path) -> None:
    """Check case files as `add` would, recording nothing; of a table mapping, run the tests it carries.

    Where there is no record yet, the files are checked against an empty one.
    """
    import tempfile

    from kg.intake import read_with_notices
    from kg.log import Record
    from kg.pipeline import check_batch
    from kg.projections import Projections

    with tempfile.TemporaryDirectory() as folder:
        root = data if (data / "record.json").exists() else Path(folder) / "record"
        record = Record.open(root) if root == data else Record.create(root, base=DEFAULT_BASE, created=now())
        projections = Projections(root, record)
        projections.catch_up()
        refused = check_mappings([case for case in cases if is_mapping(case)])
        cases = [case for case in cases if not is_mapping(case)]
        shared = share_captures(cases, captures)
        for case in cases:
            try:
                reading = read_with_notices(
                    case, base=record.base, captures=shared[case], recorded=now(), software=software()
                )
                checked = check_batch(record, reading.batch, projections=projections, as_stated=as_stated)
            except Refused as error:
                print_problems(error.problems, note=f"{case} would be refused.")
                refused += 1
                continue
            print_notices([*(("notice", each) for each in reading.notices), *checked.notices], advice=advice)
            claims = sum(planned.claim for planned in checked.planned)
            click.echo(f"{case}: in order; {claims} new claims and relays would be recorded")
    if refused:
        sys.exit(1)


def share_captures(cases: Sequence[Path], captures: Sequence[Path]) -> dict[Path, list[Path]]:
    """The captures each case cites by hash; a single case is given all, and says itself which it does not cite.

    Raises Refused for a capture that none of several cases cites.
    """
    if len(cases) == 1:
        return {cases[0]: list(captures)}
    hashes = {capture: hashlib.sha256(capture.read_bytes()).hexdigest() for capture in captures}
    texts = {case: case.read_bytes().lower() for case in cases}
    shared = {case: [path for path in captures if hashes[path].encode() in text] for case, text in texts.items()}
    cited = {path for paths in shared.values() for path in paths}
    if strangers := [path for path in captures if path not in cited]:
        raise Refused(
            Problem(
                file=str(path),
                value=hashes[path],
                reason="no case given here cites a capture of this SHA-256",
                remedy="give it beside the case that cites it, or leave it out",
            )
            for path in strangers
        )
    return shared


def print_notices(notices: Sequence[tuple[str, Problem]], *, advice: bool) -> None:
    """Print warnings, and advice where it is asked for; how much advice there is is always said."""
    hidden = 0
    for severity, problem in notices:
        if severity == "Info" and not advice:
            hidden += 1
            continue
        say(f"{_NAMES.get(severity, 'warning')}: {problem}")
    if hidden:
        say(f"{many(hidden, 'piece of advice', 'pieces of advice')}; --advice shows what.")
