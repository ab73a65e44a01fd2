"""Handing the record on and keeping it: export of the whole, verification of the whole, withdrawal of a part."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kg.access.aside import find_aside
from kg.access.giveaway import Search
from kg.access.given_after import gather_withheld
from kg.drafts import forget_recorded
from kg.earlier import forget_made
from kg.errors import Unusable
from kg.export import write_claims_csv, write_lines
from kg.kept import FOLDER as KEPT
from kg.log import Access, Entry, Record
from kg.log.closing import withdrawing
from kg.log.copying import Copied, copy_log
from kg.log.disk import Disk
from kg.log.layout import Layout
from kg.log.streams import iter_sorted
from kg.log.verify import verify
from kg.model import Decision
from kg.projections import Projections, graph_folder, iter_derived_lines, tables_folder
from kg.rdf import read_unit
from kg.reading import Reader
from kg.store.base import MARKER_GRAPH
from kg.store.embedded import open_reader
from kg.store.tables import Tables
from kg.store.tables.columns import TABLES
from kg.store.tables.view import TablesView
from kg.vocabulary import vocabulary_lines


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification went through, and every finding in words."""

    entries: int
    units: int
    head: str
    findings: tuple[str, ...]


def export_record(root: Path, form: str, output: BinaryIO, *, derived: bool = False) -> int:
    """Write the public record in a form of `kg.export.FORMS`; the number of withheld units is returned."""
    record = Record.open(root)
    projections = Projections(root, record)
    projections.catch_up()
    if form == "csv":
        with projections.tables.connect() as view:
            iris = [str(row[0]) for row in view.rows("SELECT iri FROM claims WHERE kind = 'claim'")]
            write_claims_csv(Reader(view, record.base), iris, output)
    elif form == "nquads" and not derived:
        # The log is sorted N-Quads already, segment by segment.
        for batch in iter_sorted(record.log):
            output.write(b"".join(subject.data for subject in batch))
    else:
        lines = [line for unit in _iter_public(record) for line in unit]
        if derived:
            lines += projections.expected_derived()
        write_lines(lines, form, output)
    return sum(1 for _ in record.log.iter_sealed())


def verify_record(root: Path, *, progress: Callable[[int, int], None] | None = None) -> Report:
    """Recompute the log, then hold the graph and the tables against it."""
    layout = Layout(root)
    findings = [str(damage) for damage in verify(layout, progress)] if layout.record.exists() else []
    if findings:
        # A damaged log may not even open; whatever is wrong with it is told first, and all of it.
        return Report(0, 0, "", tuple(findings))
    record = Record.open(root)
    units = sum(entry.units for entry in record.log.entries())
    findings = _compare_projections(root, record)
    return Report(record.log.number, units, record.log.head, tuple(findings))


def back_up(root: Path, target: Path, *, keys: Path | None = None) -> tuple[Copied, tuple[str, ...]]:
    """Copy a record as it stands, while others record, and verify the copy: what was done, and what is wrong with it.

    What opens the sealed goes to `keys`, a folder elsewhere, or nowhere. Nothing that can be made anew is copied.
    """
    copied = copy_log(root, target, also=(KEPT,), keys=keys)
    return copied, tuple(str(damage) for damage in verify(Layout(target), apart=True))


def count_withheld_decisions(root: Path) -> Counter[tuple[str, str, str, str, str]] | None:
    """How often it was decided to withhold something whole: its kind, the level, the reason, by whom and on which day.

    None where the keys are not at hand, without which nothing of what is withheld can be read.
    """
    record = Record.open(root)
    if not record.layout.secret.exists():
        return None
    found: Counter[tuple[str, str, str, str, str]] = Counter()
    for logged in record.log.iter_sealed():
        if logged.unit.subject.startswith(f"{record.base}decision/"):
            decision: Decision = read_unit(logged.unit.lines)
            kind = decision.decides.removeprefix(record.base).partition("/")[0]
            found[kind, decision.access, decision.reason, decision.decided_by, decision.decided] += 1
    return found


def iter_open(root: Path) -> Iterator[tuple[str, str, Entry]]:
    """Yield what of a record stands in the open and gives away something withheld: what it is, in which thing, and the
    entry that brought it. Reads the whole record, and the captures that are kept; needs the keys."""
    record = Record.open(root)
    with open_reader(graph_folder(root)) as graph:
        about = gather_withheld(record, graph)
    if not about:
        return
    search, entries, captures = Search(about), record.log.entries(), dict[str, str]()
    with Tables.open(tables_folder(root)).connect() as view:
        for iri, sha256, encoding in view.rows("SELECT iri, sha256, encoding FROM captures WHERE sha256 IS NOT NULL"):
            if (data := record.read_capture(sha256)) is not None:
                captures[iri] = data.decode(encoding or "utf-8", "replace")
    for logged in record.log.iter_units():
        more = [captures[logged.unit.subject]] if logged.unit.subject in captures else []
        for what in dict.fromkeys(secret.what for secret in search.find(logged.unit, more)):
            yield what, logged.unit.subject, entries[logged.entry - 1]


