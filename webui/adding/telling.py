"""The claims of a case that is not recorded yet, in the sentences in which `averment show` tells recorded ones."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.iris import claim_iri, proposition_iri, relay_iri
from kg.model import Agent, Batch, Claim, Document, Event, Proposition, Relay, Set, Victim, slots_of
from kg.reading import Reader
from kg.sentences import claim_sentence
from kg.values.dates_in_words import date_words
from webui.adding.naming import Content

_PLACE = re.compile(r"claims\[(\d+)\].*")
Label = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Told:
    """A claim in sentences: what is said; then in which words, when, and through which voices it came."""

    sentence: str
    lines: tuple[str, ...]


def tell_claims(batch: Batch, reader: Reader, content: Content) -> dict[str, Told]:
    """The claims of a batch by their id in the case, names taken from the batch before the record."""
    label = _learn_labels(batch, reader)
    propositions = {proposition_iri(reader.base, each): each for each in batch.propositions}
    after: dict[str, list[Relay]] = {}
    for relay in batch.relays:
        after.setdefault(relay.relays, []).append(relay)
    told: dict[str, Told] = {}
    for claim in batch.claims:
        iri = claim_iri(reader.base, claim)
        found = _PLACE.fullmatch(batch.origins[iri].field)
        if found is not None:
            claim_id = str(content["claims"][int(found[1])].get("id", ""))
            sentence = claim_sentence(
                claim.stance,
                propositions[claim.proposition],
                label,
                voice=label(claim.voice),
                speaker=label(claim.speaker) if claim.speaker else None,
            )
            told[claim_id] = Told(sentence, tuple(_lines(claim, iri, after, reader.base, label)))
    return told


def _learn_labels(batch: Batch, reader: Reader) -> Label:
    own: dict[str, str] = {entity.iri: name for entity in batch.entities if (name := _name(entity))}
    sayings: list[Claim | Relay] = [*batch.claims, *batch.relays]
    wanted = [iri for each in sayings for iri in (each.voice, each.speaker)]
    reader.labels.learn([*wanted, *(iri for each in batch.propositions for iri in _iris(each))])
    return lambda iri: own.get(iri) or reader.labels.text(iri)


def _name(entity: object) -> str:
    if isinstance(entity, Agent | Event | Set | Victim):
        return entity.names[0].text if entity.names else ""
    return entity.title.text if isinstance(entity, Document) and entity.title else ""


def _iris(proposition: Proposition) -> Iterator[str]:
    for name in slots_of(type(proposition)):
        value = getattr(proposition, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str) and "://" in each:
                yield each


def _lines(claim: Claim, iri: str, after: dict[str, list[Relay]], base: str, label: Label) -> Iterator[str]:
    if claim.wording:
        yield f"In the words “{claim.wording.text}” ({label(claim.worded_as)})."
    yield f"When: {date_words(claim.said or '')}."
    chains = list(_chains(iri, after, base))
    for chain in chains:
        voices = [label(claim.voice), *(label(relay.voice) for relay in chain), "the reader"]
        yield f"From the voice to the reader: {' → '.join(voices)}."
    if not chains:
        yield "Read at the voice itself: nobody relays it here."


def _chains(iri: str, after: dict[str, list[Relay]], base: str) -> Iterator[list[Relay]]:
    for relay in after.get(iri, ()):
        further = list(_chains(relay_iri(base, relay), after, base))
        for chain in further or [[]]:
            yield [relay, *chain]
