"""What the workers made, taken in as one reading would: each thing once, and without what is recorded already."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg import rdf
from kg.access.giveaway import Found
from kg.bulk.chunks import Chunk, Described, Job, Mapped, key_of
from kg.bulk.keys import Keys
from kg.bulk.reading import forget_finished, read_chunk, write_finished
from kg.bulk.telling import Telling
from kg.intake.tables import TableReading
from kg.intake.tables.rows import Fault
from kg.log import Tree
from kg.log.segments import draft_unit
from kg.model import Entity
from kg.pipeline import known_lines
from kg.planning import keep_new
from kg.projections import Projections
from kg.store.tables.bulk import write_rows
from kg.store.tables.rows import rows_from_units
from kg.terms import Iri
from kg.units import Unit

_NAMED: tuple[str, ...] = (
    "claims",
    "propositions",
    "agents",
    "events",
    "sets",
    "victims",
    "documents",
    "captures",
    "passages",
)
_NAMED += ("occasions", "files", "ingestions", "recordings")


@dataclass(slots=True)
class Settling:
    """Takes in stretches in the order of their rows; `trees` are the segments to be committed."""

    job: Job
    projections: Projections
    reading: TableReading
    set_aside: bool
    kinds: Counter[str] = field(default_factory=Counter)
    noticed: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    telling: Telling = field(init=False)
    trees: list[Tree] = field(default_factory=list)
    claims: int = 0
    relays: int = 0
    withheld: bool = False
    _last: int = 0
    _seen: Keys = field(default_factory=Keys)
    _known: Keys | None = None
    _described: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    _loose: dict[Iri, Unit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.telling = Telling(str(self.reading.source.path))

    def is_doomed(self) -> bool:
        """Whether nothing will be recorded, since rows are refused that may not be set aside."""
        return bool(self.reading.refused) and not self.set_aside

    def settle(self, mapped: Mapped, chunk: Chunk) -> bool:
        """Take in a stretch; whether it has a segment."""
        self.withheld |= mapped.withheld
        mapped = self._mend(mapped, chunk)
        cells = {row.number: row for row in chunk.rows} if mapped.refused else {}
        for number, faults in mapped.refused.items():
            self.reading.refuse(cells[number], faults)
        for of, (rows, first) in mapped.noticed.items():
            before = self.noticed.get(of, (0, first))
            # What is of no row (0) is told by every stretch.
            self.noticed[of] = before[0] + rows if first else rows, min(before[1], first)
        for found in mapped.telling:
            self.telling.add(*found)
        for unit in mapped.loose:
            self._loose.setdefault(unit.subject, unit)
        self._described.update((key_of(each.subject), (each.content, each.row)) for each in mapped.described)
        again, known = self._count(mapped)
        if (again or known) and mapped.tree is not None and not self.is_doomed():
            self._drop(mapped, again, known)
        if mapped.tree is not None:
            self.trees.append(mapped.tree)
            self._last = mapped.number
        return mapped.tree is not None

    def finish(self, things: Iterable[Entity]) -> int:
        """Finish the segment of what many stretches gave alike, and of the import itself; its number."""
        units = [*self._loose.values(), *(rdf.entity_unit(thing, self.job.ingestion) for thing in things)]
        if search := self.job.search:
            met = ((secret.what, Found.of(unit.subject, {}).field) for unit in units for secret in search.find(unit))
            for what, where in dict.fromkeys(met):
                self.telling.add(what, 0, where)
        number = self._last + 1
        write_rows(self.job.stage.folder, "loose", rows_from_units(units, entry=self.job.stage.number))
        fresh = self._keep_new(units)
        self.trees.append(self.job.stage.write(number, [draft_unit(unit) for unit in fresh]))
        return number

    def _mend(self, mapped: Mapped, chunk: Chunk) -> Mapped:
        """A stretch without the rows that describe something otherwise than an earlier stretch does."""
        while faults := self._find_conflicts(mapped.described):
            for row in chunk.rows:
                if row.number in faults:
                    self.reading.refuse(row, faults[row.number])
            chunk = Chunk(chunk.number, tuple(row for row in chunk.rows if row.number not in faults), "")
            if not self.set_aside:
                break
            mapped = read_chunk(self.job, chunk)
        return mapped

    def _find_conflicts(self, described: Iterable[Described]) -> dict[int, list[Fault]]:
        faults: dict[int, list[Fault]] = {}
        for each in described:
            content, first = self._described.get(key_of(each.subject), (each.content, 0))
            if content != each.content:
                name = "/".join(each.subject.rsplit("/", 2)[1:])
                columns = tuple(filter(None, each.columns.split(", ")))
                reason = f"{name} is described otherwise in row {first}"
                remedy = "mend one of the two rows, or give them keys of their own"
                faults.setdefault(each.row, []).append(Fault(columns, "", reason, remedy))
        return faults

    def _count(self, mapped: Mapped) -> tuple[set[bytes], set[bytes]]:
        """Count what is new in a stretch; the keys of what an earlier stretch gave, and of what the record names."""
        recorded = self._read_known()
        again, known = set(), set()
        for key, said in zip(mapped.subjects, mapped.said, strict=True):
            if not self._seen.add(key):
                again.add(key)
                continue
            if said:
                self.kinds[said] += 1
            if key in recorded:
                known.add(key)
            elif said == "relay":
                self.relays += 1
            elif said:
                self.claims += 1
        return again, known

    def _drop(self, mapped: Mapped, again: set[bytes], known: set[bytes]) -> None:
        """Make the segment of a stretch again, without what an earlier one has and what is recorded already."""
        stage = self.job.stage
        said = dict(zip(mapped.subjects, mapped.said, strict=True))
        units = {key_of(unit.subject): unit for unit in stage.read(mapped.number)}
        fresh = [unit for key, unit in units.items() if key not in again and key not in known]
        fresh += self._keep_new([unit for key, unit in units.items() if key in known])
        forget_finished(stage, mapped.number)
        drafts = [draft_unit(unit, claim=bool(said[key_of(unit.subject)])) for unit in fresh]
        mapped.tree = stage.write(mapped.number, drafts) if drafts else None
        write_finished(stage, mapped)

    def _keep_new(self, units: list[Unit]) -> list[Unit]:
        if not self._read_known():
            return units
        return keep_new(units, lambda subjects: known_lines(self.projections, subjects))

    def _read_known(self) -> Keys:
        """The keys of all that the record names already."""
        if self._known is None:
            with self.projections.tables.connect() as view:
                names = (view.stretches(f"SELECT iri FROM {table}") for table in _NAMED)
                self._known = Keys(key_of(row[0]) for found in names for rows in found for row in rows)
        return self._known
