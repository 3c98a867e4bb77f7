"""Numbers and things as people read them."""

from __future__ import annotations

UnitWords = tuple[str, str]


def count_of(number: int, unit: UnitWords) -> str:
    """``count_of(2, ("image", "images"))`` is ``"2 images"``."""
    return f"{number:,} {unit[0] if number == 1 else unit[1]}"


def in_short(text: str, most: int = 200) -> str:
    """The text in one line of so many characters at most."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def seconds_in_words(seconds: float) -> str:
    """``161`` is ``"2 min 41 s"``; under ten seconds one decimal is kept."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
