"""How it came into the record: files, ingestions, recordings, corrections, decisions; the batch that carries them."""

import dataclasses
from dataclasses import dataclass

from kg.model.propositions import Proposition
from kg.model.sayings import Claim, Relay
from kg.model.slots import Kind, Sorted, Text, many, need, slot
from kg.model.things import Agent, Capture, Document, Event, Occasion, Passage, Set, Victim
from kg.model.viewpoints import Viewpoint
from kg.terms import DCTERMS, PROV, Iri, av, avc


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Sorted):
    """A file that was read: its name as given, and the SHA-256 of its bytes in hexadecimal.

    Hash and length are None where something in the file is withheld: a guess could be tried against them.
    """

    iri: Iri
    name: str = need(DCTERMS + "title", Kind.TEXT)
    sha256: str | None = slot(av("sha256"), Kind.TEXT)
    length: int | None = slot(av("length"), Kind.INTEGER)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Sorted):
    """Who may see something: decided by whom, on which day and why. It never holds what is withheld.

    `decides` names a claim, a relay or an ingestion, of all of which it is decided, or, with `field`, a victim or claim
    of which that one property is. Coordinates may have been reduced to so many decimals, or so many metres round them.
    """

    decides: Iri = need(av("decides"), Kind.IRI)
    field: Iri | None = slot(av("field"), Kind.IRI)
    access: Iri = need(av("access"), Kind.IRI)
    reason: Iri = need(av("accessReason"), Kind.IRI)
    decided_by: str = need(av("decidedBy"), Kind.TEXT)
    decided: str = need(av("decided"), Kind.DATE)
    decimals: int | None = slot(av("coarsenedToDecimals"), Kind.INTEGER)
    metres: int | None = slot(av("coarsenedToMetres"), Kind.INTEGER)
    ingestion: Iri = need(av("ingestion"), Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld(Sorted):
    """What is withheld of something that stands in the open; kept where the withheld is kept, and nowhere else.

    Of a victim, the fields as they would stand there; of a claim, the `whole` claim of which it is the public version;
    of a file, its hash and length.
    """

    withheld_from: Iri = need(av("withheldFrom"), Kind.IRI)
    access: Iri = need(av("access"), Kind.IRI)
    names: tuple[Text, ...] = many(av("name"), Kind.LANG)
    identifiers: tuple[str, ...] = many(DCTERMS + "identifier", Kind.TEXT)
    listed_in: Iri | None = slot(av("listedIn"), Kind.IRI)
    whole: Iri | None = slot(av("whole"), Kind.IRI)
    sha256: str | None = slot(av("sha256"), Kind.TEXT)
    length: int | None = slot(av("length"), Kind.INTEGER)


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
    decisions: tuple[Decision, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    origins: dict[Iri, Origin] = dataclasses.field(default_factory=dict)
    captures: dict[str, bytes] = dataclasses.field(default_factory=dict)

    def withholds(self) -> bool:
        """Whether anything of it is to be withheld, or is decided about."""
        public = avc("access-public")
        return bool(self.decisions or self.withheld) or any(each.access != public for each in self.recordings)
