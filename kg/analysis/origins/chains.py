"""Disjoint chains from reports to origins: as many as share no claim and no party.

With one unit of capacity for every party, a maximum flow bounds that number (Menger's theorem). A party passes on
several claims, though, and a flow may enter it by one and leave by another. So chains are traced saying by saying along
the flow, and where one does not exist the network is split in two smaller ones until the bound is met.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.analysis.origins.flows import find_paths

# How often the network is split before the two bounds are left apart: less often the larger it is.
_SPLITS = 400
_EFFORT = 5_000

Chain = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A saying, a reprint or an unrecorded source: what it leads to (places in the network), and whose it is.

    `parties` are those whose one unit of capacity it takes; `apart` the same, where a class of actors may be several.
    """

    key: str
    parties: tuple[str, ...]
    apart: tuple[str, ...]
    targets: tuple[int, ...]
    report: bool = False
    first_hand: bool = False
    undeclared: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Disjoint chains, from report to origin, and the number that no set of such chains can exceed."""

    chains: tuple[Chain, ...]
    bound: int


def find_chains(nodes: tuple[Node, ...], *, opened: bool) -> Found:
    """The largest set of disjoint chains found to first-hand ends; `opened` takes undeclared ends for origins too."""
    search = _Search(nodes, opened=opened)
    bound = search.solve(set(range(len(nodes))))
    return Found(tuple(sorted(search.best)), max(bound, len(search.best)))


def find_bottlenecks(nodes: tuple[Node, ...]) -> list[str]:
    """The parties that every chain to any end passes, from the reader on: the dominators of the ends.

    A party stands for several nodes, so each party on one shortest chain is taken away in turn, and whether an end can
    still be reached is the definition of a dominator (Lengauer and Tarjan, 1979) put to the test.
    """
    search = _Search(nodes, opened=True)
    chain = search.shortest(set(range(len(nodes))))
    left = list(dict.fromkeys(party for place in chain for party in nodes[place].parties))
    found = []
    while left:
        party = left.pop(0)
        other = search.shortest({place for place, node in enumerate(nodes) if party not in node.parties})
        if other:
            # Nothing that this other chain does without stands in every chain.
            met = {name for place in other for name in nodes[place].parties}
            left = [name for name in left if name in met]
        else:
            found.append(party)
    return found


class _Search:
    """Branch and bound over one network: flows bound it from above, chains traced in it from below."""

    def __init__(self, nodes: tuple[Node, ...], *, opened: bool) -> None:
        self.best: list[Chain] = []
        self._targets = [node.targets for node in nodes]
        self._sources: list[list[int]] = [[] for _ in nodes]
        for place, node in enumerate(nodes):
            for target in node.targets:
                self._sources[target].append(place)
        self._groups = [node.apart if opened else node.parties for node in nodes]
        self._reports = [place for place, node in enumerate(nodes) if node.report]
        self._is_report = set(self._reports)
        self._ends = {place for place, node in enumerate(nodes) if node.first_hand or (opened and node.undeclared)}
        self._group = self._choose_groups()
        self._left = min(_SPLITS, 2 + _EFFORT // (len(nodes) + 1))

    def _choose_groups(self) -> list[str]:
        """One party for each node: of several, the one met most often, which forbids the most."""
        met: dict[str, int] = {}
        for groups in self._groups:
            for group in groups:
                met[group] = met.get(group, 0) + 1
        return [
            groups[0] if len(groups) == 1 else max(groups, key=lambda group: (met[group], group))
            for groups in self._groups
        ]

    def solve(self, alive: set[int]) -> int:
        """A number that no set of disjoint chains among these nodes exceeds; keeps the best set met on the way."""
        alive = self._prune(alive)
        direct, rest = self._take_direct(alive)
        paths = self._flow(rest)
        bound = len(direct) + len(paths)
        if bound <= len(self.best):
            return bound
        traced = self._trace(paths, rest)
        self._keep([*direct, *self._add_more(traced.chains, rest)])
        if bound <= len(self.best) or self._left <= 0:
            return bound
        self._left -= 1
        removals = self._split_joint(traced.clash, rest) if traced.clash else self._split(traced.broken, rest)
        if not removals:
            return bound
        return min(bound, max(self.solve(alive - removed) for removed in removals))

    def shortest(self, alive: set[int]) -> Chain:
        """A shortest chain among these nodes, () where there is none."""
        reports = self._reports if len(self._reports) < len(alive) else sorted(alive & self._is_report)
        before: dict[int, int] = {place: -1 for place in reports if place in alive}
        layer = list(before)
        while layer:
            for place in layer:
                if place in self._ends:
                    return _walk_back(before, place)
            following = []
            for place in layer:
                for target in self._targets[place]:
                    if target in alive and target not in before:
                        before[target] = place
                        following.append(target)
            layer = following
        return ()

    def _reach(self, start: Iterable[int], steps: Sequence[Sequence[int]], alive: set[int]) -> set[int]:
        found = {place for place in start if place in alive}
        pending = list(found)
        while pending:
            for place in steps[pending.pop()]:
                if place in alive and place not in found:
                    found.add(place)
                    pending.append(place)
        return found

    def _prune(self, alive: set[int]) -> set[int]:
        """Those nodes that lie on a way from a report to an end."""
        return self._reach(self._ends, self._sources, self._reach(self._reports, self._targets, alive))

    def _take_direct(self, alive: set[int]) -> tuple[list[Chain], set[int]]:
        """Chains within one party, and the network without those parties.

        Taking them costs nothing: in any set of disjoint chains, the one that uses this party can give way to it.
        """
        members: dict[str, set[int]] = {}
        for place in alive:
            if len(self._groups[place]) == 1:
                members.setdefault(self._group[place], set()).add(place)
        chains = []
        taken = set()
        for group in {self._group[place] for place in self._reports if place in alive}:
            chain = self._within(members.get(group, set()))
            if chain:
                chains.append(chain)
                taken.add(group)
        rest = {place for place in alive if taken.isdisjoint(self._groups[place])}
        return chains, self._prune(rest)

    def _within(self, members: set[int]) -> Chain:
        alone = [place for place in members if place in self._ends]
        return self.shortest(members) if alone else ()

    def _flow(self, alive: set[int]) -> list[list[str]]:
        """Paths of parties from the reader to the ends, as many as can be with each party used once."""
        starts = {self._group[place] for place in self._reports if place in alive}
        ends = {self._group[place] for place in self._ends if place in alive}
        group, targets = self._group, self._targets
        steps = {(group[place], group[target]) for place in alive for target in targets[place] if target in alive}
        return find_paths(steps, starts=starts, ends=ends)

    def _trace(self, paths: list[list[str]], alive: set[int]) -> "_Traced":
        """Disjoint chains along these paths, and the first path or pair of sayings that stands in the way."""
        traced = _Traced()
        used: dict[str, int] = {}
        by_group: dict[str, list[int]] = {}
        for place in alive:
            by_group.setdefault(self._group[place], []).append(place)
        for path in paths:
            chain = self.shortest({place for group in path for place in by_group[group]})
            clash = [(used[group], place) for place in chain for group in self._groups[place] if group in used]
            if not chain:
                traced.broken = traced.broken or path
            elif clash:
                traced.clash = traced.clash or clash[0]
            else:
                traced.chains.append(chain)
                used.update((group, place) for place in chain for group in self._groups[place])
        return traced

    def _add_more(self, chains: list[Chain], alive: set[int]) -> list[Chain]:
        """These chains, and more that share no party with them, as long as any is found."""
        found = list(chains)
        used = {group for chain in found for place in chain for group in self._groups[place]}
        free = {place for place in alive if used.isdisjoint(self._groups[place])}
        while chain := self.shortest(free):
            found.append(chain)
            mine = {group for place in chain for group in self._groups[place]}
            free = {place for place in free if mine.isdisjoint(self._groups[place])}
        return found

    def _keep(self, chains: list[Chain]) -> None:
        if len(chains) > len(self.best):
            self.best = chains

    def _split(self, path: list[str], alive: set[int]) -> list[set[int]]:
        """What to take away for two smaller networks, where a path's parties pass nothing on along it.

        Where it breaks, either the party's sayings that lead onward are not used, or only what goes together with them.
        """
        reached = {place for place in self._reports if place in alive and self._group[place] == path[0]}
        for here, following in zip(path, [*path[1:], ""], strict=True):
            mine = {place for place in alive if self._group[place] == here}
            exits = {place for place in mine if self._leads_to(place, following, alive)}
            reached = self._reach(reached, self._targets, mine)
            if reached.isdisjoint(exits):
                together = self._reach(exits, self._targets, alive) | self._reach(exits, self._sources, alive)
                others = mine - together
                return [exits, others] if exits and others else []
            reached = {
                target
                for place in reached
                for target in self._targets[place]
                if target in alive and self._group[target] == following
            }
        return []

    def _leads_to(self, place: int, following: str, alive: set[int]) -> bool:
        """Whether a saying leads to one of the party `following`, or to an end where that is ""."""
        if not following:
            return place in self._ends
        return any(target in alive and self._group[target] == following for target in self._targets[place])

    def _split_joint(self, clash: tuple[int, int], alive: set[int]) -> list[set[int]]:
        """What to take away where two sayings share a party; nothing where one chain could hold both."""
        one, other = clash
        if other in self._reach([one], self._targets, alive) or one in self._reach([other], self._targets, alive):
            return []
        return [{one}, {other}]


@dataclass(slots=True)
class _Traced:
    """What became of the paths of one flow: chains, a path that no chain follows, two sayings that share a party."""

    chains: list[Chain] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    clash: tuple[int, int] | None = None


def _walk_back(before: Mapping[int, int], place: int) -> Chain:
    chain = []
    while place >= 0:
        chain.append(place)
        place = before[place]
    return tuple(reversed(chain))
