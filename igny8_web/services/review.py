"""The review gate: a person approves an article or sends it back. No machine does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..checklist import Point
from ..db import db_now
from ..extensions import session, transaction
from ..models import Content, ContentStatus, Decision, Site, User
from ..pipeline.checking import check_content, note_report
from ..pipeline.text_versions import newest_number
from .errors import Invalid, Refused
from .filtering import Chosen

LONGEST_NOTE = 4000
MOST_AT_ONCE = 500
MAY_BE_APPROVED = (ContentStatus.REVIEW, ContentStatus.SENT_BACK)
MAY_BE_SENT_BACK = (ContentStatus.REVIEW, ContentStatus.APPROVED)


class WrongState(Refused):
    """The content is not in a state from which this can be done."""

    code = "wrong_state"


class NotReady(Refused):
    """The checklist has a point that nobody may overlook."""

    code = "not_ready"

    def __init__(self, content: Content, musts: Sequence[Point]) -> None:
        points = ", ".join(point.label.lower() for point in musts)
        super().__init__(
            f"“{content.title}” is not ready: {points}. "
            "Mend it, or approve it although the checklist says no."
        )


class Changed(Refused):
    """Somebody changed the text since it was read."""

    code = "outdated"


@dataclass(frozen=True)
class Approved:
    """What became of many: how many are approved, and the titles of those that are not."""

    number: int
    left: Sequence[str]


def approve(
    content: Content, user: User, *, although: bool = False, revision: int | None = None
) -> None:
    """``user`` finds it ready to publish, ``although`` a must of the checklist is not met.

    ``revision`` is that of the text which was read; None: whatever it is now. Raises WrongState,
    NotReady, Changed.
    """
    with transaction() as db:
        locked = _lock(db, content, revision)
        report = check_content(db, locked, locked.task.idea)
        note_report(locked, report)
        _check(locked, ContentStatus.APPROVED, MAY_BE_APPROVED)
        if report.musts_failed and not although:
            raise NotReady(locked, report.musts_failed)
        _decide(db, locked, user, ContentStatus.APPROVED, None, although=bool(report.musts_failed))


def approve_passing(site: Site, chosen: Chosen, user: User) -> Approved:
    """Approve those of the chosen that wait and fail no must, one after the other.

    Raises NoneChosen, and Refused for more than :data:`MOST_AT_ONCE`.
    """
    waiting = sa.and_(Content.id.in_(chosen.select(site)), Content.status == ContentStatus.REVIEW)
    query = sa.select(Content).where(waiting).order_by(Content.id)
    contents = session().scalars(query.limit(MOST_AT_ONCE + 1)).all()
    if len(contents) > MOST_AT_ONCE:
        raise Refused(f"Choose {MOST_AT_ONCE} articles at most.")
    left = []
    for content in contents:
        try:
            approve(content, user)
        except (NotReady, WrongState):
            left.append(content.title)
    return Approved(len(contents) - len(left), left)


def undo(content: Content, user: User) -> None:
    """Take back the last decision, which has to be ``user``'s own. Raises WrongState."""
    with transaction() as db:
        locked = _lock(db, content)
        last = db.scalars(
            sa.select(Decision)
            .where(Decision.content_id == locked.id)
            .order_by(Decision.id.desc())
            .limit(2)
        ).all()
        decided = (ContentStatus.APPROVED, ContentStatus.SENT_BACK)
        if not last or last[0].user_id != user.id or locked.status is not last[0].status:
            raise WrongState(f"“{locked.title}” was decided on by somebody else meanwhile.")
        if locked.status not in decided:
            raise WrongState(f"“{locked.title}” waits for a decision already.")
        before = last[1] if len(last) > 1 else None
        status = before.status if before else ContentStatus.REVIEW
        _decide(db, locked, user, status, before.note if before else None)


def ready_again(content: Content, user: User) -> None:
    """Back into the queue, after it was sent back or approved. Raises WrongState."""
    with transaction() as db:
        locked = _lock(db, content)
        _check(locked, ContentStatus.REVIEW, (ContentStatus.SENT_BACK, ContentStatus.APPROVED))
        _decide(db, locked, user, ContentStatus.REVIEW, None)


def send_back(content: Content, user: User, note: str) -> None:
    """``user`` says in ``note`` what is to be changed. Raises WrongState, Invalid (note)."""
    note = note.strip()
    if not note:
        raise Invalid("Say what is to be changed.", "note")
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"The note has more than {LONGEST_NOTE:,} characters.", "note")
    with transaction() as db:
        locked = _lock(db, content)
        _check(locked, ContentStatus.SENT_BACK, MAY_BE_SENT_BACK)
        _decide(db, locked, user, ContentStatus.SENT_BACK, note)


def _lock(db: Session, content: Content, revision: int | None = None) -> Content:
    locked = db.get_one(Content, content.id, with_for_update=True)
    if revision is not None and revision != locked.revision:
        raise Changed(f"“{locked.title}” was changed since you read it. Look at it again.")
    return locked


def _check(locked: Content, status: ContentStatus, allowed: tuple[ContentStatus, ...]) -> None:
    if locked.status not in allowed:
        state, wish = (words.value.replace("_", " ") for words in (locked.status, status))
        raise WrongState(f"“{locked.title}” is {state}: it cannot be {wish}.")


def _decide(
    db: Session,
    locked: Content,
    user: User,
    status: ContentStatus,
    note: str | None,
    *,
    although: bool = False,
) -> None:
    locked.status, locked.review_note = status, note
    locked.reviewed_by_id, locked.reviewed_at = user.id, db_now()
    db.add(
        Decision(
            content_id=locked.id,
            user_id=user.id,
            status=status,
            note=note,
            version=newest_number(db, locked.id) or None,
            score=locked.score,
            although=although,
        )
    )
