"""Holding an answer against its form and against what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..providers.base import Earlier, ProviderError

MOST_TOLD = 5
"""Problems of one answer that are named."""
Answer = TypeVar("Answer", bound=BaseModel)
Check = Callable[[Answer], object]
"""Raises UnusableAnswer."""


class UnusableAnswer(Exception):
    """An answer that must not be stored; the message says why to the person who reads it."""


class Unfit(ProviderError):
    """An answer that cannot be used, to be repaired or asked for again."""

    def __init__(self, problem: str, data: dict[str, Any]) -> None:
        super().__init__(problem, code="unfit", retry=True)
        self.earlier = Earlier(json.dumps(data, ensure_ascii=False), problem)


def fitted(data: dict[str, Any], schema: type[Answer], check: Check[Answer] | None) -> Answer:
    """The answer in its form, if it passes ``check``. Raises Unfit."""
    try:
        answer = schema.model_validate(data)
        if check is not None:
            check(answer)
        return answer
    except ValidationError as error:
        problem = "The answer did not have the expected form: " + _problems(error)
    except UnusableAnswer as error:
        problem = str(error)
    raise Unfit(problem, data)


def _problems(error: ValidationError) -> str:
    """The first few of them: who repairs an answer has one try for all."""
    found = error.errors(include_url=False, include_input=False)
    told = [f"{_place(problem['loc'])}: {problem['msg']}" for problem in found[:MOST_TOLD]]
    more = len(found) - len(told)
    return "; ".join(told) + (f"; and {more} more." if more else ".")


def _place(path: tuple[int | str, ...]) -> str:
    return " → ".join(str(part) for part in path) or "the whole answer"
