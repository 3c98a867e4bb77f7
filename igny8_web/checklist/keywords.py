"""Does it answer what people search for?"""

from __future__ import annotations

from ..clustering.modifiers import Modifiers, modifiers_of
from ..clustering.stems import stemmer_of
from ..clustering.text import folded, is_unspaced, without_accents, words
from .page import Page
from .report import Point, shown


def keywords_covered(page: Page) -> Point:
    """A phrase is covered where one block has all of its words that name the topic."""
    article = page.article
    if not article.keywords:
        return Point("keywords", "Keywords covered", 1.0, "No keyword was asked for.", weight=20)
    missing = missing_keywords(page)
    wanted = len(set(article.keywords))
    found = wanted - len(missing)
    lead_missing = article.keywords[0] in missing
    return Point(
        "keywords",
        "Keywords covered",
        found / wanted,
        f"{found} of {wanted} keywords are answered.",
        shown([f"missing: {phrase}" for phrase in missing]),
        must=lead_missing,
        weight=20,
    )


def missing_keywords(page: Page) -> list[str]:
    """The phrases that no block covers, in their order."""
    article = page.article
    language = article.language.split("-")[0].lower()
    modifiers = modifiers_of([folded(phrase) for phrase in article.keywords], language)
    blocks = [_stems(article.title, language)]
    blocks += [_stems(block.text, language) for block in page.blocks]
    wanted = {phrase: _topical(phrase, modifiers, language) for phrase in article.keywords}
    return [p for p, stems in wanted.items() if not any(stems <= block for block in blocks)]


def _topical(phrase: str, modifiers: Modifiers, language: str) -> frozenset[str]:
    topical, rest = modifiers.split(folded(phrase))
    return frozenset(_stem(word, language) for word in topical or rest)


def _stems(text: str, language: str) -> frozenset[str]:
    found = words(folded(text))
    stems = {_stem(word, language) for word in found}
    # A run without spaces holds words that nothing separates: offer each stretch of it.
    for run in filter(is_unspaced, found):
        stems |= {run[i:j] for i in range(len(run)) for j in range(i + 1, min(i + 9, len(run) + 1))}
    return frozenset(stems)


def _stem(word: str, language: str) -> str:
    return word if is_unspaced(word) else without_accents(stemmer_of(language)(word))
