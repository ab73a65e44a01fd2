"""Commands that keep and hand on: `export`, `verify`, `stats`, `withdraw`."""

import sys
from pathlib import Path
from typing import BinaryIO

import click

from kg.cli.act import now
from kg.cli.present import Progress, data_option, end_with, format_option, many, print_table, say, visible
from kg.cli.storing import Source, source_options
from kg.errors import AvermentError

_FORMS = ["nquads", "trig", "turtle", "ntriples", "jsonld", "rdfxml", "csv", "parquet"]


@click.command()
@click.option("--format", "form", type=click.Choice(_FORMS), default="nquads", show_default=True, help="The form.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; else standard output.")
@click.option("--derived", is_flag=True, help="With what is derived (labels, plain PROV-O) in its own graph.")
@source_options
def export(form: str, output: Path | None, derived: bool, source: Source) -> None:
    """Write the whole public record as linked data, its claims as CSV, or all its tables as Parquet.

    The same record gives the same bytes. Turtle, N-Triples and RDF/XML hold no graphs: which claim a triple belongs
    to is then only in its subject. What is withheld is left out, and how much that is is said. Parquet is a folder,
    which Spark and others read in parts.
    """
    if form == "parquet":
        _export_tables(source, output, derived=derived)
        return
    if output is not None and output.is_dir():
        raise click.BadParameter(f"{output} is a folder; only parquet goes into one.", param_hint="--output")
    if output is None:
        withheld = _export(source, form, sys.stdout.buffer, derived=derived)
    else:
        # Beside the file first: an export that fails leaves no half of one.
        part = output.with_name(f"{output.name}.part")
        try:
            with part.open("wb") as stream:
                withheld = _export(source, form, stream, derived=derived)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
        say(f"{output}: {output.stat().st_size:,} bytes")
    if form in {"turtle", "ntriples", "rdfxml"}:
        say(f"{form} holds no graphs; trig and nquads do.")
    if withheld:
        say(f"{withheld} withheld units are left out.")


def _export_tables(source: Source, output: Path | None, *, derived: bool) -> None:
    from kg.store.tables.partition import write_partitioned

    if output is None or derived:
        raise click.UsageError("parquet needs --output FOLDER, and always holds what is worked out of the claims.")
    record = source.open()
    written = write_partitioned(record.view(), output, base=record.base)
    say(f"{output}: {many(written['claims'], 'claim and relay', 'claims and relays')}, {many(len(written), 'table')}")


def _export(source: Source, form: str, output: BinaryIO, *, derived: bool) -> int:
    """Write the record; the number of withheld units is returned, of which a server knows nothing."""
    from kg.keeping import export_record
    from kg.remote_record import RemoteRecord

    if not source.store:
        return export_record(source.data, form, output, derived=derived)
    record = source.open()
    assert isinstance(record, RemoteRecord)
    record.export(form, output, derived=derived)
    return 0


@click.command()
@click.argument("target", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keys", type=click.Path(file_okay=False, path_type=Path), help="Where keys and what is sealed go.")
@data_option
def backup(target: Path, keys: Path | None, data: Path) -> None:
    """Copy the record to FOLDER, whole up to its newest entry, while others may record; then verify the copy.

    Given again, it copies what is new and destroys what was withdrawn. Graph and tables are not copied: they are made
    anew from the log. What opens the sealed is not in FOLDER: --keys puts it elsewhere, and without it there is none.
    """
    from kg.keeping import back_up

    copied, findings = back_up(data, target, keys=keys)
    end_with(findings)
    click.echo(
        f"{target} holds the record up to entry {copied.entry} and verifies: {many(copied.written, 'file')} copied, "
        f"{many(copied.destroyed, 'file')} destroyed that the record holds no more."
    )
    click.echo(f"{keys} holds its keys." if keys else "Keys and what is sealed are not in it; --keys copies them.")


@click.command()
@click.argument("publication", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--claim", "claims", multiple=True, metavar="IRI", help="Prove that this is in the publication.")
@click.option("--public-key", default="", metavar="HEX", help="The key that the publication must be signed with.")
@source_options
def verify(publication: Path | None, claims: tuple[str, ...], public_key: str, source: Source) -> None:
    """Recompute every hash and the chain of the log, and compare both projections with it.

    With --store, compare what that server shows with the log too.
    With PUBLICATION, verify that folder instead, by itself alone: every file, the signature, every unit, the root.
    Exit status 1 where anything was changed, is missing or does not agree; each finding names file and place.
    """
    if publication is not None:
        from kg.cli.publishing import verify_folder

        verify_folder(publication, claims=claims, key=public_key)
        return
    if claims or public_key:
        raise click.UsageError("--claim and --public-key are for a publication: name its folder.")
    from kg.keeping import verify_record

    with Progress("units verified") as progress:
        report = verify_record(source.data, progress=progress)
    findings = report.findings
    if source.store and not findings:
        from kg.projecting import find_differences

        findings = tuple(find_differences(source.data, source.reader()))
    end_with(findings)
    click.echo(
        f"The record verifies: {many(report.entries, 'entry', 'entries')}, {many(report.units, 'unit')}, "
        f"head {report.head[:16]}…; graph and tables agree with the log."
    )
    if source.store:
        click.echo(f"{visible(source.store)} agrees with it.")


@click.command()
@format_option
@source_options
def stats(form: str, source: Source) -> None:
    """Count what the record holds, and say where it stands."""
    record = source.open()
    rows: list[tuple[str, object]] = [("base", record.base), ("log entries", record.standing())]
    rows += list(record.counts().items())
    print_table(("what", "how many"), rows, form=form)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="IRI…")
@click.option("--reason", required=True, help="A code of the scheme withdrawal-reason, such as withdrawn-consent.")
@click.option("--who", required=True, help="Who decides this.")
@data_option
def withdraw(names: tuple[str, ...], reason: str, who: str, data: Path) -> None:
    """Destroy something in this record for good: its text, its key and its salt. The chain still verifies.

    This is for the safety of people, or by order. A voice that takes back what it said is a claim of its own, and a
    miscoding is mended by a correction.
    """
    from kg.codes import load_schemes
    from kg.keeping import withdraw_units
    from kg.terms import avc

    known = [code.slug for code in load_schemes()[avc("scheme-withdrawal-reason")].codes]
    if reason not in known:
        raise AvermentError(f"{reason!r} is no reason for a withdrawal. Remedy: one of {', '.join(known)}.")
    entry = withdraw_units(data, names, reason=str(avc(reason)), who=who, when=now())
    click.echo(
        f"Withdrawn in entry {entry.number}: {many(len(entry.withdrawn), 'unit')}. "
        "Copies made elsewhere are not reached."
    )
