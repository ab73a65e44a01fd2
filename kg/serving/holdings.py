"""How much a snapshot holds: triples, subjects, classes, properties, and properties by class, as its engine counts.

Two things would cost too much of a large one: to look up the properties of a subject once for each of its classes,
and to remember every subject. So what a class shares with smaller ones is counted from them, and the subjects of a
class are as many as it has, less those of the classes counted before. Both hold because every triple stands in one
graph.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from kg.rdf import write_iri
from kg.terms import RDF_TYPE

Ask = Callable[[str], Sequence[Sequence[str]]]
"""Gives the rows of a query, each term as its text; it is called by several threads, of which two take their time."""

_CLASSES = "SELECT ?class (COUNT(*) AS ?count) WHERE { ?s a ?class } GROUP BY ?class"
_PROPERTIES = "SELECT ?p (COUNT(*) AS ?count) WHERE { ?s ?p ?o } GROUP BY ?p"
# What the subjects of a class have; of their types, which.
_OF_CLASS = """SELECT ?p ?which (COUNT(*) AS ?count)
WHERE {{ {subjects} ?s ?p ?o . BIND(IF(?p = {type}, ?o, ?p) AS ?which) }} GROUP BY ?p ?which"""
# Of which other classes some of its subjects are: what to ask first.
_BESIDE = "SELECT DISTINCT ?kind ?which WHERE {{ {some} ?s a ?which }}"
_SOME = "{{ SELECT ({kind} AS ?kind) ?s WHERE {{ ?s a {kind} }} LIMIT 100 }}"
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?count) WHERE {{ {subjects} }}"
_UNTYPED = "VALUES ?p {{ {properties} }} ?s ?p ?o . FILTER NOT EXISTS {{ ?s a ?class }}"


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many triples and subjects, how often each class and property, and each property with subjects of a class."""

    triples: int
    subjects: int
    classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int], ...]
    class_properties: tuple[tuple[str, str, int], ...]

    @classmethod
    def from_lists(
        cls,
        *,
        triples: int,
        subjects: int,
        classes: Iterable[tuple[str, int]],
        properties: Iterable[tuple[str, int]],
        class_properties: Iterable[tuple[str, str, int]],
    ) -> "Holdings":
        """The same from lists, as JSON has them. Raises TypeError, ValueError."""
        return cls(
            int(triples),
            int(subjects),
            tuple((kind, int(count)) for kind, count in classes),
            tuple((prop, int(count)) for prop, count in properties),
            tuple((kind, prop, int(count)) for kind, prop, count in class_properties),
        )


@dataclass(frozen=True, slots=True)
class _Counted:
    """A class: what its subjects have, by property, and how many of them are in which class, itself among them."""

    size: int
    properties: Counter[str]
    types: Counter[str]


