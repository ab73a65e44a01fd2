"""Units to rows: the N-Quads lines are split, not parsed, since the log holds canonical lines only."""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

import pyarrow as pa

from kg.errors import Unusable
from kg.iris import canonical_json
from kg.model import (
    ENTITIES,
    PROPOSITIONS,
    Agent,
    AgentKind,
    Claim,
    Correction,
    Event,
    EventKind,
    Proposition,
    Recording,
    Relay,
    Sorted,
    Stance,
    Viewpoint,
    values_of,
)
from kg.rdf import write_iri
from kg.store.tables.columns import IRIS, READ, TABLES, Reader, Taker, read_iri, read_language, readers_of, takers_of
from kg.terms import AV, RDF_TYPE, Iri, av
from kg.units import Unit

_TYPE = write_iri(RDF_TYPE)
_QUESTION = write_iri(av("question"))
_STANCES = {write_iri(av(stance.value)): stance.value for stance in Stance}
_KINDS = {write_iri(av(kind.value)): kind.value for kind in (*AgentKind, *EventKind)}
_OTHERS: tuple[type, ...] = (Recording, Correction, Viewpoint)
_CLASSES: dict[str, type] = {
    write_iri(av(cls.__name__)): cls for cls in (*ENTITIES, *PROPOSITIONS, Claim, Relay, *_OTHERS)
}
_READERS: dict[type, dict[str, Reader]] = {cls: readers_of(cls) for cls in _CLASSES.values()}
_TAKERS: dict[type, tuple[Taker, ...]] = {cls: takers_of(cls) for cls in _CLASSES.values()}
_TABLE_OF: dict[type, str] = {
    cls: f"{cls.__name__.lower()}s" for cls in (*ENTITIES, *_OTHERS) if cls not in PROPOSITIONS
}
_TABLE_OF |= {Claim: "claims", Relay: "claims"}
_CLASS_OF = {table: cls for cls, table in _TABLE_OF.items()}
_DETAILS = {"Count": "counts", "Assessment": "positions"}

TableRows = Mapping[str, pa.Table]
"""Rows by name of the table."""

# Units that do not say what they describe, such as a name added later to an agent that an earlier entry brought.
UNTYPED = "untyped"
_UNTYPED_SCHEMA = pa.schema([("iri", pa.string()), ("lines", IRIS), ("entry", pa.int64())])


