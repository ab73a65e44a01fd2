"""From a batch to the record: plan, check, log, project. All of a batch is recorded, or none of it."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.access.giveaway import find_among, find_giveaways, find_in_captures, find_mentions, find_telling_captures
from kg.access.given_after import gather_withheld
from kg.access.given_before import find_given_before
from kg.access.overruled import find_overruled, find_words_of, keep_fields, list_guarded
from kg.access.veiling import veil
from kg.check import Finding, iter_findings, load_shapes, to_sentence
from kg.errors import Problem, Refused
from kg.iris import capture_iri, proposition_iri
from kg.log import Access, Record, Staging
from kg.model import Batch, Withheld
from kg.planning import Planned, UnitsOf, keep_new, list_units, plan_units, strip_graph
from kg.projections import Projections, derived_graphs
from kg.prospect import Prospect
from kg.rdf import read_unit
from kg.terms import PROV, Iri, av
from kg.units import Unit

_NEIGHBOUR = re.compile(f"<({re.escape(av('content'))}|{re.escape(PROV)}specializationOf)> <([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a recording did: its name, the log entry (None where nothing was new), how much, and what was noticed."""

    ingestion: Iri
    entry: int | None
    claims: int
    relays: int
    units: int
    withheld: int
    notices: tuple[tuple[str, Problem], ...]
    captures: int
    captures_withheld: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch that passed: what is to be recorded, what of it is new to who records it, and what was noticed.

    The two differ for who may not know what is withheld: of what they withhold, all is new to them.
    """

    planned: tuple[Planned, ...]
    new: tuple[Planned, ...]
    notices: tuple[tuple[str, Problem], ...]


def record_batch(
    root: Path,
    record: Record,
    batch: Batch,
    *,
    as_stated: bool = False,
    projections: Projections | None = None,
    tell_held: bool = True,
) -> Outcome:
    """Check a batch and record it. Raises Refused with every problem, Unusable where another process records.

    `as_stated` records figures that do not add up as their source states them. `projections` that stay open from batch
    to batch save opening them for each. `tell_held` is for who may know what the record withholds: they are told what
    gives something of it away. For others nothing depends on it, as they could try guesses; so of whom a field is
    withheld, they may say nothing in words in the open.
    """
    if projections is None:
        with Projections(root, record) as opened:
            return record_batch(root, record, batch, as_stated=as_stated, projections=opened, tell_held=tell_held)
    record.log.refresh()
    plain = batch.ingestion.iri
    batch = veil(record.base, batch, record.log.keyed)
    ingestion = batch.ingestion
    # Earlier versions named what holds something withheld plainly.
    if record.log.has_ingestion(ingestion.iri) or record.log.has_ingestion(plain):
        if record.log.is_unfinished():
            record.log.recover()
        projections.catch_up()
        return Outcome(ingestion.iri, None, 0, 0, 0, 0, (), *_keep_known_captures(record, projections, batch))
    plan = "\n".join(sorted(unit.digest() for unit in list_units(record.base, batch)[1:])).encode()
    with record.log.begin(
        ingestion=ingestion.iri, recorded=ingestion.recorded, recorder=ingestion.recorder, plan=plan
    ) as staging:
        # Inside, where no other process records: what is checked against stays as it is until it is projected.
        projections.graph()
        projections.catch_up(recording=True)
        batch = _restamp(batch, staging.recorded)
        fresh = find_fresh(projections, batch)
        with Prospect(projections, fresh) as prospect:
            checked = _check(record, projections, batch, fresh, prospect, as_stated=as_stated, tell_held=tell_held)
            public = [planned.unit for planned in checked.planned if planned.access is Access.PUBLIC]
            for planned in checked.planned:
                staging.add(planned.unit, access=planned.access, claim=planned.claim)
            withheld = {planned.unit.subject for planned in checked.planned} - {unit.subject for unit in public}
            captures = _keep_captures(record, batch, lambda iri: iri not in withheld, withheld)
            if public == fresh:
                return _outcome(batch, checked, _commit(projections, staging, public, prospect), captures)
        with Prospect(projections, public) as prospect:
            return _outcome(batch, checked, _commit(projections, staging, public, prospect), captures)


def _commit(projections: Projections, staging: Staging, public: list[Unit], prospect: Prospect) -> int:
    """Commit what is staged and let the projections take it in; the number of the entry."""
    added, removed = prospect.find_change()
    rows = prospect.new_rows()
    entry = staging.commit().number
    projections.take(public, added, removed, entry=entry, rows=rows)
    return entry


def check_batch(record: Record, batch: Batch, *, projections: Projections, as_stated: bool = False) -> Checked:
    """Everything that is checked before a batch is recorded. Raises Refused with all that refuses it."""
    with projections.reading_graph():
        fresh = find_fresh(projections, batch)
        with Prospect(projections, fresh) as prospect:
            return _check(record, projections, batch, fresh, prospect, as_stated=as_stated)


def find_telling(record: Record, batch: Batch, *, projections: Projections) -> list[tuple[str, Problem]]:
    """What of a batch gives away something withheld, by itself or in the record, with its severity; nothing else is
    checked. Raises Refused with what would refuse it."""
    planned = plan_units(record.base, batch, list_units(record.base, batch)) if batch.withholds() else None
    # A large table would fill the memory as units, of which one at a time is enough where none is withheld.
    public = _public(planned) if planned is not None else UnitsOf(record.base, batch)
    if refusing := _find_refused(record, projections, batch, public):
        raise Refused(refusing)
    withheld = _withheld(planned or ())
    told = find_mentions(record.base, batch, public, withheld) if withheld else ()
    return [("Warning", each) for each in (*_find_given(record, projections, batch, public, withheld), *told)]


def _public(planned: Iterable[Planned]) -> list[Unit]:
    return [each.unit for each in planned if each.access is Access.PUBLIC]


def _withheld(planned: Iterable[Planned]) -> set[str]:
    return {each.unit.subject for each in planned if each.access is not Access.PUBLIC}


def _find_refused(
    record: Record, projections: Projections, batch: Batch, public: Iterable[Unit], *, tell_held: bool = True
) -> list[Problem]:
    """What a batch may not give in the open: what it withholds, and what the record does of what it speaks of."""
    entries = record.log.entries()
    with projections.reading_graph() as graph:
        overruled = list(find_overruled(record.base, batch, graph, entries))
        guarded = list_guarded(batch, graph, entries)
    held = _read_withheld(record, guarded) if tell_held else []
    blind = () if tell_held else find_words_of(record.base, batch, public, {iri for iri, _ in guarded})
    return [*overruled, *blind, *find_giveaways(record.base, batch, public, held)]


def _find_given(
    record: Record, projections: Projections, batch: Batch, public: Iterable[Unit], withheld: Container[str]
) -> list[Problem]:
    """What in a batch gives away something of the record."""
    with projections.reading_graph() as graph:
        about = gather_withheld(record, graph)
    return [*find_among(batch, public, about), *find_in_captures(batch, withheld, about)]


def find_fresh(projections: Projections, batch: Batch) -> list[Unit]:
    """The units of a batch, without what is recorded already."""
    return keep_new(list_units(projections.base, batch), lambda subjects: known_lines(projections, subjects))


def _check(
    record: Record,
    projections: Projections,
    batch: Batch,
    fresh: Sequence[Unit],
    prospect: Prospect,
    *,
    as_stated: bool,
    tell_held: bool = True,
) -> Checked:
    sent = plan_units(record.base, batch, fresh)
    planned = _drop_sealed_already(sent, record)
    found = [*_find_shape_problems(record.base, batch), *_find_breaches(prospect, batch, fresh, record.base)]
    refusing = [problem for severity, problem in found if _refuses(severity, as_stated=as_stated)]
    public, withheld = _public(planned), _withheld(sent)
    refusing += _find_refused(record, projections, batch, public, tell_held=tell_held)
    if refusing:
        raise Refused(refusing)
    if tell_held:
        found += [("Warning", each) for each in _find_given(record, projections, batch, public, withheld)]
    if withheld:
        with projections.tables.connect() as view:
            before = find_given_before(record.base, batch, withheld, view, record.read_capture)
            told = (*find_mentions(record.base, batch, public, withheld), *before)
            found += [("Warning", problem) for problem in told]
    return Checked(tuple(planned), tuple(planned if tell_held else sent), tuple(sorted(set(found))))


def _read_withheld(record: Record, fields: set[tuple[str, str]]) -> list[Withheld]:
    """What the record withholds of these fields of victims, each given by IRI and property."""
    start = f"{record.base}withheld/"
    sealed = (found.unit for found in record.log.iter_sealed() if found.unit.subject.startswith(start))
    held = [read_unit(unit.lines) for unit in sealed] if fields else []
    names = {prop for _, prop in fields}
    return [keep_fields(each, {p for p in names if (each.withheld_from, p) in fields}) for each in held]


def _drop_sealed_already(planned: Sequence[Planned], record: Record) -> list[Planned]:
    """What is to be withheld, without the lines that are withheld in the record already; no projection knows those."""
    withheld = {each.unit.subject for each in planned if each.access is not Access.PUBLIC}
    if not withheld:
        return list(planned)
    logged = (found.unit for found in record.log.iter_sealed() if found.unit.subject in withheld)
    held = {strip_graph(line) for unit in logged for line in unit.lines}
    kept = [each for each in planned if each.access is Access.PUBLIC]
    sealed = {each.unit.subject: each for each in planned if each.access is not Access.PUBLIC}
    fresh = keep_new((each.unit for each in sealed.values()), lambda _: held)
    return kept + [replace(sealed[unit.subject], unit=unit) for unit in fresh]


def _restamp(batch: Batch, recorded: str) -> Batch:
    """The batch with the instant of the recording it carries on after a kill, which was planned before."""
    ingestion = replace(batch.ingestion, recorded=recorded)
    entities = tuple(ingestion if entity.iri == ingestion.iri else entity for entity in batch.entities)
    return replace(batch, ingestion=ingestion, entities=entities)


def _keep_captures(
    record: Record, batch: Batch, may_keep: Callable[[Iri], bool], withheld: Container[str]
) -> tuple[int, int]:
    """Keep the bytes of captures, and count those kept and those not: what only the withheld cites, or what holds
    something withheld, lies in no folder that is copied about or read by pages."""
    kept, telling = 0, find_telling_captures(record.base, batch, withheld)
    for sha256, data in batch.captures.items():
        if sha256 not in telling and may_keep(capture_iri(record.base, sha256)):
            record.keep_capture(data)
            kept += 1
    return kept, len(batch.captures) - kept


def _keep_known_captures(record: Record, projections: Projections, batch: Batch) -> tuple[int, int]:
    if not batch.captures:
        return 0, 0
    with projections.tables.connect() as view:
        known = {str(row[0]) for row in view.rows("SELECT iri FROM captures")}
    withheld: set[str] = set()
    if batch.withheld:
        withheld = {found.unit.subject for found in record.log.iter_sealed()}
    return _keep_captures(record, batch, lambda iri: iri in known, withheld)


def known_lines(projections: Projections, subjects: Iterable[str]) -> set[str]:
    """What the record holds of some subjects, outside the derived graphs, as lines without their graph."""
    with projections.reading_graph() as graph:
        lines = (line for subject in subjects for line in graph.lines_of(subject))
        derived = tuple(f" <{name}> ." for name in derived_graphs(projections.base))
        return {strip_graph(line) for line in lines if not line.endswith(derived)}


def _find_shape_problems(base: str, batch: Batch) -> Iterator[tuple[str, Problem]]:
    # What is withheld is not missing.
    withheld = {(each.decides, each.field) for each in batch.decisions}
    for finding in iter_findings(_together(list_units(base, batch)), load_shapes()):
        if finding.severity == "Violation" or (finding.focus, finding.path) not in withheld:
            yield finding.severity, _shape_problem(batch, finding)


def _together(units: Iterable[Unit]) -> Iterator[str]:
    """The text of each unit, with that of the neighbours its shapes look at (proposition, captures).

    Whole units, not what is new of them: a name added to a known agent is no agent without a kind.
    """
    texts = {unit.subject: "\n".join(unit.lines) for unit in units}
    joined: dict[str, list[str]] = {}
    neighbours: set[str] = set()
    for subject, text in texts.items():
        for found in _NEIGHBOUR.finditer(text):
            holder, other = (found[2], subject) if found[1].endswith("specializationOf") else (subject, found[2])
            joined.setdefault(holder, []).append(texts.get(Iri(other), ""))
            neighbours.add(other)
    for subject, text in texts.items():
        if subject not in neighbours:
            yield "\n".join([text, *joined.get(subject, [])])


def _shape_problem(batch: Batch, finding: Finding) -> Problem:
    origin = batch.origins.get(Iri(finding.focus))
    return Problem(
        file=origin.file if origin else "",
        line=origin.line if origin else 0,
        field=origin.field if origin else finding.focus,
        reason=to_sentence(finding),
    )


def _find_breaches(prospect: Prospect, batch: Batch, units: Sequence[Unit], base: str) -> Iterator[tuple[str, Problem]]:
    subjects = {unit.subject for unit in units} | {proposition_iri(base, each) for each in batch.propositions}
    for breach in prospect.find_breaches(subjects):
        origin = batch.origins.get(Iri(breach.subject))
        problem = Problem(
            file=origin.file if origin else "",
            line=origin.line if origin else 0,
            field=origin.field if origin else breach.subject,
            reason=f"{breach.rule}: {breach.reason}",
            remedy=breach.remedy,
        )
        yield breach.severity, problem


def _refuses(severity: str, *, as_stated: bool) -> bool:
    return severity in {"Violation", "violation"} or (severity == "arithmetic" and not as_stated)


def _outcome(batch: Batch, checked: Checked, entry: int, captures: tuple[int, int]) -> Outcome:
    # A claim of which fields are withheld is one claim, though it is kept whole beside its public version.
    wholes = {each.whole for each in batch.withheld}
    sayings = (planned.unit.subject for planned in checked.new if planned.claim)
    kinds = [subject.rsplit("/", 2)[-2] for subject in sayings if subject not in wholes]
    withheld = sum(planned.access is not Access.PUBLIC for planned in checked.new)
    return Outcome(
        ingestion=batch.ingestion.iri,
        entry=entry,
        claims=kinds.count("claim"),
        relays=kinds.count("relay"),
        units=len(checked.new),
        withheld=withheld,
        notices=checked.notices,
        captures=captures[0],
        captures_withheld=captures[1],
    )
