"""Events whose sayings stand to each other in the same way: one is traced, the others are told by its example.

A table has a row for each event, so that thousands differ in nothing but their names. What the bounds rest on is who
says, relays and withdraws, in which document and on which ground, and which sayings share a question; names only order
them. Where sayings consult each other or documents are reprints, dates count too, and each event is traced by itself.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace

from kg.analysis.origins.answer import OriginRow
from kg.analysis.origins.reading import Material
from kg.terms import Iri

Trace = Callable[[Material, str], Iterable[OriginRow]]


@dataclass(slots=True)
class Alike:
    """Traces events, each way for sayings to stand to each other once."""

    trace: Trace
    _traced: dict[Hashable, tuple[list[str], tuple[OriginRow, ...]]] = field(default_factory=dict)

    def rows(self, material: Material, event: str) -> tuple[OriginRow, ...]:
        """The rows of an event."""
        if any(said.consulted for said in material.sayings) or any(source.copies for source in material.sources):
            return tuple(self.trace(material, event))
        # Sayings come in the order of their names, which may decide what is met first; questions in no order.
        named = [*(one.iri for one in material.sayings), *(one.question for one in material.sayings if one.question)]
        names = list(dict.fromkeys(named))
        shape = _shape(material, names)
        if shape not in self._traced:
            self._traced[shape] = [event, *names], tuple(self.trace(material, event))
            return self._traced[shape][1]
        others, rows = self._traced[shape]
        return _rename(rows, dict(zip(others, [event, *names], strict=True)))


def _shape(material: Material, names: list[str]) -> Hashable:
    """All that the rows of an event depend on, its sayings and questions by number instead of by name."""
    number: dict[str, int | str] = {name: place for place, name in enumerate(names)}
    said = tuple(
        (
            number[one.iri],
            number.get(one.question, ""),
            one.kind,
            one.stance,
            one.voice,
            one.speaker,
            one.document,
            number.get(one.relays, one.relays),
            number.get(one.root, one.root),
            one.material,
            tuple([number.get(gone, gone) for gone in one.withdraws]),
            bool(one.passages),
            one.corrected,
        )
        for one in material.sayings
    )
    return said, material.agents, material.sources


def _rename(rows: Iterable[OriginRow], names: dict[str, str]) -> tuple[OriginRow, ...]:
    renamed = [
        replace(
            row,
            subject=Iri(names[row.subject]),
            event=Iri(names[row.event]),
            claims=tuple([Iri(names[claim]) for claim in row.claims]),
        )
        for row in rows
    ]
    return tuple(sorted(renamed, key=lambda row: (row.kind, row.subject)))
