"""What a stage asks of a text provider, and what it accepts as an answer.

Each AI stage has one brief and one answer, both plain data. Briefs are what the
stage knows; answers are validated against these models before anything is stored,
and refer to rows by **id** only, never by position and never by text.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Intent = Literal["informational", "commercial", "transactional", "navigational"]
ContentType = Literal["guide", "how-to", "listicle", "comparison", "review"]
ImageKind = Literal["featured", "in-article"]


class Plain(BaseModel):
    """Immutable data without surprises: an unknown field is an error."""

    # Built when first used: validators of all twenty take 12 MB, and most processes use none.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


# ---- shared parts of the briefs --------------------------------------------------------


class SiteIn(Plain):
    """The site that the work is for, and its profile in the owner's own words."""

    name: str
    domain: str
    language: str
    """BCP 47 tag, e.g. ``en`` or ``pt-BR``."""
    audience: str = ""
    tone: str = ""
    never_say: str = ""
    """Words and claims, one a line."""
    facts: str = ""


class KeywordIn(Plain):
    """One keyword; what is unknown is None."""

    id: int
    phrase: str
    volume: int | None = None
    intent: str | None = None
    group: int | None = None
    """Number of the group that it was put into beforehand."""


# ---- keywords → clusters ---------------------------------------------------------------


class ExistingCluster(Plain):
    """A cluster the site already has, offered so that new keywords can join it."""

    id: int
    name: str
    phrases: tuple[str, ...]


class ClusterKeywordsBrief(Plain):
    """Group these keywords into topics of the size of one article."""

    site: SiteIn
    keywords: tuple[KeywordIn, ...]
    existing: tuple[ExistingCluster, ...] = ()


class ClusterOut(Plain):
    """One topic: a new cluster, or (``existing_id``) more keywords for one the site has."""

    name: Text
    keyword_ids: tuple[int, ...] = Field(min_length=1)
    existing_id: int | None = None


class ClusterKeywordsAnswer(Plain):
    """Every keyword of the brief stands in exactly one cluster (the stage checks)."""

    clusters: tuple[ClusterOut, ...]


# ---- clusters → ideas ------------------------------------------------------------------


class ClusterIn(Plain):
    """A cluster with its keywords, largest volume first."""

    id: int
    name: str
    keywords: tuple[KeywordIn, ...]


class DevelopIdeasBrief(Plain):
    """Propose one to three articles for each cluster."""

    site: SiteIn
    clusters: tuple[ClusterIn, ...]
    taken_titles: tuple[str, ...] = ()
    """Titles that the site has already, not to be proposed again."""


class IdeaOut(Plain):
    """One article to be written."""

    cluster_id: int
    title: Text
    description: Text
    """Two or three sentences: the angle, and who it is for."""
    content_type: ContentType
    outline: tuple[Text, ...] = Field(min_length=2)
    """The section headings, in order, without introduction and FAQ."""
    keyword_ids: tuple[int, ...] = Field(min_length=1)
    """The keywords of the cluster that the article answers."""
    target_words: int = Field(ge=200, le=6000)


class DevelopIdeasAnswer(Plain):
    """At least one idea for every cluster of the brief (the stage checks)."""

    ideas: tuple[IdeaOut, ...]


# ---- tasks → content -------------------------------------------------------------------


class LinkIn(Plain):
    """A published article of the site."""

    title: str
    path: str
    """Its address below the domain, e.g. ``/cold-brew-ratio/``."""


class WriteContentBrief(Plain):
    """Write this article."""

    site: SiteIn
    task_id: int
    title: str
    description: str
    content_type: str
    outline: tuple[str, ...]
    target_words: int
    cluster: str
    keywords: tuple[KeywordIn, ...]
    related: tuple[LinkIn, ...] = ()
    """What it may link to."""


class WriteContentAnswer(Plain):
    """A whole draft. ``html`` is a fragment: h2/h3, p, ul/ol, table, a, no h1, no script."""

    task_id: int
    title: Text
    slug: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,120}$")]
    html: Text
    meta_title: Annotated[str, StringConstraints(min_length=1, max_length=70)]
    meta_description: Annotated[str, StringConstraints(min_length=1, max_length=180)]
    excerpt: Text


# ---- content → image prompts -----------------------------------------------------------


class SectionIn(Plain):
    """One h2 section of a draft, as text."""

    heading: str
    text: str


class WriteImagePromptsBrief(Plain):
    """Describe one featured image and ``in_article`` further ones for a draft."""

    site: SiteIn
    content_id: int
    title: str
    excerpt: str
    cluster: str
    sections: tuple[SectionIn, ...]
    in_article: int = 2


class ImagePromptOut(Plain):
    """One image to be made. ``position`` 0 is the featured one; n goes under section n (from 1)."""

    kind: ImageKind
    position: int = Field(ge=0)
    prompt: Text
    alt: Annotated[str, StringConstraints(min_length=1, max_length=160)]


class WriteImagePromptsAnswer(Plain):
    """Exactly one featured image; in-article positions are distinct (the stage checks)."""

    content_id: int
    images: tuple[ImagePromptOut, ...] = Field(min_length=1)


# ---- image prompts → images ------------------------------------------------------------


class DrawImageBrief(Plain):
    """Make this picture."""

    image_id: int
    kind: ImageKind
    prompt: str
    alt: str
    title: str
    """The article's title."""
    cluster: str
    """The article's topic; one topic keeps one palette."""
    take: int = 0
    """How many pictures were made of it before: another is wanted."""
    width: int
    height: int
