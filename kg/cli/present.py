"""What the commands share: options, tables in three formats, progress, problems."""

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.errors import Problem

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_DATA = "averment-data"
_UNFOLDED = 1_000_000


def data_option(function: F) -> F:
    """`--data DIR`: the folder of the record."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=lambda: Path(os.environ.get("AVERMENT_DATA", DEFAULT_DATA)),
        show_default="$AVERMENT_DATA or ./averment-data",
        help="The folder of the record.",
    )(function)


def format_option(function: F) -> F:
    """`--format`: how a table is printed."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "json"]),
        default="table",
        show_default=True,
        help="How the table is printed.",
    )(function)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, form: str = "table", title: str = ""
) -> None:
    """Print rows as an aligned table, as CSV (RFC 4180) or as a JSON list of objects; None is empty, null in JSON."""
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(["" if value is None else value for value in row] for row in rows)
        emit(text.getvalue())
    elif form == "json":
        content = [dict(zip(columns, row, strict=True)) for row in rows]
        emit(json.dumps(content, ensure_ascii=False, indent=2, default=str))
    else:
        _print_aligned(columns, rows, title)


def _print_aligned(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    count = 0
    for row in rows:
        count += 1
        table.add_row(*(Text("" if value is None else visible(str(value))) for value in row))
    # A pipe has no width: nothing is cut or folded there.
    console = Console(width=None if sys.stdout.isatty() else _UNFOLDED, highlight=False)
    if count:
        console.print(table)
    click.echo(many(count, "row"))


def end_with(findings: Sequence[str]) -> None:
    """Tell what a verification found and end with status 1; nothing where it found nothing."""
    for finding in findings:
        click.echo(visible(finding), err=True)
    if findings:
        click.echo(f"{many(len(findings), 'finding')}.", err=True)
        sys.exit(1)


def visible(text: str, *, lines: bool = False) -> str:
    """Text whose control and direction-changing characters are shown by their code points, not obeyed.

    With `lines`, line ends stay: for text that is made of lines, never for one that may bring its own.

    >>> visible("a" + chr(0x202E) + "b")
    'a<U+202E>b'
    """
    return "".join(c if c.isprintable() or (lines and c == "\n") else f"<U+{ord(c):04X}>" for c in text)


def many(count: int, one: str, more: str = "") -> str:
    """A number of things in words.

    >>> many(1, "claim"), many(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def emit(text: str) -> None:
    """Print data: exactly as it is into a pipe or a file, with nothing obeyed on a terminal."""
    if sys.stdout.isatty():
        text = visible(text.replace("\r\n", "\n"), lines=True)
    # `color`: click would take out what looks like terminal control, and data is not to be changed.
    click.echo(text, nl=not text.endswith("\n"), color=True)


def print_problems(problems: Sequence[Problem], *, note: str) -> None:
    """Print every problem to standard error, one to a line, and then what follows from them."""
    for problem in problems:
        click.echo(visible(str(problem)), err=True)
    click.echo(f"{many(len(problems), 'problem')}. {note}", err=True)


def say(text: str) -> None:
    """Print a line for a person, to standard error, so that it never mixes with a table in a pipe."""
    click.echo(visible(text), err=True)


class Progress:
    """Counts on a terminal while something long goes on; silent in a pipe."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._live = sys.stderr.isatty()

    def __call__(self, done: int, total: int = 0) -> None:
        """Show how far it is."""
        if self._live:
            click.echo(f"\r{self._what}: {done:,}{f' of {total:,}' if total else ''}", err=True, nl=False)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            click.echo("\r\x1b[K", err=True, nl=False)
