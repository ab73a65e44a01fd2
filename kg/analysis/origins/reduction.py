"""Making a network of parties small before its flow is sought: what can lead on in one way only is drawn together.

Every step keeps the largest number of paths that share no party, and the paths can be told in full afterwards.
"""

from collections import deque
from collections.abc import Collection

Via = tuple[str, ...]


class Reduction:
    """A network with one unit of capacity a party; `paths` are those that could be settled on the way.

    `onward` and `back` are what is left: by party, the next ones and the parties drawn together in between.
    """

    def __init__(self, steps: Collection[tuple[str, str]], *, starts: Collection[str], ends: Collection[str]) -> None:
        parties = sorted({*starts, *ends, *(party for step in steps for party in step)})
        self.onward: dict[str, dict[str, Via]] = {party: {} for party in parties}
        self.back: dict[str, set[str]] = {party: set() for party in parties}
        self.starts: dict[str, Via] = dict.fromkeys(sorted(starts), ())
        self.ends: dict[str, Via] = dict.fromkeys(sorted(ends), ())
        self.paths: list[list[str]] = []
        # What leads into a start, or on from an end, is never needed: a path can begin or stop there.
        for here, there in sorted(steps):
            if here != there and there not in self.starts and here not in self.ends:
                self._join(here, there, ())
        self._waiting = deque(parties)
        while self._waiting:
            party = self._waiting.popleft()
            if party in self.onward:
                self._settle(party)

    def _settle(self, party: str) -> None:
        """Take away or draw together one party where that is sure; its neighbours are looked at again."""
        onward, back = self.onward[party], self.back[party]
        if party in self.starts and party in self.ends:
            self.paths.append([*self.starts[party], party, *self.ends[party]])
            self._remove(party)
        elif not (onward or party in self.ends) or not (back or party in self.starts):
            self._remove(party)
        elif party not in self.ends and len(onward) == 1:
            self._draw_forward(party)
        elif party not in self.starts and len(back) == 1:
            self._draw_back(party)

    def _draw_forward(self, party: str) -> None:
        """What has one way on takes no capacity that the next party does not take too."""
        [(following, via)] = self.onward[party].items()
        for before in sorted(self.back[party]):
            if before != following and following not in self.onward[before]:
                self._join(before, following, (*self.onward[before][party], party, *via))
        if party in self.starts and following not in self.starts:
            self.starts[following] = (*self.starts[party], party, *via)
            for before in sorted(self.back[following]):
                self._cut(before, following)
        self._remove(party)

    def _draw_back(self, party: str) -> None:
        """What is reached in one way takes no capacity that the party before it does not take too."""
        [before] = self.back[party]
        via = self.onward[before][party]
        for following in sorted(self.onward[party]):
            if following != before and following not in self.onward[before]:
                self._join(before, following, (*via, party, *self.onward[party][following]))
        if party in self.ends and before not in self.ends:
            self.ends[before] = (*via, party, *self.ends[party])
            for following in sorted(self.onward[before]):
                self._cut(before, following)
        self._remove(party)

    def _join(self, here: str, there: str, via: Via) -> None:
        self.onward[here][there] = via
        self.back[there].add(here)

    def _cut(self, here: str, there: str) -> None:
        del self.onward[here][there]
        self.back[there].discard(here)
        self._waiting.extend((here, there))

    def _remove(self, party: str) -> None:
        for there in list(self.onward[party]):
            self._cut(party, there)
        for here in list(self.back[party]):
            self._cut(here, party)
        del self.onward[party], self.back[party]
        self.starts.pop(party, None)
        self.ends.pop(party, None)