@dataclass(slots=True)
class _Typed:
    """How many subjects have a class, and what they have."""

    subjects: int = 0
    properties: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a class has, the smaller classes it was put together from, and what was asked of its other subjects."""

    counted: _Counted
    parts: tuple[str, ...]
    rest: _Counted | None


def count_holdings(ask: Ask) -> Holdings:
    """Count what answers. Raises whatever asking raises."""
    with ThreadPoolExecutor(2) as lanes:
        counting = lanes.submit(ask, _PROPERTIES)
        classes = _to_counter(ask(_CLASSES))
        order = sorted(classes, key=lambda kind: (classes[kind], kind))
        within = _find_within(ask, order)
        asking: dict[str, Future[_Answer]] = {}
        # First what others wait for, so that none stands before what it waits for, else both lanes might wait.
        for kind in sorted(order, key=lambda kind: (-_waiting(kind, within), -classes[kind])):
            smaller = {part: asking[part] for part in within[kind]}
            asking[kind] = lanes.submit(_count_class, ask, kind, classes[kind], smaller)
        answers = {kind: asking[kind].result() for kind in order}
        typed = _add_up(ask, answers)
        properties = _to_counter(counting.result())
    return Holdings(
        triples=properties.total(),
        subjects=typed.subjects + _count_untyped(ask, properties - typed.properties),
        classes=tuple(sorted(classes.items())),
        properties=tuple(sorted(properties.items())),
        class_properties=tuple(
            (kind, prop, count)
            for kind, each in sorted(answers.items())
            for prop, count in sorted(each.counted.properties.items())
        ),
    )


def _find_within(ask: Ask, order: Sequence[str]) -> dict[str, list[str]]:
    """For each class, those before it in the order that seem to lie within it, or to share subjects with it."""
    within: dict[str, list[str]] = {kind: [] for kind in order}
    place = {kind: number for number, kind in enumerate(order)}
    some = " UNION ".join(_SOME.format(kind=write_iri(kind)) for kind in order)
    for kind, other in ask(_BESIDE.format(some=f"{{ {some} }}")) if order else ():
        if place[kind] < place[other]:
            within[other].append(kind)
    return within


def _waiting(kind: str, within: Mapping[str, Sequence[str]]) -> int:
    """How long the longest row of classes is of which each waits for the one before, from this one on."""
    return 1 + max((_waiting(other, within) for other, parts in within.items() if kind in parts), default=0)


def _count_class(ask: Ask, kind: str, size: int, smaller: Mapping[str, "Future[_Answer]"]) -> _Answer:
    """A class, from the smaller classes within it and what is asked of its other subjects."""
    parts = _find_parts(kind, {name: each.result().counted for name, each in smaller.items()})
    left = size - sum(each.size for each in parts.values())
    if not left:
        return _Answer(_add(size, parts.values()), tuple(parts), None)
    rest = _ask_class(ask, _without(kind, parts), left)
    return _Answer(_add(size, [*parts.values(), rest]), tuple(parts), rest)


def _add_up(ask: Ask, answers: Mapping[str, _Answer]) -> _Typed:
    """All subjects that have a class, each once, from the answers of all classes, the smallest first."""
    typed, before = _Typed(), set[str]()
    for kind, answer in answers.items():
        if answer.rest is None:
            continue
        if shared := answer.rest.types.keys() & before:
            fresh = _without(kind, sorted({*answer.parts, *shared}))
            typed.subjects += _count(ask, fresh)
            typed.properties += _ask_class(ask, fresh, 0).properties
        else:
            typed.subjects += answer.rest.size
            typed.properties += answer.rest.properties
        before.add(kind)
    return typed


def _find_parts(kind: str, smaller: Mapping[str, _Counted]) -> dict[str, _Counted]:
    """Classes within a class that share no subject, the largest first."""
    found: dict[str, _Counted] = {}
    within = [(name, each) for name, each in smaller.items() if each.types[kind] == each.size]
    for name, counted in sorted(within, key=lambda each: -each[1].size):
        if not found.keys() & counted.types.keys():
            found[name] = counted
    return found


def _without(kind: str, others: Iterable[str]) -> str:
    """The subjects of a class that are of none of some others."""
    # Chosen before anything is looked up of them, else the engine tries the others for each triple.
    missing = " ".join(f"FILTER NOT EXISTS {{ ?s a {write_iri(other)} }}" for other in others)
    return f"{{ SELECT ?s WHERE {{ ?s a {write_iri(kind)} {missing} }} }}"


def _ask_class(ask: Ask, subjects: str, size: int) -> _Counted:
    counted = _Counted(size, Counter(), Counter())
    for prop, which, count in ask(_OF_CLASS.format(subjects=subjects, type=write_iri(RDF_TYPE))):
        counted.properties[prop] += int(count)
        if prop == RDF_TYPE:
            counted.types[which] = int(count)
    return counted


def _add(size: int, parts: Iterable[_Counted]) -> _Counted:
    added = _Counted(size, Counter(), Counter())
    for each in parts:
        added.properties.update(each.properties)
        added.types.update(each.types)
    return added


def _count_untyped(ask: Ask, properties: Counter[str]) -> int:
    """How many subjects have no class, by the triples of each property that no subject with a class has."""
    if not properties:
        return 0
    return _count(ask, _UNTYPED.format(properties=" ".join(map(write_iri, sorted(properties)))))


def _count(ask: Ask, subjects: str) -> int:
    ((count,),) = ask(_SUBJECTS.format(subjects=subjects))
    return int(count)


def _to_counter(rows: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter({name: int(count) for name, count in rows})
