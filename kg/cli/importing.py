"""The command `import`: tables to claims, by a mapping file."""

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.act import now, software
from kg.cli.importing_large import account, is_large, run_large, show_bar
from kg.cli.noticed import sort_noticed, tell_each, tell_noticed
from kg.cli.present import data_option, many, print_problems, say, visible
from kg.errors import NotFound, Problem, Refused
from kg.terms import DEFAULT_BASE

if TYPE_CHECKING:
    from kg.intake.tables import Mapping, Table, TableReading
    from kg.log import Record
    from kg.model import Batch

_MOST_SHOWN = 50
_SHOWN_OF_EACH = 3
_PATH = click.Path(exists=True, path_type=Path)


@click.command("import")
@click.argument("mapping", required=False, metavar="MAPPING.yaml|NAME")
@click.option("--from", "folder", type=_PATH, help="The folder of the tables. Left out: that of the mapping.")
@click.option("--table", "given", multiple=True, metavar="NAME=FILE", help="Another file for a table. Repeatable.")
@click.option("--only", multiple=True, metavar="NAME", help="Import this table alone. Repeatable.")
@click.option("--dry-run", is_flag=True, help="Show what would be recorded and refused; record nothing.")
@click.option(
    "--on-bad-rows",
    "policy",
    type=click.Choice(["refuse", "set-aside"]),
    default="refuse",
    show_default=True,
    help="Refuse the table, or record its good rows and write the others to a file beside the record.",
)
@click.option("--aside", type=click.Path(file_okay=False, path_type=Path), help="Where refused rows are written.")
@click.option("--suggest", type=_PATH, metavar="TABLE", help="Print a mapping to begin with for a table.")
@click.option("--every-problem", is_flag=True, help="Show every refused row and every warning, not the first of them.")
@click.option("--advice", is_flag=True, help="Show advice as well as warnings.")
@data_option
def import_(
    mapping: str | None,
    folder: Path | None,
    given: tuple[str, ...],
    only: tuple[str, ...],
    dry_run: bool,
    policy: str,
    aside: Path | None,
    suggest: Path | None,
    every_problem: bool,
    advice: bool,
    data: Path,
) -> None:
    """Record tables by a mapping file, or by one of the mappings that ship.

    A table is recorded whole or not at all, unless --on-bad-rows set-aside; then every refused row is in a file of the
    same columns, to be mended and imported with --table NAME=FILE.
    """
    from kg.intake.tables import find_mapping, load_mapping, suggest_mapping
    from kg.log import Record

    if suggest is not None:
        click.echo(suggest_mapping(suggest), nl=False)
        return
    if mapping is None:
        raise click.UsageError("Name a mapping, or write --suggest TABLE for one to begin with.")
    recorded = (data / "record.json").exists()
    record = None if dry_run and not recorded else Record.open(data)
    try:
        loaded = load_mapping(find_mapping(mapping), base=record.base if record else DEFAULT_BASE)
    except Refused as error:
        print_problems(error.problems, note="The mapping cannot be used; nothing is recorded.")
        sys.exit(1)
    files = _read_given(loaded, given, only)
    chosen = [table for table in loaded.tables if not only or table.name in only]
    run = TableRun(loaded, folder or loaded.path.parent, files, every_problem=every_problem, advice=advice)
    done = [
        run.preview(table, data, record) if dry_run else run.record(table, data, record, policy, aside or data)
        for table in chosen
    ]
    if not all(done):
        sys.exit(1)


def is_mapping(path: Path) -> bool:
    """Whether a file is a table mapping and not a case file, by the field that begins it."""
    with path.open("rb") as stream:
        return any(line.startswith(b"averment-mapping:") for line in stream.read(100_000).splitlines())


def check_mappings(paths: Sequence[Path]) -> int:
    """Run the tests that mappings carry; how many mappings failed."""
    from kg.intake.tables import load_mapping, run_tests

    failed = 0
    for path in paths:
        try:
            count, problems = run_tests(load_mapping(path, base=DEFAULT_BASE))
        except Refused as error:
            count, problems = 0, list(error.problems)
        if problems:
            print_problems(problems, note=f"{path} is not in order.")
            failed += 1
        else:
            click.echo(f"{path}: in order; {many(count, 'test')} passed")
    return failed


