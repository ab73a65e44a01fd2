"""The tables: their columns, taken from the slots of the model, and how a value of N-Quads becomes one of a column."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

import pyarrow as pa

from kg.model import (
    Agent,
    Assessment,
    Capture,
    Claim,
    Correction,
    Count,
    Document,
    Event,
    File,
    Ingestion,
    Kind,
    Occasion,
    Passage,
    Recording,
    Relay,
    Set,
    Slot,
    Text,
    Victim,
    Viewpoint,
    slots_of,
)
from kg.rdf import write_iri, writer_of

TEXTS = pa.list_(pa.struct([("text", pa.string()), ("language", pa.string())]))
IRIS = pa.list_(pa.string())
_TYPES = {Kind.INTEGER: pa.int64(), Kind.DATE: pa.date32(), Kind.INSTANT: pa.timestamp("us")}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_NAMED_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def list_columns(names: Iterable[str], *, of: str = "") -> str:
    """Columns as SQL lists them, quoted, since `end` is a word of SQL too.

    >>> print(list_columns(["start", "end"], of="t"))
    t."start", t."end"
    """
    return ", ".join(f'{of}."{name}"' if of else f'"{name}"' for name in names)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the column that names its rows, its columns, how it is sorted, and whether rows are merged by key.

    `made` names the columns that are not read from the units but worked out from other rows; `props` has the property
    whose values a column holds.
    """

    name: str
    key: str
    columns: tuple[tuple[str, pa.DataType], ...]
    order: tuple[str, ...]
    made: tuple[str, ...] = ()
    merged: bool = False
    props: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(name for name, _ in self.columns)

    @property
    def listed(self) -> str:
        """The columns as SQL lists them."""
        return list_columns(self.names)

    @property
    def texts(self) -> str:
        """The SQL of a list of every text in a row, IRIs included."""
        single = [f'"{name}"' for name, kind in self.columns if kind == pa.string()]
        many = [f'"{name}"' for name, kind in self.columns if kind == IRIS]
        many += [f'[each.text for each in "{name}"]' for name, kind in self.columns if kind == TEXTS]
        return f"flatten([[{', '.join(single)}]{''.join(f', coalesce({each}, [])' for each in many)}])"

    @property
    def schema(self) -> pa.Schema:
        """The columns as Arrow has them."""
        return pa.schema(list(self.columns))

    @property
    def raw_schema(self) -> pa.Schema:
        """The columns that are read from the units."""
        return pa.schema([(name, kind) for name, kind in self.columns if name not in self.made])


@dataclass(frozen=True, slots=True)
class Reader:
    """How the objects of one property fill a column, and a second one for the language of a single text."""

    column: str
    many: bool
    convert: Callable[[str], Any]
    language: str = ""


def read_iri(term: str) -> str:
    """An IRI, or the words of a literal, of an N-Quads object."""
    return term[1:-1] if term[0] == "<" else read_text(term)


def read_text(term: str) -> str:
    r"""The words of an N-Quads literal.

    >>> read_text(r'"say \"no\""@en')
    'say "no"'
    """
    text = term[1 : term.rindex('"')]
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def read_language(term: str) -> str:
    """The language tag of an N-Quads literal, "" where it has none."""
    tail = term[term.rindex('"') + 1 :]
    return tail[1:] if tail.startswith("@") else ""


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _NAMED_ESCAPES.get(found[3], found[3])


def _read_texts(term: str) -> dict[str, str]:
    return {"text": read_text(term), "language": read_language(term)}


def _read_date(term: str) -> date:
    return date.fromisoformat(read_text(term))


def _read_instant(term: str) -> datetime:
    return _to_instant(read_text(term))


def _to_instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _take_texts(text: Text) -> dict[str, str]:
    return {"text": text.text, "language": text.language.lower()}


_TAKE: dict[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: int,
    Kind.DATE: date.fromisoformat,
    Kind.INSTANT: _to_instant,
}
_CONVERT: dict[Kind, Callable[[str], Any]] = {
    Kind.IRI: read_iri,
    Kind.TERM_OR_TEXT: read_iri,
    Kind.INTEGER: lambda term: int(read_text(term)),
    Kind.DATE: _read_date,
    Kind.INSTANT: _read_instant,
}


def readers_of(cls: type) -> dict[str, Reader]:
    """The reader of every slot of a model class, by its property as N-Quads."""
    return {write_iri(slot.prop): _reader(name, slot) for name, slot in slots_of(cls).items()}


@dataclass(frozen=True, slots=True)
class Taker:
    """How the values of one field of a model object fill the same columns; `write` gives one as N-Quads has it."""

    prop: str
    column: str
    many: bool
    convert: Callable[[Any], Any]
    language: str
    write: Callable[[Any], str]

    def take(self, value: Any) -> Any:
        """What a column holds of the value of a field; several as they stand in a unit, those written alike once."""
        if not self.many:
            return self.convert(value)
        if len(value) == 1:
            return [self.convert(value[0])]
        written = {self.write(each): each for each in value}
        return [self.convert(written[each]) for each in sorted(written)]


def takers_of(cls: type) -> tuple[Taker, ...]:
    """The taker of every slot of a model class, in the order of its slots."""
    return tuple(_taker(name, slot) for name, slot in slots_of(cls).items())


