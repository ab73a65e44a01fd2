"""Which contents are held against each other at all."""

from typing import Any

from kg.analysis.claims_sql import Query
from kg.analysis.compare import clashes
from kg.terms import avc


class Told:
    """A view whose claims say so many different things of one kind, all of them asserted but for the last."""

    def __init__(self, kind: str, slots: list[str]) -> None:
        stances = ["asserts"] * (len(slots) - 1) + ["denies"]
        self.told = [(kind, text, stance, None, None, None) for text, stance in zip(slots, stances, strict=True)]

    def rows(self, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
        return self.told


def test_of_kinds_whose_answers_can_all_hold_only_a_denial_is_compared(monkeypatch):
    compared = []
    compare_kind = clashes.compare_kind

    def counted(one, other, context):
        compared.append((one.stance, other.stance))
        return compare_kind(one, other, context)

    monkeypatch.setattr(clashes, "compare_kind", counted)
    slots = [f'{{"actor":"a","uses":["{avc("social-media")}/{number}"]}}' for number in range(50)]
    assert clashes.find_clashes(Told("Method", slots), Query()).pairs == ()
    assert len(compared) == 49
    slots.append(slots[0])
    ((one, other),) = clashes.find_clashes(Told("Method", slots), Query()).pairs
    assert (one.part, other.part) == (slots[0], slots[0])