class RowBuilder:
    """Gathers rows, column by column, from units in any order."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in READ}
        self._untyped: dict[str, list[Any]] = {name: [] for name in _UNTYPED_SCHEMA.names}

    def add(self, unit: Unit, *, entry: int) -> None:
        """Take one unit; a unit of nothing the tables hold, such as an annotation, adds no row."""
        bodies = _split(unit)
        classes = [_CLASSES[obj] for predicate, obj in bodies if predicate == _TYPE and obj in _CLASSES]
        if classes:
            self._add_lines(classes[0], unit.subject, bodies, entry)
        elif not has_type(unit):
            for name, value in (("iri", unit.subject), ("lines", list(unit.lines)), ("entry", entry)):
                self._untyped[name].append(value)

    def add_untyped(self, table: str, unit: Unit, *, entry: int) -> None:
        """Take a unit whose subject an earlier entry put in `table`."""
        self._add_lines(_CLASS_OF[table], unit.subject, _split(unit), entry)

    def add_thing(self, subject: Iri, thing: Sorted, *, question: Iri | None = None, entry: int) -> None:
        """Take what a unit describes as it was before it was one, which gives the same row as `add` in less time.

        `question` is what a proposition answers.
        """
        cls = type(thing)
        values = _take_values(subject, thing)
        if isinstance(thing, Proposition):
            self._add_proposition(cls.__name__, subject, values, question, entry)
        elif cls in _TABLE_OF:
            kind = getattr(thing, "kind", None) if cls in (Agent, Event) else None
            stance = thing.stance if isinstance(thing, Claim) else None
            self._add_row(cls, subject, values, entry, kind=kind and kind.value, stance=stance and stance.value)

    def to_tables(self) -> dict[str, pa.Table]:
        """The rows gathered so far, by name of the table, and the units without a type under `untyped`."""
        found = {name: _to_table(self._rows[name], table.raw_schema) for name, table in READ.items()}
        found[UNTYPED] = pa.Table.from_pydict(self._untyped, schema=_UNTYPED_SCHEMA)
        return found

    def to_rows(self) -> dict[str, list[dict[str, Any]]]:
        """The rows gathered so far, by name of the table, each by the names of its columns."""
        return {
            name: [dict(zip(READ[name].raw_schema.names, row, strict=True)) for row in rows]
            for name, rows in self._rows.items()
        }

    @property
    def is_typed(self) -> bool:
        """Whether every unit said what it describes."""
        return not self._untyped["iri"]

    def _add_lines(self, cls: type, subject: str, bodies: list[tuple[str, str]], entry: int) -> None:
        values = _read_values(_READERS[cls], subject, bodies)
        if cls in PROPOSITIONS:
            question = next((read_iri(obj) for predicate, obj in bodies if predicate == _QUESTION), None)
            self._add_proposition(cls.__name__, subject, values, question, entry)
            return
        kind = stance = None
        if cls is Claim:
            stance = next((_STANCES[predicate] for predicate, _ in bodies if predicate in _STANCES), None)
        elif cls in (Agent, Event):
            kind = next((_KINDS[o] for predicate, o in bodies if predicate == _TYPE and o in _KINDS), None)
        self._add_row(cls, subject, values, entry, kind=kind, stance=stance)

    def _add_row(
        self, cls: type, subject: str, values: dict[str, Any], entry: int, *, kind: str | None, stance: str | None
    ) -> None:
        table = _TABLE_OF[cls]
        values |= {"iri": subject, "entry": entry}
        if table == "claims":
            values |= {"kind": cls.__name__.lower(), "stance": stance}
        elif cls in (Agent, Event):
            values["kind"] = kind
        self._append(table, values)

    def _add_proposition(
        self, kind: str, subject: str, values: dict[str, Any], question: str | None, entry: int
    ) -> None:
        about = values.get("about", [])
        slots = canonical_json({name: value for name, value in values.items() if name != "about"}).decode()
        row = {"iri": subject, "kind": kind, "question": question, "about": about, "slots": slots, "entry": entry}
        self._append("propositions", row)
        if kind in _DETAILS:
            self._append(_DETAILS[kind], {"proposition": subject, "question": question, "entry": entry, **values})
        elif kind == "Partition":
            for whole in about:
                for part in values.get("parts", []):
                    row = {"proposition": subject, "whole": whole, "part": part, "entry": entry}
                    self._append("partitions", row)

    def _append(self, table: str, values: dict[str, Any]) -> None:
        self._rows[table].append(_IN_ORDER[table](_DEFAULTS[table] | values))


def has_type(unit: Unit) -> bool:
    """Whether a unit says what its subject is; one that only adds to a recorded thing does not."""
    start = f"<{unit.subject}> {_TYPE} "
    return any(line.startswith(start) for line in unit.lines)


def rows_from_units(units: Iterable[Unit], *, entry: int) -> dict[str, pa.Table]:
    """The rows of some units, by name of the table; columns that other rows decide are not among them yet."""
    builder = RowBuilder()
    for unit in units:
        builder.add(unit, entry=entry)
    return builder.to_tables()


def rows_from_things(
    things: Iterable[tuple[Iri, Sorted]], *, entry: int, questions: Mapping[Iri, Iri]
) -> dict[str, pa.Table]:
    """The same rows, of things that are still at hand; `questions` has the one that each proposition answers."""
    builder = RowBuilder()
    for subject, thing in things:
        builder.add_thing(subject, thing, question=questions.get(subject), entry=entry)
    return builder.to_tables()


def tables_from_rows(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, pa.Table]:
    """Rows, each by the names of its columns and with all that decides them, as tables."""
    return {name: pa.Table.from_pylist(list(found), schema=TABLES[name].schema) for name, found in rows.items()}


def _defaults(schema: pa.Schema) -> dict[str, Any]:
    # One shared empty list is enough: Arrow copies what it is given.
    return {field.name: [] if pa.types.is_list(field.type) else None for field in schema}


def _to_table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.Table.from_pydict(dict(zip(schema.names, map(list, columns), strict=True)), schema=schema)


_DEFAULTS = {name: _defaults(table.raw_schema) for name, table in READ.items()}
_IN_ORDER: dict[str, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
    name: itemgetter(*table.raw_schema.names) for name, table in READ.items()
}


def _split(unit: Unit) -> list[tuple[str, str]]:
    """Predicate and object of every line, as N-Quads."""
    start, end = f"<{unit.subject}> ", f" <{unit.graph}> ."
    cut, stop = len(start), -len(end)
    bodies = []
    for line in unit.lines:
        if not (line.startswith(start) and line.endswith(end)):
            raise Unusable(f"the log holds a line that does not belong to its unit {unit.subject}: {line[:200]}")
        predicate, _, obj = line[cut:stop].partition(" ")
        bodies.append((predicate, obj))
    return bodies


def _read_values(readers: Mapping[str, Reader], subject: str, bodies: list[tuple[str, str]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for predicate, obj in bodies:
        reader = readers.get(predicate)
        if reader is None:
            continue
        try:
            value = reader.convert(obj)
        except (ValueError, OverflowError) as error:
            raise _unfit(subject, predicate, obj, error) from error
        if reader.many:
            values.setdefault(reader.column, []).append(value)
        else:
            values.setdefault(reader.column, value)
            if reader.language:
                values.setdefault(reader.language, read_language(obj))
    return values


def _take_values(subject: str, thing: Sorted) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for taker, value in zip(_TAKERS[type(thing)], values_of(thing), strict=True):
        if value is None or value == ():
            continue
        try:
            values[taker.column] = taker.take(value)
        except (ValueError, OverflowError) as error:
            raise _unfit(subject, taker.prop, taker.write(value), error) from error
        if taker.language:
            values[taker.language] = value.language.lower()
    return values


def _unfit(subject: str, prop: str, value: str, error: Exception) -> Unusable:
    local = prop[1:-1].removeprefix(AV)
    return Unusable(f"{subject}: {local}: {value[:200]} cannot stand in the tables ({error})")
