"""Crumbs go to the group they fall beside: a handful of phrases is seldom an article."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

CRUMB = 4
"""The most phrases a group may have to be given away."""

CLOSE = 0.25
"""How like its three nearest in the larger group a phrase of the crumb has to be on average."""


def absorbed(
    neighbours: Sequence[dict[int, float]], groups: Sequence[int], kept: frozenset[int]
) -> list[int]:
    """The groups after each small one has joined the larger one it is closest to, if any is close.

    ``kept`` groups are never given away.
    """
    sizes = Counter(groups)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for node, group in enumerate(groups):
        members[group].append(node)
    target = list(range(max(groups, default=-1) + 1))
    for group, nodes in members.items():
        if len(nodes) > CRUMB or group in kept:
            continue
        closeness: defaultdict[int, float] = defaultdict(float)
        for node in nodes:
            likenesses: defaultdict[int, list[float]] = defaultdict(list)
            for other, weight in neighbours[node].items():
                if sizes[groups[other]] > CRUMB:
                    likenesses[groups[other]].append(weight)
            for larger, weights in likenesses.items():
                closeness[larger] += sum(sorted(weights)[-3:]) / 3 / len(nodes)
        if closeness:
            nearest = max(closeness, key=lambda larger: (closeness[larger], -larger))
            if closeness[nearest] > CLOSE:
                target[group] = nearest
    return [target[group] for group in groups]
