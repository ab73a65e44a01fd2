"""The sayings around an event as its networks are drawn from them: which stand, who relays what, who says it where."""

from collections.abc import Collection

from kg.analysis.origins.parties import Parties
from kg.analysis.origins.reading import Material, Said


class Sayings:
    """All sayings, and an index of those that take or pass on one stance and still stand; made once for one event."""

    def __init__(self, material: Material, parties: Parties, *, stance: str) -> None:
        self.parties, self.stance = parties, stance
        self.by_iri = {said.iri: said for said in material.sayings}
        self._enders: dict[str, set[str]] = {}
        self._relayers: dict[str, list[Said]] = {}
        for said in material.sayings:
            for gone in said.withdraws:
                self._enders.setdefault(gone, set()).add(said.voice)
            if said.relays:
                self._relayers.setdefault(said.relays, []).append(said)
        self.dead = {said.iri for said in material.sayings if said.corrected or self._is_withdrawn(said)}
        self.by_speaker: dict[str, list[Said]] = {}
        self.by_document: dict[str, list[Said]] = {}
        self.outermost: set[str] = set()
        for said in material.sayings:
            if self.counts(said):
                self._index(said)

    def root(self, said: Said) -> Said:
        """The claim at the end of a relay's chain, else the saying itself."""
        return self.by_iri.get(said.root, said) if said.relays else said

    def counts(self, said: Said) -> bool:
        """Whether a saying takes, or passes on, the position asked about, and still stands."""
        root = self.root(said)
        return root.stance == self.stance and said.iri not in self.dead and root.iri not in self.dead

    def carried(self, claim: Said) -> list[Said]:
        """A claim and every relay of it."""
        found = [claim]
        for said in found:
            found.extend(self.relayers(said))
        return found

    def is_report(self, said: Said) -> bool:
        """Whether it reaches the reader: nobody relays it, or it was read in a document apart from those that do."""
        relayers = self.relayers(said)
        at_hand = bool(said.passages and said.document)
        return not relayers or (at_hand and all(other.document != said.document for other in relayers))

    def relayers(self, said: Said) -> list[Said]:
        """The relays of a saying that count."""
        return [other for other in self._relayers.get(said.iri, ()) if self.counts(other)]

    def left(self, said: Said) -> Collection[str]:
        """The members of a joint voice that took themselves out of what it says."""
        if said.iri not in self._enders:
            return ()
        return self._enders[said.iri].intersection(self.parties.members(said.voice))

    def _is_withdrawn(self, said: Said) -> bool:
        """Whether its voice took it back, itself or jointly; of a joint claim every member, or the joint voice."""
        if said.iri not in self._enders:
            return False
        enders, members = self._enders[said.iri], self.parties.members(said.voice)
        spoke = any(ender == said.voice or said.voice in self.parties.members(ender) for ender in enders)
        return spoke or (bool(members) and enders.issuperset(members))

    def _index(self, said: Said) -> None:
        for name in {said.voice, said.speaker, *self.parties.members(said.voice)} - {""}:
            self.by_speaker.setdefault(name, []).append(said)
        if said.document and all(other.document != said.document for other in self._relayers.get(said.iri, ())):
            self.by_document.setdefault(said.document, []).append(said)
            self.outermost.add(said.iri)
