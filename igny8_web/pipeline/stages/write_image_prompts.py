"""Stage 5: each draft gets a featured image and some in the article, as prompts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...models import Content, ContentStatus, Image, ImageKind, Site
from ...providers.contracts import SectionIn, WriteImagePromptsAnswer, WriteImagePromptsBrief
from .. import html
from ..briefs import site_in
from ..stage import Prompted, Stage, UnusableAnswer
from ..tools import Tools


class WriteImagePrompts(Stage[WriteImagePromptsBrief, Prompted[WriteImagePromptsAnswer]]):
    """One draft a call."""

    slug = "write-image-prompts"
    title = "Content → Image prompts"
    unit = ("draft", "drafts")
    makes = ("image prompt", "image prompts")

    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """Drafts without images, the oldest first."""
        has_images = sa.select(Image.id).where(Image.content_id == Content.id).exists()
        return (
            sa.select(Content.id, Content.title)
            .where(Content.site_id == site_id, Content.status == ContentStatus.DRAFT)
            .where(~has_images)
            .order_by(Content.id)
        )

    def brief(self, items: Sequence[int], db: Session) -> WriteImagePromptsBrief:
        """The draft by its sections."""
        content = db.get_one(Content, items[0])
        return WriteImagePromptsBrief(
            site=site_in(db.get_one(Site, content.site_id)),
            content_id=content.id,
            title=content.title,
            excerpt=content.excerpt,
            cluster=content.task.idea.cluster.name,
            sections=tuple(
                SectionIn(heading=heading, text=text)
                for heading, text in html.sections(content.html)
            ),
        )

    def work(
        self, brief: WriteImagePromptsBrief, tools: Tools
    ) -> Prompted[WriteImagePromptsAnswer]:
        """Ask for prompts: one featured, the others each under a section of their own."""
        answer = tools.ask(brief, WriteImagePromptsAnswer, check=partial(_check, brief))
        return Prompted(answer, tools.prompt_version)

    def store(
        self, items: Sequence[int], result: Prompted[WriteImagePromptsAnswer], db: Session
    ) -> int:
        """Keep the prompts of a draft that has none."""
        content = db.get_one(Content, items[0], with_for_update=True)
        if content.images:
            return 0
        db.add_all(
            Image(
                site_id=content.site_id,
                content_id=content.id,
                kind=ImageKind(image.kind),
                position=image.position,
                prompt=image.prompt,
                alt=image.alt,
                prompt_version=result.prompt_version,
            )
            for image in result.answer.images
        )
        return len(result.answer.images)


def _check(brief: WriteImagePromptsBrief, answer: WriteImagePromptsAnswer) -> None:
    """Raises UnusableAnswer unless each image has a place of its own in this draft."""
    if answer.content_id != brief.content_id:
        raise UnusableAnswer(f"The answer is for content {answer.content_id}, never asked.")
    positions = [image.position for image in answer.images]
    if len(set(positions)) != len(positions):
        raise UnusableAnswer("The answer has two images for one place.")
    for image in answer.images:
        if (image.kind == "featured") != (image.position == 0):
            raise UnusableAnswer("The featured image, and only it, stands at position 0.")
    if 0 not in positions:
        raise UnusableAnswer("The answer has no featured image.")
    if max(positions) > len(brief.sections):
        raise UnusableAnswer(f"The answer has an image under section {max(positions)}.")
