"""One stretch of a table, read, checked, and finished as a segment of the log and as rows of the tables."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg import rdf
from kg.access.giveaway import Found, Search
from kg.bulk.chunks import Chunk, Described, Job, Mapped, key_of
from kg.check import Finding, iter_findings, load_shapes, to_sentence
from kg.errors import Problem, Refused
from kg.intake.tables.frame import Described as SeenBefore
from kg.intake.tables.frame import Frame
from kg.intake.tables.gathering import TableReading
from kg.intake.tables.importing import read_rows
from kg.intake.tables.rows import Fault, Row
from kg.iris import question_iri, recording_iri
from kg.log import Disk
from kg.log.segments import draft_unit
from kg.log.stage import Stage
from kg.model import Occasion, Recording, Sorted
from kg.planning import recording_graph
from kg.store.tables.bulk import write_rows
from kg.store.tables.rows import rows_from_things
from kg.terms import Iri, avc
from kg.units import Unit

_PUBLIC = avc("access-public")
_TOGETHER = 100  # units checked in one go: the engine is quickest where all of them fit the processor's cache


def read_chunk(job: Job, chunk: Chunk) -> Mapped:
    """Read a stretch, set aside the rows in which something is amiss, and finish the rest in the stage.

    Raises Refused where what the mapping says of all rows is amiss.
    """
    rows, refused = chunk.rows, dict[int, list[Fault]]()
    while True:
        reading = _read(job, rows)
        refused |= reading.refused
        units = _Units(job, reading)
        findings = list(iter_findings(units.iter_texts(), load_shapes(), size=_TOGETHER))
        faults = units.find_faults(finding for finding in findings if finding.severity == "Violation")
        if not faults:
            break
        refused |= faults
        rows = tuple(row for row in rows if row.number not in refused)
    mapped = Mapped(chunk.number, chunk.key, refused=refused)
    # A decision is recorded beside what it is about, which the small way of recording knows to keep apart; what speaks
    # of somebody of whom a field is withheld is held to it there too.
    mapped.withheld = (
        bool(reading.decisions)
        or any(access != _PUBLIC for _, _, _, access in reading.places)
        or not job.guarded.isdisjoint(units.iter_spoken_of())
    )
    mapped.noticed = units.count(findings)
    if not mapped.withheld:
        mapped.telling = list(units.find_telling(job.search)) if job.search else []
        forget_finished(job.stage, chunk.number)
        _finish(job, units, mapped)
        write_finished(job.stage, mapped)
    return mapped


def find_finished(stage: Stage, chunk: Chunk) -> Mapped | None:
    """What an interrupted import made of the same stretch."""
    try:
        found = Mapped.from_bytes(_note(stage, chunk.number).read_bytes())
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    # After a power cut the note may be there and a file's name be lost.
    whole = found.tree is None or stage.is_whole(found.tree.name)
    return found if found.key == chunk.key and whole else None


def write_finished(stage: Stage, mapped: Mapped) -> None:
    """Note that a stretch need not be read again after a kill."""
    Disk().write(_note(stage, mapped.number), mapped.to_bytes(), sync=False)


def forget_finished(stage: Stage, number: int) -> None:
    """Take the note back, as what it tells of is to be changed."""
    _note(stage, number).unlink(missing_ok=True)


def _note(stage: Stage, number: int) -> Path:
    return stage.folder / f"stretch-{number:06}.json"


def _read(job: Job, rows: Iterable[Row]) -> TableReading:
    reading = TableReading(job.table, job.source, job.columns)
    read_rows(reading, Frame.of(job.mapping), rows, SeenBefore(), job.places, job.recipes)
    return reading


def _finish(job: Job, units: "_Units", mapped: Mapped) -> None:
    reading, own = units.reading, units.own
    mapped.loose = units.loose
    mapped.described = [
        Described(
            unit.subject, unit.digest()[:32], reading.origins[unit.subject].line, reading.origins[unit.subject].field
        )
        for unit in units.described
    ]
    mapped.subjects = [key_of(unit.subject) for unit in own]
    mapped.said = [units.kind_of(unit.subject) for unit in own]
    rows = rows_from_things(units.iter_things(), entry=job.stage.number, questions=units.questions)
    write_rows(job.stage.folder, f"{mapped.number:06}", rows)
    if own:
        drafts = [draft_unit(unit, claim=unit.subject in units.sayings) for unit in own]
        mapped.tree = job.stage.write(mapped.number, drafts)


class _Units:
    """The units of a stretch: its own, and those that other stretches give alike."""

    def __init__(self, job: Job, reading: TableReading) -> None:
        self.reading = reading
        base, graph = job.mapping.sheet.base, job.ingestion
        where = recording_graph(base, graph)
        entities = {iri: rdf.entity_unit(entity, graph) for iri, entity in reading.entities.items()}
        common = {iri for iri in entities if self._is_common(iri)}
        self.loose = [entities[iri] for iri in entities if iri in common]
        self.described = [entities[iri] for iri in entities if iri not in common]
        self.questions = {iri: question_iri(base, each) for iri, each in reading.propositions.items()}
        self.propositions = {
            iri: rdf.proposition_unit(base, each, iri=iri, question=self.questions[iri])
            for iri, each in reading.propositions.items()
        }
        self.claims = {iri: rdf.claim_unit(base, each, iri=iri) for iri, each in reading.claims.items()}
        self.relays = {iri: rdf.relay_unit(base, each, iri=iri) for iri, each in reading.relays.items()}
        self.recordings: dict[Iri, Unit] = {}
        self._recorded: dict[Iri, Recording] = {}
        self._row_of: dict[str, int] = {}
        for iri, row, fragment, access in reading.places:
            each = Recording(records=iri, ingestion=graph, file=job.file, fragment=fragment, access=access)
            name = recording_iri(base, each)
            self.recordings[name] = rdf.recording_unit(base, each, where, iri=name)
            self._recorded[name] = each
            self._row_of[name] = row
        self.sayings = self.claims.keys() | self.relays.keys()
        said = (*self.propositions.values(), *self.claims.values(), *self.relays.values())
        self.things = [*self.described, *said]
        self.own = [*self.things, *self.recordings.values()]

    def kind_of(self, subject: Iri) -> str:
        """The kind of proposition of a claim, `relay` for a relay, "" for anything else."""
        claim = self.reading.claims.get(subject)
        if claim is not None:
            return type(self.reading.propositions[claim.proposition]).__name__
        return "relay" if subject in self.relays else ""

    def iter_texts(self) -> Iterator[str]:
        """Yield each unit with all that its shapes look at."""
        for iri, claim in self.reading.claims.items():
            yield "\n".join((*self.claims[iri].lines, *self.propositions[claim.proposition].lines))
        for unit in (*self.relays.values(), *self.described, *self.loose, *self.recordings.values()):
            yield "\n".join(unit.lines)

    def iter_things(self) -> Iterator[tuple[Iri, Sorted]]:
        """Yield what its own units describe, each with its name."""
        reading = self.reading
        yield from ((unit.subject, reading.entities[unit.subject]) for unit in self.described)
        for found in (reading.propositions, reading.claims, reading.relays, self._recorded):
            yield from found.items()

    def iter_spoken_of(self) -> Iterator[str]:
        """Yield what is described in the stretch, and what its propositions are about."""
        yield from self.reading.entities
        for proposition in self.reading.propositions.values():
            yield from proposition.about

    def find_telling(self, search: Search) -> Iterator[tuple[str, int, str]]:
        """Yield what is met in the stretch, with row and columns; what many stretches give alike is not looked at."""
        told: set[tuple[str, int, str]] = set()
        for unit in self.things:
            for secret in search.find(unit):
                found = Found.of(unit.subject, self.reading.origins)
                if (secret.what, found.line, found.field) not in told:
                    told.add((secret.what, found.line, found.field))
                    yield secret.what, found.line, found.field

    def find_faults(self, findings: Iterable[Finding]) -> dict[int, list[Fault]]:
        """What shapes find wrong, as faults of the rows. Raises Refused for what no row can be blamed for."""
        faults: dict[int, list[Fault]] = {}
        for finding in findings:
            row = self._find_row(finding)
            if not row:
                file = self.reading.file
                raise Refused([Problem(file, field=finding.focus, reason=to_sentence(finding))])
            origin = self.reading.origins.get(Iri(finding.focus))
            columns = tuple(filter(None, origin.field.split(", "))) if origin else ()
            faults.setdefault(row, []).append(Fault(columns, "", to_sentence(finding), ""))
        return faults

    def count(self, findings: Iterable[Finding]) -> dict[tuple[str, str], tuple[int, int]]:
        """What is noticed, by severity and reason: in how many rows, and the first of them."""
        rows: dict[tuple[str, str], set[int]] = {}
        for finding in findings:
            reason = to_sentence(finding).partition(" (here ")[0]
            rows.setdefault((finding.severity, reason), set()).add(self._find_row(finding))
        return {of: (len(found), min(found)) for of, found in rows.items()}

    def _find_row(self, finding: Finding) -> int:
        origin = self.reading.origins.get(Iri(finding.focus))
        return (origin.line if origin else 0) or self._row_of.get(finding.focus, 0)

    def _is_common(self, iri: Iri) -> bool:
        """Whether other stretches may well give the same: what no row describes, and the publishing of it."""
        reading, entity = self.reading, self.reading.entities[iri]
        if isinstance(entity, Occasion) and (entity.document is None or entity.document in reading.entities):
            iri = entity.document or iri
        return not reading.origins[iri].line
