"""Who differs from whom on one event, and why: the pairs that matter, and what the sets allow to conclude."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from kg.analysis.claims_sql import Query, View
from kg.analysis.compare.counts import allowed
from kg.analysis.compare.groups import Group, summarise
from kg.analysis.compare.outcomes import Comparison, Context, Finding, Outcome, Position
from kg.analysis.compare.pair import compare
from kg.analysis.compare.pairs import count_pairs, find_pairs
from kg.analysis.compare.partitions import Conclusion, find_conclusions
from kg.analysis.compare.positions import Surroundings, of_claims, of_event
from kg.analysis.compare.spans import gap
from kg.errors import NotFound
from kg.model import Count
from kg.reading import Ref

FEW = 250
"""Up to so many claims, each two are compared; beyond it, contradictions are listed from the widest down."""

_ORDER = (
    *(Outcome.CONTRADICTS, Outcome.REVISES, Outcome.REVISED_BY, Outcome.OVERLAPS, Outcome.REFINES),
    *(Outcome.REFINED_BY, Outcome.AGREES, Outcome.SCOPE_DIFFERS, Outcome.NOT_COMPARABLE),
)
# That a part is not its whole is told by the sets; of each two it would only be repeated.
_QUIET_RULES = frozenset({"linked-things", "responsibility-actors"})


class Record(Protocol):
    """A record open for reading, as `kg.record` gives it."""

    @property
    def base(self) -> str:
        """The base of the record's IRIs."""

    def view(self) -> View:
        """The newest tables."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two claims and how they stand to each other; `gap` is the least distance of two numbers, else 0."""

    one: Position
    other: Position
    voices: tuple[str, str]
    comparison: Comparison
    gap: float


@dataclass(frozen=True, slots=True)
class EventComparison:
    """One event compared: its groups, the pairs that matter, what its sets allow to conclude.

    `contradictions` is how many pairs of different voices contradict each other now; `left_out` how many pairs were
    looked at and are not listed; `partly` says that only the widest contradictions were looked at.
    """

    event: Ref
    claims: int
    groups: tuple[Group, ...]
    contradictions: int
    pairs: tuple[Compared, ...]
    conclusions: tuple[Conclusion, ...]
    left_out: int
    partly: bool


def compare_event(record: Record, event: str, *, all: bool = False, most: int = 100) -> EventComparison:  # noqa: A002
    """Every two claims of an event that matter, the widest first; with `all`, those too that say little.

    Where an event has more than `FEW` claims, at most `most` pairs are listed. Raises NotFound.
    """
    view = record.view()
    query = Query.of_event(event)
    around = of_event(view, record.base, event)
    reference = _get_event(view, around, event)
    partly = len(around.positions) > FEW
    if partly:
        pairs, left_out = _widest(view, record.base, query, most), 0
    else:
        found = sorted(_compare(combinations(around.positions, 2), around), key=weigh_pair)
        pairs = [pair for pair in found if all or matters(pair.comparison)]
        left_out = len(found) - len(pairs)
    return EventComparison(
        event=reference,
        claims=len(around.positions),
        groups=tuple(summarise(view, query)),
        contradictions=count_pairs(view, query),
        pairs=tuple(pairs),
        conclusions=find_conclusions(around.positions, around.context),
        left_out=left_out,
        partly=partly,
    )


def iter_all_pairs(record: Record, event: str) -> Iterator[Compared]:
    """Every two claims of an event, one after the other, in no order but that of their dates. Raises NotFound."""
    around = of_event(record.view(), record.base, event)
    _get_event(record.view(), around, event)
    return _compare(combinations(around.positions, 2), around)


def compare_claims(record: Record, pairs: Iterable[tuple[str, str]]) -> list[Compared]:
    """Pairs of claims by IRI, compared; a pair of which the record does not hold both is absent."""
    return _compare_named(record.view(), record.base, list(pairs))


def _compare_named(view: View, base: str, pairs: list[tuple[str, str]]) -> list[Compared]:
    around = of_claims(view, base, [claim for pair in pairs for claim in pair])
    known = {position.claim: position for position in around.positions}
    both = [(known[one], known[other]) for one, other in pairs if one in known and other in known]
    return list(_compare(both, around))


def _get_event(view: View, around: Surroundings, event: str) -> Ref:
    if not view.rows("SELECT 1 FROM events WHERE iri = ?", [event]):
        raise NotFound(f"no event {event} in this record; `averment ask events-overview` lists the events")
    around.labels.learn([event])
    return around.labels.ref(event)


def _widest(view: View, base: str, query: Query, most: int) -> list[Compared]:
    found = find_pairs(view, query, most=most)
    return _compare_named(view, base, [(pair.one, pair.other) for pair in found])


def _compare(pairs: Iterable[tuple[Position, Position]], around: Surroundings) -> Iterator[Compared]:
    for one, other in pairs:
        yield set_beside(one, other, around.context)


def set_beside(one: Position, other: Position, context: Context) -> Compared:
    """Two positions and how they stand to each other, with what their voices are called."""
    voices = context.label(one.voice), context.label(other.voice)
    return Compared(one, other, voices, compare(one, other, context), gap_of(one, other))


def matters(comparison: Comparison) -> bool:
    """Whether how two claims stand to each other says something that the sets do not say already."""
    return comparison.outcome is not Outcome.NOT_COMPARABLE and comparison.rule not in _QUIET_RULES


def weigh_pair(pair: Compared) -> tuple[object, ...]:
    """What pairs are sorted by: their rank, then by name."""
    found, own = pair.comparison, pair.one.voice == pair.other.voice
    return *rank_pair(found.outcome, found, pair.gap, own=own), pair.one.claim, pair.other.claim


def rank_pair(outcome: Outcome, found: Comparison | Finding, gap: float, *, own: bool) -> tuple[int, bool, float, int]:
    """Where a pair comes: by its outcome, that of one voice after others, the widest first, then what compares best."""
    return _ORDER.index(outcome), own, -gap, len(found.differs) + len(found.unstated)


def gap_of(one: Position, other: Position) -> float:
    """The least distance of two numbers of one measure, else 0."""
    a, b = one.proposition, other.proposition
    if not isinstance(a, Count) or not isinstance(b, Count) or a.measure != b.measure:
        return 0
    mine, theirs = allowed(a, one.stance), allowed(b, other.stance)
    return gap(mine, theirs) if mine and theirs else 0
