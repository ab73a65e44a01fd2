"""Commands that publish: `publish`, and `verify` of a publication."""

from pathlib import Path

import click

from kg.cli.present import Progress, data_option, end_with, many, say, visible

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("target", type=_FOLDER, metavar="DIR")
@click.option("--title", help="What the publication is called.")
@click.option("--publisher", default="", help="Who publishes it.")
@click.option("--licence", "--license", default="", help="The address of the licence; without it, none is stated.")
@click.option("--key", type=_FILE, help="Sign with the key in this file.")
@click.option("--new-key", type=_FILE, help="Make a key, keep it in this file, and sign with it.")
@click.option("--since", type=_FOLDER, help="An earlier publication: what changed since is a data set of its own.")
@click.option("--snapshot", type=_FOLDER, help="Also build the graph for an endpoint, in this folder; do not host it.")
@data_option
def publish(
    target: Path,
    title: str | None,
    publisher: str,
    licence: str,
    key: Path | None,
    new_key: Path | None,
    since: Path | None,
    snapshot: Path | None,
    data: Path,
) -> None:
    """Publish the public part of the record into DIR, a folder that any web server can host.

    What stood in DIR stands until the new publication is whole. The same record gives the same bytes.
    """
    from kg.publish import Settings
    from kg.publish import publish as run
    from kg.publish.signing import Signer
    from kg.publish.snapshot import build_snapshot

    if key and new_key:
        raise click.UsageError("--key and --new-key: give one of them.")
    settings = Settings(publisher=publisher, licence=licence)
    if title is not None:
        settings = Settings(title=title, publisher=publisher, licence=licence)
    settings.check()
    signer = Signer.make(new_key) if new_key else Signer.load(key) if key else None
    with Progress("units published") as progress:
        done = run(data, target, settings=settings, signer=signer, since=since, progress=progress)
    click.echo(
        f"{target}: entry {done.entry}, {done.quads:,} quads in {done.units:,} units, "
        f"{many(done.documents, 'document')}, {done.files:,} files"
    )
    if done.withheld != "none":
        say(f"Withheld: {done.withheld} units; nothing of them is in it.")
    say(f"Signed; the public key is {done.key}" if done.key else "Not signed: --new-key FILE makes a key to sign with.")
    if not licence:
        say("No licence is stated: --licence ADDRESS states one.")
    if snapshot is not None:
        with Progress("quads loaded") as progress:
            build_snapshot(target, snapshot, progress=progress)
        say(f"{snapshot}: the graph for an endpoint")


def verify_folder(folder: Path, *, claims: tuple[str, ...], key: str) -> None:
    """Verify a publication and print what was found; ends with status 1 where anything is wrong."""
    from kg.publish import verify_publication

    verdict = verify_publication(folder, claims=claims, key=key)
    end_with(verdict.findings)
    click.echo(
        f"The publication verifies: {many(verdict.files, 'file')}, {many(verdict.units, 'unit')}, "
        f"entry {verdict.entry}, head {verdict.head[:16]}…, root {verdict.root[:16]}…"
    )
    if not verdict.key:
        click.echo("It is not signed: this shows that it is whole, not who made it.")
    elif key:
        click.echo(f"It is signed with the key you named, {verdict.key}.")
    else:
        click.echo(f"It is signed by the key {verdict.key}. Compare that with what the publisher gave you elsewhere.")
    for each in verdict.proven:
        click.echo(
            visible(
                f"{each.subject} is in it, unchanged: unit {each.leaf} of {verdict.units} in the graph {each.graph}, "
                f"SHA-256 {each.digest}, {len(each.path)} steps to the root."
            )
        )
