"""Which wordings a site has put in the place of the built-in ones."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ..extensions import session
from ..models import PromptVersion
from .prompts import Wording


def wordings_of(site_id: int) -> dict[str, Wording]:
    """The site's own wordings by task, as they are in force now. One query."""
    newer = aliased(PromptVersion)
    latest = (
        sa.select(sa.func.max(newer.number))
        .where(newer.site_id == PromptVersion.site_id, newer.stage == PromptVersion.stage)
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(PromptVersion.stage, PromptVersion.number, PromptVersion.text).where(
            PromptVersion.site_id == site_id, PromptVersion.number == latest
        )
    )
    return {
        task: Wording(text, version_name(task, number))
        for task, number, text in rows
        if text is not None
    }


def version_name(task: str, number: int) -> str:
    """``write-content@3``."""
    return f"{task}@{number}"
