"""Phrases → groups: the one function that the rest of the app calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .absorbing import absorbed
from .communities import communities
from .naming import name_of
from .text import folded

NEIGHBOURS = 10
RESOLUTION = 0.14
"""How alike two phrases of one article are at least, on average; see docs/clustering.md."""


@dataclass(frozen=True)
class Group:
    """Phrases that one article can answer."""

    members: tuple[int, ...]
    """Indexes into the phrases, rising."""
    name: str
    existing: int | None = None
    """Index of the existing group that these phrases join; None for a new group."""


def group_phrases(
    phrases: Sequence[str],
    *,
    volumes: Sequence[int | None] | None = None,
    language: str | None = None,
    existing: Sequence[Sequence[str]] = (),
) -> list[Group]:
    """Group search phrases into topics of the size of one article, without being told how many.

    ``volumes`` (searches a month, None where unknown) help to choose names; ``language`` is a
    BCP 47 tag and only a hint; ``existing`` are the phrases of groups that are there already,
    which new phrases join where they fit. Every index of ``phrases`` stands in exactly one group.
    The order of the phrases does not matter. Largest group first.
    """
    if not phrases:
        return []
    # numpy and the encoder are 40 MB of imports that only a worker which clusters should pay.
    from .similarity import views

    texts = [folded(phrase) for phrase in phrases]
    anchor_of = {folded(phrase): at for at, group in enumerate(existing) for phrase in group}
    nodes = sorted({*texts, *anchor_of})
    neighbours = views(nodes, language).neighbours(NEIGHBOURS)
    anchors = [anchor_of.get(node) for node in nodes]
    labels = communities(neighbours, anchors, resolution=RESOLUTION)
    owner = {
        label: anchor for label, anchor in zip(labels, anchors, strict=True) if anchor is not None
    }
    labels = absorbed(neighbours, labels, kept=frozenset(owner))

    place = {node: number for number, node in enumerate(nodes)}
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        members[labels[place[text]]].append(index)
    known = volumes or [None] * len(phrases)

    def group(label: int, indexes: list[int]) -> Group:
        name = name_of(
            [phrases[index] for index in indexes],
            [known[index] for index in indexes],
            [_inside(neighbours, labels, place[texts[index]]) for index in indexes],
            language,
        )
        return Group(tuple(indexes), name, owner.get(label))

    groups = [group(label, indexes) for label, indexes in members.items()]
    return sorted(groups, key=lambda group: (-len(group.members), group.name, group.members))


def _inside(neighbours: Sequence[dict[int, float]], labels: Sequence[int], node: int) -> float:
    """How like a node is to the others of its group, summed over those near to it."""
    return sum(
        weight for other, weight in neighbours[node].items() if labels[other] == labels[node]
    )
