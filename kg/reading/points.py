"""Single things out of the graph, each looked up by its name: as quick in a large record as in a small one.

It yields the same rows as `kg.reading.rows` does from the tables, which a test holds. It is meant for few things: the
tables read thousands at once in less time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, Protocol

from kg.model import (
    PROPOSITIONS,
    Agent,
    AgentKind,
    Capture,
    Claim,
    Correction,
    Document,
    EventKind,
    Identity,
    Kind,
    Occasion,
    Passage,
    Proposition,
    Recording,
    Relay,
    Set,
    Slot,
    Stance,
    Viewpoint,
    slots_of,
)
from kg.reading.rows import LabelRow, PassageRow, Read, Row, Successors
from kg.store.base import Term
from kg.terms import RDF_TYPE, RDFS, av

_PROPOSITIONS: dict[str, type[Proposition]] = {av(cls.__name__): cls for cls in PROPOSITIONS}
_KINDS: dict[str, type] = {av("Claim"): Claim, av("Relay"): Relay}
_LABEL = f"{RDFS}label"
# What is derived concerns an event as well: its origins, positions and changes; there can be so many times as many.
_BESIDE = 8
Said = Mapping[str, tuple[Term, ...]]


class Graph(Protocol):
    """A graph in which single things are looked up."""

    def describe(self, iri: str) -> Said:
        """What any graph says of a thing, by property."""

    def subjects(self, prop: str, iri: str) -> tuple[str, ...]:
        """The IRIs of which any graph says that this thing is their value of a property."""

    def count_subjects(self, prop: str, iri: str, *, most: int) -> int:
        """How many statements there are that a thing is the value of a property, counted up to `most`."""


class Remembering:
    """A graph that stays as it is, whose last look-ups are remembered."""

    def __init__(self, graph: Graph, *, most: int) -> None:
        self.describe = lru_cache(most)(graph.describe)
        self.subjects = lru_cache(most)(graph.subjects)
        self.count_subjects = lru_cache(most)(graph.count_subjects)


class Points:
    """Looks up things in a graph, each once."""

    def __init__(self, graph: Graph, base: str) -> None:
        self._graph = graph
        self._base = base
        self._known: dict[str, Said] = {}

    def claims_of(self, event: str) -> list[str]:
        """The claims that concern an event."""
        return [iri for iri in self._graph.subjects(av("concerns"), event) if iri.startswith(f"{self._base}claim/")]

    def events_of(self, claim: str) -> list[str]:
        """The events that a claim concerns."""
        return [term.value for term in self._describe(claim).get(av("concerns"), ())]

    def sayings(self, iris: Iterable[str], *, places: bool = True) -> list[Row]:
        """The claims with these IRIs; without `places`, where they were said and read is left out."""
        claims = (iri for iri in dict.fromkeys(iris) if self._is(iri, av("Claim")))
        return [self._saying(iri, root=iri, depth=0, places=places) for iri in claims]

    def stands(self, iris: Iterable[str]) -> list[Row]:
        """The claims with these IRIs by their own properties alone, without where they were said and read."""
        return [self._own(iri)[1] for iri in dict.fromkeys(iris) if self._is(iri, av("Claim"))]

    def relays(self, roots: Iterable[str], *, places: bool = True) -> list[Row]:
        """Every relay that leads to one of some claims; without `places`, where it was made and read is left out."""
        found: list[Row] = []
        pending = [(root, root, 1) for root in dict.fromkeys(roots)]
        while pending:
            target, root, depth = pending.pop()
            for iri in self._graph.subjects(av("relays"), target):
                found.append(self._saying(iri, root=root, depth=depth, places=places))
                pending.append((iri, root, depth + 1))
        return found

    def propositions(self, iris: Iterable[str]) -> dict[str, Read]:
        """The propositions with these IRIs, each with its kind and its question."""
        found: dict[str, Read] = {}
        for iri in iris:
            said = self._describe(iri)
            for kind in said.get(RDF_TYPE, ()):
                if cls := _PROPOSITIONS.get(kind.value):
                    found[iri] = (cls.__name__, _first(said, av("question")), _proposition(cls, said))
        return found

    def successors(self, iris: Iterable[str]) -> Successors:
        """What revises and what withdraws each of some claims."""
        found: Successors = {}
        for iri in iris:
            pair = self._graph.subjects(av("revises"), iri), self._graph.subjects(av("withdraws"), iri)
            if any(pair):
                found[iri] = pair
        return found

    def passages(self, iris: Iterable[str]) -> list[PassageRow]:
        """The passages with these IRIs, with the hash and the document of their capture."""
        found: list[PassageRow] = []
        for iri in sorted(set(iris)):
            said = self._describe(iri)
            if capture := _text(said, Passage, "capture"):
                kept = self._describe(capture)
                place = int(_text(said, Passage, "start")), int(_text(said, Passage, "end"))
                whole = _text(kept, Capture, "sha256"), _text(kept, Capture, "document")
                found.append((iri, *place, _text(said, Passage, "sha256"), capture, *whole))
        return found

    def labels(self, iris: Iterable[str]) -> list[LabelRow]:
        """Those of some things that bear a label."""
        return [(iri, *found) for iri in iris if (found := self._label(iri))[0]]

    def claims_on(self, thing: str) -> list[str]:
        """The claims whose proposition is, answers or names a thing, and those made on it where it is an occasion."""
        props = {slot.prop for cls in PROPOSITIONS for slot in slots_of(cls).values()} | {av("question")}
        contents = {thing, *(iri for prop in props for iri in self.subjects(prop, thing))}
        claim = slots_of(Claim)
        found = {iri for content in contents for iri in self.subjects(claim["proposition"].prop, content)}
        found.update(self.subjects(claim["occasion"].prop, thing))
        return [iri for iri in sorted(found) if self._is(iri, av("Claim"))]

    def readings_of(self, passage: str) -> tuple[str, ...]:
        """The claims that were read in a passage, and those whose relay was."""
        found = {
            root for iri in self.subjects(slots_of(Claim)["passages"].prop, passage) if (root := self.root_of(iri))
        }
        return tuple(sorted(found))

    def root_of(self, saying: str) -> str:
        """The claim that a saying is or carries, "" where the record does not hold it."""
        met = set()
        while saying not in met and self._is(saying, av("Relay")):
            met.add(saying)
            saying = self._text(saying, Relay, "relays")
        return saying if self._is(saying, av("Claim")) else ""

    def voice_of(self, saying: str) -> str:
        """Whose saying it is."""
        return self._text(saying, Claim, "voice")

    def latest_of(self, saying: str) -> str:
        """The ISO date it was surely made by, "" where it is open."""
        return self._text(saying, Claim, "latest")

    def is_relay(self, saying: str) -> bool:
        """Whether it passes on what another says."""
        return self._is(saying, av("Relay"))

    def said_by(self, agent: str) -> tuple[str, ...]:
        """The claims and relays of a voice."""
        return self.subjects(slots_of(Claim)["voice"].prop, agent)

    def spoken_by(self, agent: str) -> tuple[str, ...]:
        """The claims that an agent voiced, for itself or for others."""
        return self.subjects(slots_of(Claim)["speaker"].prop, agent)

    def is_talkative(self, agent: str, role: Literal["voice", "speaker"], *, most: int) -> bool:
        """Whether an agent claims and passes on, or speaks, more than `most` times."""
        return self._graph.count_subjects(slots_of(Claim)[role].prop, agent, most=most + 1) > most

    def heard_through(self, claim: str) -> set[str]:
        """The voices nearest to the reader through which a claim is known; none where it is read at its own."""
        found: set[str] = set()
        pending = [(claim, False)]
        while pending:
            saying, is_relay = pending.pop()
            further = self.subjects(slots_of(Relay)["relays"].prop, saying)
            pending += [(iri, True) for iri in further]
            if is_relay and not further:
                found.add(self.voice_of(saying))
        return found

    def captures_of(self, document: str) -> tuple[str, ...]:
        """The captures of a document."""
        return self.subjects(slots_of(Capture)["document"].prop, document)

    def passages_in(self, capture: str) -> tuple[str, ...]:
        """The passages of a capture that the record knows."""
        return self.subjects(slots_of(Passage)["capture"].prop, capture)

    def said_in(self, document: str) -> list[tuple[str, tuple[str, ...]]]:
        """Claims and relays made in a document, or read in it where their occasion names none; and their passages."""
        made = (iri for occasion in self._occasions_in(document) for iri in self._made_on(occasion))
        passages = (passage for capture in self.captures_of(document) for passage in self.passages_in(capture))
        read = (iri for passage in passages for iri in self.subjects(slots_of(Claim)["passages"].prop, passage))
        found: dict[str, tuple[str, ...]] = {}
        for iri in (*made, *(iri for iri in read if self._saying_document(iri) == document)):
            found[iri] = self._texts(iri, Claim, "passages")
        return list(found.items())

    def is_long(self, document: str, *, most: int) -> bool:
        """Whether more than `most` claims and relays were made in a document."""
        prop, left = slots_of(Claim)["occasion"].prop, most
        if self._graph.count_subjects(slots_of(Occasion)["document"].prop, document, most=most + 1) > most:
            return True
        for occasion in self._occasions_in(document):
            left -= self._graph.count_subjects(prop, occasion, most=left + 1)
            if left < 0:
                return True
        return False

    def _occasions_in(self, document: str) -> tuple[str, ...]:
        return self.subjects(slots_of(Occasion)["document"].prop, document)

    def _made_on(self, occasion: str) -> tuple[str, ...]:
        return self.subjects(slots_of(Claim)["occasion"].prop, occasion)

    def _saying_document(self, iri: str) -> str | None:
        of_occasion = self._text(self._text(iri, Claim, "occasion"), Occasion, "document")
        return of_occasion or self._read_in(self._texts(iri, Claim, "passages"))

    # --- what is around claims --------------------------------------------------------------------------------------

    def corrections_of(self, saying: str) -> tuple[str, ...]:
        """The recorder's corrections of a saying."""
        return self._graph.subjects(slots_of(Correction)["corrects"].prop, saying)

    def recorded_in(self, saying: str) -> tuple[str, ...]:
        """The ingestions that recorded a saying."""
        slots = slots_of(Recording)
        found = (self._text(iri, Recording, "ingestion") for iri in self.subjects(slots["records"].prop, saying))
        return tuple(dict.fromkeys(found))

    def recordings_of(self, saying: str) -> list[tuple[str, str, str]]:
        """Each recording of a saying: its ingestion, its file, and the place in that."""
        found = self.subjects(slots_of(Recording)["records"].prop, saying)
        return [
            (
                self._text(iri, Recording, "ingestion"),
                self._text(iri, Recording, "file"),
                self._text(iri, Recording, "fragment"),
            )
            for iri in found
        ]

    def is_busy(self, event: str, *, most: int) -> bool:
        """Whether an event has more claims than `most`, or so much that concerns it that they are not counted."""
        uncounted = _BESIDE * most
        if self._graph.count_subjects(av("concerns"), event, most=uncounted + 1) > uncounted:
            return True
        return len(self.claims_of(event)) > most

    def holders_of(self, thing: str) -> list[tuple[str, str]]:
        """A set and what it lies within, then that and what it lies within, as far as it goes."""
        found: dict[str, str] = {}
        while thing not in found and (outer := self._text(thing, Set, "within")):
            found[thing] = outer
            thing = outer
        return list(found.items())

    def member_kind(self, collection: str) -> str:
        """The kind of the members of a set."""
        return self._text(collection, Set, "member_kind")

    def members_of(self, agent: str) -> tuple[str, ...]:
        """The members of a joint voice."""
        return self._texts(agent, Agent, "members")

    def identities_of(self, things: Iterable[str]) -> Iterator[tuple[Identity, str]]:
        """The identities that are asserted of some things, each with the voice that asserts it."""
        slots = slots_of(Identity)
        named = {
            one for thing in things for name in ("about", "other") for one in self.subjects(slots[name].prop, thing)
        }
        for iri in sorted(named):
            if not self._is(iri, av("Identity")):
                continue
            proposition = self.propositions([iri])[iri][2]
            voices = [self._text(claim, Claim, "voice") for claim in self.subjects(av("asserts"), iri)]
            if isinstance(proposition, Identity) and voices:
                yield proposition, min(voices)

    def source(self, iri: str) -> tuple[str, str, str, tuple[str, ...]] | None:
        """A document: its IRI, label, publisher and the documents it reprints; None where the record has none such."""
        if not self._is(iri, av("Document")):
            return None
        return iri, self._label(iri)[0], self._text(iri, Document, "publisher"), self._texts(iri, Document, "copies")

    def agent(self, iri: str) -> tuple[str, str, str, tuple[str, ...], str] | None:
        """An agent: its IRI, label, kind, members and owner; None where the record has none such."""
        if not self._is(iri, av("Agent")):
            return None
        kind = next((kind.value for kind in AgentKind if self._is(iri, av(kind.value))), "")
        return iri, self._label(iri)[0], kind, self.members_of(iri), self._text(iri, Agent, "owner")

    def captures(self, documents: Iterable[str], also: Iterable[str]) -> list[tuple[str, str, int, str]]:
        """The captures of some documents, and others by name: IRI, hash, length, document."""
        prop = slots_of(Capture)["document"].prop
        found = {*also, *(iri for document in documents for iri in self.subjects(prop, document))}
        read = (
            (iri, *(self._text(iri, Capture, name) for name in ("sha256", "length", "document")))
            for iri in sorted(found)
        )
        return [(iri, sha256, int(length), document) for iri, sha256, length, document in read if document]

    def entity(self, cls: type, iri: str) -> Row | None:
        """The slots of a thing of a class of the model and, of agents and events, its kind; None where it is none."""
        if not self._is(iri, av(cls.__name__)):
            return None
        said = self._describe(iri)
        row: Row = {name: _value(slot, said.get(slot.prop, ())) for name, slot in slots_of(cls).items()}
        names = said.get(slots_of(cls)["names"].prop, ()) if "names" in row else ()
        kinds = (kind.value for kind in (*AgentKind, *EventKind) if self._is(iri, av(kind.value)))
        return row | {
            "names": [{"text": term.value, "language": term.language} for term in names],
            "kind": next(kinds, ""),
        }

    def names_of(self, thing: str) -> tuple[tuple[str, str], ...]:
        """The names that a thing bears in any language, each with that."""
        return tuple((term.value, term.language) for term in self._describe(thing).get(av("name"), ()))

    def inside(self, thing: str) -> tuple[str, ...]:
        """The sets that lie within a thing, at any depth."""
        found: dict[str, None] = {}
        pending = [thing]
        while pending:
            new = [iri for iri in self.subjects(slots_of(Set)["within"].prop, pending.pop()) if iri not in found]
            found.update(dict.fromkeys(new))
            pending += new
        return tuple(found)

    def subjects(self, prop: str, iri: str) -> tuple[str, ...]:
        """The IRIs of which any graph says that this thing is their value of a property."""
        return self._graph.subjects(prop, iri)

    def _text(self, iri: str, cls: type, name: str) -> str:
        return _text(self._describe(iri), cls, name)

    def _texts(self, iri: str, cls: type, name: str) -> tuple[str, ...]:
        return tuple(term.value for term in self._describe(iri).get(slots_of(cls)[name].prop, ()))

    def _label(self, iri: str) -> tuple[str, str, str]:
        said, kind = self._describe(iri), iri.removeprefix(self._base).partition("/")[0]
        if kind in ("claim", "relay"):
            voice = self._describe(_text(said, Claim, "voice")).get(_LABEL, ()) if said else ()
            words = said.get(av("wording"), ())
            quoted = f" “{words[0].value}”" if words else ""
            return (f"{voice[0].value}’s {kind}{quoted}", voice[0].language, kind) if voice else ("", "", kind)
        if kind == "viewpoint":
            return _text(said, Viewpoint, "name"), "", kind
        found = said.get(_LABEL, ())
        return (found[0].value, found[0].language, kind) if found else ("", "", kind)

    def _describe(self, iri: str) -> Said:
        if iri not in self._known:
            self._known[iri] = self._graph.describe(iri)
        return self._known[iri]

    def _is(self, iri: str, kind: str) -> bool:
        return any(term.value == kind for term in self._describe(iri).get(RDF_TYPE, ()))

    def _own(self, iri: str) -> tuple[Said, Row]:
        said = self._describe(iri)
        cls = next(_KINDS[term.value] for term in said[RDF_TYPE] if term.value in _KINDS)
        row: Row = dict.fromkeys((*slots_of(Claim), *slots_of(Relay)))
        row |= {name: _value(slot, said.get(slot.prop, ())) for name, slot in slots_of(cls).items()}
        stance = next((each.value for each in Stance if cls is Claim and av(each.value) in said), None)
        return said, row | {"iri": iri, "kind": cls.__name__.lower(), "stance": stance}

    def _saying(self, iri: str, *, root: str, depth: int, places: bool) -> Row:
        said, row = self._own(iri)
        wording = said.get(av("wording"), ())
        row |= {"wording_language": wording[0].language if wording else None, "root": root, "depth": depth}
        if not places:
            return row | {"document": None, "occasion_kind": ""}
        occasion = self._describe(row["occasion"])
        return row | {
            "document": _text(occasion, Occasion, "document") or self._read_in(row["passages"]),
            "occasion_kind": _text(occasion, Occasion, "kind") or None,
        }

    def _read_in(self, passages: Iterable[str]) -> str | None:
        """The document of the captures that some passages are in, where the occasion names none."""
        return min((row[-1] for row in self.passages(passages) if row[-1]), default=None)


def _first(said: Said, prop: str) -> str:
    return next((term.value for term in said.get(prop, ())), "")


def _text(said: Said, cls: type, name: str) -> str:
    return _first(said, slots_of(cls)[name].prop)


def _proposition(cls: type[Proposition], said: Said) -> Proposition:
    given = {name: _value(slot, said[slot.prop]) for name, slot in slots_of(cls).items() if slot.prop in said}
    return cls(**given)


def _value(slot: Slot, terms: Sequence[Term]) -> Any:
    """The value of a slot as the tables have it; None where there is none."""
    values = [int(term.value) if slot.kind is Kind.INTEGER else term.value for term in terms]
    return tuple(values) if slot.many else next(iter(values), None)
