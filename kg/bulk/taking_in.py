"""From a stage that is whole to a record: rules across claims, what follows from them, the commit, both projections."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg import rules
from kg.bulk.settling import Settling
from kg.errors import Problem
from kg.intake.tables import TableReading
from kg.intake.tables.rows import Fault
from kg.log import Staging
from kg.projections import Projections, iter_derived_lines, tables_folder
from kg.store.filling import Filler
from kg.store.tables.bulk import prepare
from kg.store.tables.view import TablesView

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much (0 where that is not known)."""

_REFUSING = ("violation", "arithmetic")
_ROW = re.compile(r"(?:cell|row|line)=([0-9]+)|/([0-9]+)(?:&|$)")


@dataclass(slots=True)
class Imported:
    """What an import did: the rows, how many claims of each kind they hold, and the entry (None where none was made).

    `noticed` tells of what refuses nothing, by severity and reason: in how many rows, and the first; `notices` of the
    same, finding by finding; `problems` of what kept everything from being recorded, besides the rows that the reading
    refused. A table of which something is `withheld` cannot be recorded this way.
    """

    reading: TableReading
    kinds: Counter[str] = field(default_factory=Counter)
    noticed: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    notices: Iterable[tuple[str, Problem]] = ()
    problems: list[Problem] = field(default_factory=list)
    entry: int | None = None
    claims: int = 0
    relays: int = 0
    withheld: bool = False


def take_in(
    root: Path,
    projections: Projections,
    staging: Staging,
    settling: Settling,
    filler: Filler,
    progress: Progress,
) -> tuple[Imported, dict[int, list[Fault]]]:
    """Record what is in the stage, unless a rule across claims refuses; what was done, and the rows refused."""
    stage, number = staging.stage, staging.stage.number
    imported = Imported(settling.reading, settling.kinds, settling.noticed, settling.telling)
    progress("tables made", 0, 0)
    with prepare(tables_folder(root), stage.folder, entry=number) as tables, tables.view() as view:
        progress("rules across claims", 0, 0)
        breached, imported.problems = _find_breaches(view, settling, number)
        if breached or imported.problems:
            return imported, breached
        progress("what follows", 0, 0)
        filler.feed_lines(iter_derived_lines(view, projections.base), aside=stage.folder / "derived")
        # The commit moves the segments: they have to be read by then.
        filler.wait()
        for tree in settling.trees:
            staging.adopt(tree)
        imported.entry = staging.commit().number
        tables.publish()
    filler.finish(lambda lines: progress("quads loaded", lines, 0))
    projections.swap_graph(filler.path, entry=number)
    imported.claims, imported.relays = settling.claims, settling.relays
    return imported, {}


def _find_breaches(view: TablesView, settling: Settling, number: int) -> tuple[dict[int, list[Fault]], list[Problem]]:
    """What rules across claims refuse: as faults of rows, and as problems, each with the row it stands in."""
    faults: dict[int, list[Fault]] = {}
    problems: list[Problem] = []
    whole = False
    for breach in rules.find_breaches_since(view, number):
        if breach.severity not in _REFUSING:
            continue
        row, fragment = _find_row(view, breach.subject, number)
        reason = f"{breach.rule}: {breach.reason}"
        file = settling.reading.file
        problems.append(Problem(file, row, fragment or breach.subject, "", reason, breach.remedy))
        faults.setdefault(row, []).append(Fault((), fragment, reason, breach.remedy))
        whole |= not row
    # What is of no one row cannot be set aside.
    return ({}, problems) if whole else (faults, problems)


def _find_row(view: TablesView, subject: str, number: int) -> tuple[int, str]:
    """The row a claim was read from, and the fragment that names its cells; 0 for what is no claim of this import."""
    sql = "SELECT fragment FROM recordings WHERE records = ? AND entry = ? ORDER BY iri LIMIT 1"
    for (fragment,) in view.rows(sql, [subject, number]):
        if found := _ROW.search(str(fragment)):
            # A JSON Pointer counts from 0, rows from 1.
            return int(found[1]) if found[1] else int(found[2]) + 1, str(fragment)
    return 0, ""
