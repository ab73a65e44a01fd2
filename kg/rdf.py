"""Model to quads and back: every object is a unit, the sorted N-Quads lines of one subject in one graph.

No unit has a blank node, so its sorted canonical N-Quads are its RDFC-1.0 form (W3C, RDF Dataset Canonicalization)
and its SHA-256 is the hash of its graph.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

import pyoxigraph as ox

from kg import iris
from kg.model import (
    ENTITIES,
    PROPOSITIONS,
    Agent,
    AgentKind,
    Claim,
    Correction,
    Decision,
    Event,
    EventKind,
    Kind,
    Proposition,
    Recording,
    Relay,
    Slot,
    Sorted,
    Stance,
    Text,
    Viewpoint,
    Withheld,
    slots_of,
    values_of,
)
from kg.terms import AV, GEO, OA, PROV, RDF_TYPE, XSD, Iri, av
from kg.units import Unit

# What a literal may not hold as it is, by code point.
ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
ESCAPES |= {code: f"\\u{code:04X}" for code in (*range(32), 127) if code not in ESCAPES}
TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f]')
_BAD_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_DATATYPES = {
    Kind.INTEGER: XSD + "integer",
    Kind.DECIMAL: XSD + "decimal",
    Kind.DATE: XSD + "date",
    Kind.INSTANT: XSD + "dateTime",
    Kind.WKT: GEO + "wktLiteral",
}
_QUESTION = av("question")
_EXTRA_TYPES: dict[str, tuple[Iri, ...]] = {
    "Agent": (Iri(PROV + "Agent"),),
    "Document": (Iri(PROV + "Entity"),),
    "Capture": (Iri(PROV + "Entity"),),
    "Passage": (Iri(OA + "SpecificResource"),),
    "Occasion": (Iri(PROV + "Activity"),),
    "Ingestion": (Iri(PROV + "Activity"),),
    "Decision": (Iri(PROV + "Activity"),),
}


@lru_cache(maxsize=65536)
def write_iri(iri: str) -> str:
    """An IRI as N-Quads. Raises ValueError where a character may not stand in one."""
    if _BAD_IRI.search(iri) or ":" not in iri:
        raise ValueError(f"not an IRI: {iri!r}")
    return f"<{iri}>"


def write_literal(text: str, *, language: str = "", datatype: str = "") -> str:
    r"""A literal as canonical N-Quads.

    >>> print(write_literal('say "no"', language="en"))
    "say \"no\""@en
    """
    quoted = f'"{text.translate(ESCAPES) if TO_ESCAPE.search(text) else text}"'
    if language:
        return f"{quoted}@{language.lower()}"
    return f"{quoted}^^<{datatype}>" if datatype else quoted


def _write_term_or_text(value: str) -> str:
    return write_iri(value) if ":" in value and "//" in value else write_literal(value)


def _write_text(value: Text) -> str:
    return write_literal(value.text, language=value.language)


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.IRI: write_iri,
    Kind.LANG: _write_text,
    Kind.TERM_OR_TEXT: _write_term_or_text,
    Kind.TEXT: write_literal,
}


def _write_typed(datatype: str) -> Callable[[Any], str]:
    return lambda value: write_literal(str(value), datatype=datatype)


def writer_of(slot: Slot) -> Callable[[Any], str]:
    """What writes a value of a slot as N-Quads."""
    return _WRITERS.get(slot.kind) or _write_typed(_DATATYPES[slot.kind])


_Writer = tuple[str, Callable[[Any], str], bool]
_WRITERS_OF: dict[type, tuple[_Writer, ...]] = {}


def _writers(cls: type) -> tuple[_Writer, ...]:
    """Of every slot: predicate as it is written before a value, how one is written, whether there may be several."""
    if cls not in _WRITERS_OF:
        _WRITERS_OF[cls] = tuple((f"<{slot.prop}> ", writer_of(slot), slot.many) for slot in slots_of(cls).values())
    return _WRITERS_OF[cls]


def _bodies(thing: Sorted) -> list[str]:
    """Predicate and object, as N-Quads, of every filled slot."""
    found: list[str] = []
    for (predicate, write, many), value in zip(_writers(type(thing)), values_of(thing), strict=True):
        if many:
            found += [predicate + write(each) for each in value]
        elif value is not None:
            found.append(predicate + write(value))
    return found


@cache
def _type_body(name: Iri) -> str:
    return f"<{RDF_TYPE}> {write_iri(name)}"


def _unit(subject: Iri, graph: Iri, types: Iterable[Iri], bodies: list[str]) -> Unit:
    start, end = f"{write_iri(subject)} ", f" {write_iri(graph)} ."
    bodies += map(_type_body, types)
    return Unit(subject, graph, tuple(sorted([f"{start}{body}{end}" for body in set(bodies)])))


def proposition_unit(
    base: str, proposition: Proposition, *, iri: Iri | None = None, question: Iri | None = None
) -> Unit:
    """A proposition in a graph of its own IRI; that and its question's are worked out unless given."""
    iri = iri or iris.proposition_iri(base, proposition)
    asked = f"<{_QUESTION}> {write_iri(question or iris.question_iri(base, proposition))}"
    return _unit(iri, iri, [av(type(proposition).__name__)], [asked, *_bodies(proposition)])


