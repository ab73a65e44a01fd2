"""What a batch would overrule without saying so: a field that is withheld, given in the open, and the other way round.

What was withheld can be let go by a decision that says `public`, and why; what is public must be withdrawn before it
can be withheld, as it lies in segments of the log and in what was handed out. Neither is done by the way.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Protocol

from kg import iris, rdf
from kg.errors import Problem
from kg.log import Entry
from kg.model import Batch, Decision, Victim, Withheld, slots_of
from kg.rdf import write_iri
from kg.terms import DCTERMS, Iri, av, avc
from kg.units import Unit

_PUBLIC = avc("access-public")
_FIELDS = {slot.prop: name for name, slot in slots_of(Victim).items()}
_WRITTEN = {"names": "name"}
_SUBJECT = re.compile("<([^<>]*)>")


class Graph(Protocol):
    """A graph in which lines are looked up."""

    def lines_of(self, subject: str) -> list[str]:
        """The N-Quads lines of a subject."""

    def lines_naming(self, iri: str, *, predicate: str = "") -> list[str]:
        """The N-Quads lines whose object is `iri`."""


def find_overruled(base: str, batch: Batch, graph: Graph, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Yield a problem for whatever the record holds otherwise; `entries` are those of its log."""
    yield from _find_withheld_before(batch, graph, entries)
    yield from _find_public_before(base, batch, graph)


def list_guarded(batch: Batch, graph: Graph, entries: Sequence[Entry]) -> set[tuple[str, str]]:
    """The fields that the record withholds of victims of whom a batch speaks, and that it does not give itself."""
    described = {each.iri: each for each in batch.entities if isinstance(each, Victim)}
    victims = {*described, *(iri for each in batch.propositions for iri in each.about if "/victim/" in iri)}
    given = {(each.decides, each.field) for each in batch.decisions}
    given |= {(iri, prop) for iri, each in described.items() for prop, name in _FIELDS.items() if getattr(each, name)}
    guarded: set[tuple[str, str]] = set()
    for iri in victims:
        decisions = read_decisions(graph, iri)
        for field in {each.field for each in decisions if each.field is not None}:
            last = _last(decisions, field, entries)
            if last is not None and last.access != _PUBLIC and (iri, field) not in given:
                guarded.add((iri, field))
    return guarded


def find_words_of(base: str, batch: Batch, public: Iterable[Unit], victims: Container[str]) -> Iterator[Problem]:
    """Yield a problem for each saying in the open that has words about one of some victims.

    Whatever the words are: who may not know what is withheld of the victim learns nothing by being refused.
    """
    things = {iris.proposition_iri(base, each): each.about for each in batch.propositions}
    claims = {iris.claim_iri(base, each): each for each in batch.claims}
    relays = {iris.relay_iri(base, each): each for each in batch.relays}
    said = {iri: any(thing in victims for thing in things.get(each.proposition, ())) for iri, each in claims.items()}
    for unit in public:
        saying = claims.get(Iri(unit.subject)) or relays.get(Iri(unit.subject))
        first = unit.subject
        while first in relays:
            first = relays[Iri(first)].relays
        if saying and said.get(Iri(first)) and (saying.wording or saying.passages):
            yield _problem(
                batch,
                Iri(unit.subject),
                "something is withheld of the victim it is about, and whether its words tell it is not said here",
                "withhold its wording and passage, or have it added where the keys are, with `averment add`",
            )


def keep_fields(withheld: Withheld, props: set[str]) -> Withheld:
    """What is withheld of a victim, with only the fields of these properties; nothing of what is withheld otherwise."""
    return Withheld(
        withheld_from=withheld.withheld_from,
        access=withheld.access,
        names=withheld.names if av("name") in props else (),
        identifiers=withheld.identifiers if DCTERMS + "identifier" in props else (),
    )


def _last(decisions: Sequence[Decision], field: str, entries: Sequence[Entry]) -> Decision | None:
    """The decision on a field that was recorded last; of one recording the stricter."""
    found = [each for each in decisions if each.field == field]
    numbers = {each.ingestion: each.number for each in entries} if len(found) > 1 else {}
    return max(found, key=lambda each: (numbers.get(each.ingestion, 0), each.access), default=None)


def read_decisions(graph: Graph, iri: str) -> list[Decision]:
    """Every public decision of the record on something."""
    lines = graph.lines_naming(iri, predicate=av("decides"))
    names = sorted({found[1] for line in lines if (found := _SUBJECT.match(line))})
    read = [rdf.read_unit(graph.lines_of(name)) for name in names]
    return [each for each in read if isinstance(each, Decision)]


def _find_withheld_before(batch: Batch, graph: Graph, entries: Sequence[Entry]) -> Iterator[Problem]:
    decided = {(each.decides, each.field) for each in batch.decisions}
    for victim in batch.entities:
        if not isinstance(victim, Victim):
            continue
        decisions = read_decisions(graph, victim.iri)
        for prop, name in _FIELDS.items():
            if not getattr(victim, name) or (victim.iri, prop) in decided:
                continue
            held = _last(decisions, prop, entries)
            if held is not None and held.access != _PUBLIC:
                written = _WRITTEN.get(name, name)
                level = held.access.rpartition("/access-")[2]
                yield _problem(
                    batch,
                    victim.iri,
                    f"its {written} is {level} in the record, as {held.decided_by} decided on {held.decided}",
                    f"leave it out, or decide about it here: access: {{{written}: {{level: …, reason: …}}}}",
                )


def _find_public_before(base: str, batch: Batch, graph: Graph) -> Iterator[Problem]:
    for each in batch.withheld:
        props = {prop for prop, name in _FIELDS.items() if getattr(each, name)}
        if any(f" {write_iri(prop)} " in line for line in graph.lines_of(each.withheld_from) for prop in props):
            yield _problem(
                batch, iris.withheld_iri(base, each), *_public_already("this field of it", each.withheld_from)
            )
    for recording in batch.recordings:
        if recording.access != _PUBLIC and graph.lines_of(recording.records):
            yield _problem(
                batch, recording.records, *_public_already("the claim with all of its fields", recording.records)
            )


def _public_already(what: str, iri: str) -> Sequence[str]:
    remedy = f"take it out first, with `averment withdraw {iri}`, and from what was handed out; then record this"
    return f"{what} is public in the record already", remedy


def _problem(batch: Batch, iri: Iri, reason: str, remedy: str) -> Problem:
    origin = batch.origins.get(iri)
    return Problem(
        file=origin.file if origin else "",
        line=origin.line if origin else 0,
        field=origin.field if origin else iri,
        reason=reason,
        remedy=remedy,
    )


def list_decided(graph: Graph) -> set[str]:
    """What some field was ever decided about: whoever describes it again must look closer."""
    subjects = [found[1] for line in graph.lines_naming(av("Decision")) if (found := _SUBJECT.match(line))]
    return {each.decides for name in subjects if isinstance(each := rdf.read_unit(graph.lines_of(name)), Decision)}
