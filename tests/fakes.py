"""A provider without a mind of its own: answers plausibly, unless a test says otherwise."""

from __future__ import annotations

import io
from collections import defaultdict, deque
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from PIL import Image
from pydantic import BaseModel

from igny8_web.providers.base import ImageAnswer, ProviderError, Question, TextAnswer, Usage
from igny8_web.providers.contracts import DrawImageBrief

Data = dict[str, Any]
Change = Callable[[Data], Data]


class FakeProvider:
    """Text and image provider in one. ``asked`` is every brief, in order, with its task."""

    name = "fake"
    model = "fake-1"
    keywords_per_call = 10
    repairs = False
    reads_prompts = False
    in_parts = False
    answer_seconds = 60.0
    paid = False

    def most(self, question: Question) -> Usage:
        """Nothing is counted."""
        return {}

    def size(self, brief: DrawImageBrief) -> str:
        """As wanted."""
        return f"{brief.width}x{brief.height}"

    def __init__(self) -> None:
        self.asked: list[tuple[str, BaseModel]] = []
        self.price = Decimal(0)
        self.images_per_article = 2
        self.shade = 0
        """Another one makes other pictures."""
        self._next: dict[str, deque[Change | Exception]] = defaultdict(deque)
        self._always: dict[str, Change | Exception] = {}

    def will(self, task: str, *what: Change | Exception) -> None:
        """For the next calls of this task: raise that error, or change the plausible answer."""
        self._next[task].extend(what)

    def always(self, task: str, what: Change | Exception) -> None:
        """The same for every call that has no turn of its own."""
        self._always[task] = what

    def answer(self, question: Question) -> TextAnswer:
        """The plausible answer, or what the test wants instead."""
        task, brief = question.task, question.brief
        self.asked.append((task, brief))
        data = _ANSWERS[task](brief)
        what = self._turn(task)
        if task == "write-image-prompts":
            data["images"] = data["images"][: self.images_per_article]
        return TextAnswer(what(data) if what else data, cost=self.price, usage={"input": 1})

    def draw(self, brief: DrawImageBrief) -> ImageAnswer:
        """A picture of one colour."""
        self.asked.append(("draw-images", brief))
        self._turn("draw-images")
        shade = brief.image_id + self.shade
        return ImageAnswer(picture(brief.width, brief.height, shade), cost=self.price)

    def _turn(self, task: str) -> Change | None:
        what = self._next[task].popleft() if self._next[task] else self._always.get(task)
        if isinstance(what, Exception):
            raise what
        return what


def picture(width: int, height: int, shade: int = 0) -> bytes:
    """A WebP of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (shade % 255, 80, 40)).save(out, "WEBP", method=0)
    return out.getvalue()


def busy(price: Decimal = Decimal(0)) -> ProviderError:
    """What a provider says that may answer later."""
    return ProviderError("The provider is busy.", retry=True, cost=price)


def no_money() -> ProviderError:
    """What a provider says that will not answer until somebody acts."""
    return ProviderError("The account has no credit left.", fatal=True)


def nonsense() -> ProviderError:
    """What a provider says that will never answer this."""
    return ProviderError("The request was refused.")


def _clusters(brief: Any) -> Data:
    ids = [keyword.id for keyword in brief.keywords]
    pairs = [ids[start : start + 2] for start in range(0, len(ids), 2)]
    return {"clusters": [{"name": f"Topic {p[0]}", "keyword_ids": p} for p in pairs]}


def _ideas(brief: Any) -> Data:
    return {
        "ideas": [
            {
                "cluster_id": cluster.id,
                "title": f"All about {cluster.name}",
                "description": "For people who drink it.",
                "content_type": "guide",
                "outline": ["Beans", "Water"],
                "keyword_ids": [keyword.id for keyword in cluster.keywords],
                "target_words": 500,
            }
            for cluster in brief.clusters
        ]
    }


def _draft(brief: Any) -> Data:
    return {
        "task_id": brief.task_id,
        "title": brief.title,
        "slug": f"article-{brief.task_id}",
        "html": "".join(f"<h2>{heading}</h2><p>As it is.</p>" for heading in brief.outline),
        "meta_title": brief.title[:70],
        "meta_description": brief.description,
        "excerpt": brief.description,
    }


def _plan(brief: Any) -> Data:
    """A section for each entry of the outline, the keywords dealt out, and one question."""
    ids = [keyword.id for keyword in brief.keywords]
    count = len(brief.outline)
    return {
        **{name: value for name, value in _draft(brief).items() if name != "html"},
        "introduction": f"<p>{brief.title}: as it is.</p>",
        "sections": [
            {"heading": heading, "points": [f"{heading} matter."], "keyword_ids": ids[n::count]}
            for n, heading in enumerate(brief.outline)
        ],
        "questions": ["Does it keep?"],
    }


def _section(brief: Any) -> Data:
    phrases = "".join(f"<p>{keyword.phrase} is answered.</p>" for keyword in brief.keywords)
    heading = brief.plan[brief.number - 1].heading
    return {
        "task_id": brief.task_id,
        "number": brief.number,
        "html": f"<p>{heading} as they are.</p>{phrases}",
        "summary": f"{heading} are as they are.",
    }


def _faq(brief: Any) -> Data:
    asked = [*brief.questions, *(f"What about {k.phrase}?" for k in brief.keywords)]
    return {
        "task_id": brief.task_id,
        "heading": "Questions and answers",
        "entries": [{"question": each, "html": "<p>It is so.</p>"} for each in asked],
    }


def _image_prompts(brief: Any) -> Data:
    kinds = ["featured", *("in-article" for _ in brief.sections)]
    return {
        "content_id": brief.content_id,
        "images": [
            {"kind": kind, "position": n, "prompt": f"{brief.title}, {n}", "alt": f"View {n}"}
            for n, kind in enumerate(kinds)
        ],
    }


_ANSWERS: dict[str, Callable[[Any], Data]] = {
    "cluster-keywords": _clusters,
    "develop-ideas": _ideas,
    "write-content": _draft,
    "write-content-plan": _plan,
    "write-content-section": _section,
    "write-content-faq": _faq,
    "write-image-prompts": _image_prompts,
}
