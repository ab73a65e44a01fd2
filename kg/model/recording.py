"""How it came into the record: files, ingestions, recordings, corrections, and the batch that carries them."""

from dataclasses import dataclass, field

from kg.model.propositions import Proposition
from kg.model.sayings import Claim, Relay
from kg.model.slots import Kind, Sorted, many, need, slot
from kg.model.things import Agent, Capture, Document, Event, Occasion, Passage, Set, Victim
from kg.model.viewpoints import Viewpoint
from kg.terms import DCTERMS, PROV, Iri, av


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Sorted):
    """A file that was read: its name as given, and the SHA-256 of its bytes in hexadecimal."""

    iri: Iri
    name: str = need(DCTERMS + "title", Kind.TEXT)
    sha256: str = need(av("sha256"), Kind.TEXT)
    length: int = need(av("length"), Kind.INTEGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingestion(Sorted):
    """One act of recording; `recorded` is an instant in UTC, fixed when the recording is planned."""

    iri: Iri
    files: tuple[Iri, ...] = many(PROV + "used")
    recorder: str = need(av("recordedBy"), Kind.TEXT)
    software: str = need(av("software"), Kind.TEXT)
    recorded: str = need(PROV + "endedAtTime", Kind.INSTANT)
    note: str | None = slot(av("note"), Kind.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording(Sorted):
    """That an ingestion recorded a claim or relay from one place in a file; `fragment` is such as `line=42`."""

    records: Iri = need(av("records"), Kind.IRI)
    ingestion: Iri = need(av("ingestion"), Kind.IRI)
    file: Iri = need(av("file"), Kind.IRI)
    fragment: str = need(av("fragment"), Kind.TEXT)
    access: Iri = need(av("access"), Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Sorted):
    """The recorder mends its own miscoding of a claim: which, by what, and why. Never the voice's own retraction."""

    corrects: Iri = need(av("corrects"), Kind.IRI)
    replaced_by: Iri | None = slot(av("replacedBy"), Kind.IRI)
    reason: Iri = need(av("correctionReason"), Kind.IRI)
    note: str = need(av("note"), Kind.TEXT)


Entity = Agent | Event | Set | Victim | Document | Capture | Passage | Occasion | File | Ingestion
ENTITIES: tuple[type, ...] = (Agent, Event, Set, Victim, Document, Capture, Passage, Occasion, File, Ingestion)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the input something was written, for messages: file name, line, field."""

    file: str
    line: int
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one reading of the input yields, ready to be checked and recorded together or not at all.

    `origins` leads from the IRI of anything in the batch to where it was written; `captures` holds, by SHA-256, the
    bytes that are to be kept beside the record.
    """

    ingestion: Ingestion
    entities: tuple[Entity, ...]
    propositions: tuple[Proposition, ...]
    claims: tuple[Claim, ...]
    relays: tuple[Relay, ...]
    recordings: tuple[Recording, ...]
    corrections: tuple[Correction, ...] = ()
    viewpoints: tuple[Viewpoint, ...] = ()
    origins: dict[Iri, Origin] = field(default_factory=dict)
    captures: dict[str, bytes] = field(default_factory=dict)
