"""The review gate: a person approves an article or sends it back. No machine does."""

from __future__ import annotations

from ..db import db_now
from ..extensions import transaction
from ..models import Content, ContentStatus, User
from .errors import Invalid, Refused

LONGEST_NOTE = 4000
MAY_BE_APPROVED = (ContentStatus.REVIEW, ContentStatus.SENT_BACK)
MAY_BE_SENT_BACK = (ContentStatus.REVIEW, ContentStatus.APPROVED)


class WrongState(Refused):
    """The content is not in a state from which this can be done."""

    code = "wrong_state"


def approve(content: Content, user: User) -> None:
    """``user`` finds it ready to publish. Raises WrongState."""
    _decide(content, user, ContentStatus.APPROVED, MAY_BE_APPROVED, note=None)


def send_back(content: Content, user: User, note: str) -> None:
    """``user`` says in ``note`` what is to be changed. Raises WrongState, Invalid (note)."""
    note = note.strip()
    if not note:
        raise Invalid("Say what is to be changed.", "note")
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"The note has more than {LONGEST_NOTE:,} characters.", "note")
    _decide(content, user, ContentStatus.SENT_BACK, MAY_BE_SENT_BACK, note)


def _decide(
    content: Content,
    user: User,
    status: ContentStatus,
    allowed: tuple[ContentStatus, ...],
    note: str | None,
) -> None:
    with transaction() as db:
        locked = db.get_one(Content, content.id, with_for_update=True)
        if locked.status not in allowed:
            state, wish = (words.value.replace("_", " ") for words in (locked.status, status))
            raise WrongState(f"“{locked.title}” is {state}: it cannot be {wish}.")
        locked.status, locked.review_note = status, note
        locked.reviewed_by_id, locked.reviewed_at = user.id, db_now()
