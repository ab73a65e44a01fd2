"""From a batch to the units that will be recorded: what is new, what is withheld, and what may not be mixed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg import iris, rdf
from kg.errors import Problem, Refused
from kg.log import Access
from kg.model import Batch
from kg.terms import AVC, Iri
from kg.units import Unit

_OBJECT = re.compile(r" <([^<>]*)> <[^<>]*> \.$")
_RANK = (Access.PUBLIC, Access.RESTRICTED, Access.SEALED)
KnownLines = Callable[[list[str]], set[str]]
"""Given subjects, the lines the record already holds of them, without their graph."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A unit to be recorded, who may see it, and whether it is a saying."""

    unit: Unit
    access: Access
    claim: bool


def recording_graph(base: str, ingestion: Iri) -> Iri:
    """The graph that tells what an ingestion recorded from where."""
    return Iri(f"{base}graph/recording/{ingestion.rsplit('/', 1)[1]}")


@dataclass(frozen=True, slots=True)
class UnitsOf:
    """Every unit of a batch, made each time they are gone through: entities in the ingestion's graph, propositions and
    sayings in graphs of their own."""

    base: str
    batch: Batch

    def __iter__(self) -> Iterator[Unit]:
        base, batch = self.base, self.batch
        graph = batch.ingestion.iri
        where = recording_graph(base, graph)
        yield rdf.entity_unit(batch.ingestion, graph)
        yield from (rdf.entity_unit(entity, graph) for entity in batch.entities)
        yield from (rdf.proposition_unit(base, proposition) for proposition in batch.propositions)
        yield from (rdf.claim_unit(base, claim) for claim in batch.claims)
        yield from (rdf.relay_unit(base, relay) for relay in batch.relays)
        yield from (rdf.recording_unit(base, recording, where) for recording in batch.recordings)
        yield from (rdf.correction_unit(base, correction, where) for correction in batch.corrections)
        yield from (rdf.viewpoint_unit(base, viewpoint) for viewpoint in batch.viewpoints)
        yield from (rdf.decision_unit(base, decision, where) for decision in batch.decisions)
        yield from (rdf.withheld_unit(base, withheld, where) for withheld in batch.withheld)


def list_units(base: str, batch: Batch) -> list[Unit]:
    """Every unit of a batch, each once."""
    return list({(unit.subject, unit.graph): unit for unit in UnitsOf(base, batch)}.values())


def keep_new(units: Iterable[Unit], known: KnownLines) -> list[Unit]:
    """The units without the lines that the record holds already; a unit with nothing new is left out.

    That is what keeps every triple in exactly one graph when two files describe the same agent.
    """
    listed = list(units)
    held = known([unit.subject for unit in listed])
    fresh: list[Unit] = []
    for unit in listed:
        lines = tuple(line for line in unit.lines if strip_graph(line) not in held)
        if lines:
            fresh.append(Unit(unit.subject, unit.graph, lines))
    return fresh


def strip_graph(line: str) -> str:
    """An N-Quads line as N-Triples without its full stop.

    >>> strip_graph('<http://e/s> <http://e/p> "1" <http://e/g> .')
    '<http://e/s> <http://e/p> "1"'
    """
    return line[: line.rindex(" <")]


def plan_units(base: str, batch: Batch, units: Iterable[Unit]) -> list[Planned]:
    """Each unit with its access. Raises Refused where something public refers to a saying that is withheld.

    What only a withheld saying refers to (its proposition, its witness, its passage) is withheld with it, and so is
    what speaks of the withheld (a correction, a capture of its document), or is described beside nothing public.
    """
    listed = list(units)
    sayings = _access_of_sayings(base, batch)
    links: dict[str, set[str]] = {}
    for unit in list_units(base, batch):
        links.setdefault(unit.subject, set()).update(_links(unit))
    _refuse_mixed(batch, sayings, links)
    levels = _spread(sayings, links)
    least = min(sayings.values(), key=_RANK.index, default=Access.PUBLIC)
    _withhold_mentions(levels, links, least=least, at_least=_access_of_what_is_aside(base, batch))
    return [Planned(unit, levels[unit.subject], claim=unit.subject in sayings) for unit in listed]


