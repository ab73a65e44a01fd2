"""Slots: which property carries a field of the model, and how its value is written.

The slots drive everything downstream: hashing (`kg.iris`), triples (`kg.rdf`) and columns (`kg.store.tables`),
so that a field added to the model is hashed, written and read back without another line.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple

from kg.terms import NOT_STATED, Iri


class Kind(Enum):
    """How the value of a slot is written in RDF."""

    IRI = "iri"
    TEXT = "string"
    LANG = "language-tagged string"
    INTEGER = "xsd:integer"
    DECIMAL = "xsd:decimal"
    DATE = "xsd:date"
    INSTANT = "xsd:dateTime"
    WKT = "geo:wktLiteral"
    TERM_OR_TEXT = "an IRI where it is one, else a string"


@dataclass(frozen=True, slots=True)
class Slot:
    """One property of a model class: its IRI, how it is written, whether it repeats, and whether it is an answer.

    `answer` marks what a proposition says, as opposed to what it is asked about: answers are left out of the
    question's hash. `filled` marks a slot that stands as `avc:not-stated` rather than being absent.
    """

    prop: Iri
    kind: Kind
    many: bool = False
    answer: bool = False
    filled: bool = False


class Text(NamedTuple):
    """Words and their BCP 47 language tag ("" where it is not known)."""

    text: str
    language: str = ""


def slot(prop: str, kind: Kind, *, answer: bool = False) -> Any:
    """An optional single value."""
    return field(default=None, metadata={"slot": Slot(Iri(prop), kind, answer=answer)})


def need(prop: str, kind: Kind, *, answer: bool = False) -> Any:
    """A single value that must be given."""
    return field(metadata={"slot": Slot(Iri(prop), kind, answer=answer)})


def preset(prop: str, kind: Kind, value: str) -> Any:
    """A single value that is `value` unless something else is chosen; it is written either way."""
    return field(default=value, metadata={"slot": Slot(Iri(prop), kind)})


def fill(prop: str, kind: Kind = Kind.IRI, *, answer: bool = False) -> Any:
    """A single value that is `avc:not-stated` where the source is silent."""
    return field(default=NOT_STATED, metadata={"slot": Slot(Iri(prop), kind, answer=answer, filled=True)})


def fill_many(prop: str, kind: Kind = Kind.IRI) -> Any:
    """Any number of values, kept sorted; `avc:not-stated` where the source is silent."""
    return field(default=(NOT_STATED,), metadata={"slot": Slot(Iri(prop), kind, many=True, filled=True)})


def many(prop: str, kind: Kind = Kind.IRI, *, answer: bool = False) -> Any:
    """Any number of values, kept sorted."""
    return field(default=(), metadata={"slot": Slot(Iri(prop), kind, many=True, answer=answer)})


class Sorted:
    """Keeps every repeating slot sorted and without repeats, so that equal things are equal."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in _repeating(type(self)):
            values = getattr(self, name)
            if len(values) > 1 or type(values) is not tuple:
                object.__setattr__(self, name, tuple(sorted(set(values))))


_SLOTS: dict[type, dict[str, Slot]] = {}
_REPEATING: dict[type, tuple[str, ...]] = {}
_GETTERS: dict[type, Callable[[object], tuple[Any, ...]]] = {}


def slots_of(cls: type) -> dict[str, Slot]:
    """The slots of a model class by field name, in the order they were declared."""
    if cls not in _SLOTS:
        _SLOTS[cls] = {f.name: f.metadata["slot"] for f in fields(cls) if "slot" in f.metadata}
    return _SLOTS[cls]


def values_of(thing: object) -> tuple[Any, ...]:
    """The values of the slots of a model object, in the same order."""
    cls = type(thing)
    if cls not in _GETTERS:
        names = tuple(slots_of(cls))
        # Of a single name, `attrgetter` gives no tuple.
        _GETTERS[cls] = attrgetter(*names) if len(names) > 1 else lambda it: tuple(getattr(it, name) for name in names)
    return _GETTERS[cls](thing)


def _repeating(cls: type) -> tuple[str, ...]:
    if cls not in _REPEATING:
        _REPEATING[cls] = tuple(name for name, slot in slots_of(cls).items() if slot.many)
    return _REPEATING[cls]
