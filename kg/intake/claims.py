"""The claims of a case file: each voice's position on one proposition, named after the claims it speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg import iris
from kg.intake.access import LEVELS, PUBLIC, Decided, read_fields, read_location
from kg.intake.chains import Chains
from kg.intake.codes import read_codes
from kg.intake.ledger import read_ledger
from kg.intake.order import sort_by_dependency
from kg.intake.propositions import Propositions
from kg.intake.references import CLAIM
from kg.intake.sayings import Found, Said, Sayings, check_wording
from kg.intake.sources import read_sources
from kg.intake.yamltext import Path, field_name
from kg.model import Claim, Count, Location, Proposition, Stance, Withheld
from kg.terms import NOT_STATED, Iri

_STANCES = {
    "asserts": Stance.ASSERTS,
    "denies": Stance.DENIES,
    "cannot-confirm": Stance.CANNOT_CONFIRM,
    "asks": Stance.ASKS,
}
_POSITIONS = (*_STANCES, "ledger")
_CARRIES_CLAIMS = ("about", "of", "one", "other")


@dataclass(slots=True)
class Claims:
    """Reads every claim, and with it the chain through which it is known, into what was found."""

    sayings: Sayings
    found: Found

    def read(self) -> None:
        """Read all claims, each after those it speaks of, then all chains in the order of the file."""
        places = self.sayings.sheet.items(("claims",))
        needs = {_number(at): [_number(need) for need in self._find_needs(at)] for at in places}
        order, circles = sort_by_dependency(needs)
        for circle in circles:
            self._refuse_circle(circle)
        # Claims in or behind a circle cannot be named, but whatever else is wrong with them is told too.
        named = set(order)
        behind = [number for number in needs if number not in named]
        read = {number: self._read_claim(("claims", number)) for number in (*order, *behind)}
        chains = Chains(self.sayings, self.found)
        for _, (said, claims) in sorted(read.items()):
            for iri in claims or [Iri("")]:
                chains.read(iri, said)

    def _find_needs(self, at: Path) -> list[Path]:
        """The claims of this file that a claim speaks of, by place."""
        sheet = self.sayings.sheet
        if not self.sayings.references.known[CLAIM]:
            return []
        places = [(*at, "revises"), (*at, "withdraws")]
        for stance in _STANCES:
            for kind in sheet.keys((*at, stance)):
                places += [(*at, stance, kind, name) for name in _CARRIES_CLAIMS]
        return [found for place in places for each in sheet.items(place) if (found := self._find_claim(each))]

    def _find_claim(self, at: Path) -> Path | None:
        sheet, references = self.sayings.sheet, self.sayings.references
        text = sheet.text(at) or ""
        if not references.find(text, (CLAIM,)):
            return None
        found = references.known[CLAIM][text.removeprefix(f"{CLAIM}/")]
        if (*found, "ledger") in sheet.tree.marks:
            sheet.refuse(at, "a ledger stands for several claims", "write the claim meant as an entry of its own")
        return found

    def _refuse_circle(self, circle: list[int]) -> None:
        sheet, first = self.sayings.sheet, min(circle)
        turned = circle[circle.index(first) :] + circle[: circle.index(first)]
        names = [sheet.text(("claims", each, "id")) or field_name(("claims", each)) for each in turned]
        reason = f"claims speak of each other in a circle: {' → '.join([*names, names[0]])}"
        if len(names) == 1:
            reason = f"{names[0]} speaks of itself"
        sheet.refuse(("claims", first), reason, "let the later one name the earlier one only", value="")

    def _read_claim(self, at: Path) -> tuple[Said, list[Iri]]:
        """What a claim says of itself, and the IRIs of the claims it stands for: one, or those of a ledger."""
        sheet, references = self.sayings.sheet, self.sayings.references
        said = self.sayings.read_claim(at)
        written = [name for name in _POSITIONS if (*at, name) in sheet.tree.marks]
        if len(written) != 1:
            reason = f"{len(written)} positions: {', '.join(written)}" if written else "no position is taken"
            sheet.refuse(at, reason, f"give exactly one of {', '.join(_POSITIONS)}", value="")
        first, last = said.days
        base = Claim(
            stance=_STANCES.get(written[0], Stance.ASSERTS) if written else Stance.ASSERTS,
            proposition=Iri(""),
            voice=said.voice,
            speaker=said.speaker,
            occasion=said.occasion,
            wording=said.wording,
            worded_as=said.worded_as,
            passages=said.passages,
            said=said.date.text if said.date else None,
            earliest=first,
            latest=last,
            consulted=read_sources(sheet, references, (*at, "consulted")),
            grounds=read_codes(sheet, self.sayings.pick(at, "grounds"), "grounds") or (NOT_STATED,),
            revises=references.read_all((*at, "revises"), CLAIM),
            withdraws=references.read_all((*at, "withdraws"), CLAIM),
        )
        fields = read_fields(sheet, (*at, "access"), ("wording", "passage"))
        made = [iri for name in written for iri in self._read_position(at, name, base, said, fields)]
        # Whoever relays it cites its passages unless they have their own.
        return replace(said, passages=_without(base, fields).passages), made

    def _read_position(self, at: Path, name: str, base: Claim, said: Said, fields: dict[str, Decided]) -> Iterator[Iri]:
        if name == "ledger":
            for each in fields.values():
                remedy = "decide about the ledger as a whole, or write its claims one by one"
                self.sayings.sheet.refuse(each.at, "a ledger stands for several claims", remedy, value="")
            yield from self._read_ledger(at, base, said)
            return
        place = (*at, name)
        language = self.sayings.language_of(said)
        proposition = Propositions(self.sayings.sheet, self.sayings.references).read(place, language)
        if proposition is None:
            return
        check_wording(self.sayings.sheet, at, proposition, said.wording)
        public = proposition
        if isinstance(proposition, Location):
            public, of_place = read_location(self.sayings.sheet, (*place, "location"), proposition)
            fields = fields | of_place
        elif isinstance(proposition, Count) and _without(base, fields).wording is None and base.wording:
            reason = "no number stands without the words it was read from"
            self.sayings.sheet.refuse(fields["wording"].at, reason, "withhold the claim as a whole", value="")
        iri = self._keep(at, place, public, _without(base, fields), said)
        if iri is not None:
            self._keep_decisions(at, place, iri, fields, base, proposition)
            key = self.sayings.sheet.text((*at, "id"))
            if key is not None:
                self.sayings.references.named[CLAIM, key] = iri
            yield iri

    def _keep_decisions(
        self, at: Path, place: Path, public: Iri, fields: dict[str, Decided], base: Claim, proposition: Proposition
    ) -> None:
        """Note what was decided about the fields of a claim, and keep the whole claim where some are withheld."""
        sheet, found = self.sayings.sheet, self.found
        for name, decided in fields.items():
            found.decisions.setdefault(decided.to_decision(public, name), decided.at)
        level = max((each.level for each in fields.values()), key=LEVELS.index, default=PUBLIC)
        if level == PUBLIC:
            return
        level = max(level, found.access[public], key=LEVELS.index)
        whole = replace(base, proposition=found.keep_proposition(sheet.base, proposition, place))
        iri = iris.claim_iri(sheet.base, whole)
        found.claims[iri], found.access[iri] = whole, level
        found.origins.setdefault(iri, at)
        found.withheld.setdefault(Withheld(withheld_from=public, access=level, whole=iri), at)

    def _read_ledger(self, at: Path, base: Claim, said: Said) -> Iterator[Iri]:
        """The claims a ledger stands for; a number may have words and a passage of its own."""
        for entry in read_ledger(self.sayings, (*at, "ledger"), base.occasion):
            own = self.sayings.read_own_words(entry.at, said)
            claim = replace(base, wording=own.wording, passages=own.passages)
            check_wording(self.sayings.sheet, at, entry.proposition, own.wording)
            iri = self._keep(entry.at, entry.at, entry.proposition, claim, said)
            if iri is not None:
                yield iri

    def _keep(self, at: Path, place: Path, proposition: Proposition, base: Claim, said: Said) -> Iri | None:
        """Name a claim and take it into the batch; None where something about it is amiss."""
        sheet, found = self.sayings.sheet, self.found
        if not sheet.is_sound(said.at) or not sheet.is_sound(("defaults",)):
            return None
        claim = replace(base, proposition=found.keep_proposition(sheet.base, proposition, place))
        iri = iris.claim_iri(sheet.base, claim)
        if iri in found.claims and found.repeats is not None:
            found.repeats.append((iri, at))
            return iri
        if iri in found.claims:
            line = sheet.line(found.origins[iri])
            remedy = "keep one of the two; what differs between them must be said in the claim"
            sheet.refuse(at, f"the same claim as on line {line}", remedy, value=sheet.text((*said.at, "id")) or "")
            return None
        found.claims[iri] = claim
        found.origins[iri] = at
        found.keep_access(iri, said.access)
        return iri


def _without(claim: Claim, fields: dict[str, Decided]) -> Claim:
    """A claim without its own fields that are withheld."""
    hidden = {name for name, each in fields.items() if each.is_withheld()}
    return replace(
        claim,
        wording=None if "wording" in hidden else claim.wording,
        passages=() if "passage" in hidden else claim.passages,
    )


def _number(at: Path) -> int:
    return int(at[1])
