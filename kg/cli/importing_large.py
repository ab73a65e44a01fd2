"""What `import` does with large tables: a bar with rate and time left, and the counts of what was done."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from kg.cli.present import many, print_problems
from kg.errors import Refused

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from kg.bulk.importing import Plan
    from kg.bulk.taking_in import Imported, Progress
    from kg.log import Record

LARGE = 2_000_000
"""Bytes from which on a table is read in parallel, and only what is new in a version of it."""


def is_large(path: Path) -> bool:
    """Whether a table is imported this way."""
    return path.is_file() and path.stat().st_size >= LARGE


def run_large(plan: "Plan", record: "Record") -> "Imported | None":
    """Import a large table, with a bar on a terminal; None where it cannot be read, which is told."""
    from kg.bulk.importing import import_table

    try:
        with show_bar(plan.source.path) as progress:
            return import_table(plan, record, progress=progress)
    except Refused as error:
        print_problems(error.problems, note=f"Table {plan.table.name} cannot be read; nothing of it is recorded.")
        return None


def account(imported: "Imported", done: str) -> str:
    """The counts of a table, which add up."""
    reading = imported.reading
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(imported.kinds.items()))
    rows = f"{reading.taken:,} {done} + {reading.known:,} recorded before + {reading.skipped:,} skipped"
    return (
        f"{reading.table.name}: {many(reading.read, 'row')} = {rows} + {len(reading.refused):,} refused;"
        f" claims by kind: {kinds or 'none'}"
    )


@contextmanager
def show_bar(path: Path) -> "Iterator[Progress | None]":
    """What is told how far a table is, with a bar on a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    what = TextColumn("{task.description}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"))
    pace = TextColumn("{task.fields[pace]}", table_column=Column(no_wrap=True))
    columns = (what, BarColumn(bar_width=16), TaskProgressColumn(), TimeElapsedColumn(), pace)
    with Progress(*columns, console=Console(stderr=True), transient=True, expand=True) as bar:
        shown = _Shown(bar, path.name)
        yield shown.tell


class _Shown:
    """What is done at the moment, each thing with a bar of its own, in place of the one before."""

    def __init__(self, bar: "Bar", name: str) -> None:
        self._bar, self._name, self._what = bar, name, ""
        self._task, self._began = self._begin(""), monotonic()

    def tell(self, what: str, done: int, total: int) -> None:
        """Show how far it is."""
        if what != self._what:
            self._bar.remove_task(self._task)
            # Reading began before there was anything to tell.
            self._began = monotonic() if self._what else self._began
            self._what, self._task = what, self._begin(f"{what}: ")
        pace = pace_words(done, total, monotonic() - self._began)
        # Rich's own estimate begins anew with every total, and this one is an estimate itself.
        self._bar.update(self._task, completed=done, total=total or None, pace=pace, refresh=True)

    def _begin(self, what: str) -> "TaskID":
        return self._bar.add_task(f"{what}{self._name}", total=None, pace="")


def pace_words(done: int, total: int, seconds: float) -> str:
    """How many are done in a second, and how long the others will take where their number is known.

    >>> pace_words(3000, 9000, 20), pace_words(3000, 0, 20), pace_words(0, 9000, 20)
    ('150/s, 0:00:40 left', '150/s', '')
    """
    if not done or seconds <= 0:
        return ""
    left = f", {timedelta(seconds=round(seconds * (total - done) / done))} left" if total > done else ""
    return f"{done / seconds:,.0f}/s{left}"
