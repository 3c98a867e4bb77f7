"""Clusters → ideas: which articles to write, told from the queries alone."""

from __future__ import annotations

from ..contracts import ClusterIn, DevelopIdeasAnswer, DevelopIdeasBrief, IdeaOut
from .angles import Angle, angles_of
from .casing import joined, quoted
from .language import Language, language_for
from .outline import outline
from .prose import fill
from .reading import read
from .seeded import pick
from .titles import Titles
from .topic import topic_of


def develop_ideas(brief: DevelopIdeasBrief) -> DevelopIdeasAnswer:
    """One to three ideas for each cluster; together they take each of its keywords once."""
    language = language_for(brief.site.language)
    titles = Titles(language, brief.taken_titles)
    ideas = [idea for cluster in brief.clusters for idea in _ideas(cluster, language, titles)]
    return DevelopIdeasAnswer(ideas=tuple(ideas))


def _ideas(cluster: ClusterIn, language: Language | None, titles: Titles) -> list[IdeaOut]:
    queries = [read(keyword.phrase, language, keyword.id) for keyword in cluster.keywords]
    if not queries:
        return []
    return [
        _idea(cluster, angle, language, titles.give(angle, f"{cluster.id}{angle.name}"))
        for angle in angles_of(queries, language)
    ]


def _idea(cluster: ClusterIn, angle: Angle, language: Language | None, title: str) -> IdeaOut:
    seed = (cluster.id, angle.name)
    headings = outline(angle, language, seed)
    return IdeaOut(
        cluster_id=cluster.id,
        title=title,
        description=_description(cluster.name, angle, language),
        content_type=angle.content_type,
        outline=headings,
        keyword_ids=tuple(query.id for query in angle.queries),
        target_words=_target_words(
            angle, len(headings), language.section_words if language else 10
        ),
    )


def _description(name: str, angle: Angle, language: Language | None) -> str:
    phrases = [query.phrase for query in angle.queries[:5]]
    if language is None:
        return " · ".join(phrases)
    lines = language.for_kind(language.descriptions, angle.content_type)
    slots = {
        "q": quoted(angle.lead.phrase, language),
        "t": topic_of(name, angle.queries, language),
        "list": joined([quoted(phrase, language) for phrase in phrases], language),
    }
    seed = (name, angle.name)
    what = fill(pick(lines, *seed), slots, *seed)
    return f"{what} {fill(pick(language.answers_line, *seed), slots, *seed)}"


def _target_words(angle: Angle, sections: int, each: int) -> int:
    """What the queries need: a part for each section, and a few lines for each question."""
    questions = sum(query.is_question for query in angle.queries)
    wanted = 200 + each * sections + each // 3 * questions + 8 * len(angle.queries)
    return max(600, min(2200, round(wanted, -1)))
