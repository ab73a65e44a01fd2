"""Every two of some positions in order, told a few at a time: what is not told is counted, not compared.

How the words of two voices stand to each other depends on the words alone, so contents are compared, of which there are
fewer than claims. Two claims of one voice, and two of which one ends the other, are compared one by one.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import combinations, combinations_with_replacement

from kg.analysis.compare.event import Compared, gap_of, rank_pair, set_beside
from kg.analysis.compare.outcomes import Outcome, Position
from kg.analysis.compare.pair import compare, compare_contents
from kg.analysis.compare.positions import Surroundings

_Pair = tuple[int, int]
"""The places of two positions, or of two contents; the first comes before the second."""


@dataclass(slots=True)
class _Bucket:
    """Pairs that are ranked alike: all of two contents of which the first comes first, and those named one by one."""

    size: int = 0
    contents: list[_Pair] = field(default_factory=list)
    close: list[_Pair] = field(default_factory=list)


class RankedPairs:
    """Every two positions of some surroundings, ranked as `rank_pair` does; `over` are the claims that stand no more.

    `contradictions` is how many pairs of claims that stand, of different voices, contradict each other; `outcomes` how
    many pairs have each outcome, in order.
    """

    def __init__(self, around: Surroundings, over: Collection[str]) -> None:
        self._positions, self._context, self._labels = around.positions, around.context, around.labels
        self._standing = [one.claim not in over for one in self._positions]
        self._contents = _by_content(self._positions)
        self._content_of = {place: number for number, places in enumerate(self._contents) for place in places}
        self._close = _find_close(self._positions)
        self._buckets: dict[tuple[int, bool, float, int, Outcome], _Bucket] = {}
        self.contradictions = self._rank_contents() + self._rank_close()
        self.outcomes: Counter[Outcome] = Counter()
        for (*_, outcome), bucket in sorted(self._buckets.items()):
            self.outcomes[outcome] += bucket.size

    def __len__(self) -> int:
        return sum(bucket.size for bucket in self._buckets.values())

    def tell(self, first: int, end: int, *, outcome: str = "") -> Iterator[Compared]:
        """Yield the pairs from one place up to another, of all or of one outcome."""
        skipped, wanted = first, end - first
        for (*_, found), bucket in sorted(self._buckets.items()):
            if wanted <= 0 or outcome not in ("", found.value):
                continue
            if skipped >= bucket.size:
                skipped -= bucket.size
                continue
            pairs = nsmallest(skipped + wanted, self._iter_pairs(bucket), key=self._claims)[skipped:]
            skipped, wanted = 0, wanted - len(pairs)
            self._labels.learn(self._positions[place].voice for pair in pairs for place in pair)
            yield from map(self._compare, pairs)

    def _rank_contents(self) -> int:
        """Count the pairs that are not close, by how their contents stand to each other."""
        close = self._count_contents(self._close)
        standing = self._count_contents(pair for pair in self._close if self._stands(pair))
        contradicting = 0
        for pair in combinations_with_replacement(range(len(self._contents)), 2):
            one, other = (self._positions[self._contents[content][0]] for content in pair)
            finding = compare_contents(one, other, self._context)
            for first, second in dict.fromkeys((pair, pair[::-1])):
                outcome = finding.outcome if (first, second) == pair else finding.outcome.inverse
                if size := _count_before(*self._places(first, second)) - close[first, second]:
                    bucket = self._bucket(outcome, rank_pair(outcome, finding, gap_of(one, other), own=False))
                    bucket.size += size
                    bucket.contents.append((first, second))
                if outcome is Outcome.CONTRADICTS:
                    stand = ([place for place in each if self._standing[place]] for each in self._places(first, second))
                    contradicting += _count_before(*stand) - standing[first, second]
        return contradicting

    def _rank_close(self) -> int:
        contradicting = 0
        for pair in sorted(self._close):
            one, other = (self._positions[place] for place in pair)
            found, own = compare(one, other, self._context), one.voice == other.voice
            bucket = self._bucket(found.outcome, rank_pair(found.outcome, found, gap_of(one, other), own=own))
            bucket.size += 1
            bucket.close.append(pair)
            contradicting += found.outcome is Outcome.CONTRADICTS and not own and self._stands(pair)
        return contradicting

    def _bucket(self, outcome: Outcome, rank: tuple[int, bool, float, int]) -> _Bucket:
        return self._buckets.setdefault((*rank, outcome), _Bucket())

    def _count_contents(self, pairs: Iterable[_Pair]) -> Counter[_Pair]:
        return Counter((self._content_of[one], self._content_of[other]) for one, other in pairs)

    def _stands(self, pair: _Pair) -> bool:
        return self._standing[pair[0]] and self._standing[pair[1]]

    def _places(self, *contents: int) -> tuple[Sequence[int], ...]:
        return tuple(self._contents[content] for content in contents)

    def _iter_pairs(self, bucket: _Bucket) -> Iterator[_Pair]:
        yield from bucket.close
        for contents in bucket.contents:
            ones, others = self._places(*contents)
            for one in ones:
                yield from ((one, other) for other in others[bisect(others, one) :] if (one, other) not in self._close)

    def _claims(self, pair: _Pair) -> tuple[str, str]:
        return self._positions[pair[0]].claim, self._positions[pair[1]].claim

    def _compare(self, pair: _Pair) -> Compared:
        one, other = (self._positions[place] for place in pair)
        return set_beside(one, other, self._context)


def _by_content(positions: Sequence[Position]) -> list[list[int]]:
    """The places of positions that say the same, in order."""
    found: dict[object, list[int]] = {}
    for place, one in enumerate(positions):
        found.setdefault((type(one.proposition), one.proposition, one.stance), []).append(place)
    return list(found.values())


def _find_close(positions: Sequence[Position]) -> set[_Pair]:
    """The pairs of one voice, and those of which one says that it ends the other."""
    places = {one.claim: place for place, one in enumerate(positions)}
    by_voice: dict[str, list[int]] = {}
    found: set[_Pair] = set()
    for place, one in enumerate(positions):
        by_voice.setdefault(one.voice, []).append(place)
        ended = (places[old] for old in (*one.revises, *one.withdraws) if old in places)
        found.update((min(place, other), max(place, other)) for other in ended if other != place)
    return found.union(*(combinations(each, 2) for each in by_voice.values()))


def _count_before(ones: Sequence[int], others: Sequence[int]) -> int:
    """How many pairs there are of a number of the first list and a greater one of the second; both are in order."""
    return sum(len(others) - bisect(others, one) for one in ones)