def _read_given(mapping: "Mapping", given: tuple[str, ...], only: tuple[str, ...]) -> dict[str, Path]:
    files = {}
    for pair in given:
        name, equals, path = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair!r} is not NAME=FILE", param_hint="--table")
        files[name] = Path(path)
    known = [table.name for table in mapping.tables]
    for name in (*files, *only):
        if name not in known:
            raise NotFound(f"{mapping.path} has no table {name!r}; it has {', '.join(known)}.")
    return files


class TableRun:
    """One call of the command, over the tables of a mapping."""

    def __init__(
        self,
        mapping: "Mapping",
        folder: Path,
        files: dict[str, Path],
        *,
        every_problem: bool,
        advice: bool,
        complete: "Callable[[Batch], Batch] | None" = None,
    ) -> None:
        """`complete` adds to a batch what is known of its file besides what the mapping says."""
        self.mapping, self.folder, self.files = mapping, folder, files
        self.every_problem, self.advice, self._complete = every_problem, advice, complete

    def preview(self, table: "Table", data: Path, record: "Record | None") -> bool:
        """Show what a table would give, and what of it would give away something that is withheld."""
        from kg.intake.tables import list_preview

        reading = self._read(table)
        if reading is None:
            return False
        click.echo(_account(reading, "would be recorded"))
        for line in list_preview(reading, of_each=_SHOWN_OF_EACH):
            click.echo(visible(f"  {line}"))
        try:
            self._tell_notices(self._find_telling(reading, data, record))
        except Refused as error:
            print_problems(error.problems, note=f"Nothing of {reading.source.path} would be recorded.")
            return False
        self._tell_refused(reading)
        return not reading.refused

    def _find_telling(
        self, reading: "TableReading", data: Path, record: "Record | None"
    ) -> "Iterable[tuple[str, Problem]]":
        import tempfile

        from kg.intake.tables import make_batch
        from kg.log import Record
        from kg.pipeline import find_telling
        from kg.projections import Projections

        batch = make_batch(self.mapping, reading, recorded=now(), software=software())
        if not batch.withholds() and not (record and record.log.withholds()):
            return ()
        with tempfile.TemporaryDirectory() as folder:
            root = data if record else Path(folder) / "record"
            asked = record or Record.create(root, base=DEFAULT_BASE, created=now())
            projections = Projections(root, asked)
            projections.catch_up()
            return find_telling(asked, batch, projections=projections)

    def record(self, table: "Table", data: Path, record: "Record | None", policy: str, aside: Path) -> bool:
        """Record a table; False where anything of it was refused and not set aside."""
        from kg.intake.tables import make_batch
        from kg.pipeline import record_batch

        assert record is not None
        if self._complete is None:
            done = self._record_at_once(table, data, record, policy, aside)
            if done is not None:
                return done
        skip: dict[int, list[Problem]] = {}
        while True:
            reading = self._read(table, skip)
            if reading is None:
                return False
            if reading.refused and policy == "refuse":
                self._tell_refused(reading)
                refused = f"{len(reading.refused):,} of {reading.read:,} rows refused"
                say(f"Nothing of {reading.source.path} is recorded: {refused}.")
                return False
            batch = make_batch(self.mapping, reading, recorded=now(), software=software())
            if self._complete is not None:
                batch = self._complete(batch)
            try:
                outcome = record_batch(data, record, batch)
                break
            except Refused as error:
                rows = _by_row(error.problems, reading)
                if rows is None or policy == "refuse":
                    print_problems(error.problems, note=f"Nothing of {reading.source.path} is recorded.")
                    return False
                for number, problems in rows.items():
                    skip.setdefault(number, []).extend(problems)
        self._tell_notices(outcome.notices)
        self._tell_refused(reading)
        click.echo(_account(reading, "recorded" if outcome.entry else "recorded already"))
        if outcome.entry is None:
            click.echo("  nothing added")
        else:
            _tell_new(outcome.claims, outcome.relays, outcome.entry)
        _set_aside(reading, aside)
        return True

    def _record_at_once(self, table: "Table", data: Path, record: "Record", policy: str, aside: Path) -> bool | None:
        """Record a large table in parallel, and tell of one that is recorded already.

        None for what is left to the other way: a small table, one of which something is withheld, one not to be read.
        """
        from kg.bulk.importing import Plan, is_recorded
        from kg.bulk.past import PastRows
        from kg.intake.tables import find_sources

        try:
            plan = Plan(
                root=data,
                mapping=self.mapping,
                table=table,
                source=find_sources(table, self.folder, self.files),
                folder=self.folder,
                recorded=now(),
                software=software(),
                own=table.name not in self.files,
                set_aside=policy != "refuse",
                past=PastRows(record, self.mapping, table),
            )
            if not is_large(plan.source.path) and not is_recorded(plan, record):
                return None
        except Refused:
            return None
        imported = run_large(plan, record)
        if imported is None:
            return False
        if imported.withheld:
            return None
        reading = imported.reading
        tell_noticed(imported.noticed, advice=self.advice)
        self._tell_notices(imported.notices)
        self._tell_refused(reading)
        if imported.problems or (reading.refused and policy == "refuse"):
            refused = f"{len(reading.refused):,} of {reading.read:,} rows refused"
            note = f"Nothing of {reading.source.path} is recorded: {refused}."
            if imported.problems:
                print_problems(imported.problems, note=note)
            else:
                say(note)
            return False
        if imported.entry is None:
            click.echo(f"{table.name}: {plan.source.path} is recorded already\n  nothing added")
            return True
        click.echo(account(imported, "recorded"))
        _tell_new(imported.claims, imported.relays, imported.entry)
        _set_aside(reading, aside)
        return True

    def _read(self, table: "Table", skip: dict[int, list[Problem]] | None = None) -> "TableReading | None":
        from kg.intake.tables import faults_by_row, find_sources, read_table

        try:
            source = find_sources(table, self.folder, self.files)
            with show_bar(source.path) as bar:
                return read_table(
                    self.mapping,
                    table,
                    source,
                    folder=self.folder,
                    own=table.name not in self.files,
                    skip=faults_by_row(skip or {}),
                    progress=partial(bar, "rows read") if bar else None,
                )
        except Refused as error:
            print_problems(error.problems, note=f"Table {table.name} cannot be read; nothing of it is recorded.")
            return None

    def _tell_notices(self, notices: "Iterable[tuple[str, Problem]]") -> None:
        if self.every_problem:
            tell_each(notices, advice=self.advice)
        else:
            tell_noticed(sort_noticed(notices), advice=self.advice)

    def _tell_refused(self, reading: "TableReading") -> None:
        problems = reading.problems()
        shown = problems if self.every_problem else problems[:_MOST_SHOWN]
        told = reading.notices if self.every_problem else reading.notices[:_MOST_SHOWN]
        for problem in (*told, *shown):
            say(str(problem))
        if len(shown) < len(problems):
            say(f"… and {len(problems) - len(shown):,} more findings; --every-problem shows them.")
        if len(told) < len(reading.notices):
            say(f"… and {len(reading.notices) - len(told):,} more notices; --every-problem shows them.")
        for (columns, value), count in sorted(reading.unmapped().items()):
            cell = value if len(value) <= 80 else f"{value[:80]}…"
            say(f"unmapped: {columns}: {cell!r} in {many(count, 'row')}")


