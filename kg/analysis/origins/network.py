"""From the sayings about one event to its network: what each saying leads to, back to where its voice says it knows.

A relay leads to what it relays. A claim leads to the sayings of whom it consulted; where none is recorded, to an end
shared by all who consulted the same party. What stands in a reprint leads through the document reprinted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kg.analysis.origins.chains import Node
from kg.analysis.origins.reading import Said
from kg.analysis.origins.sayings import Sayings
from kg.terms import NOT_STATED, avc

FIRST_HAND = frozenset(
    avc(slug)
    for slug in (
        "forensic-examination",
        "interviewed",
        "own-investigation",
        "own-records",
        "own-strike-records",
        "satellite-imagery",
        "saw",
        "strike-video",
        "visited",
    )
)
"""Grounds that make a claim an origin: its voice perceived it, questioned those who did, or has material of the thing
itself. Not `open-source`, `medical-records`, `official-register`: others made them, and may have made them for two."""

RESTING = frozenset({"consulted", "copies"})
_SILENT = {NOT_STATED, avc("told-by-another")}


@dataclass(frozen=True, slots=True)
class Network:
    """The nodes, the saying or party each stands for (`said` or `stands`), and who rests on whom.

    `rests` says how, by question and (from, to) of voices and documents: `consulted`, `copies`, `relays`, or `from`
    where a document or a person is one with the voice.
    """

    nodes: tuple[Node, ...]
    said: tuple[Said | None, ...]
    stands: tuple[str, ...]
    rests: dict[tuple[str, str, str], str]
    claims: tuple[Said, ...]
    left_out: int


def build_network(sayings: Sayings, wanted: Callable[[Said], bool]) -> Network:
    """The network behind the wanted claims; withdrawn and corrected ones are counted and left out."""
    return _Builder(sayings).build(wanted)


@dataclass(slots=True)
class _Draft:
    """A node while its targets are still sought."""

    key: str
    stands: str
    parties: tuple[str, ...]
    apart: tuple[str, ...]
    said: Said | None = None
    targets: list[int] = field(default_factory=list)
    report: bool = False
    first_hand: bool = False
    undeclared: bool = False


class _Builder:
    """Draws one network, node by node, from what the reader is given back to the ends."""

    def __init__(self, sayings: Sayings) -> None:
        self._sayings = sayings
        self._parties = sayings.parties
        self._drafts: list[_Draft] = []
        self._places: dict[str, int] = {}
        self._pending: list[Said] = []
        self._rests: dict[tuple[str, str, str], str] = {}

    def build(self, wanted: Callable[[Said], bool]) -> Network:
        scope = [said for said in self._sayings.by_iri.values() if said.kind == "claim" and wanted(said)]
        claims = sorted((said for said in scope if self._sayings.counts(said)), key=lambda said: said.iri)
        for said in [one for claim in claims for one in self._sayings.carried(claim)]:
            self._drafts[self._place(said)].report = self._sayings.is_report(said)
        while self._pending:
            self._lead_on(self._pending.pop())
        return Network(
            nodes=tuple(_to_node(draft) for draft in self._drafts),
            said=tuple(draft.said for draft in self._drafts),
            stands=tuple(draft.stands for draft in self._drafts),
            rests=self._rests,
            claims=tuple(claims),
            left_out=sum(said.iri in self._sayings.dead for said in scope if said.stance == self._sayings.stance),
        )

    def _place(self, said: Said) -> int:
        if said.iri not in self._places:
            gone = self._sayings.left(said)
            parties = self._parties.of_voice(said.voice, without=gone)
            apart = self._parties.apart(said.voice, said.iri, without=gone)
            self._add(_Draft(said.iri, said.voice, parties, apart, said))
            self._pending.append(said)
        return self._places[said.iri]

    def _add(self, draft: _Draft) -> int:
        self._places[draft.key] = len(self._drafts)
        self._drafts.append(draft)
        return self._places[draft.key]

    def _lead_on(self, said: Said) -> None:
        """Find what a saying leads to, through the documents it was reprinted from."""
        draft = self._drafts[self._places[said.iri]]
        last = _Draft("", "", (), (), targets=self._find_targets(said))
        last.first_hand = said.kind == "claim" and not FIRST_HAND.isdisjoint(said.material)
        last.undeclared = said.kind == "claim" and not last.first_hand and _is_open(said)
        if said.iri in self._sayings.outermost and self._parties.originals(said.document):
            self._lead_through_copies(said, draft, last)
        else:
            draft.targets, draft.first_hand, draft.undeclared = last.targets, last.first_hand, last.undeclared

    def _lead_through_copies(self, said: Said, draft: _Draft, last: _Draft) -> None:
        """Put the documents that a saying was reprinted from between it and what it leads to.

        Where documents only copy each other in a circle, each of them leads on.
        """
        places: dict[str, int] = {}
        order = [said.document]
        for document in order:
            originals = self._parties.originals(document)
            for original in originals:
                if original not in places and original != said.document:
                    places[original] = self._add_copy(said, original)
                    order.append(original)
                self._rest(said, document, original, "copies")
            here = draft if document == said.document else self._drafts[places[document]]
            here.targets += [places[original] for original in originals if original in places]
        self._rest(said, said.voice, said.document, "from")
        roots = [document for document in order[1:] if not self._parties.originals(document)] or order[1:]
        for document in roots:
            end = self._drafts[places[document]]
            further = self._in_document(said, document) if last.undeclared else []
            end.targets += [*last.targets, *further]
            end.first_hand = last.first_hand

    def _add_copy(self, said: Said, document: str) -> int:
        parties = self._parties.of_document(document, self._sayings.by_document.get(document, ()))
        self._rest_on_document(said, document)
        return self._add(_Draft(f"copy {document} {said.iri}", document, parties, parties))

    def _in_document(self, said: Said, document: str) -> list[int]:
        """What a document says on the same question; else an end shared by all that rests on the document."""
        found = self._usable(said, self._sayings.by_document.get(document, ()))
        source = self._parties.sources.get(document)
        publisher = source.publisher if source else ""
        return [self._place(other) for other in found] or [self._end(said, publisher or document)]

    def _find_targets(self, said: Said) -> list[int]:
        found = [self._place(self._sayings.by_iri[said.relays])] if said.relays in self._sayings.by_iri else []
        if said.relays in self._sayings.by_iri:
            self._rest(said, said.voice, self._sayings.by_iri[said.relays].voice, "relays")
        elif said.relays:
            found.append(self._end(said, said.relays))
        for named in said.consulted:
            self._rest(said, said.voice, named, "consulted")
            if named in self._parties.sources:
                found += self._in_document(said, named)
                self._rest_on_document(said, named)
            else:
                found += self._of_agent(said, named)
        return list(dict.fromkeys(found))

    def _of_agent(self, said: Said, agent: str) -> list[int]:
        found = self._usable(said, self._sayings.by_speaker.get(agent, ()))
        for other in found:
            self._rest(said, agent, other.voice, "from")
        return [self._place(other) for other in found] or [self._end(said, agent)]

    def _rest_on_document(self, said: Said, document: str) -> None:
        source = self._parties.sources.get(document)
        voices = {other.voice for other in self._sayings.by_document.get(document, ())} | {
            source.publisher if source else ""
        }
        for voice in voices - {""}:
            self._rest(said, document, voice, "from")

    def _usable(self, said: Said, others: Iterable[Said]) -> list[Said]:
        """Those sayings that this one can rest on, of the same question where there are any: none that is surely later,
        and none that passes on this very claim."""
        found = [
            other
            for other in others
            if other.iri != said.iri
            and self._sayings.root(other).iri != said.iri
            and not (said.latest and other.earliest and other.earliest > said.latest)
        ]
        question = self._sayings.root(said).question
        return [other for other in found if self._sayings.root(other).question == question] or found

    def _end(self, said: Said, party: str) -> int:
        """The unrecorded word of a party: one end for all who consulted it, unless it is a class of actors."""
        key = f"end {party} {said.iri}" if self._parties.is_class(party) else f"end {party}"
        if key in self._places:
            return self._places[key]
        apart = self._parties.apart(party, key)
        return self._add(_Draft(key, party, self._parties.of_voice(party), apart, undeclared=True))

    def _rest(self, said: Said, here: str, there: str, how: str) -> None:
        question = self._sayings.root(said).question
        if here != there or how == "consulted":
            key = (question, here, there)
            if how in RESTING or key not in self._rests:
                self._rests[key] = how


def _is_open(said: Said) -> bool:
    """Whether a claim without first-hand grounds may still have a source that it does not name."""
    return not said.consulted or not set(said.material) <= _SILENT


def _to_node(draft: _Draft) -> Node:
    return Node(
        key=draft.key,
        parties=draft.parties,
        apart=draft.apart,
        targets=tuple(sorted(set(draft.targets))),
        report=draft.report,
        first_hand=draft.first_hand,
        undeclared=draft.undeclared,
    )
