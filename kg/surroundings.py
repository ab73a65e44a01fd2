"""What the record holds around a few new units, found through the graph's indices, whatever the size of the record.

The tables count all claims well and find one claim slowly: by name, a whole column has to be read. So what a small
batch is checked against, and what is derived from it, is worked out on the rows of its surroundings alone. They are
complete for what the batch touches:

- everything the new units name, and what that names in turn: propositions, voices, occasions, sets, relayed claims;
- every claim about the same events and sets, and about those of the claims it relays, revises or assesses; whatever
  refers to these (relays, revisions, corrections, recordings), and all that this names;
- where claims are compared by a claim, the same for what is compared.

What a rule or a derivation asks about a touched claim beyond that has to be added here; the test that grows a record
batch by batch and compares it with one made at once finds what is missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kg.terms import Iri, av
from kg.units import Unit

_ABOUT = tuple(f" <{av(name)}> <" for name in ("about", "other", "over", "parts"))
_CONTENT = f" <{av('content')}> "
_COMPARISON = f"> <{av('Comparison')}> "
_PASSAGE = av("passage")
_CONCERNS = av("concerns")
_SAYINGS = ("claim", "relay")
# Named by everything, and never asked for what names them.
_UNFOLLOWED = frozenset({"question", "analysis", "graph"})


class Graph(Protocol):
    """A graph that finds lines by subject and by object."""

    def lines_of(self, subject: str) -> list[str]:
        """Return the N-Quads lines of a subject."""
        ...

    def lines_naming(self, iri: str, *, predicate: str = "") -> list[str]:
        """Return the N-Quads lines whose object is an IRI."""
        ...


class _TooWideError(Exception):
    """More is around than is worth reading this way."""


def read_surroundings(
    graph: Graph, base: str, units: Sequence[Unit], *, derived: Iterable[str], most: int
) -> list[Unit] | None:
    """The recorded units around new ones; None where the tables must be asked instead.

    So it is where more than `most` things are around, where a unit adds to a thing that is recorded already, or where
    older lines name what is new: such units change what is derived of older ones anywhere in the record. `derived` are
    the graphs that are left out.
    """
    reading = _Reading(graph, base, tuple(f" <{name}> ." for name in derived), most)
    try:
        if not reading.is_new(units):
            return None
        reading.read(units)
    except _TooWideError:
        return None
    return list(reading.iter_units())


class _Reading:
    """One reading of surroundings; `held` are the lines by subject, none for what is named and not recorded."""

    def __init__(self, graph: Graph, base: str, derived: tuple[str, ...], most: int) -> None:
        self.held: dict[str, list[str]] = {}
        self._graph, self._base, self._derived, self._most = graph, base, derived, most
        self._asked: set[str] = set()

    def is_new(self, units: Iterable[Unit]) -> bool:
        """Whether neither lines of the units' subjects nor lines that name them are recorded."""
        for subject in {unit.subject for unit in units}:
            if self._kept(self._graph.lines_of(subject)) or self._kept(self._graph.lines_naming(subject)):
                return False
            self.held[subject] = []
        return True

    def read(self, units: Sequence[Unit]) -> None:
        """Read all that is around."""
        lines = [line for unit in units for line in unit.lines]
        self._climb(_objects(lines))
        wide = set(_things(lines))
        wide.update(thing for subject in self.held for thing in _things(self.held[subject]))
        near = [subject for subject in self.held if self._kind(subject) in ("set", *_SAYINGS)]
        self._descend(near)
        self._widen(wide)
        self._read_passages(lines)

    def iter_units(self) -> Iterator[Unit]:
        """Yield what was read, as units."""
        for subject, lines in self.held.items():
            graphs: dict[str, list[str]] = {}
            for line in lines:
                graphs.setdefault(line[line.rindex(" <") + 2 : -3], []).append(line)
            for graph, own in graphs.items():
                yield Unit(Iri(subject), Iri(graph), tuple(own))

    def _widen(self, wide: set[str]) -> None:
        """Read every claim about these things, what they lie within, and what such a claim compares."""
        done: set[str] = set()
        while waiting := wide - done:
            for thing in waiting:
                found = self._graph.lines_naming(thing, predicate=_CONCERNS)
                claims = [name for line in found if self._kind(name := _subject(line)) == "claim"]
                self._climb(claims)
                self._descend(claims)
            done |= waiting
            wide |= {thing for one in waiting for thing in self._above(one)}
            wide |= set(self._compared())

    def _above(self, thing: str) -> Iterator[str]:
        """What a set lies within."""
        if self._kind(thing) == "set":
            yield from _objects(line for line in self.held.get(thing, ()) if f" <{av('within')}> " in line)

    def _compared(self) -> Iterator[str]:
        """What the claims are about that some claim compares."""
        for subject, lines in list(self.held.items()):
            if self._kind(subject) == "proposition" and any(_COMPARISON in line for line in lines):
                for claim in _things(lines):
                    yield claim
                    contents = _objects(line for line in self.held.get(claim, ()) if _CONTENT in line)
                    yield from (thing for content in contents for thing in _things(self.held.get(content, ())))

    def _read_passages(self, lines: Iterable[str]) -> None:
        """Read the other claims that cite the same passages: a passage derives from all it renders."""
        for passage in _objects(line for line in lines if f" <{_PASSAGE}> " in line):
            self._climb(_subject(line) for line in self._graph.lines_naming(passage, predicate=_PASSAGE))

    def _climb(self, names: Iterable[str]) -> None:
        """Read things, and all that they name."""
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in self.held or self._kind(name) in _UNFOLLOWED:
                continue
            lines = self.held[name] = self._kept(self._graph.lines_of(name))
            if len(self.held) > self._most:
                raise _TooWideError
            waiting.extend(_objects(lines))

    def _descend(self, names: Iterable[str]) -> None:
        """Read what refers to sayings and sets, and to what refers to them."""
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in self._asked:
                continue
            self._asked.add(name)
            found = [_subject(line) for line in self._kept(self._graph.lines_naming(name))]
            self._climb(found)
            waiting += [each for each in found if self._kind(each) in ("set", "proposition", *_SAYINGS)]

    def _kept(self, lines: Iterable[str]) -> list[str]:
        return [line for line in lines if not line.endswith(self._derived)]

    def _kind(self, iri: str) -> str:
        """The kind of a thing of this record, `graph` for anything else."""
        return iri[len(self._base) :].partition("/")[0] if iri.startswith(self._base) else "graph"


def _subject(line: str) -> str:
    return line[1 : line.index("> ")]


def _objects(lines: Iterable[str]) -> Iterator[str]:
    """The IRIs that stand as objects."""
    for line in lines:
        body = line[: line.rindex(" <")]
        if body.endswith(">"):
            name = body[body.rindex(" <") + 2 : -1]
            # A typed literal ends in a bracket as well.
            if '"' not in name and ">" not in name:
                yield name


def _things(lines: Iterable[str]) -> Iterator[str]:
    """What lines of propositions are about, or count over."""
    return _objects(line for line in lines if any(mark in line for mark in _ABOUT))
