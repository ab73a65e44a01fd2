"""What `import` does with large tables: a bar with rate and time left, and the counts of what was done."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.present import print_problems
from kg.errors import Refused

if TYPE_CHECKING:
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
        with _bar(plan.source.path) as progress:
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
        f"{reading.table.name}: {reading.read:,} rows = {rows} + {len(reading.refused):,} refused;"
        f" claims by kind: {kinds or 'none'}"
    )


@contextmanager
def _bar(path: Path) -> "Iterator[Progress | None]":
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    first = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    last = (TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*first, *last, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(path.name, total=None, rate="")

        def tell(what: str, done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bar.update(task, description=f"{path.name}: {what}", completed=done, total=total or None, rate=rate)

        yield tell
