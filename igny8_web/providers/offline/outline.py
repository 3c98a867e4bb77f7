"""Section headings for an article: one for each thing that its queries ask."""

from __future__ import annotations

from dataclasses import dataclass

from .angles import Angle
from .casing import as_question, clip, is_askable, sentence_case
from .language import FILLERS, Language
from .prose import fill
from .reading import Query, fold, misspelled, twins, versus
from .seeded import number, pick

_LEARNING = ("what", "plain", "amount", "how", "fix", "yes_no", "other", "compare", "best")
_CHOOSING = ("best", "plain", "what", "price", "review", "compare", "local")


@dataclass(frozen=True)
class Heading:
    """One section to be: its heading and the query it came from."""

    text: str
    query: Query


def outline(angle: Angle, language: Language | None, seed: object) -> tuple[str, ...]:
    """Distinct headings in reading order, two at least."""
    heads: list[Heading] = []
    used: set[str] = set()
    most = min(9, 3 + len(angle.queries) // 3)
    odd = misspelled(angle.queries)
    spelled = [query for query in angle.queries if query.id not in odd]
    for query in (angle.lead, *spelled):
        if len(heads) < most and not any(twins(query, head.query) for head in heads):
            heads.append(Heading(_heading(query, angle, language, used), query))
    order = _CHOOSING if angle.name in ("choose", "local") else _LEARNING
    ranks = {kind: place for place, kind in enumerate(order)}
    first, *rest = heads
    rest.sort(key=lambda head: ranks.get(head.query.kind, len(order)))
    texts = _distinct([head.text for head in (first, *rest)])
    return _filled(texts, angle, language, seed)


def _filled(
    texts: list[str], angle: Angle, language: Language | None, seed: object
) -> tuple[str, ...]:
    if language is None:
        spare = [sentence_case(clip(query.phrase, 120), None) for query in angle.queries]
        while len(texts) < 2:
            unused = [text for text in spare if text not in texts]
            texts.append(unused[0] if unused else f"{texts[0]} …")
        return tuple(texts)
    fillers = {name: pick(language.headings[name], seed, name) for name in FILLERS}
    if len(texts) < 4:
        texts.insert(1, fillers["before"])
    if len(texts) < 6:
        texts.append(fillers["mistakes"])
    if len(texts) < 5:
        texts.append(fillers["check"])
    return tuple(texts)


def _heading(query: Query, angle: Angle, language: Language | None, used: set[str]) -> str:
    phrase = clip(query.phrase, 120)
    if language is None:
        return sentence_case(phrase, None)
    if query.kind == "compare" and (pair := versus(phrase, language)):
        return sentence_case(pair, language)
    if query.is_question or is_askable(phrase, language):
        return as_question(phrase, language)
    kind = query.kind
    if kind == "plain":
        kind = "lead" if query is angle.lead else "plain"
    lines = language.for_kind(language.headings, kind)
    # An addition such as "how to choose" reads well once in an outline, not four times.
    fresh = [line for line in lines if line not in used]
    chosen = min(fresh, key=lambda line: number(line, query.id), default="{P}")
    used.add(chosen)
    return fill(chosen, {"P": sentence_case(phrase, language)})


def _distinct(texts: list[str]) -> list[str]:
    seen: dict[str, str] = {}
    for text in texts:
        seen.setdefault(fold(text), text)
    return list(seen.values())