def claim_unit(base: str, claim: Claim, *, iri: Iri | None = None) -> Unit:
    """A claim in a graph of its own IRI, its stance as a property beside the neutral `av:content`."""
    iri = iri or iris.claim_iri(base, claim)
    stance = f"<{av(claim.stance.value)}> {write_iri(claim.proposition)}"
    return _unit(iri, iri, [av("Claim")], [stance, *_bodies(claim)])


def relay_unit(base: str, relay: Relay, *, iri: Iri | None = None) -> Unit:
    """A relay in a graph of its own IRI; it has no stance."""
    iri = iri or iris.relay_iri(base, relay)
    return _unit(iri, iri, [av("Relay")], _bodies(relay))


def entity_unit(entity: Any, graph: Iri) -> Unit:
    """An entity (agent, event, document, passage …) in the graph of the ingestion that brings it.

    Raises TypeError for an agent or event without a kind.
    """
    name = type(entity).__name__
    types = [av(name), *_EXTRA_TYPES.get(name, ())]
    if isinstance(entity, Agent | Event) and not isinstance(entity.kind, str):
        raise TypeError(f"no kind: {entity!r}")
    if isinstance(entity, Agent | Event):
        types.append(av(entity.kind.value))
    return _unit(entity.iri, graph, types, _bodies(entity))


def recording_unit(base: str, recording: Recording, graph: Iri, *, iri: Iri | None = None) -> Unit:
    """Which ingestion took a claim from where, in a recording graph, never in the claim's."""
    return _unit(iri or iris.recording_iri(base, recording), graph, [av("Recording")], _bodies(recording))


def correction_unit(base: str, correction: Correction, graph: Iri) -> Unit:
    """A correction by the recorder, in a recording graph."""
    return _unit(iris.correction_iri(base, correction), graph, [av("Correction")], _bodies(correction))


def decision_unit(base: str, decision: Decision, graph: Iri) -> Unit:
    """A decision on access, in a recording graph."""
    types = [av("Decision"), *_EXTRA_TYPES["Decision"]]
    return _unit(iris.decision_iri(base, decision), graph, types, _bodies(decision))


def withheld_unit(base: str, withheld: Withheld, graph: Iri) -> Unit:
    """What is withheld, in a recording graph that only who may see it has."""
    return _unit(iris.withheld_iri(base, withheld), graph, [av("Withheld")], _bodies(withheld))


def viewpoint_unit(base: str, viewpoint: Viewpoint) -> Unit:
    """A viewpoint in a graph of its own IRI."""
    iri = iris.viewpoint_iri(base, viewpoint)
    return _unit(iri, iri, [av("Viewpoint")], _bodies(viewpoint))


# --- and back -------------------------------------------------------------------------------------------------------

_BESIDE = (Recording, Correction, Viewpoint, Decision, Withheld)
_BY_TYPE: dict[str, type] = {AV + cls.__name__: cls for cls in (*ENTITIES, *PROPOSITIONS, Claim, Relay, *_BESIDE)}
_AGENT_KINDS = {AV + kind.value: kind for kind in AgentKind}
_EVENT_KINDS = {AV + kind.value: kind for kind in EventKind}
_STANCES = {AV + stance.value: stance for stance in Stance}


def parse_quads(lines: Iterable[str]) -> list[ox.Quad]:
    """Quads of N-Quads lines. Raises SyntaxError where a line is not N-Quads."""
    data = "".join(f"{line}\n" for line in lines).encode()
    return list(ox.parse(data, format=ox.RdfFormat.N_QUADS))


def _read_value(slot: Slot, term: Any) -> Any:
    if slot.kind is Kind.LANG:
        return Text(term.value, term.language or "")
    return int(term.value) if slot.kind is Kind.INTEGER else term.value


def read_unit(lines: Iterable[str]) -> Any:
    """The model object that one unit's lines describe. Raises ValueError where they describe none the model knows."""
    quads = parse_quads(lines)
    values: dict[str, list[Any]] = {}
    for quad in quads:
        values.setdefault(quad.predicate.value, []).append(quad.object)
    types = [term.value for term in values.get(RDF_TYPE, [])]
    classes = [_BY_TYPE[name] for name in types if name in _BY_TYPE]
    if len(classes) != 1:
        raise ValueError(f"not one model class but {len(classes)} among the types {types}")
    cls = classes[0]
    arguments: dict[str, Any] = {}
    for name, slot in slots_of(cls).items():
        terms = [_read_value(slot, term) for term in values.get(slot.prop, [])]
        if slot.many:
            arguments[name] = tuple(terms)
        elif terms:
            arguments[name] = terms[0]
    arguments.update(_read_unslotted(cls, quads[0].subject, types, values))
    return cls(**arguments)


def _read_unslotted(cls: type, subject: Any, types: list[str], values: dict[str, list[Any]]) -> dict[str, Any]:
    """What is not a slot: the IRI and kind of an entity, the stance of a claim."""
    if cls is Claim:
        return {"stance": next(stance for prop, stance in _STANCES.items() if prop in values)}
    if cls not in ENTITIES:
        return {}
    found: dict[str, Any] = {"iri": Iri(subject.value)}
    kinds = _AGENT_KINDS if cls is Agent else _EVENT_KINDS if cls is Event else {}
    for name in types:
        if name in kinds:
            found["kind"] = kinds[name]
    return found
