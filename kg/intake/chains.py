"""The chain of voices through which a claim is known: a relay for each, from the one nearest the claim."""

from dataclasses import dataclass

from kg import iris
from kg.intake.propositions import Propositions
from kg.intake.sayings import Found, Said, Sayings, check_wording
from kg.intake.sources import read_sources
from kg.intake.yamltext import Path
from kg.model import Relay
from kg.terms import Iri


@dataclass(slots=True)
class Chains:
    """Reads the relays of claims into what was found."""

    sayings: Sayings
    found: Found

    def read(self, iri: Iri, claim: Said) -> None:
        """Read the relays between a claim and the reader.

        A relay taken from the defaults is left out where it would have a voice relay itself: an outlet's own words
        are not relayed by that outlet.
        """
        sheet, several = self.sayings.sheet, (*claim.at, "chains")
        if several not in sheet.tree.marks:
            self._read_chain(self.sayings.pick(claim.at, "via"), iri, claim)
            return
        if (*claim.at, "via") in sheet.tree.marks:
            sheet.refuse(several, "both via and chains are given", "put every chain under chains", value="")
        ends: dict[Iri, Path] = {}
        for place in sheet.items(several):
            end = self._read_chain(place, iri, claim)
            if end in ends and sheet.is_sound(claim.at):
                line = sheet.line(ends[end])
                sheet.refuse(place, f"the same chain as on line {line}", "keep one of the two", value="")
            ends[end] = place

    def _read_chain(self, place: Path, iri: Iri, claim: Said) -> Iri:
        """Read one chain; the IRI of its last relay, or of the claim where there is none."""
        told, relayed = claim, iri
        for at in self.sayings.sheet.items(place):
            said = self.sayings.read_relay(at, claim)
            if said is None:
                continue
            if (said.voice, said.occasion) != (told.voice, told.occasion):
                relayed = self._keep(at, relayed, said, claim.at if place[0] == "defaults" else at)
                told = said
            elif place[0] != "defaults":
                reason = "a voice does not relay itself on the same occasion"
                self.sayings.sheet.refuse(at, reason, "leave this entry out, or name another occasion")
        return relayed

    def _keep(self, at: Path, relayed: Iri, said: Said, origin: Path) -> Iri:
        sheet, references = self.sayings.sheet, self.sayings.references
        whole = isinstance(sheet.get(at), dict)
        first, last = said.days
        relay = Relay(
            relays=relayed,
            voice=said.voice,
            speaker=said.speaker,
            occasion=said.occasion,
            wording=said.wording,
            worded_as=said.worded_as,
            passages=said.passages,
            said=said.date.text if said.date else None,
            earliest=first,
            latest=last,
            consulted=read_sources(sheet, references, (*at, "consulted")) if whole else (),
            renders=self._read_rendering(at, said) if whole else None,
        )
        iri = iris.relay_iri(sheet.base, relay)
        if iri in self.found.relays and self.found.repeats is not None:
            self.found.repeats.append((iri, origin))
        self.found.relays.setdefault(iri, relay)  # chains may begin alike
        self.found.origins.setdefault(iri, origin)
        self.found.keep_access(iri, said.access)
        return iri

    def _read_rendering(self, at: Path, said: Said) -> Iri | None:
        sheet, place = self.sayings.sheet, (*at, "renders")
        language = self.sayings.language_of(said)
        proposition = Propositions(sheet, self.sayings.references).read(place, language)
        if proposition is None:
            return None
        for kind in sheet.keys(place):
            if (*place, kind, "access") in sheet.tree.marks:
                reason = "fields of a relay's own version are not decided about one by one"
                sheet.refuse((*place, kind, "access"), reason, "give the relay an access, or render less", value="")
        check_wording(sheet, at, proposition, said.wording)
        return self.found.keep_proposition(sheet.base, proposition, place)