def _tell_new(claims: int, relays: int, entry: int) -> None:
    click.echo(f"  {many(claims, 'claim')} and {many(relays, 'relay')} new, in entry {entry}")


def _set_aside(reading: "TableReading", folder: Path) -> None:
    """Write refused rows, if any, to a file in a folder, to be mended and imported alone."""
    from kg.intake.tables import write_sideline

    if reading.refused:
        folder.mkdir(parents=True, exist_ok=True)
        click.echo(f"  {many(len(reading.refused), 'refused row')} written to {write_sideline(reading, folder)}")


def _account(reading: "TableReading", done: str) -> str:
    """The counts of a table, which add up."""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(reading.counts().items()))
    rows = f"{reading.taken:,} {done} + {reading.skipped:,} skipped + {len(reading.refused):,} refused"
    return f"{reading.table.name}: {many(reading.read, 'row')} = {rows}; claims by kind: {kinds or 'none'}"


def _by_row(problems: tuple[Problem, ...], reading: "TableReading") -> dict[int, list[Problem]] | None:
    """Problems by the row they stand in; None where one stands in no row that was taken."""
    rows: dict[int, list[Problem]] = {}
    taken = {row for _, row, _, _ in reading.places}
    for problem in problems:
        if problem.line not in taken:
            return None
        rows.setdefault(problem.line, []).append(problem)
    return rows