def withdraw_units(root: Path, names: Sequence[str], *, reason: str, who: str, when: str) -> Entry:
    """Destroy the units of some subjects, and rebuild the projections without them. Raises NotFound.

    A name is an IRI, or a path under the base of the record. What is withheld of it, and what was decided about that,
    goes with it. Servers of the record give nothing out from the first moment to the last (`kg.showing`).
    """
    record = Record.open(root)
    names = [name if name.startswith(record.base) else f"{record.base}{name}" for name in names]
    with withdrawing(record.layout.withdrawing):
        with Projections(root, record).reading_graph() as graph:
            names = [*names, *sorted(find_aside(record, graph, names))]
        entry = record.log.withdraw(names, reason=reason, who=who, when=when)
        _forget_captures(record, names)
        forget_made(root)
        forget_recorded(root)
        Projections(root, record).catch_up()
    return entry


def _forget_captures(record: Record, names: Iterable[str]) -> None:
    """Destroy the bytes of captures that were withdrawn."""
    start = f"{record.base}capture/"
    for name in names:
        if name.startswith(start):
            Disk().shred(record.layout.captures / name.removeprefix(start))


def _iter_public(record: Record) -> Iterator[tuple[str, ...]]:
    return (found.unit.lines for found in record.log.iter_units() if found.access is Access.PUBLIC)


def _compare_projections(root: Path, record: Record) -> list[str]:
    projections = Projections(root, record)
    findings = []
    if projections.tables.standing() != record.log.number:
        findings.append(
            f"tables: they stand at entry {projections.tables.standing()}, the log at {record.log.number}. "
            "Remedy: any reading command brings them up."
        )
    with tempfile.TemporaryDirectory() as folder:
        anew = Tables.open(Path(folder))
        anew.rebuild((found for found in record.log.iter_units()), entry=record.log.number)
        with anew.connect() as wanted:
            with projections.tables.connect() as held:
                findings += compare_tables(held, wanted)
            findings += _compare_graph(root, record, wanted)
    return findings


def compare_tables(held: TablesView, wanted: TablesView) -> list[str]:
    """What two versions of the tables disagree on, row by row; the order of rows says nothing."""
    findings: list[str] = []
    for name, table in TABLES.items():
        # A sum of hashes first: where it agrees, no row has to be brought here.
        checksum = f"SELECT count(*), sum(hash(t)::HUGEINT) FROM (SELECT {table.listed} FROM {name}) t"
        if held.rows(checksum) != wanted.rows(checksum):
            rows = f"SELECT {table.listed} FROM {name}"
            here, there = Counter(map(repr, held.rows(rows))), Counter(map(repr, wanted.rows(rows)))
            findings += _told(f"tables: {name}", "in the log but not in the table", (there - here).elements())
            findings += _told(f"tables: {name}", "in the table but not in the log", (here - there).elements())
    return findings


def _compare_graph(root: Path, record: Record, tables: TablesView) -> list[str]:
    try:
        reader = open_reader(graph_folder(root))
    except Unusable as error:
        return [f"graph: {error}"]
    # Digests, not lines: a large record's lines would not fit into memory.
    missing = {_digest(line) for line in _iter_expected(record, tables)}
    strangers = []
    with reader as graph:
        findings = []
        if graph.standing() != record.log.number:
            findings.append(
                f"graph: it stands at entry {graph.standing()}, the log at {record.log.number}. "
                "Remedy: any reading command brings it up."
            )
        for line in graph.iter_lines():
            digest = _digest(line)
            if digest in missing:
                missing.remove(digest)
            elif not line.endswith(f"<{MARKER_GRAPH}> ."):
                strangers.append(line)
    lost = {line for line in _iter_expected(record, tables) if _digest(line) in missing} if missing else ()
    return [
        *findings,
        *_told("graph", "in the log but not in the graph", lost),
        *_told("graph", "in the graph but not in the log", strangers),
    ]


def _iter_expected(record: Record, tables: TablesView) -> Iterator[str]:
    """Every line the graph has to hold, in no order; one may come twice."""
    yield from vocabulary_lines()
    for unit in _iter_public(record):
        yield from unit
    yield from iter_derived_lines(tables, record.base)


def _digest(line: str) -> bytes:
    return hashlib.blake2b(line.encode(), digest_size=16).digest()


def _told(where: str, what: str, lines: Iterable[str]) -> list[str]:
    listed = sorted(lines)
    told = [f"{where}: {what}: {line}" for line in listed[:20]]
    return [*told, f"{where}: … and {len(listed) - 20} more {what}"] if len(listed) > 20 else told
