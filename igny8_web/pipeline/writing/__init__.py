"""An article by a chat model: at once where it is short, else from a plan, section by section.

Each request is recorded by itself. When one is not answered, the parts that were paid for serve
the next attempt.
"""

from __future__ import annotations

from ...providers.contracts import WriteContentBrief
from ..tools import Tools
from .at_once import MOST_AT_ONCE, at_once
from .draft import Draft
from .links import nearest_links
from .open_questions import with_open_questions
from .section_by_section import section_by_section

__all__ = ["Draft", "at_once", "written"]


def written(brief: WriteContentBrief, tools: Tools) -> Draft:
    """The article, complete. Raises ProviderError."""
    brief = brief.model_copy(update={"related": nearest_links(brief)})
    write = at_once if brief.target_words <= MOST_AT_ONCE else section_by_section
    return with_open_questions(write(brief, tools), brief, tools)
