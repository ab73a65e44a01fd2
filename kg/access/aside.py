"""What lies aside of something in the open: what is withheld of it, and what was decided about it.

Whoever withdraws a victim or a claim means all of it: the sealed name, the whole claim behind the public version with
its exact place, and the decisions, which name it.
"""

import re
from collections.abc import Iterable
from typing import Protocol

from kg.log import Record
from kg.terms import av

_SUBJECT = re.compile("<([^<>]*)>")
_OBJECT = re.compile(r"^<[^<>]*> <([^<>]*)> <([^<>]*)> <[^<>]*> \.$")
_ASIDE = frozenset({av("withheldFrom"), av("decides")})
# What is nothing without what it leads to.
_HANGING = _ASIDE | {av("records")}


class Graph(Protocol):
    """A graph in which lines are looked up."""

    def lines_naming(self, iri: str, *, predicate: str = "") -> list[str]:
        """The N-Quads lines whose object is `iri`."""


def find_aside(record: Record, graph: Graph, names: Iterable[str]) -> set[str]:
    """The subjects, sealed and public, that go with some that are to be withdrawn."""
    wanted = set(names)
    found = {
        match[1]
        for name in wanted
        for line in graph.lines_naming(name, predicate=av("decides"))
        if (match := _SUBJECT.match(line))
    }
    links: dict[str, set[tuple[str, str]]] = {}
    for sealed in record.log.iter_sealed():
        pairs = {(match[1], match[2]) for line in sealed.unit.lines if (match := _OBJECT.match(line))}
        links.setdefault(sealed.unit.subject, set()).update(pairs)
    return found | _follow(links, wanted)


def _follow(links: dict[str, set[tuple[str, str]]], wanted: set[str]) -> set[str]:
    """What is withheld from the wanted and decided about them, and what is sealed for that alone."""
    holders: dict[str, set[str]] = {}
    hanging: dict[str, set[tuple[str, str]]] = {}
    for subject, pairs in links.items():
        for prop, other in pairs:
            if prop in _HANGING:
                hanging.setdefault(other, set()).add((prop, subject))
            else:
                holders.setdefault(other, set()).add(subject)
    taken = {each for name in wanted for prop, each in hanging.get(name, ()) if prop in _ASIDE} - wanted
    pending = list(taken)
    while pending:
        name = pending.pop()
        led_to = {other for prop, other in links[name] if prop not in _HANGING and other in links}
        alone = {other for other in led_to if holders[other] <= taken}
        fresh = ({each for _, each in hanging.get(name, ())} | alone) - taken - wanted
        taken |= fresh
        pending += fresh
    return taken
