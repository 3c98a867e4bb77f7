"""What a person is told when a verb cannot be done."""

from __future__ import annotations


class Refused(Exception):
    """A wish that cannot be met as things stand; the message says why and what to do."""

    code = "refused"
    """For the API."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Refused):
    """Input that cannot be used. ``field`` names the place."""

    code = "invalid"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class NotFound(Refused):
    """There is no such thing, or this person may not see it."""

    code = "not_found"
