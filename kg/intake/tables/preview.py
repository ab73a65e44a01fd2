"""What a table would say, in sentences."""

from collections import Counter
from collections.abc import Iterable, Iterator

from kg.codes import find_label
from kg.intake.tables.gathering import TableReading
from kg.model import Agent, Document, Event, Occasion, Set, Victim
from kg.sentences import claim_sentence, list_words
from kg.terms import Iri


def list_sentences(reading: TableReading) -> list[str]:
    """The claims of a table in sentences, in the order of the rows."""
    return [sentence for _, sentence in _iter_sentences(reading, list(reading.claims))]


def list_preview(reading: TableReading, *, of_each: int) -> list[str]:
    """The first claims of each kind with their rows, how many more there are, and the columns nothing is made of."""
    counted: Counter[type] = Counter()
    first = []
    for iri, claim in reading.claims.items():
        kind = type(reading.propositions[claim.proposition])
        counted[kind] += 1
        if counted[kind] <= of_each:
            first.append(iri)
    lines = [f"row {row:,}: {sentence}" for row, sentence in _iter_sentences(reading, first)]
    more = len(reading.claims) - len(first)
    lines += [f"… and {more:,} more claims"] if more else []
    unread = [name for name in reading.columns if name and name not in reading.table.columns()]
    return lines + ([f"columns that nothing is made of: {', '.join(unread)}"] if unread else [])


def _iter_sentences(reading: TableReading, chosen: Iterable[Iri]) -> Iterator[tuple[int, str]]:
    """The row of each claim and its sentence."""
    label = _Labels(reading)
    through: dict[Iri, list[str]] = {}
    for relay in reading.relays.values():
        through.setdefault(relay.relays, []).append(label.of(relay.voice))
    for iri in chosen:
        claim = reading.claims[iri]
        proposition = reading.propositions[claim.proposition]
        speaker = label.of(claim.speaker) if claim.speaker else None
        sentence = claim_sentence(claim.stance, proposition, label.of, voice=label.of(claim.voice), speaker=speaker)
        known = f" Known through {list_words(through[iri])}." if iri in through else ""
        yield reading.origins[iri].line, sentence + known


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
