"""Phrases → groups: the one function that the rest of the app calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .communities import communities
from .naming import name_of
from .similarity import views
from .text import folded

NEIGHBOURS = 10
RESOLUTION = 0.14
"""How alike phrases of one article are on average; tuned, see docs/clustering.md."""


@dataclass(frozen=True)
class Group:
    """Phrases that one article can answer."""

    members: tuple[int, ...]
    """Indexes into the phrases, rising."""
    name: str
    existing: int | None = None
    """Index of the existing group that these phrases join, None for a new group."""


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
    The grouping does not depend on the order of the phrases. Largest group first.
    """
    if not phrases:
        return []
    texts = [folded(phrase) for phrase in phrases]
    anchor_of = {folded(phrase): at for at, group in enumerate(existing) for phrase in group}
    nodes = sorted({*texts, *anchor_of})
    edges = views(nodes, language).nearest(NEIGHBOURS)
    labels = communities(edges, [anchor_of.get(node) for node in nodes], resolution=RESOLUTION)

    label_of = dict(zip(nodes, labels, strict=True))
    joined = {label_of[text]: at for text, at in anchor_of.items()}
    centrality = edges.centrality(labels)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        members[label_of[text]].append(index)
    groups = []
    for label, indexes in members.items():
        groups.append(Group(tuple(indexes), "", joined.get(label)))
    return sorted(groups, key=lambda group: (-len(group.members), texts[group.members[0]]))
