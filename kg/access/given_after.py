"""What the record withholds and a file that is recorded now could give away: of whole claims, and of fields.

That it does is told and refuses nothing, as the same words may tell of something else. Whoever records by a token is
not told: guesses could be tried that way.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from kg import rdf
from kg.access.giveaway import (
    LEAST_WORDS,
    About,
    Secret,
    secrets_of_claim,
    secrets_of_place,
    secrets_of_victim,
    words_of,
)
from kg.log import Record
from kg.model import Claim, Withheld
from kg.terms import RDF_TYPE, av
from kg.units import Unit

_PERSONS = frozenset({av("Person"), av("Victim")})


class Graph(Protocol):
    """A graph in which lines are looked up."""

    def lines_of(self, subject: str) -> list[str]:
        """The N-Quads lines of a subject."""


def gather_withheld(record: Record, graph: Graph) -> list[About]:
    """All that a record withholds and that could stand elsewhere; nothing where its keys are not at hand.

    What stands in the `graph` by now was let go, and is not looked for.
    """
    if not record.layout.secret.exists():
        return []
    held: dict[str, Unit] = {found.unit.subject: found.unit for found in record.log.iter_sealed()}
    secrets = [*_of_fields(record.base, held, graph), *_of_wholes(record.base, held, graph)]
    return [About(secrets)] if secrets else []


def _of_fields(base: str, held: Mapping[str, Unit], graph: Graph) -> Iterator[Secret]:
    """What is withheld of victims that are public, and of claims of which a version is."""
    for each in _read_withheld(base, held):
        if each.whole is None:
            if not any(f" <{av('name')}> " in line for line in graph.lines_of(each.withheld_from)):
                yield from secrets_of_victim(each, None)
        elif each.whole in held and not graph.lines_of(each.whole):
            whole, public = rdf.read_unit(held[each.whole].lines), _find(each.withheld_from, held, graph)
            if isinstance(whole, Claim) and isinstance(public, Claim):
                yield from secrets_of_claim(whole, public, None)
                exact, coarse = (_find(claim.proposition, held, graph) for claim in (whole, public))
                yield from secrets_of_place(exact, coarse, None)


def _of_wholes(base: str, held: Mapping[str, Unit], graph: Graph) -> Iterator[Secret]:
    """The words of claims that are withheld whole, where there are enough of them, and the persons they speak of."""
    versions = {each.whole for each in _read_withheld(base, held)}
    for subject, unit in held.items():
        if subject in versions or subject.startswith(f"{base}withheld/") or graph.lines_of(subject):
            continue
        # Not read as a whole: of a thing that stood in the open before, only what was new is sealed.
        pairs = [(quad.predicate.value, getattr(quad.object, "value", "")) for quad in rdf.parse_quads(unit.lines)]
        is_person = any(prop == RDF_TYPE and value in _PERSONS for prop, value in pairs)
        for prop, value in pairs:
            words = words_of(value)
            if prop == av("wording") and len(words) >= LEAST_WORDS:
                yield Secret(words, "wording", None)
            elif prop == av("name") and is_person and words:
                yield Secret(words, "name", None)


def _read_withheld(base: str, held: Mapping[str, Unit]) -> Sequence[Withheld]:
    start = f"{base}withheld/"
    return [rdf.read_unit(unit.lines) for subject, unit in held.items() if subject.startswith(start)]


def _find(subject: str, held: Mapping[str, Unit], graph: Graph) -> object:
    """What is recorded of something, sealed or in the open; None where nothing is."""
    lines = held[subject].lines if subject in held else graph.lines_of(subject)
    return rdf.read_unit(lines) if lines else None
