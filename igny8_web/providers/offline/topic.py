"""What a group of queries is about, in as few words as the queries share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .casing import clip, printed
from .language import Language
from .reading import Query, fold


def topic_of(name: str, queries: Sequence[Query], language: Language | None) -> str:
    """A noun phrase for use inside a sentence, e.g. ``French press``.

    The run of words that most queries share; failing that the plainest query.
    """
    shared = _shared_words([fold(query.phrase) for query in queries], language)
    plain = [query.phrase for query in queries if query.kind == "plain"]
    chosen = shared or next(iter(plain), None) or name
    return clip(printed(chosen, language), 80)


def _shared_words(phrases: list[str], language: Language | None) -> str:
    if len(phrases) < 3:
        return ""
    outer = set(language.stop_words) | set(language.question_words) if language else set()
    counts: Counter[str] = Counter()
    for phrase in phrases:
        words = phrase.split()[:24]
        runs = {
            " ".join(words[start : start + size])
            for size in (1, 2, 3, 4)
            for start in range(len(words) - size + 1)
            if words[start] not in outer and words[start + size - 1] not in outer
        }
        counts.update(runs)
    # Long enough to name the subject: a single shared word ("coffee") says too little unless
    # nearly every query has it.
    enough = {
        run: count
        for run, count in counts.items()
        if count >= max(2, 0.5 * len(phrases)) and (" " in run or count >= 0.8 * len(phrases))
    }
    if not enough:
        return ""
    return max(enough, key=lambda run: (len(run.split()) > 1, enough[run], len(run), run))
