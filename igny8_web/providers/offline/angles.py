"""Which articles a cluster calls for: one for each clearly different intent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..contracts import ContentType
from .language import Language
from .reading import Query, fold, likeness

_ANGLE_OF_KIND = {
    "how": "learn",
    "amount": "learn",
    "what": "learn",
    "yes_no": "learn",
    "other": "learn",
    "fix": "fix",
    "compare": "compare",
    "best": "choose",
    "review": "choose",
    "price": "choose",
    "local": "local",
}

_SMALL = 4
"""Up to this many keywords make one article, whatever they ask."""


@dataclass(frozen=True)
class Angle:
    """One article: what its reader wants to do, and the queries it answers, largest first."""

    name: str
    queries: tuple[Query, ...]
    lead: Query
    content_type: ContentType


def angles_of(queries: Sequence[Query], language: Language | None) -> list[Angle]:
    """One to three angles that together take every query exactly once."""
    names = [_ANGLE_OF_KIND.get(query.kind, "") for query in queries]
    sizes = {name: names.count(name) for name in names if name}
    main = max(sizes, key=lambda name: sizes[name], default="learn")
    if sizes.get(main, 0) * 3 < len(queries):
        main = names[0] or "learn"
    apart = [main]
    if len(queries) > _SMALL:
        enough = max(3, len(queries) // 5)
        rest = sorted((name for name in sizes if name != main), key=lambda name: -sizes[name])
        apart += [name for name in rest if sizes[name] >= enough][:2]
    groups: dict[str, list[Query]] = {name: [] for name in apart}
    for query, name in zip(queries, names, strict=True):
        if name in groups:
            groups[name].append(query)
    for query, name in zip(queries, names, strict=True):
        if name not in groups:
            groups[_nearest(query, groups)].append(query)
    order = {query.id: place for place, query in enumerate(queries)}
    return [
        _angle(name, sorted(group, key=lambda query: order[query.id]), language)
        for name, group in groups.items()
        if group
    ]


def _nearest(query: Query, groups: dict[str, list[Query]]) -> str:
    def nearness(name: str) -> float:
        return max((likeness(query.tokens, other.tokens) for other in groups[name]), default=0.0)

    # Bare noun phrases belong to the explaining article where there is one.
    if query.kind == "plain" and "learn" in groups:
        return "learn"
    return max(groups, key=nearness)


def _angle(name: str, queries: list[Query], language: Language | None) -> Angle:
    lead = _lead(name, queries, language)
    types: dict[str, ContentType] = {
        "choose": "review" if lead.kind == "review" else "listicle",
        "compare": "comparison",
        "fix": "how-to",
    }
    hows = sum(query.kind == "how" for query in queries)
    explaining: ContentType = (
        "how-to" if hows * 2 >= len(queries) or lead.kind == "how" else "guide"
    )
    content_type = types.get(name, explaining if name == "learn" else "guide")
    if name == "choose" and lead.kind not in ("best", "review"):
        content_type = "guide"
    return Angle(name, tuple(queries), lead, content_type)


def _lead(name: str, queries: list[Query], language: Language | None) -> Query:
    """The most searched query that can carry a title."""
    asking = set(language.question_words) if language else set()

    def fit(query: Query) -> bool:
        own = _ANGLE_OF_KIND.get(query.kind, name) == name
        # "moka pot how to use" is what people type, not what an editor prints.
        return own and (query.is_question or asking.isdisjoint(fold(query.phrase).split()))

    return next((query for query in queries if fit(query)), queries[0])
