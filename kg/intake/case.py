"""A hand-coded case file (YAML) to a batch ready to be checked; or everything that is wrong with it, at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg import iris
from kg.errors import Problem, Refused
from kg.intake.access import settle
from kg.intake.captures import Captures, read_captures
from kg.intake.claims import Claims
from kg.intake.codes import read_code
from kg.intake.entities import Things
from kg.intake.fields import read_text
from kg.intake.passages import Passages
from kg.intake.references import CLAIM, References, collect_references
from kg.intake.sayings import Found, Sayings
from kg.intake.sheet import Sheet
from kg.intake.structure import check_structure
from kg.intake.yamltext import LARGEST, parse_yaml
from kg.model import Batch, Correction, File, Ingestion, Origin, Recording
from kg.terms import NOT_STATED, Iri


@dataclass(frozen=True, slots=True)
class Reading:
    """What a case file yields, and what deserves a look though nothing is wrong with it."""

    batch: Batch
    notices: tuple[Problem, ...]


def read_case(
    path: Path, *, base: str, captures: Sequence[Path] = (), recorded: str, software: str, recorder: str | None = None
) -> Batch:
    """The batch of a case file; `recorded` is an instant in UTC. Raises Refused with every problem of the file."""
    reading = read_with_notices(
        path, base=base, captures=captures, recorded=recorded, software=software, recorder=recorder
    )
    return reading.batch


def read_with_notices(
    path: Path, *, base: str, captures: Sequence[Path] = (), recorded: str, software: str, recorder: str | None = None
) -> Reading:
    """As `read_case`, with the notices beside the batch. Raises Refused."""
    data = _load(path)
    tree, problems = parse_yaml(data, file=str(path))
    sheet = Sheet(file=str(path), base=base, tree=tree, problems=problems)
    check_structure(sheet)
    references = collect_references(sheet)
    things = Things(sheet, references)
    things.read()
    held = read_captures(sheet, references, path.parent, captures)
    passages, found = Passages(sheet, held), Found()
    Claims(Sayings(sheet, references, things, passages), found).read()
    corrections = _read_corrections(sheet, references)
    note = read_text(sheet, ("note",))
    who = recorder or read_text(sheet, ("recorder",))
    if who is None and sheet.is_sound(("recorder",)):
        sheet.refuse(("recorder",), "missing: nothing says who coded this file", "write recorder: and a name", value="")
    if sheet.problems:
        raise Refused(sheet.problems)
    _notice_unused(sheet, references)
    sha256 = hashlib.sha256(data).hexdigest()
    file = File(iri=iris.file_iri(base, sha256), name=path.name, sha256=sha256, length=len(data))
    ingestion = Ingestion(
        iri=iris.ingestion_iri(base, [sha256]),
        files=(file.iri,),
        recorder=who or "",
        software=software,
        recorded=recorded,
        note=note,
    )
    batch = _assemble(sheet, ingestion, file, things, held, passages, found, corrections)
    return Reading(batch, tuple(sorted(sheet.notices)))


def _load(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)  # one more than is read, so that a larger file is told
    except (OSError, ValueError) as error:
        reason = f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
        raise Refused([Problem(str(path), 0, "", "", reason, "check the path")]) from None


def _assemble(
    sheet: Sheet,
    ingestion: Ingestion,
    file: File,
    things: Things,
    held: Captures,
    passages: Passages,
    found: Found,
    corrections: tuple[Correction, ...],
) -> Batch:
    places = {**things.origins, **passages.origins, **found.origins}
    places.update({model.iri: held.held[model.sha256].at for model in held.models})
    decisions = tuple(
        settle(each, ingestion=ingestion.iri, recorder=ingestion.recorder, recorded=ingestion.recorded)
        for each in (*things.decisions, *found.decisions)
    )
    withheld = {**things.withheld, **found.withheld}
    places.update({iris.withheld_iri(sheet.base, each): at for each, at in withheld.items()})
    asked = zip(decisions, (*things.decisions.values(), *found.decisions.values()), strict=True)
    places.update({iris.decision_iri(sheet.base, each): at for each, at in asked})
    origins = {iri: sheet.origin(at) for iri, at in places.items()}
    whole = Origin(sheet.file, 1, "")
    recordings = tuple(
        Recording(
            records=iri,
            ingestion=ingestion.iri,
            file=file.iri,
            fragment=f"line={origins[iri].line}",
            access=found.access[iri],
        )
        for iri in (*found.claims, *found.relays)
    )
    return Batch(
        ingestion=ingestion,
        entities=(*things.found.values(), *held.models, *passages.found.values(), file, ingestion),
        propositions=tuple(found.propositions.values()),
        claims=tuple(found.claims.values()),
        relays=tuple(found.relays.values()),
        recordings=recordings,
        corrections=corrections,
        decisions=decisions,
        withheld=tuple(withheld),
        origins={**origins, file.iri: whole, ingestion.iri: whole},
        captures=held.data,
    )


def _read_corrections(sheet: Sheet, references: References) -> tuple[Correction, ...]:
    found = []
    for at in sheet.items(("corrections",)):
        corrects = references.read((*at, "corrects"), CLAIM)
        replaced_by = references.read((*at, "replaced_by"), CLAIM)
        if corrects is not None and corrects == replaced_by:
            sheet.refuse((*at, "replaced_by"), "a claim does not replace itself", "name the claim that is right")
        found.append(
            Correction(
                corrects=corrects or Iri(""),
                replaced_by=replaced_by,
                reason=read_code(sheet, (*at, "reason"), "correction-reason") or NOT_STATED,
                note=read_text(sheet, (*at, "note")) or "",
            )
        )
    return tuple(found)


def _notice_unused(sheet: Sheet, references: References) -> None:
    """Whatever is described and never referred to is probably a slip, or a claim that was forgotten."""
    for kind, keys in references.known.items():
        if kind in (CLAIM, "document"):
            continue
        for key, at in keys.items():
            if (kind, key) not in references.used:
                sheet.notice(at, f"no claim or other entry refers to {kind}/{key}", "check the key, or leave it out")
