"""What claims and relays have in common: voice, occasion, words, passages, date; taken from defaults where not said."""

from dataclasses import dataclass, field, replace

from kg import iris
from kg.intake.access import PUBLIC, Decided, read_whole
from kg.intake.codes import read_code
from kg.intake.entities import Things
from kg.intake.fields import read_date, read_words
from kg.intake.passages import Passages
from kg.intake.references import References
from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.model import Claim, Count, Decision, Occasion, Proposition, Relay, Text, Withheld
from kg.terms import NOT_STATED, Iri
from kg.values.dates import EdtfDate, parse_edtf


@dataclass(frozen=True, slots=True)
class Said:
    """Who said it, where, when and in which words, as the entry at `at` has it; `document` is a key."""

    at: Path
    document: str | None
    voice: Iri
    speaker: Iri | None
    occasion: Iri
    wording: Text | None
    worded_as: Iri
    passages: tuple[Iri, ...]
    date: EdtfDate | None
    access: Decided

    @property
    def days(self) -> tuple[str | None, str | None]:
        """The first and last day the date can mean, in ISO 8601; None where that side is open or nothing is said."""
        return to_days(self.date) if self.date else (None, None)


def to_days(date: EdtfDate) -> tuple[str | None, str | None]:
    """The first and last day a date can mean, in ISO 8601; None where that side is open."""
    first, last = date.earliest, date.latest
    return first.isoformat() if first else None, last.isoformat() if last else None


@dataclass(slots=True)
class Found:
    """The claims, relays and propositions of a case by IRI, where each was written, and who may see it.

    `decisions` are those on claims, relays and their fields, `withheld` the whole claims behind public versions.
    case file a claim made twice is a slip; rows may make it again, and `repeats` holds where.
    """

    claims: dict[Iri, Claim] = field(default_factory=dict)
    relays: dict[Iri, Relay] = field(default_factory=dict)
    propositions: dict[Iri, Proposition] = field(default_factory=dict)
    origins: dict[Iri, Path] = field(default_factory=dict)
    access: dict[Iri, Iri] = field(default_factory=dict)
    decisions: dict[Decision, Path] = field(default_factory=dict)
    withheld: dict[Withheld, Path] = field(default_factory=dict)
    repeats: list[tuple[Iri, Path]] | None = None

    def keep_access(self, iri: Iri, decided: Decided) -> None:
        """Note who may see a claim or relay, and what was decided; what defaults decide is decided once for all."""
        self.access.setdefault(iri, decided.level)
        if decided.reason is not None:
            self.decisions.setdefault(decided.to_decision(Iri("") if decided.at[0] == "defaults" else iri), decided.at)

    def keep_proposition(self, base: str, proposition: Proposition, at: Path) -> Iri:
        """Take a proposition into the batch, once; its IRI."""
        iri = iris.proposition_iri(base, proposition)
        self.propositions.setdefault(iri, proposition)
        self.origins.setdefault(iri, at)
        return iri


def check_wording(sheet: Sheet, at: Path, proposition: Proposition, wording: Text | None) -> None:
    """Note a number that stands without the words it was read from."""
    place = (*at, "wording")
    if isinstance(proposition, Count) and wording is None and sheet.is_sound(place):
        reason = "missing: no number stands without the words it was read from"
        sheet.refuse(place, reason, 'give them as the source has them, such as "three people were killed"', value="")


