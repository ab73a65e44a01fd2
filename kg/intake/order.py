"""The order in which claims can be named: one that speaks of another carries its name, so the other comes first."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", str, int)


def sort_by_dependency(needs: Mapping[Node, Sequence[Node]]) -> tuple[list[Node], list[list[Node]]]:
    """The nodes, each after all it needs, and the circles met; nodes in or behind a circle are left out of the first.

    Depth-first search without recursion (Cormen et al., Introduction to Algorithms, section 20.4).

    >>> sort_by_dependency({"a": ["b"], "b": [], "c": ["d"], "d": ["c"]})
    (['b', 'a'], [['c', 'd']])
    """
    order: list[Node] = []
    circles: list[list[Node]] = []
    done: dict[Node, bool] = {}
    for start in needs:
        path: list[Node] = [] if start in done else [start]
        left = {start: list(needs[start])}
        while path:
            node = path[-1]
            if left[node]:
                _step(left[node].pop(0), needs, path, left, done, circles)
                continue
            path.pop()
            sound = all(done.get(each, False) for each in needs[node])
            done[node] = sound
            if sound:
                order.append(node)
    return order, circles


def _step(
    follower: Node,
    needs: Mapping[Node, Sequence[Node]],
    path: list[Node],
    left: dict[Node, list[Node]],
    done: Mapping[Node, bool],
    circles: list[list[Node]],
) -> None:
    if follower in path:
        circles.append(path[path.index(follower) :])
    elif follower not in done:
        path.append(follower)
        left[follower] = list(needs[follower])
