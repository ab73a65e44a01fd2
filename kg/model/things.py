"""Who and what is spoken of, and what it was read from."""

from dataclasses import dataclass
from enum import StrEnum

from kg.model.slots import Kind, Sorted, Text, many, need, slot
from kg.terms import DCTERMS, OA, PROV, SKOS, Iri, av


class AgentKind(StrEnum):
    """The kinds of agent; the value is the local name of the class."""

    PERSON = "Person"
    ORGANISATION = "Organisation"
    UNNAMED_PERSON = "UnnamedPerson"
    ACTOR_CLASS = "ActorClass"
    JOINT_VOICE = "JointVoice"


class EventKind(StrEnum):
    """The kinds of event; the value is the local name of the class."""

    CAMPAIGN = "Campaign"
    INCIDENT = "Incident"
    STRIKE = "Strike"
    STRIKE_REPORT = "StrikeReport"
    ALLEGATION = "Allegation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(Sorted):
    """A person, an organisation, an unnamed person, a class of actors, or several voices jointly."""

    iri: Iri
    kind: AgentKind
    names: tuple[Text, ...] = many(av("name"), Kind.LANG)
    description: Text | None = slot(DCTERMS + "description", Kind.LANG)
    members: tuple[Iri, ...] = many(av("member"))
    quoted_in: Iri | None = slot(av("quotedIn"), Kind.IRI)
    owner: Iri | None = slot(av("ownedBy"), Kind.IRI)
    matches: tuple[Iri, ...] = many(SKOS + "exactMatch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Sorted):
    """What is spoken about. It carries names and codes only: all that is known of it is claims."""

    iri: Iri
    kind: EventKind
    names: tuple[Text, ...] = many(av("name"), Kind.LANG)
    identifiers: tuple[str, ...] = many(DCTERMS + "identifier", Kind.TEXT)
    recorder: Iri | None = slot(av("constructOf"), Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Sorted):
    """A described group, such as the allegations one party assessed credible."""

    iri: Iri
    names: tuple[Text, ...] = many(av("name"), Kind.LANG)
    member_kind: Iri = need(av("memberKind"), Kind.IRI)
    within: Iri | None = slot(av("within"), Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim(Sorted):
    """A person as one source records them; never merged with another record."""

    iri: Iri
    names: tuple[Text, ...] = many(av("name"), Kind.LANG)
    identifiers: tuple[str, ...] = many(DCTERMS + "identifier", Kind.TEXT)
    listed_in: Iri | None = slot(av("listedIn"), Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Sorted):
    """A work: an article, a press release, a table, a list."""

    iri: Iri
    title: Text | None = slot(DCTERMS + "title", Kind.LANG)
    publisher: Iri | None = slot(DCTERMS + "publisher", Kind.IRI)
    creators: tuple[Iri, ...] = many(DCTERMS + "creator")
    published: str | None = slot(DCTERMS + "issued", Kind.TEXT)
    language: str | None = slot(DCTERMS + "language", Kind.TEXT)
    source_kind: Iri | None = slot(av("sourceKind"), Kind.IRI)
    urls: tuple[Iri, ...] = many(av("url"))
    copies: tuple[Iri, ...] = many(av("copyOf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture(Sorted):
    """The bytes of a document that someone kept; `sha256` is hexadecimal, `length` in bytes."""

    iri: Iri
    document: Iri = need(PROV + "specializationOf", Kind.IRI)
    sha256: str = need(av("sha256"), Kind.TEXT)
    length: int = need(av("length"), Kind.INTEGER)
    media_type: str | None = slot(DCTERMS + "format", Kind.TEXT)
    encoding: str | None = slot(av("encoding"), Kind.TEXT)
    captured: str | None = slot(av("captured"), Kind.TEXT)
    captured_by: Iri | None = slot(av("capturedBy"), Kind.IRI)
    tool: str | None = slot(av("tool"), Kind.TEXT)
    archived_at: Iri | None = slot(av("archivedAt"), Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Sorted):
    """A span of a capture: code-point offsets, `end` not included, and the SHA-256 of the words in UTF-8."""

    iri: Iri
    capture: Iri = need(OA + "hasSource", Kind.IRI)
    start: int = need(OA + "start", Kind.INTEGER)
    end: int = need(OA + "end", Kind.INTEGER)
    sha256: str = need(av("sha256"), Kind.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion(Sorted):
    """The act of saying; keyed by document, speaker, kind and ordinal, never by its date."""

    iri: Iri
    kind: Iri = need(av("occasionKind"), Kind.IRI)
    document: Iri | None = slot(av("inDocument"), Kind.IRI)
    speaker: Iri | None = slot(PROV + "wasAssociatedWith", Kind.IRI)
    ordinal: int = need(av("ordinal"), Kind.INTEGER)
    names: tuple[Text, ...] = many(av("name"), Kind.LANG)
    said: str | None = slot(av("said"), Kind.TEXT)