@dataclass(slots=True)
class Sayings:
    """Reads what every claim and relay says of itself."""

    sheet: Sheet
    references: References
    things: Things
    passages: Passages

    def read_claim(self, at: Path) -> Said:
        """The saying of the claim at a path; what it leaves out is taken from the defaults."""
        document = self.read_document(at)
        voice = self.references.read((*at, "who"), "agent")
        speaker = self.references.read((*at, "speaker"), "agent")
        occasion, said = self._read_occasion(at, document)
        if occasion is None and voice is not None and self.sheet.get(self.pick(at, "on")) is None:
            occasion, said = self._presume_occasion(at, document, voice, speaker)
        own = read_date(self.sheet, (*at, "said"))
        date = own or (parse_edtf(said) if said else None) or read_date(self.sheet, ("defaults", "said"))
        return Said(
            at=at,
            document=document,
            voice=voice or Iri(""),
            speaker=speaker,
            occasion=occasion or Iri(""),
            wording=read_words(self.sheet, (*at, "wording"), self._language(document)),
            worded_as=read_code(self.sheet, self.pick(at, "as"), "wording-kind") or NOT_STATED,
            passages=self.passages.read((*at, "passage"), document),
            date=date,
            access=self.read_access(at),
        )

    def read_relay(self, at: Path, claim: Said) -> Said | None:
        """The saying of the relay at a path, of that claim; None where it lacks its voice or occasion, and noted so."""
        sheet = self.sheet
        short = not isinstance(sheet.get(at), dict)
        voice = self.references.read(at if short else (*at, "who"), "agent")
        document = (None if short else self._read_own_document(at)) or claim.document
        occasion, said = (None, None) if short else self._read_occasion(at, document, inherit=False)
        if occasion is None and (short or sheet.get((*at, "on")) is None):
            occasion, said = self._publish_by(at, document, voice) if voice else (None, None)
        if voice is None or occasion is None:
            return None
        own = None if short else read_date(sheet, (*at, "said"))
        date = own or (parse_edtf(said) if said else None) or read_date(sheet, ("defaults", "said"))
        passages = () if short else self.passages.read((*at, "passage"), document)
        access = None if short else read_whole(sheet, (*at, "access"))
        return Said(
            at=at,
            document=document,
            voice=voice,
            speaker=None if short else self.references.read((*at, "speaker"), "agent"),
            occasion=occasion,
            wording=None if short else read_words(sheet, (*at, "wording"), self._language(document)),
            worded_as=(None if short else read_code(sheet, (*at, "as"), "wording-kind")) or NOT_STATED,
            passages=passages or claim.passages,
            date=date,
            access=access or claim.access,
        )

    def read_access(self, at: Path) -> Decided:
        """Who may see the whole of a claim: as it says, else as the defaults do, else anyone."""
        place = ("defaults", "access")
        return read_whole(self.sheet, (*at, "access")) or read_whole(self.sheet, place) or Decided(place, PUBLIC)

    def pick(self, at: Path, name: str) -> Path:
        """Where a field of a claim stands: in the claim, else in the defaults."""
        return (*at, name) if (*at, name) in self.sheet.tree.marks else ("defaults", name)

    def language_of(self, said: Said) -> str:
        """The language of the words of a saying, else of its document, "" where neither is known."""
        return said.wording.language if said.wording else self._language(said.document)

    def read_own_words(self, at: Path, said: Said) -> Said:
        """A saying with the wording and passages that one number of it has for itself."""
        wording = passages = None
        if isinstance(self.sheet.get(at), dict):
            wording = read_words(self.sheet, (*at, "wording"), self._language(said.document))
            passages = self.passages.read((*at, "passage"), said.document)
        return replace(said, wording=wording or said.wording, passages=passages or said.passages)

    def _language(self, document: str | None) -> str:
        known = self.things.documents.get(document or "")
        return (known.language if known else None) or self.things.language

    def read_document(self, at: Path) -> str | None:
        """The key of the document a claim was read in: named, told by its capture, or the only one of the file."""
        named = self._read_own_document(at)
        if named is None:
            named = self._read_own_document(("defaults",))
        if named is None:
            named = self.passages.find_document((*at, "passage"))
        held = self.passages.captures.held.get(self.sheet.text(("defaults", "passage_capture")) or "")
        if named is None and held is not None:
            named = held.document
        known = list(self.references.known["document"])
        return known[0] if named is None and len(known) == 1 else named

    def _read_own_document(self, at: Path) -> str | None:
        found = self.references.read_pair((*at, "document"), "document")
        if isinstance(found, tuple):
            return found[1]
        if found is not None:
            self.sheet.refuse((*at, "document"), "an IRI stands where a key of this file belongs", "give the key")
        return None

    def _read_occasion(self, at: Path, document: str | None, *, inherit: bool = True) -> tuple[Iri | None, str | None]:
        """The occasion an entry names, and its date."""
        place = self.pick(at, "on") if inherit else (*at, "on")
        iri = self.references.read(place, "occasion")
        known = self.things.found.get(iri) if iri else None
        return iri, known.said if isinstance(known, Occasion) else None

    def _publish(self, at: Path, document: str | None) -> tuple[Iri | None, str | None]:
        occasion = self.things.publication_of(document) if document else None
        if occasion is None:
            which = f"document {document} is not described in this file" if document else "no document is named"
            reason = f"no publication that this could be said on: {which}"
            self.sheet.refuse(at, reason, "name an occasion with `on`, or the document with `document`")
            return None, None
        self.things.keep(occasion, at)
        return occasion.iri, occasion.said

    def _publish_by(self, at: Path, document: str | None, voice: Iri) -> tuple[Iri | None, str | None]:
        """The publication of a document, on which nobody but its publisher relays without more being said."""
        described = self.things.documents.get(document or "")
        if described is None or described.publisher == voice:
            return self._publish(at, document)
        publisher = self.sheet.text(("documents", str(document), "publisher"))
        of = f"document {document}, published by {publisher}," if publisher else f"document {document}"
        reason = f"{of} does not tell on what occasion this voice relayed the claim"
        if self.sheet.is_sound(("documents", str(document))):
            self.sheet.refuse(at, reason, "write who: and on:, with the key of an occasion")
        return None, None

    def _presume_occasion(
        self, at: Path, document: str | None, voice: Iri, speaker: Iri | None
    ) -> tuple[Iri | None, str | None]:
        """A publisher speaks by publishing; of anyone else the document does not say on what occasion they spoke."""
        described = self.things.documents.get(document or "")
        if document is None or (described is not None and described.publisher == voice):
            return self._publish(at, document)
        occasion = self.things.make_occasion(
            kind=NOT_STATED, document=self.references.named.get(("document", document)), speaker=speaker or voice
        )
        self.things.keep(occasion, at)
        return occasion.iri, None
