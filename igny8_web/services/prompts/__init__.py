"""The prompts of a site: built in until somebody saves a version; no version is ever lost."""

from __future__ import annotations

import re

import sqlalchemy as sa

from ...extensions import transaction
from ...models import PromptVersion, Site, User
from ...pipeline.prompt_rules import problems_of
from ...pipeline.prompt_variables import variables
from ...pipeline.prompts import Unrenderable, rendered
from ..errors import Invalid, Refused
from .preview import example
from .tasks import Task
from .versions import Version, current, find_version

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Overtaken(Refused):
    """Somebody saved another version meanwhile."""

    code = "overtaken"

    def __init__(self, latest: Version) -> None:
        who = latest.author or "Somebody"
        super().__init__(f"{who} saved version {latest.number} while you were writing.")
        self.latest = latest


def save(site: Site, task: Task, text: str, *, based_on: int, author: User) -> Version:
    """Make ``text`` the version in force; ``based_on`` is the number of the one it came from.

    Raises Invalid (``text``), and Overtaken when there is a newer version.
    """
    return _add(site, task, checked(site, task, text), author, based_on)


def restore(site: Site, task: Task, number: int, author: User) -> Version:
    """Make the text of an earlier version the latest; 0 goes back to what comes with igny8.

    Raises NotFound, Invalid when it no longer holds, and Refused when it is in force already.
    """
    found = find_version(site, task, number)
    text = None if found.built_in else checked(site, task, found.text)
    return _add(site, task, text, author)


def checked(site: Site, task: Task, text: str) -> str:
    """The text, tidy. Raises Invalid (``text``) for what could not be asked with."""
    tidy = _CONTROL.sub(" ", re.sub(r"\r\n?", "\n", text)).strip()
    problems = [str(problem) for problem in problems_of(task.slug, tidy)]
    if not problems:
        values = example(site, task).values
        try:
            if values.keys() == variables(task.slug).keys():
                rendered(tidy, values)
        except Unrenderable as error:
            problems = [str(error)]
    if problems:
        raise Invalid("\n".join(problems), "text")
    return tidy


def _add(
    site: Site, task: Task, text: str | None, author: User, based_on: int | None = None
) -> Version:
    with transaction() as db:
        one_at_a_time = sa.select(Site.id).where(Site.id == site.id).with_for_update(key_share=True)
        db.execute(one_at_a_time)
        latest = current(site, task)
        if based_on is not None and latest.number != based_on:
            raise Overtaken(latest)
        if latest.built_in if text is None else latest.text == text:
            raise Refused("Nothing is different: this is the text that is in use.")
        row = PromptVersion(
            site_id=site.id,
            stage=task.slug,
            number=latest.number + 1,
            text=text,
            author_id=author.id,
        )
        db.add(row)
    return find_version(site, task, row.number)
