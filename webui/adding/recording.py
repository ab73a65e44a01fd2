"""From a draft to the record, and back: one recording with its author; taking it back is a withdrawal with a reason."""

from dataclasses import dataclass
from functools import cache

from kg.codes import load_schemes
from kg.drafts import Draft
from kg.errors import Problem, Refused
from kg.iris import claim_iri, named_iri
from kg.keeping import withdraw_units
from kg.log import Record as LogRecord
from kg.model import Batch
from kg.pipeline import record_batch
from kg.reading import ClaimView, Reader
from kg.terms import Iri, avc
from kg.undoing import Undoable, find_undoable
from webui.adding.checking import now, read_draft
from webui.pages.writing import ONE_AT_A_TIME, require_author
from webui.source import Record


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording brought: its claims as they stand now, and what of it could be taken back."""

    iri: str
    claims: tuple[ClaimView, ...]
    undoable: Undoable


def record_draft(record: Record, draft: Draft, *, author: str, as_stated: bool) -> str:
    """Record a draft; the key of the recording. Raises Refused with every problem, Forbidden, Unusable."""
    with ONE_AT_A_TIME:
        opened = LogRecord.open(record.root)
        reading = read_draft(draft.case, opened.base, draft.document)
        require_author(reading.batch.ingestion.recorder, author)
        outcome = record_batch(record.root, opened, reading.batch, as_stated=as_stated)
        if outcome.entry is None and any(map(opened.log.find_withdrawal, _claims(opened.base, reading.batch))):
            reason = "this very case was recorded before, and taken back"
            raise Refused([Problem(reason=reason, remedy="change what was wrong with it, then record it")])
    key = outcome.ingestion.rpartition("/")[2]
    draft.close(key)
    return key


def _claims(base: str, batch: Batch) -> list[Iri]:
    return [claim_iri(base, claim) for claim in batch.claims]


def find_recorded(record: Record, reader: Reader, key: str) -> Recorded:
    """What a recording brought. Raises NotFound."""
    iri = named_iri(record.base, "ingestion", key)
    undoable = find_undoable(record.root, iri)
    rows = reader.view.rows("SELECT DISTINCT records FROM recordings WHERE ingestion = ?", [iri])
    return Recorded(iri, tuple(reader.get_claims(str(row[0]) for row in rows if "/claim/" in str(row[0]))), undoable)


def take_back(record: Record, key: str, *, reason: str, who: str) -> None:
    """Withdraw what a recording brought and nothing else rests on. Raises NotFound where that is nothing."""
    with ONE_AT_A_TIME:
        names = find_undoable(record.root, named_iri(record.base, "ingestion", key)).names
        if names:
            withdraw_units(record.root, names, reason=str(avc(reason)), who=who, when=now())


@cache
def list_reasons() -> tuple[tuple[str, str], ...]:
    """The reasons for which something may be withdrawn, with their labels."""
    return tuple((code.slug, code.label) for code in load_schemes()[avc("scheme-withdrawal-reason")].codes)
