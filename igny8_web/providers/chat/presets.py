"""Servers we know: where they are, and in which ways they differ.

A server that is not in the list is spoken to like OpenAI's own, and what it refuses is left out
from then on (see ``dialect.py``).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from urllib.parse import urlsplit


class Form(enum.IntEnum):
    """How firmly a server can be told the form of the answer; the highest first."""

    SCHEMA = 2
    JSON = 1
    PROSE = 0


@dataclass(frozen=True)
class Preset:
    """One kind of server."""

    slug: str
    title: str
    base_url: str
    needs_key: bool = True
    form: Form = Form.SCHEMA
    """The firmest that it understands."""
    room: str = "max_tokens"
    """What it calls the limit of an answer's length."""
    example: str = ""
    """A model's name as it is written there, to be shown beside an empty field."""
    hint: str = ""


PRESETS = (
    Preset(
        "openai",
        "OpenAI",
        "https://api.openai.com/v1",
        room="max_completion_tokens",
        example="gpt-5-mini",
    ),
    Preset(
        "openrouter",
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        example="openai/gpt-5-mini",
        hint="It reports the price of each answer.",
    ),
    Preset(
        "anthropic",
        "Anthropic",
        "https://api.anthropic.com/v1",
        form=Form.PROSE,
        example="claude-sonnet-4-5",
    ),
    Preset(
        "gemini",
        "Google Gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        example="gemini-2.5-flash",
    ),
    Preset(
        "ollama",
        "Ollama",
        "http://localhost:11434/v1",
        needs_key=False,
        example="qwen3:8b",
        hint="Set OLLAMA_CONTEXT_LENGTH to 16384 or more: what is longer is cut off unseen.",
    ),
    Preset(
        "vllm",
        "vLLM",
        "http://localhost:8000/v1",
        needs_key=False,
        example="Qwen/Qwen3-8B",
    ),
    Preset(
        "llamacpp",
        "llama.cpp",
        "http://localhost:8080/v1",
        needs_key=False,
        example="any name",
        hint="Start it with --ctx-size 16384 or more.",
    ),
    Preset(
        "lmstudio",
        "LM Studio",
        "http://localhost:1234/v1",
        needs_key=False,
        example="qwen3-8b",
    ),
)


def preset_for(base_url: str) -> Preset:
    """The preset of the server at this address; one named after its host if we know none."""
    place = urlsplit(base_url).netloc
    for preset in PRESETS:
        if urlsplit(preset.base_url).netloc == place:
            return preset
    host = urlsplit(base_url).hostname or "chat"
    return Preset(slug=host[:60], title=host, base_url=base_url, needs_key=False)
