"""The command that records from another endpoint: `harvest`."""

import sys
import tempfile
from pathlib import Path

import click

from kg.cli.act import now
from kg.cli.importing import TableRun
from kg.cli.present import data_option, many, print_problems, say, visible
from kg.cli.storing import connect, timeout_option
from kg.errors import AvermentError, NotFound, Refused
from kg.terms import DEFAULT_BASE

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--from", "endpoint", required=True, metavar="URL", help="Where the other endpoint answers queries.")
@click.option("--query", "path", required=True, type=_FILE, help="A SELECT; its answer is the table.")
@click.option("--mapping", required=True, metavar="FILE|NAME", help="How a row of the answer becomes claims.")
@click.option("--table", "name", help="The table of the mapping, where it has several.")
@click.option("--dry-run", is_flag=True, help="Ask, and show what would be recorded; record nothing.")
@click.option(
    "--on-bad-rows",
    "policy",
    type=click.Choice(["refuse", "set-aside"]),
    default="refuse",
    show_default=True,
    help="Refuse the answer, or record its good rows and write the others to a file beside the record.",
)
@timeout_option
@data_option
def harvest(
    endpoint: str, path: Path, mapping: str, name: str | None, dry_run: bool, policy: str, timeout: float, data: Path
) -> None:
    """Record claims from another SPARQL endpoint, by a query and a mapping of its rows.

    The bytes of the answer and of the query are kept as captures, with the endpoint and the time; each claim leads back
    to its row. Rows are checked as those of a table are. An answer that was recorded already adds nothing. Name and
    password, or a token, come from $AVERMENT_HARVEST_USER and $AVERMENT_HARVEST_PASSWORD, or $AVERMENT_HARVEST_TOKEN,
    or from a netrc file.
    """
    from kg.harvesting import complete_batch, fetch
    from kg.intake.tables import find_mapping, load_mapping
    from kg.log import Record
    from kg.store.remote import RemoteReader

    transport = connect(endpoint, option="--from", timeout=timeout, prefix="AVERMENT_HARVEST")
    record = None if dry_run and not (data / "record.json").exists() else Record.open(data)
    base = record.base if record else DEFAULT_BASE
    try:
        loaded = load_mapping(find_mapping(mapping), base=base)
    except Refused as error:
        print_problems(error.problems, note="The mapping cannot be used; nothing is recorded.")
        sys.exit(1)
    tables = {table.name: table for table in loaded.tables}
    if name is None and len(tables) > 1:
        raise click.UsageError(f"{mapping} has several tables: --table {' | '.join(tables)}")
    if name is not None and name not in tables:
        raise NotFound(f"{mapping} has no table {name!r}; it has {', '.join(tables)}.")
    try:
        query = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise AvermentError(f"{path}: not UTF-8 at byte {error.start}. Remedy: save the query as UTF-8.") from None
    found = fetch(RemoteReader(endpoint, transport), query, name=path.name, at=now())
    click.echo(f"{visible(endpoint)}: {many(found.rows, 'row')} at {found.at}")
    if not found.counted:
        say("Whether that is all could not be asked: the endpoint does not count this query.")
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / f"{path.stem}.csv"
        answer.write_bytes(found.answer)
        table = tables[name] if name else loaded.tables[0]
        run = TableRun(
            loaded,
            loaded.path.parent,
            {table.name: answer},
            every_problem=False,
            advice=False,
            complete=lambda batch: complete_batch(batch, found, base=base),
        )
        done = run.preview(table, data, record) if dry_run else run.record(table, data, record, policy, data)
    if not done:
        sys.exit(1)
