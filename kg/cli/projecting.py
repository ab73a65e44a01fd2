"""The command that shows the record on another server: `project`."""

from pathlib import Path

import click

from kg.cli.present import Progress, data_option, many, say, visible
from kg.cli.storing import connect, timeout_option
from kg.errors import AvermentError


@click.command()
@click.option("--to", "address", required=True, metavar="URL", help="Where the server answers SPARQL queries.")
@click.option("--update", metavar="URL", help="Where it takes updates. Left out: /query becomes /update, or the same.")
@click.option("--graphs", default="", metavar="URL", help="Where it offers the Graph Store Protocol, if it does.")
@click.option("--replace", "replace_all", is_flag=True, help="First remove everything that stands there.")
@click.option(
    "--batch",
    default=1_000,
    show_default=True,
    type=click.IntRange(1, 1_000_000),
    metavar="KB",
    help="The greatest size of a request. A request the server finds too large is sent in halves.",
)
@timeout_option
@data_option
def project(
    address: str, update: str | None, graphs: str, replace_all: bool, batch: int, timeout: float, data: Path
) -> None:
    """Show the public record on a SPARQL 1.1 server, and bring it up to the log's last entry.

    What the server has already is not sent again; after a dropped connection, the same command goes on where it broke
    off, and nothing is there twice. Name and password, or a token, come from $AVERMENT_STORE_USER and
    $AVERMENT_STORE_PASSWORD, or $AVERMENT_STORE_TOKEN, or from a netrc file.
    """
    from kg.projecting import project as bring_up
    from kg.store.http import check_address
    from kg.store.remote import NOT_AS_ONE, Addresses, RemoteStore

    transport = connect(address, option="--to", timeout=timeout)
    changes = check_address(update or to_update_address(address), option="--update")
    if graphs:
        check_address(graphs, option="--graphs")
    store = RemoteStore(Addresses(address, changes, graphs), transport, batch=batch * 1_000)
    with Progress("units sent") as progress:
        done = bring_up(data, store, replace_all=replace_all, progress=progress)
    where = visible(store.where)
    if (done.before, done.units, done.removed) == (done.entry, 0, 0) and not replace_all:
        click.echo(f"{where}: it stands at entry {done.entry} already; nothing is sent")
    else:
        click.echo(f"{where}: it stands at entry {done.entry}; {many(done.units, 'unit')} sent")
    if done.withheld:
        say(f"{many(done.withheld, 'withheld unit')} left out.")
    if not done.is_union:
        say(f"{where}: {NOT_AS_ONE}; until then nothing can be read from it with --store.")


def to_update_address(address: str) -> str:
    """The address for updates that goes with one for queries, where none is given. Raises AvermentError.

    >>> to_update_address("https://graph.example/query"), to_update_address("https://graph.example/sparql")
    ('https://graph.example/update', 'https://graph.example/sparql')
    """
    if "?" in address:
        raise AvermentError("--to has a query part (?). Remedy: name the address for updates with --update.")
    return f"{address.removesuffix('/query')}/update" if address.endswith("/query") else address
