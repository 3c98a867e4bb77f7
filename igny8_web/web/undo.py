"""Messages with a button that takes back what they tell of."""

from __future__ import annotations

from flask import flash


def flash_undoable(text: str, undo_url: str) -> None:
    """Say it on the next page, beside a button that posts to ``undo_url``."""
    flash({"text": text, "undo": undo_url}, "success")  # type: ignore[arg-type]  # is kept as JSON