def _access_of_sayings(base: str, batch: Batch) -> dict[str, Access]:
    found: dict[str, Access] = {}
    for recording in batch.recordings:
        level = to_access(recording.access)
        held = found.get(recording.records, Access.PUBLIC)
        found[recording.records] = max(held, level, key=_RANK.index)
    for claim in batch.claims:
        found.setdefault(iris.claim_iri(base, claim), Access.PUBLIC)
    for relay in batch.relays:
        found.setdefault(iris.relay_iri(base, relay), Access.PUBLIC)
    return found


def _access_of_what_is_aside(base: str, batch: Batch) -> dict[str, Access]:
    """The level of what is withheld from things in the open, and of decisions on more than one field of them."""
    found: dict[str, Access] = {iris.withheld_iri(base, each): to_access(each.access) for each in batch.withheld}
    for decision in batch.decisions:
        if decision.field is None:
            found[iris.decision_iri(base, decision)] = to_access(decision.access)
    return found


def to_access(code: Iri) -> Access:
    """The level that a code of the scheme stands for."""
    return Access(code.removeprefix(f"{AVC}access-"))


def _links(unit: Unit) -> set[str]:
    return {match.group(1) for line in unit.lines if (match := _OBJECT.search(line))}


def _refuse_mixed(batch: Batch, sayings: Mapping[str, Access], links: Mapping[str, set[str]]) -> None:
    problems = []
    for subject, level in sayings.items():
        for other in sorted(_find_sayings(subject, links, sayings)):
            if _RANK.index(sayings[other]) > _RANK.index(level):
                origin = batch.origins.get(Iri(subject))
                problems.append(
                    Problem(
                        file=origin.file if origin else "",
                        line=origin.line if origin else 0,
                        field=origin.field if origin else subject,
                        value=level.value,
                        reason=f"it is {level.value} but refers to a claim that is {sayings[other].value}",
                        remedy=f"give it the level {sayings[other].value} too, and a reason",
                    )
                )
    if problems:
        raise Refused(problems)


def _find_sayings(subject: str, links: Mapping[str, set[str]], sayings: Mapping[str, Access]) -> set[str]:
    """The other sayings that one refers to, itself or through what it says."""
    found: set[str] = set()
    seen, pending = {subject}, [subject]
    while pending:
        for name in links.get(pending.pop(), set()) - seen:
            seen.add(name)
            if name in sayings:
                found.add(name)
            elif name in links:
                pending.append(name)
    return found


def _spread(sayings: Mapping[str, Access], links: Mapping[str, set[str]]) -> dict[str, Access]:
    """The least access among the sayings that reach each thing: what something public reaches is public."""
    levels: dict[str, Access] = {}
    for level in reversed(_RANK):
        pending = [subject for subject, access in sayings.items() if access is level]
        seen: set[str] = set()
        while pending:
            subject = pending.pop()
            if subject in seen:
                continue
            seen.add(subject)
            levels[subject] = level
            pending.extend(name for name in links.get(subject, ()) if name in links and name not in sayings)
    return levels


def _withhold_mentions(
    levels: dict[str, Access], links: Mapping[str, set[str]], *, least: Access, at_least: Mapping[str, Access]
) -> None:
    """Give what no saying reaches the highest level among what it speaks of itself, and at least the least there is."""
    reached = set(levels)
    pending = [subject for subject in links if subject not in reached]
    levels.update({subject: max(least, at_least.get(subject, least), key=_RANK.index) for subject in pending})
    changed = True
    while changed:
        changed = False
        for subject in pending:
            named = [levels[name] for name in links[subject] if name in levels]
            highest = max([levels[subject], *named], key=_RANK.index)
            if highest is not levels[subject]:
                levels[subject], changed = highest, True
