"""Plausible answers to the briefs, and the smallest JSON that fits a schema."""

from __future__ import annotations

import random
import re
from typing import Any

from igny8_web.providers import article_parts, contracts
from tests import fakes

Data = dict[str, Any]

BRIEFS: dict[str, Any] = {
    "cluster-keywords": contracts.ClusterKeywordsBrief,
    "develop-ideas": contracts.DevelopIdeasBrief,
    "write-content": contracts.WriteContentBrief,
    "write-content-plan": article_parts.PlanArticleBrief,
    "write-content-section": article_parts.WriteSectionBrief,
    "write-content-faq": article_parts.WriteFaqBrief,
    "write-image-prompts": contracts.WriteImagePromptsBrief,
}
VOCABULARY = (
    "people often start with small steps because a clear plan saves time and money while every "
    "good choice depends on season budget place habit and taste so compare two options before "
    "you buy measure what changes write the result down and ask somebody who has done it before "
    "most mistakes come from haste not from lack of skill therefore begin early keep notes look "
    "twice repeat what works and leave out whatever does not help your daily routine at home"
)
WORDS = VOCABULARY.split()


def plausible(task: str | None, brief: Data | None, schema: Data | None) -> Any:
    """The answer to a brief; to another request the smallest JSON, or a greeting.

    Raises pydantic.ValidationError when the brief is none of this task.
    """
    if task not in BRIEFS or brief is None:
        return smallest(schema, schema) if schema else "Hello! How can I help you today?"
    asked = BRIEFS[task].model_validate(brief)
    data = fakes._ANSWERS[task](asked)
    if task == "write-content":
        return _draft(asked, data)
    if task == "write-content-section":
        dice = random.Random(f"{asked.task_id} {asked.number}")
        data["html"] += _paragraph(dice, asked.target_words, asked.title)
    if task == "write-image-prompts":
        data["images"] = data["images"][: asked.in_article + 1]
    return data


def _draft(brief: contracts.WriteContentBrief, data: Data) -> Data:
    """About as long as wanted, and like no other draft."""
    dice = random.Random(f"{brief.task_id} {brief.title}")
    share = max(30, brief.target_words // (3 * len(brief.outline) + 1))
    parts = [_paragraph(dice, share, brief.title)]
    for number, heading in enumerate(brief.outline, 1):
        parts.append(f"<h2>{heading}</h2>")
        topic = brief.keywords[number % len(brief.keywords)].phrase if brief.keywords else heading
        parts += [_paragraph(dice, share, about) for about in (heading, topic, brief.cluster)]
    slug = re.sub(r"\W+", "-", brief.title.lower()).strip("-")[:100]
    summary = f"{brief.title}: {brief.description}"
    return {
        **data,
        "slug": f"{slug}-{brief.task_id}",
        "html": "\n".join(parts),
        "meta_description": summary[:155].strip(),
        "excerpt": summary,
    }


def _paragraph(dice: random.Random, words: int, about: str) -> str:
    """``words`` words in sentences, the first of which is about something."""
    sentences, left = [f"This is what matters for {about}."], words - 6
    while left > 0:
        length = min(left + 1, dice.randint(8, 16))
        sentences.append(" ".join(dice.choices(WORDS, k=length)).capitalize() + ".")
        left -= length
    return f"<p>{' '.join(sentences)}</p>"


def smallest(schema: Data, root: Data | None = None) -> Any:
    """The smallest value that fits; ``root`` is where ``#/$defs/…`` point into."""
    root = root or schema
    if "$ref" in schema:
        return smallest(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return smallest(schema[several][0], root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        wanted = schema.get("required", ())
        return {name: smallest(schema["properties"][name], root) for name in wanted}
    if kind == "array":
        return [smallest(schema["items"], root) for _ in range(schema.get("minItems", 0))]
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return {"string": "x" * max(1, schema.get("minLength", 1)), "boolean": False}.get(kind)