def _reader(name: str, slot: Slot) -> Reader:
    if slot.kind is Kind.LANG:
        return Reader(name, slot.many, _read_texts if slot.many else read_text, _language_of(name, slot))
    return Reader(name, slot.many, _CONVERT.get(slot.kind, read_text))


def _taker(name: str, slot: Slot) -> Taker:
    convert = _TAKE.get(slot.kind, str)
    if slot.kind is Kind.LANG:
        convert = _take_texts if slot.many else itemgetter(0)
    return Taker(write_iri(slot.prop), name, slot.many, convert, _language_of(name, slot), writer_of(slot))


def _language_of(name: str, slot: Slot) -> str:
    return f"{name}_language" if slot.kind is Kind.LANG and not slot.many else ""


def _columns_of(cls: type) -> dict[str, pa.DataType]:
    columns: dict[str, pa.DataType] = {}
    for name, slot in slots_of(cls).items():
        if slot.many:
            columns[name] = TEXTS if slot.kind is Kind.LANG else IRIS
            continue
        columns[name] = _TYPES.get(slot.kind, pa.string())
        if slot.kind is Kind.LANG:
            columns[f"{name}_language"] = pa.string()
    return columns


def _props_of(*classes: type) -> dict[str, str]:
    return {name: slot.prop for cls in classes for name, slot in slots_of(cls).items()}


_TEXT, _NUMBER = pa.string(), pa.int64()
_LABEL = {"label": _TEXT, "label_language": _TEXT}


def _entity(name: str, cls: type, *, kind: bool = False) -> Table:
    slots = _columns_of(cls)
    labelled = _LABEL if "names" in slots or "title" in slots else {}
    columns = {"iri": _TEXT, **({"kind": _TEXT} if kind else {}), **labelled, **slots, "entry": _NUMBER}
    props = _props_of(cls)
    return Table(name, "iri", tuple(columns.items()), ("iri",), made=tuple(labelled), merged=True, props=props)


def _proposition(name: str, cls: type) -> Table:
    columns = {"proposition": _TEXT, "question": _TEXT, **_columns_of(cls), "entry": _NUMBER}
    return Table(name, "proposition", tuple(columns.items()), ("question", "proposition"), props=_props_of(cls))


def _claims() -> Table:
    made = {"document": _TEXT, "root": _TEXT, "depth": _NUMBER, "event": _TEXT, "recorded": pa.timestamp("us")}
    made |= {"ingestion": _TEXT, "proposition_kind": _TEXT, "question": _TEXT}
    columns = {"iri": _TEXT, "kind": _TEXT, "stance": _TEXT, **_columns_of(Claim), **_columns_of(Relay)}
    columns |= {"entry": _NUMBER, **made}
    props = _props_of(Claim, Relay)
    return Table("claims", "iri", tuple(columns.items()), ("event", "latest", "iri"), made=tuple(made), props=props)


_CONCERNS = (("claim", _TEXT), ("event", _TEXT), ("home", _TEXT))
_PROPOSITIONS = (
    ("iri", _TEXT),
    ("kind", _TEXT),
    ("question", _TEXT),
    ("about", IRIS),
    ("slots", _TEXT),
    ("entry", _NUMBER),
)
_PARTITIONS = (("proposition", _TEXT), ("whole", _TEXT), ("part", _TEXT), ("entry", _NUMBER))
_RECORDINGS = {"iri": _TEXT, **_columns_of(Recording), "entry": _NUMBER}
_CORRECTIONS = {"iri": _TEXT, **_columns_of(Correction), "entry": _NUMBER}
_VIEWPOINTS = {"iri": _TEXT, **_columns_of(Viewpoint), "entry": _NUMBER}

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _claims(),
        Table("concerns", "claim", _CONCERNS, ("event", "claim"), made=("claim", "event", "home")),
        Table("propositions", "iri", _PROPOSITIONS, ("question", "iri")),
        _proposition("counts", Count),
        _proposition("positions", Assessment),
        Table("partitions", "proposition", _PARTITIONS, ("whole", "proposition", "part")),
        _entity("agents", Agent, kind=True),
        _entity("events", Event, kind=True),
        _entity("sets", Set),
        _entity("victims", Victim),
        _entity("documents", Document),
        _entity("captures", Capture),
        _entity("passages", Passage),
        _entity("occasions", Occasion),
        _entity("files", File),
        _entity("ingestions", Ingestion),
        Table("recordings", "records", tuple(_RECORDINGS.items()), ("records", "iri"), props=_props_of(Recording)),
        Table("corrections", "iri", tuple(_CORRECTIONS.items()), ("corrects", "iri"), props=_props_of(Correction)),
        Table("viewpoints", "iri", tuple(_VIEWPOINTS.items()), ("iri",), props=_props_of(Viewpoint)),
        # What rows refer to that is not recorded: when it arrives, what was worked out is worked out anew.
        Table("loose", "iri", (("iri", _TEXT),), ("iri",), made=("iri",)),
    )
}

# The tables that are read from units; the others are worked out.
READ = {name: table for name, table in TABLES.items() if len(table.made) < len(table.columns)}
