"""Text by any server that speaks OpenAI's chat completions."""

from .client import Chat

__all__ = ["Chat"]
