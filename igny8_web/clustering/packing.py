"""Groups packed for somebody who cannot look at all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from .groups import Topics, topics_of

Members = tuple[int, ...]
Pack = list[Members]


def packed_groups(phrases: Sequence[str], most: int, language: str | None = None) -> list[Pack]:
    """The phrases in groups, by their indexes, and the groups in packs of ``most`` phrases at most.

    Similar groups share a pack and stand side by side in it, so that whoever looks at the pack
    can merge them. Only a group that is larger than a pack is cut.
    """
    if not phrases:
        return []
    found = topics_of(phrases, language)
    members, ties = found.members(), _ties(found)
    packs: list[Pack] = []
    for whole in [group for group in members.values() if len(group) > most]:
        packs += [[tuple(whole[at : at + most])] for at in range(0, len(whole), most)]
    left = {label: tuple(group) for label, group in members.items() if len(group) <= most}
    pull: dict[int, float] = {}
    while left:
        pack, pull = _fill(left, ties, most, pull)
        packs.append(pack)
    return packs


def _fill(
    left: dict[int, Members],
    ties: Mapping[int, Mapping[int, float]],
    most: int,
    pull: Mapping[int, float],
) -> tuple[Pack, dict[int, float]]:
    """Take groups out of ``left`` until no other fits, the one most like those in the pack next.

    ``pull`` says how like the groups of the last pack each is, for where to go on; the answer
    says it of this one.
    """
    pack: Pack = []
    now: defaultdict[int, float] = defaultdict(float)
    room = most
    while fitting := [label for label, group in left.items() if len(group) <= room]:
        force = now if pack else pull
        label = max(
            fitting,
            key=lambda label: (force.get(label, 0) / len(left[label]), len(left[label]), -label),
        )
        for other, weight in ties.get(label, {}).items():
            now[other] += weight
        pack.append(left.pop(label))
        room -= len(pack[-1])
    return pack, now


def _ties(found: Topics) -> dict[int, dict[int, float]]:
    """How like the phrases of two topics are, summed over those near to each other."""
    ties: defaultdict[int, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    for node, near in enumerate(found.neighbours):
        for other, weight in near.items():
            one, two = found.labels[node], found.labels[other]
            if one != two:
                ties[one][two] += weight
    return {label: dict(others) for label, others in ties.items()}
