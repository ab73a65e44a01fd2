"""Decisions on who may see what: who made them, when and why, told without what they withhold."""

from typing import Any, Protocol

from kg.codes import find_label
from kg.model import Decision, Kind, slots_of
from kg.reading.points import Graph
from kg.store.base import Answer, Rows
from kg.terms import DCTERMS, GEO, Iri, av, avc
from kg.values.coarse import Coarseness
from kg.values.dates_in_words import date_words

# A field as it is told of the thing that has it.
FIELD_WORDS = {
    av("name"): "name",
    Iri(DCTERMS + "identifier"): "identifier",
    av("listedIn"): "list it is taken from",
    av("wording"): "wording",
    av("passage"): "passage",
    av("place"): "place in words",
    Iri(GEO + "asWKT"): "exact point",
    av("mgrs"): "grid reference",
}


class Asked(Protocol):
    """What answers SPARQL."""

    def query(self, sparql: str) -> Answer:
        """The answer to a query."""


def find_decisions(graph: Graph, iri: str) -> list[Decision]:
    """The public decisions about a thing and its fields, by field, the last of each last."""
    found = [_read(graph.describe(each)) for each in graph.subjects(av("decides"), iri)]
    return sorted(found, key=_order)


def list_decisions(record: Asked) -> list[Decision]:
    """Every public decision of a record, in order of what it is about."""
    slots = slots_of(Decision)
    pattern = " ".join(
        f"OPTIONAL {{ ?d <{slot.prop}> ?{name} }}"
        if name in ("field", "decimals", "metres")
        else f"?d <{slot.prop}> ?{name} ."
        for name, slot in sorted(slots.items(), key=lambda pair: pair[0] in ("field", "decimals", "metres"))
    )
    answer = record.query(f"SELECT {' '.join(f'?{name}' for name in slots)} {{ ?d a <{av('Decision')}> . {pattern} }}")
    rows = answer.rows if isinstance(answer, Rows) else ()
    return sorted((_make({name: t.value for name, t in zip(slots, row, strict=True) if t}) for row in rows), key=_order)


def _read(said: Any) -> Decision:
    slots = slots_of(Decision)
    return _make({name: said[slot.prop][0].value for name, slot in slots.items() if said.get(slot.prop)})


def _make(values: dict[str, str]) -> Decision:
    slots = slots_of(Decision)
    made: dict[str, Any] = {n: int(v) if slots[n].kind is Kind.INTEGER else v for n, v in values.items()}
    return Decision(**made)


def _order(decision: Decision) -> tuple[str, str, str, str]:
    return decision.decides, decision.field or "", decision.decided, decision.access


def coarseness_of(decision: Decision) -> Coarseness | None:
    """What coordinates were reduced to, None where they were not."""
    if decision.decimals is None and decision.metres is None:
        return None
    return Coarseness(decision.decimals, decision.metres)


def decision_words(decision: Decision) -> str:
    """A decision in a sentence.

    >>> from kg.terms import Iri, av, avc
    >>> print(decision_words(Decision(decides=Iri("x"), field=av("name"), access=avc("access-restricted"),
    ...     reason=avc("because-safety"), decided_by="A. Keeper", decided="2031-06-01", ingestion=Iri("y"))))
    Its name is withheld (restricted; safety of a person): decided by A. Keeper, 1 June 2031.
    """
    subject = f"Its {FIELD_WORDS.get(decision.field, decision.field)}" if decision.field else "The whole of it"
    level, reason = (find_label(code) or code for code in (decision.access, decision.reason))
    by = f"decided by {decision.decided_by}, {date_words(decision.decided)}"
    if decision.access == avc("access-public"):
        return f"{subject} may be seen by anyone ({reason}): {by}."
    to = coarseness_of(decision)
    shown = f"; what is shown is coarsened to {to}" if to else ""
    return f"{subject} is withheld ({level}; {reason}){shown}: {by}."
