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
    found = topics_of(phrases, language, existing)
    known = volumes or [None] * len(phrases)

    def group(label: int, indexes: list[int]) -> Group:
        name = name_of(
            [phrases[index] for index in indexes],
            [known[index] for index in indexes],
            [found.inside(index) for index in indexes],
            language,
        )
        return Group(tuple(indexes), name, found.owner.get(label))

    groups = [group(label, indexes) for label, indexes in found.members().items()]
    return sorted(groups, key=lambda group: (-len(group.members), group.name, group.members))


@dataclass(frozen=True)
class Topics:
    """Phrases in a graph of how alike they are, and the topic of each."""

    nodes: Sequence[int]
    """The node of each phrase; spellings of one phrase share theirs."""
    neighbours: Sequence[dict[int, float]]
    """By node."""
    labels: Sequence[int]
    """The topic of each node."""
    owner: dict[int, int]
    """Topics that belong to an existing group: the index of that group."""

    def members(self) -> dict[int, list[int]]:
        """The phrases of each topic, by their indexes, rising."""
        members: defaultdict[int, list[int]] = defaultdict(list)
        for index, node in enumerate(self.nodes):
            members[self.labels[node]].append(index)
        return members

    def inside(self, index: int) -> float:
        """How like a phrase is to the others of its topic, summed over those near to it."""
        node = self.nodes[index]
        return sum(
            weight
            for other, weight in self.neighbours[node].items()
            if self.labels[other] == self.labels[node]
        )


def topics_of(
    phrases: Sequence[str], language: str | None, existing: Sequence[Sequence[str]] = ()
) -> Topics:
    """Find the topics of at least one phrase."""
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
    return Topics([place[text] for text in texts], neighbours, labels, owner)
