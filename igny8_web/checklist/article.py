"""What is looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """A draft and what was wanted of it."""

    title: str
    html: str
    """A fragment that was made safe."""
    meta_title: str
    meta_description: str
    language: str
    """BCP 47 tag."""
    target_words: int
    keywords: tuple[str, ...] = ()
    """The phrases that it is to answer, the most important first."""
    never_say: tuple[str, ...] = ()
    """Words and claims that the site must not print."""
    own_paths: tuple[str, ...] = ()
    """Addresses of the site's published articles; empty where there is nothing to link to."""
