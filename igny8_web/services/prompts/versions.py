"""The versions of a site's prompts: which is in use, and which were."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ...extensions import session
from ...models import PromptVersion, Site, User
from ...pipeline.prompt_variables import TASKS
from ...pipeline.prompt_versions import version_name
from ...pipeline.prompts import built_in
from ..errors import NotFound
from .tasks import Task

SHOWN_VERSIONS = 100


@dataclass(frozen=True)
class Version:
    """A wording with its history. ``number`` 0 is the one that comes with igny8."""

    name: str
    """As results carry it, e.g. ``write-content@3`` or ``built-in:ab12cd34``."""
    number: int
    text: str
    built_in: bool
    """Version 0, or one that went back to it."""
    author: str | None = None
    """E-mail of whoever saved it; None where the account is gone, or nobody did."""
    created_at: datetime | None = None


def in_force(site: Site) -> dict[str, Version]:
    """The version of each task that is used now. One query."""
    latest = sa.select(sa.func.max(PromptVersion.id)).where(PromptVersion.site_id == site.id)
    found = _versions(site, PromptVersion.id.in_(latest.group_by(PromptVersion.stage)))
    return {task: _original(task) for task in TASKS} | dict(found)


def current(site: Site, task: Task) -> Version:
    """The version that is used now."""
    return (history(site, task, 1) or [_original(task.slug)])[0]


def history(site: Site, task: Task, most: int = SHOWN_VERSIONS) -> list[Version]:
    """What people saved, the newest first."""
    return [each for _, each in _versions(site, PromptVersion.stage == task.slug, most)]


def find_version(site: Site, task: Task, number: int) -> Version:
    """One version, 0 for the one that comes with igny8. Raises NotFound."""
    if number == 0:
        return _original(task.slug)
    this = sa.and_(PromptVersion.stage == task.slug, PromptVersion.number == number)
    for _, found in _versions(site, this):
        return found
    raise NotFound("There is no such version of this prompt.")


def compared(old: str, new: str) -> list[tuple[str, str]]:
    """A unified diff: lines with ``+``, ``-``, a space, or ``@`` for a place; empty: the same."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2)
    return [(line[:1], line[1:] if line[:1] in "+- " else line) for line in lines][2:]


def _versions(
    site: Site, which: sa.ColumnElement[bool], most: int = SHOWN_VERSIONS
) -> Sequence[tuple[str, Version]]:
    """Versions with their task, the newest first."""
    row = PromptVersion
    query = (
        sa.select(row.stage, row.number, row.text, row.created_at, User.email)
        .outerjoin(User, User.id == row.author_id)
        .where(row.site_id == site.id, which)
        .order_by(row.id.desc())
        .limit(most)
    )
    return [
        (stage, _version(stage, number, text, email, created_at))
        for stage, number, text, created_at, email in session().execute(query)
        if stage in TASKS
    ]


def _version(
    task: str, number: int, text: str | None, author: str | None, created_at: datetime
) -> Version:
    if text is None:
        original = _original(task)
        return Version(original.name, number, original.text, True, author, created_at)
    return Version(version_name(task, number), number, text, False, author, created_at)


def _original(task: str) -> Version:
    wording = built_in(task)
    return Version(wording.version, 0, wording.template.strip(), built_in=True)
