"""What a person decides about ideas."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..extensions import session, transaction
from ..models import Idea, IdeaStatus, Site, Task, TaskStatus
from ..pipeline.stages import stage_by_slug
from ..providers.contracts import ContentType
from .errors import Invalid, NotFound, Refused
from .filtering import Chosen
from .in_hand import held, run_with

STAGE = "queue-tasks"
CONTENT_TYPES: tuple[str, ...] = get_args(ContentType)
FEWEST_WORDS, MOST_WORDS = 200, 6_000
LONGEST_TITLE, LONGEST_TEXT = 400, 4_000
FEWEST_HEADINGS, MOST_HEADINGS = 2, 30
FIELDS = ("title", "description", "content_type", "outline", "target_words")


class WrongState(Refused):
    """The idea is not in a state from which this can be done."""

    code = "wrong_state"


class Outdated(Refused):
    """Somebody else changed it since the page was shown."""

    code = "outdated"


@dataclass(frozen=True)
class Changed:
    """How many ideas an action changed, and how many a live run kept it from."""

    number: int
    in_hand: int = 0


def find_idea(site: Site, idea_id: int) -> Idea:
    """The idea of the site. Raises NotFound."""
    return _find(session(), site, idea_id)


def take_all_the_same(site: Site, idea_id: int) -> Idea:
    """Let an idea wait for its task although it repeats another. Raises NotFound, WrongState."""
    with transaction() as db:
        idea = _find(db, site, idea_id, lock=True)
        if idea.status is not IdeaStatus.REFUSED:
            raise WrongState(f"“{idea.title}” is {idea.status}: it was not refused.")
        idea.status, idea.refusal = IdeaStatus.NEW, None
        return idea


def approve(site: Site, chosen: Chosen) -> Changed:
    """Make tasks of the chosen that have none, refused and discarded ones too. Raises NoneChosen.

    It is what the stage of a run does, done at once: nobody has to be asked for it.
    """
    with transaction() as db:
        ids, in_hand = _free(
            db, site, chosen, (IdeaStatus.NEW, IdeaStatus.REFUSED, IdeaStatus.DISCARDED)
        )
        _set(db, ids, status=IdeaStatus.NEW, refusal=None)
        return Changed(stage_by_slug(STAGE).store(ids, ids, db), in_hand)


def discard(site: Site, chosen: Chosen) -> Changed:
    """Put aside those that have no task; no run looks at them. Raises NoneChosen."""
    with transaction() as db:
        ids, in_hand = _free(db, site, chosen, (IdeaStatus.NEW, IdeaStatus.REFUSED))
        _set(db, ids, status=IdeaStatus.DISCARDED)
        return Changed(len(ids), in_hand)


def take_back(site: Site, chosen: Chosen) -> Changed:
    """Let discarded ones wait again. Raises NoneChosen."""
    with transaction() as db:
        ids, in_hand = _free(db, site, chosen, (IdeaStatus.DISCARDED,))
        _set(db, ids, status=IdeaStatus.NEW, refusal=None)
        return Changed(len(ids), in_hand)


def stamp_of(idea: Idea) -> str:
    """What changes when anybody edits the idea: a form that sends it back overwrites nothing."""
    known = json.dumps([getattr(idea, name) for name in FIELDS], ensure_ascii=False)
    return hashlib.sha256(known.encode()).hexdigest()[:16]


def edit_idea(site: Site, idea_id: int, given: Mapping[str, str], stamp: str | None) -> Idea:
    """Change what ``given`` names (texts by :data:`FIELDS`; the outline has a heading a line).

    Raises NotFound, Invalid, Outdated when ``stamp`` is another than the idea's, and WrongState
    when the article is written, or a live run has it.
    """
    values = _read(given)
    with transaction() as db:
        idea = _find(db, site, idea_id, lock=True)
        if stamp is not None and stamp != stamp_of(idea):
            raise Outdated("Somebody changed this idea meanwhile. Look at it, then save again.")
        task = db.scalar(sa.select(Task).where(Task.idea_id == idea.id))
        if task and task.status is TaskStatus.COMPLETED:
            raise WrongState("Its article is written: change the article instead.")
        run = run_with(db, (STAGE,), [idea.id]) or (
            run_with(db, ("write-content",), [task.id]) if task else None
        )
        if run:
            raise WrongState(f"{run} is working on it. Wait until it has finished, or cancel it.")
        for name, value in values.items():
            setattr(idea, name, value)
        if task and "title" in values:
            task.title = values["title"]
        return idea


def _find(db: Session, site: Site, idea_id: int, *, lock: bool = False) -> Idea:
    query = sa.select(Idea).where(Idea.id == idea_id, Idea.site_id == site.id)
    idea = db.scalar(query.with_for_update() if lock else query)
    if idea is None:
        raise NotFound("There is no such idea on this site.")
    return idea


def _free(
    db: Session, site: Site, chosen: Chosen, allowed: Collection[IdeaStatus]
) -> tuple[list[int], int]:
    """The chosen ones of these statuses that no live run has, locked; and how many one has."""
    wanted = sa.and_(Idea.id.in_(chosen.select(site)), Idea.status.in_(allowed))
    busy = held((STAGE,), Idea.id)
    ids = db.scalars(
        sa.select(Idea.id).where(wanted, ~busy).order_by(Idea.id).with_for_update()
    ).all()
    in_hand = db.scalar(sa.select(sa.func.count()).select_from(Idea).where(wanted, busy))
    return list(ids), in_hand or 0


def _set(db: Session, ids: Collection[int], **values: Any) -> None:
    db.execute(
        sa.update(Idea)
        .where(Idea.id.in_(ids))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.expire_all()


def _read(given: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in given.items():
        clean = text.replace("\0", "").replace("\r\n", "\n").strip()
        match name:
            case "title":
                values[name] = _text(" ".join(clean.split()), name, LONGEST_TITLE)
            case "description":
                values[name] = _text(clean, name, LONGEST_TEXT)
            case "content_type":
                if clean not in CONTENT_TYPES:
                    raise Invalid(f"Choose one of {', '.join(CONTENT_TYPES)}.", name)
                values[name] = clean
            case "outline":
                values[name] = _headings(clean)
            case "target_words":
                values[name] = _words(clean)
    return values


def _text(text: str, name: str, longest: int) -> str:
    if not text:
        raise Invalid("Write something here.", name)
    if len(text) > longest:
        raise Invalid(f"Write {longest:,} characters at most.", name)
    return text


def _headings(text: str) -> list[str]:
    headings = [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]
    if not FEWEST_HEADINGS <= len(headings) <= MOST_HEADINGS:
        raise Invalid(
            f"Write {FEWEST_HEADINGS} to {MOST_HEADINGS} headings, one a line.", "outline"
        )
    if longest := next((each for each in headings if len(each) > LONGEST_TITLE), None):
        raise Invalid(f"“{longest[:40]}…” has more than {LONGEST_TITLE} characters.", "outline")
    return headings


def _words(text: str) -> int:
    digits = text.replace(",", "")
    if not digits.isdecimal() or not FEWEST_WORDS <= int(digits[:9]) <= MOST_WORDS:
        raise Invalid(f"Write a number from {FEWEST_WORDS} to {MOST_WORDS:,}.", "target_words")
    return int(digits)
