"""What a table would say, in sentences."""

from collections import Counter

from kg.codes import find_label
from kg.intake.tables.gathering import TableReading
from kg.model import Agent, Document, Event, Occasion, Set, Victim
from kg.sentences import claim_sentence, list_words
from kg.terms import Iri


def list_sentences(reading: TableReading, *, of_each: int | None = None) -> list[str]:
    """The claims of a table in sentences, in the order of the rows; only the first so many of each kind."""
    label = _Labels(reading)
    found: list[str] = []
    through: dict[Iri, list[str]] = {}
    for relay in reading.relays.values():
        through.setdefault(relay.relays, []).append(label.of(relay.voice))
    shown: Counter[type] = Counter()
    for iri, claim in reading.claims.items():
        proposition = reading.propositions[claim.proposition]
        shown[type(proposition)] += 1
        if of_each is not None and shown[type(proposition)] > of_each:
            continue
        speaker = label.of(claim.speaker) if claim.speaker else None
        sentence = claim_sentence(claim.stance, proposition, label.of, voice=label.of(claim.voice), speaker=speaker)
        known = f" Known through {list_words(through[iri])}." if iri in through else ""
        found.append(sentence + known)
    return found


class _Labels:
    """Names of what a table describes, and of codes."""

    def __init__(self, reading: TableReading) -> None:
        self._reading = reading

    def of(self, iri: str) -> str:
        entity = self._reading.entities.get(Iri(iri))
        if isinstance(entity, Agent | Event | Set | Victim | Occasion) and entity.names:
            return entity.names[0].text
        if isinstance(entity, Document) and entity.title:
            return entity.title.text
        return find_label(iri) or iri.rsplit("/", 2)[-2] + "/" + iri.rsplit("/", 1)[-1]
