"""How much a snapshot holds: triples, subjects, classes, properties, and properties by class, as its engine counts.

Two things would cost too much of a large one: to look up the properties of a subject once for each of its classes,
and to remember every subject. So what a class shares with smaller ones is counted from them, and the subjects of a
class are as many as it has, less those of the classes counted before. Both hold because every triple stands in one
graph.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from kg.rdf import write_iri
from kg.terms import RDF_TYPE

Ask = Callable[[str], Sequence[Sequence[str]]]
"""Gives the rows of a query, each term as its text; it is called by two threads."""

_CLASSES = "SELECT ?class (COUNT(*) AS ?count) WHERE { ?s a ?class } GROUP BY ?class"
_PROPERTIES = "SELECT ?p (COUNT(*) AS ?count) WHERE { ?s ?p ?o } GROUP BY ?p"
# What the subjects of a class have; of their types, which.
_OF_CLASS = """SELECT ?p ?which (COUNT(*) AS ?count)
WHERE {{ {subjects} ?s ?p ?o . BIND(IF(?p = {type}, ?o, ?p) AS ?which) }} GROUP BY ?p ?which"""
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
    """The classes that were asked for, and what their subjects are and have, each subject once."""

    asked: dict[str, _Counted] = field(default_factory=dict)
    subjects: int = 0
    properties: Counter[str] = field(default_factory=Counter)


def count_holdings(ask: Ask) -> Holdings:
    """Count what answers. Raises whatever asking raises."""
    with ThreadPoolExecutor(1) as beside:
        counting = beside.submit(ask, _PROPERTIES)
        classes = _to_counter(ask(_CLASSES))
        typed, by_class = _Typed(), {}
        for kind, size in sorted(classes.items(), key=lambda each: (each[1], each[0])):
            by_class[kind] = _count_class(ask, kind, size, typed).properties
        properties = _to_counter(counting.result())
    return Holdings(
        triples=properties.total(),
        subjects=typed.subjects + _count_untyped(ask, properties - typed.properties),
        classes=tuple(sorted(classes.items())),
        properties=tuple(sorted(properties.items())),
        class_properties=tuple(
            (kind, prop, count) for kind, own in sorted(by_class.items()) for prop, count in sorted(own.items())
        ),
    )


def _count_class(ask: Ask, kind: str, size: int, typed: _Typed) -> _Counted:
    """A class, from the smaller classes within it and what is asked of its other subjects."""
    parts = _find_parts(kind, typed.asked)
    left = size - sum(each.size for each in parts.values())
    if not left:
        return _add(size, parts.values())
    rest = _ask_class(ask, _without(kind, parts), left)
    if shared := rest.types.keys() & typed.asked.keys():
        fresh = _without(kind, sorted({*parts, *shared}))
        typed.subjects += _count(ask, fresh)
        typed.properties += _ask_class(ask, fresh, 0).properties
    else:
        typed.subjects += left
        typed.properties += rest.properties
    counted = _add(size, [*parts.values(), rest])
    typed.asked[kind] = counted
    return counted


def _find_parts(kind: str, asked: Mapping[str, _Counted]) -> dict[str, _Counted]:
    """Classes within a class that share no subject, the largest first."""
    found: dict[str, _Counted] = {}
    within = [(name, each) for name, each in asked.items() if each.types[kind] == each.size]
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
