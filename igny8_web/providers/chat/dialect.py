"""How a server wants to be asked, learnt from what it refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..trouble import Refusal
from .presets import Form, Preset

_FORM = re.compile(
    r"response_format|response format|json_schema|json_object|json mode|structured|grammar"
    r"|schema|additionalproperties"
)
_TOO_MUCH_ROOM = re.compile(
    r"max_(completion_)?tokens.*(too large|at most|exceed|maximum|less than|range)"
)
_NOT_UNDERSTOOD = (400, 422, 501)


@dataclass(frozen=True)
class Dialect:
    """What was not refused yet."""

    form: Form
    """The firmest form of answer."""
    room: str
    """The name of the length limit; empty: none is sent."""

    @classmethod
    def of(cls, preset: Preset) -> Dialect:
        """What to begin with."""
        return cls(preset.form, preset.room)

    def simpler(self, refusal: Refusal) -> Dialect | None:
        """What to try after this refusal; None when it was about something else."""
        if refusal.status not in _NOT_UNDERSTOOD:
            return None
        told = refusal.told.lower()
        if self.room and _TOO_MUCH_ROOM.search(told):
            return replace(self, room="")
        if self.room == "max_tokens" and "max_completion_tokens" in told:
            return replace(self, room="max_completion_tokens")
        if self.form > Form.PROSE and _FORM.search(told):
            return replace(self, form=Form(self.form - 1))
        return None


_learnt: dict[tuple[str, str], Dialect] = {}


def dialect_of(base_url: str, model: str, preset: Preset) -> Dialect:
    """The dialect of a model at a server, as far as this process knows it."""
    return _learnt.get((base_url, model)) or Dialect.of(preset)


def remember(base_url: str, model: str, dialect: Dialect) -> None:
    """So that the next question is asked in the right way at once."""
    _learnt[base_url, model] = dialect
