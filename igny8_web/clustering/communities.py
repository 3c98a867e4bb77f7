"""Groups in a graph of neighbours, as many as there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class _Graph:
    neighbours: Sequence[dict[int, float]]
    sizes: list[int]
    """How many phrases a node stands for."""
    fixed: list[bool]


def communities(
    neighbours: Sequence[dict[int, float]], anchors: Sequence[int | None], *, resolution: float
) -> list[int]:
    """A group number for each node, such that the quality of the grouping is large.

    Quality is the constant Potts model (Traag et al. 2011, doi:10.1103/PhysRevE.84.016114): the
    weights inside a group less ``resolution`` for each pair in it. What a group is worth depends
    on nothing outside it, so topics keep their size however long the list is, which modularity
    does not grant. Found by the Louvain method; the order of the nodes decides between equals.

    ``neighbours`` holds the weights of each node's edges, both ways round. ``anchors`` has an
    entry a node: nodes with the same anchor are one group from the start, two anchors never come
    together, and ``None`` is free.
    """
    groups = _numbered(
        [("free", node) if anchor is None else ("anchor", anchor)
         for node, anchor in enumerate(anchors)]
    )  # fmt: skip
    fixed = [anchor is not None for anchor in anchors]
    graph = _contracted(_Graph(neighbours, [1] * len(fixed), fixed), groups)
    while True:
        step = _numbered(_moved(graph, resolution))
        if len(set(step)) == len(step):
            return groups
        groups = [step[group] for group in groups]
        graph = _contracted(graph, step)


def _moved(graph: _Graph, resolution: float) -> list[int]:
    """Move single nodes between groups while that gains quality."""
    count = len(graph.sizes)
    group_of = list(range(count))
    group_size = list(graph.sizes)
    waiting = deque(node for node in range(count) if not graph.fixed[node])
    queued = [not fixed for fixed in graph.fixed]
    while waiting:
        node = waiting.popleft()
        queued[node] = False
        home, size = group_of[node], graph.sizes[node]
        group_size[home] -= size
        pull: dict[int, float] = {home: 0.0}
        for other, weight in graph.neighbours[node].items():
            pull[group_of[other]] = pull.get(group_of[other], 0.0) + weight
        best = home
        best_gain = pull[home] - resolution * size * group_size[home]
        for group, weight in pull.items():
            gain = weight - resolution * size * group_size[group]
            if gain > best_gain + 1e-9:
                best, best_gain = group, gain
        if best_gain < 0 and group_size[node] == 0:
            best = node  # alone again, under its own number
        group_of[node] = best
        group_size[best] += size
        if best != home:
            for other in graph.neighbours[node]:
                if not queued[other] and not graph.fixed[other] and group_of[other] != best:
                    waiting.append(other)
                    queued[other] = True
    return group_of


def _contracted(graph: _Graph, groups: Sequence[int]) -> _Graph:
    """The graph whose nodes are the groups 0 … n - 1 of ``graph``."""
    count = max(groups, default=-1) + 1
    neighbours: list[dict[int, float]] = [{} for _ in range(count)]
    sizes, fixed = [0] * count, [False] * count
    for node, group in enumerate(groups):
        sizes[group] += graph.sizes[node]
        fixed[group] = fixed[group] or graph.fixed[node]
        row = neighbours[group]
        for other, weight in graph.neighbours[node].items():
            if groups[other] != group:
                row[groups[other]] = row.get(groups[other], 0.0) + weight
    return _Graph(neighbours, sizes, fixed)


def _numbered(keys: Sequence[Hashable]) -> list[int]:
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return [numbers[key] for key in keys]
