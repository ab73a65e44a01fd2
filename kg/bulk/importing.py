"""A large table to a record in both projections: read in parallel, bounded in memory, all of it or nothing.

While workers finish segments in the stage of the log, one process already loads them into the graph that is to be; the
tables are worked out from rows that the workers put aside, and asked by the rules across claims; then the commit, and
both projections are swapped in. A killed import leaves its stage, and the stretches finished there are not read again.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kg.access.giveaway import About, Search
from kg.access.given_after import gather_withheld
from kg.access.overruled import list_decided
from kg.bulk.chunks import Chunk, Job, Mapped
from kg.bulk.garbage import seldom_collected
from kg.bulk.past import PastRows
from kg.bulk.pool import Pool
from kg.bulk.reading import find_finished
from kg.bulk.settling import Settling
from kg.bulk.taking_in import Imported, Progress, take_in
from kg.errors import Refused
from kg.intake.tables import Mapping, Table, TableReading
from kg.intake.tables.files import Source, find_source
from kg.intake.tables.fragments import Places
from kg.intake.tables.gathering import Gathering
from kg.intake.tables.importing import make_batch, make_ingestion, open_table, read_table
from kg.intake.tables.recipes import Recipes
from kg.intake.tables.rows import Fault, Opened
from kg.iris import canonical_json
from kg.log import Record, Staging
from kg.model import File, Ingestion
from kg.pipeline import record_batch
from kg.projections import Projections
from kg.store.filling import Filler
from kg.vocabulary import vocabulary_lines

ROWS = 1000
"""How many rows make a stretch."""
FEW = 3000
"""Fewer new rows than this are recorded as a small batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A table to be imported; `set_aside` records the good rows where some are refused, `seed` makes the salts."""

    root: Path
    mapping: Mapping
    table: Table
    source: Source
    folder: Path
    recorded: str
    software: str
    own: bool = True
    set_aside: bool = False
    seed: bytes | None = None
    workers: int | None = None
    past: PastRows | None = None
    rows: int = ROWS


def import_table(plan: Plan, record: Record, *, progress: Progress | None = None) -> Imported:
    """Import a table. Raises Refused where file or mapping are amiss as a whole, Unusable where nobody may write."""
    files, ingestion = _plan_ingestion(plan)
    record.log.refresh()
    with Projections(plan.root, record) as projections:
        if record.log.has_ingestion(ingestion.iri):
            # Killed after its commit: what made its salts must not lie about until the next recording.
            if record.log.is_unfinished():
                record.log.recover()
            projections.catch_up()
            return Imported(TableReading(plan.table, plan.source))
        if plan.past is not None and _has_few_new_rows(plan, plan.past):
            return _import_few(plan, plan.past, record, projections)
        content = {"ingestion": ingestion.iri, "software": plan.software, "rows": plan.rows}
        with record.log.begin(
            ingestion=ingestion.iri,
            recorded=plan.recorded,
            recorder=ingestion.recorder,
            plan=canonical_json(content),
            seed=plan.seed,
        ) as staging:
            projections.graph()
            projections.catch_up(recording=True)
            with projections.reading_graph() as graph:
                guarded, held = frozenset(list_decided(graph)), gather_withheld(record, graph)
            skip: dict[int, list[Fault]] = {}
            while True:
                run = _Run(plan, projections, staging, files, ingestion, guarded, held, progress or _say_nothing)
                imported, breached = run.go(skip)
                if imported.entry and plan.past:
                    plan.past.keep(without=set(imported.reading.refused))
                if not (breached and plan.set_aside):
                    return imported
                for row, faults in breached.items():
                    skip.setdefault(row, []).extend(faults)


def is_recorded(plan: Plan, record: Record) -> bool:
    """Whether the same file is recorded by the same mapping already. Raises Refused where a file cannot be read."""
    record.log.refresh()
    return record.log.has_ingestion(_plan_ingestion(plan)[1].iri)


def _plan_ingestion(plan: Plan) -> tuple[tuple[File, ...], Ingestion]:
    joined = [find_source(plan.folder / join.file) for join in plan.table.joins]
    sources = [plan.source, *joined]
    return make_ingestion(plan.mapping, plan.table, sources, recorded=plan.recorded, software=plan.software)


def _has_few_new_rows(plan: Plan, past: PastRows) -> bool:
    """Whether a table is a new version of one that was imported, and few of its rows are new."""
    if past.is_empty():
        return False
    with closing(open_table(plan.table, plan.source, own=plan.own)) as opened:
        gathering = Gathering(TableReading(plan.table, plan.source, opened.columns), plan.folder, {}, past=past)
        return sum(1 for _ in islice(gathering.take(opened), FEW)) < FEW


def _import_few(plan: Plan, past: PastRows, record: Record, projections: Projections) -> Imported:
    """Import the few new rows of a version as a small batch, at a cost that does not grow with the record."""
    skip: dict[int, list[Fault]] = {}
    while True:
        reading = read_table(
            plan.mapping, plan.table, plan.source, folder=plan.folder, own=plan.own, skip=skip, past=past
        )
        imported = Imported(reading, reading.counts())
        if (reading.refused and not plan.set_aside) or not reading.taken:
            return imported
        batch = make_batch(plan.mapping, reading, recorded=plan.recorded, software=plan.software)
        try:
            outcome = record_batch(plan.root, record, batch, projections=projections)
        except Refused as error:
            rows = {row for _, row, _, _ in reading.places}
            if not plan.set_aside or any(problem.line not in rows for problem in error.problems):
                imported.problems = list(error.problems)
                return imported
            for problem in error.problems:
                columns = tuple(filter(None, problem.field.split(", ")))
                fault = Fault(columns, problem.value, problem.reason, problem.remedy)
                skip.setdefault(problem.line, []).append(fault)
            continue
        past.keep(without=set(reading.refused))
        imported.entry, imported.claims, imported.relays = outcome.entry, outcome.claims, outcome.relays
        imported.notices = outcome.notices
        return imported


@dataclass(slots=True)
class _Run:
    """One pass over a table; a second one is made where rules across claims refuse rows that are to be set aside."""

    plan: Plan
    projections: Projections
    staging: Staging
    files: tuple[File, ...]
    ingestion: Ingestion
    guarded: frozenset[str]
    held: list[About]
    progress: Progress

    def go(self, skip: dict[int, list[Fault]]) -> tuple[Imported, dict[int, list[Fault]]]:
        """Import, without the rows in `skip`; what was done, and the rows that rules across claims refuse."""
        plan, stage = self.plan, self.staging.stage
        with seldom_collected(), closing(open_table(plan.table, plan.source, own=plan.own)) as opened:
            reading = TableReading(plan.table, plan.source, opened.columns)
            job = Job(
                mapping=plan.mapping,
                table=plan.table,
                source=plan.source,
                columns=opened.columns,
                places=Places.of(opened, plan.table),
                ingestion=self.ingestion.iri,
                file=self.files[0].iri,
                stage=stage,
                recipes=Recipes.of(plan.mapping, plan.table),
                guarded=self.guarded,
                search=Search(self.held) if self.held else None,
            )
            gathering = Gathering(reading, plan.folder, skip, past=plan.past)
            with Filler(self.projections.graph().fresh(), entry=stage.number) as filler:
                settling = Settling(job, self.projections, reading, set_aside=plan.set_aside)
                self._feed_what_stands(filler)
                for mapped, chunk in self._map(job, gathering, opened):
                    if settling.settle(mapped, chunk) and not settling.is_doomed():
                        filler.feed(stage.path(mapped.number))
                    if settling.withheld:
                        return Imported(reading, withheld=True), {}
                gathering.check_columns()
                if settling.is_doomed():
                    return Imported(reading, settling.kinds, settling.noticed, settling.telling), {}
                filler.feed(stage.path(settling.finish((*self.files, self.ingestion))))
                return take_in(plan.root, self.projections, self.staging, settling, filler, self.progress)

    def _map(self, job: Job, gathering: Gathering, opened: Opened) -> Iterator[tuple[Mapped, Chunk]]:
        """Yield what is made of the table, stretch by stretch in the order of its rows."""
        rows = iter(gathering.take(opened))
        chunks: dict[int, Chunk] = {}
        done: dict[int, Mapped] = {}
        number, expected = 0, 1
        with Pool(job, workers=_count_workers(self.plan)) as pool:
            while taken := tuple(islice(rows, self.plan.rows)):
                number += 1
                chunks[number] = Chunk.of(number, taken)
                known = find_finished(job.stage, chunks[number])
                if known is not None:
                    done[number] = known
                else:
                    pool.submit(chunks[number])
                done.update((mapped.number, mapped) for mapped in pool.finished())
                read = gathering.reading.read
                self.progress("rows read", read, opened.estimate_rows(read))
                while expected in done:
                    yield done.pop(expected), chunks.pop(expected)
                    expected += 1
            done.update((mapped.number, mapped) for mapped in pool.drain())
        yield from ((done[each], chunks[each]) for each in sorted(done))

    def _feed_what_stands(self, filler: Filler) -> None:
        """Load the vocabulary and what is in the log already."""
        filler.feed_lines(vocabulary_lines(), aside=self.staging.stage.folder / "vocabulary")
        for path in self.projections.list_segments():
            filler.feed(path)


def _count_workers(plan: Plan) -> int:
    if plan.workers is not None:
        return plan.workers
    return len(os.sched_getaffinity(0))


def _say_nothing(what: str, done: int, total: int) -> None:
    pass
