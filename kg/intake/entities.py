"""Documents, agents, events, sets, victims and occasions, as a case file describes them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from kg import iris
from kg.intake.access import read_fields
from kg.intake.codes import read_code
from kg.intake.fields import read_integer, read_names, read_period, read_text, read_urls, read_words
from kg.intake.references import References
from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.model import (
    Agent,
    AgentKind,
    Decision,
    Document,
    Entity,
    Event,
    EventKind,
    Occasion,
    Set,
    Text,
    Victim,
    Withheld,
)
from kg.terms import NOT_STATED, Iri, av, avc

_AGENT_KINDS = {
    "person": AgentKind.PERSON,
    "organisation": AgentKind.ORGANISATION,
    "unnamed-person": AgentKind.UNNAMED_PERSON,
    "actor-class": AgentKind.ACTOR_CLASS,
    "joint-voice": AgentKind.JOINT_VOICE,
}
_EVENT_KINDS = {
    "campaign": EventKind.CAMPAIGN,
    "incident": EventKind.INCIDENT,
    "strike": EventKind.STRIKE,
    "strike-report": EventKind.STRIKE_REPORT,
    "allegation": EventKind.ALLEGATION,
}
_MEMBER_KINDS = {**{word: kind.value for word, kind in _EVENT_KINDS.items()}, "victim": "Victim"}
_MEMBER_KINDS |= {word: word.capitalize() for word in ("agent", "document", "event", "organisation", "person")}

_FIELDS_OF_A_VICTIM = {"name": "names", "identifiers": "identifiers", "listed_in": "listed_in"}

# What publishing is an act of, by the kind of source that publishes, where the case file does not say.
_PUBLISHED_AS = {
    **dict.fromkeys(("wire", "outlet", "local-outlet", "state-outlet", "aggregator"), "news-article"),
    **dict.fromkeys(("ngo", "monitor", "health-authority", "intergovernmental", "academic", "rescue"), "report"),
    **dict.fromkeys(("official", "military", "armed-group"), "official-statement"),
    "social-account": "social-post",
    "court": "report",
}


@dataclass(slots=True)
class Things:
    """Reads what a case file describes; keeps each by its IRI, and where it was written."""

    sheet: Sheet
    references: References
    found: dict[Iri, Entity] = field(default_factory=dict)
    origins: dict[Iri, Path] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    occasions: dict[str, Occasion] = field(default_factory=dict)
    published: dict[str, Occasion] = field(default_factory=dict)
    decisions: dict[Decision, Path] = field(default_factory=dict)
    withheld: dict[Withheld, Path] = field(default_factory=dict)
    language: str = ""

    def read(self) -> None:
        """Read every section but the captures and claims."""
        sections: tuple[tuple[str, str, Callable[[Iri, Path], Entity]], ...] = (
            ("documents", "document", self._read_document),
            ("agents", "agent", self._read_agent),
            ("events", "event", self._read_event),
            ("sets", "set", self._read_set),
            ("victims", "victim", self._read_victim),
        )
        languages = [self.sheet.text(("documents", key, "language")) for key in self.sheet.keys(("documents",))]
        self.language = self.language or (languages[0] or "" if len(languages) == 1 else "")
        for section, kind, read in sections:
            for key in self.sheet.keys((section,)):
                iri = self.references.named.get((kind, key))
                if iri is not None:
                    self.keep(read(iri, (section, key)), (section, key))
        for key in self.sheet.keys(("occasions",)):
            self._read_occasion(key, ("occasions", key))

    def keep(self, entity: Entity, at: Path) -> None:
        """Take an entity into the batch, once."""
        self.found.setdefault(entity.iri, entity)
        self.origins.setdefault(entity.iri, at)

    def _names(self, at: Path) -> tuple[Text, ...]:
        return read_names(self.sheet, (*at, "name"), self.language)

    def _read_document(self, iri: Iri, at: Path) -> Document:
        sheet, references = self.sheet, self.references
        language = sheet.text((*at, "language"))
        document = Document(
            iri=iri,
            title=read_words(sheet, (*at, "title"), language or ""),
            publisher=references.read((*at, "publisher"), "agent"),
            creators=references.read_all((*at, "creators"), "agent"),
            published=read_period(sheet, (*at, "published")),
            language=language,
            source_kind=read_code(sheet, (*at, "kind"), "source-kind"),
            urls=read_urls(sheet, (*at, "urls")),
            copies=references.read_all((*at, "copy_of"), "document"),
        )
        if iri in document.copies:
            sheet.refuse((*at, "copy_of"), "a document is no copy of itself", "name the other document")
        self.documents[str(at[-1])] = document
        return document

    def _read_agent(self, iri: Iri, at: Path) -> Agent:
        sheet, references = self.sheet, self.references
        kind = _AGENT_KINDS.get(sheet.text((*at, "kind")) or "", AgentKind.ORGANISATION)
        members = references.read_all((*at, "members"), "agent")
        self._check_members(iri, at, kind, members)
        self._check_quoted(at, kind)
        return Agent(
            iri=iri,
            kind=kind,
            names=self._names(at),
            description=read_words(sheet, (*at, "description"), self.language),
            members=members,
            quoted_in=references.read((*at, "quoted_in"), "document"),
            owner=references.read((*at, "owner"), "agent"),
            matches=read_urls(sheet, (*at, "matches")),
        )

    def _check_members(self, iri: Iri, at: Path, kind: AgentKind, members: tuple[Iri, ...]) -> None:
        place = (*at, "members")
        if not self.sheet.is_sound(place) or not self.sheet.is_sound((*at, "kind")):
            return
        if kind is not AgentKind.JOINT_VOICE and members:
            self.sheet.refuse(place, "only a joint voice has members", "write kind: joint-voice, or leave members out")
        elif kind is AgentKind.JOINT_VOICE and iri in members:
            self.sheet.refuse(place, "a joint voice is no member of itself", "name the parties that speak together")
        elif kind is AgentKind.JOINT_VOICE and len(set(members)) < 2:
            reason = f"a joint voice has two members or more; here {'is one' if members else 'are none'}"
            self.sheet.refuse(place, reason, "name every party that speaks", value="")

    def _check_quoted(self, at: Path, kind: AgentKind) -> None:
        place = (*at, "quoted_in")
        quoted = self.sheet.get(place) is not None
        if not self.sheet.is_sound(place) or not self.sheet.is_sound((*at, "kind")):
            return
        if kind is AgentKind.UNNAMED_PERSON and not quoted:
            reason = "missing: an unnamed person is known only within the document that quotes them"
            self.sheet.refuse(place, reason, "give the document's key", value="")
        elif quoted and kind is not AgentKind.UNNAMED_PERSON:
            self.sheet.refuse(place, "only an unnamed person is tied to one document", "leave it out")

    def _read_event(self, iri: Iri, at: Path) -> Event:
        return Event(
            iri=iri,
            kind=_EVENT_KINDS.get(self.sheet.text((*at, "kind")) or "", EventKind.INCIDENT),
            names=self._names(at),
            identifiers=self._identifiers(at),
            recorder=self.references.read((*at, "recorder"), "agent"),
        )

    def _identifiers(self, at: Path) -> tuple[str, ...]:
        found = (read_text(self.sheet, each) for each in self.sheet.items((*at, "identifiers")))
        return tuple(each for each in found if each is not None)

    def _read_set(self, iri: Iri, at: Path) -> Set:
        within = self.references.read((*at, "within"), "event", "set")
        if within == iri:
            self.sheet.refuse((*at, "within"), "a set does not lie within itself", "name the event or the larger set")
        kind = _MEMBER_KINDS.get(self.sheet.text((*at, "of")) or "", "Event")
        return Set(iri=iri, names=self._names(at), member_kind=av(kind), within=within)

    def _read_victim(self, iri: Iri, at: Path) -> Victim:
        if not any(self.sheet.get((*at, name)) for name in ("name", "identifiers")) and self.sheet.is_sound(at):
            self.sheet.refuse((*at, "name"), "missing", "give a name, or identifiers", value="")
        victim = Victim(
            iri=iri,
            names=self._names(at),
            identifiers=self._identifiers(at),
            listed_in=self.references.read((*at, "listed_in"), "document"),
        )
        return self._withhold(victim, at)

    def _withhold(self, victim: Victim, at: Path) -> Victim:
        """A victim without the fields that are withheld, which are kept apart: together where one level holds them."""
        decided = read_fields(self.sheet, (*at, "access"), tuple(_FIELDS_OF_A_VICTIM))
        held: dict[Iri, dict[str, Any]] = {}
        for name, each in decided.items():
            self.decisions[each.to_decision(victim.iri, name)] = each.at
            if each.is_withheld():
                slot = _FIELDS_OF_A_VICTIM[name]
                held.setdefault(each.level, {})[slot] = getattr(victim, slot)
                nothing: dict[str, Any] = {slot: None if slot == "listed_in" else ()}
                victim = replace(victim, **nothing)
        for level, slots in held.items():
            self.withheld[Withheld(withheld_from=victim.iri, access=level, **slots)] = (*at, "access")
        return victim

    def _read_occasion(self, key: str, at: Path) -> None:
        occasion = self.make_occasion(
            kind=read_code(self.sheet, (*at, "kind"), "occasion-kind") or NOT_STATED,
            document=self.references.read((*at, "document"), "document"),
            speaker=self.references.read((*at, "speaker"), "agent"),
            ordinal=read_integer(self.sheet, (*at, "ordinal")) or 1,
            names=self._names(at),
            said=read_period(self.sheet, (*at, "said")),
        )
        if occasion.iri in self.found and self.sheet.is_sound(at):
            line = self.sheet.line(self.origins[occasion.iri])
            reason = f"the occasion on line {line} has the same document, speaker, kind and ordinal"
            self.sheet.refuse(at, reason, "count them with ordinal: 1, 2 …, or keep one of the two", value=key)
        self.keep(occasion, at)
        self.occasions[key] = occasion
        self.references.named["occasion", key] = occasion.iri

    def make_occasion(
        self,
        *,
        kind: Iri,
        document: Iri | None,
        speaker: Iri | None,
        ordinal: int = 1,
        names: tuple[Text, ...] = (),
        said: str | None = None,
    ) -> Occasion:
        """An occasion under its deterministic IRI."""
        iri = iris.occasion_iri(self.sheet.base, document=document, speaker=speaker, kind=kind, ordinal=ordinal)
        return Occasion(
            iri=iri,
            kind=kind,
            document=document,
            speaker=speaker,
            ordinal=ordinal,
            names=names,
            said=said,
        )

    def publication_of(self, key: str) -> Occasion | None:
        """The publishing of a document that the file describes, as an occasion; None for any other document."""
        if key in self.published:
            return self.published[key]
        document = self.documents.get(key)
        if document is None:
            return None
        kind = read_code(self.sheet, ("documents", key, "published_as"), "occasion-kind")
        source = (document.source_kind or "").rpartition("/source-")[2]
        occasion = self.make_occasion(
            kind=kind or (avc(_PUBLISHED_AS[source]) if source in _PUBLISHED_AS else NOT_STATED),
            document=document.iri,
            speaker=document.publisher,
            said=document.published,
        )
        self.published[key] = self.found.get(occasion.iri, occasion)  # type: ignore[assignment]
        return self.published[key]
