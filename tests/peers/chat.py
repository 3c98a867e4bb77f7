"""POST /v1/chat/completions."""

from __future__ import annotations

import json
import re
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .answers import plausible
from .fault import Fault, unsupported_parameter
from .schemas import check_format
from .wire import Failure, Refused, Reply, json_reply

if TYPE_CHECKING:
    from .exchange import Exchange

Data = dict[str, Any]
DATA = re.compile(r"^<data>\s*$\n(.*?)\n^</data>\s*$", re.MULTILINE | re.DOTALL)
TASK = re.compile(r"^Task: ([\w-]+)", re.MULTILINE)


def read(exchange: Exchange, body: Data) -> None:
    """Note what is asked. Raises Refused when it is not asked properly."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused(Failure(400, "Missing required parameter: 'messages'.", param="messages"))
    exchange.note(task=task_of(body), brief=brief_of(messages), model=str(body.get("model")))
    exchange.note(repair=sum(message.get("role") == "user" for message in messages) > 1)
    exchange.check_model()


def answer(exchange: Exchange, body: Data, fault: Fault | None) -> Reply:
    """A completion, charged."""
    for name in exchange.peer.unsupported.keys() & body.keys():
        raise Refused(unsupported_parameter(name, exchange.peer.unsupported[name]))
    check_format(body, exchange.peer.structured)
    call, messages = exchange.call, body["messages"]
    schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
    data = plausible(call.task, call.brief, schema)
    if fault and fault.data:
        data = fault.data(data)
    content = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    if fault and fault.content:
        content = fault.content(content)
    most: int = body.get("max_completion_tokens") or body.get("max_tokens") or 0
    cut = 0 < most < tokens(content)
    if cut:
        content = content[: most * 4]
    usage = {"prompt_tokens": sum(tokens(text_of(m)) for m in messages)}
    usage["completion_tokens"] = tokens(content)
    usage["total_tokens"] = sum(usage.values())
    exchange.charge(_price(exchange, usage), usage)
    completion = _completion(call.number, call.model, content, "length" if cut else "stop", usage)
    if fault and fault.completion:
        fault.completion(completion)
    return json_reply(completion, headers=_headers(call.number, usage["total_tokens"]))


def task_of(body: Data) -> str | None:
    """The slug of the stage that asks."""
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_schema":
        return str(wanted.get("json_schema", {}).get("name", "")).replace("_", "-")
    systems = [m for m in body["messages"] if m.get("role") in ("system", "developer")]
    found = [TASK.search(text_of(message)) for message in systems]
    return next((match[1].replace("_", "-") for match in found if match), None)


def brief_of(messages: list[Data]) -> Data | None:
    """The JSON between the data lines of the first message of the user that has some."""
    for message in messages:
        match = DATA.search(text_of(message)) if message.get("role") == "user" else None
        if match:
            brief: Data = json.loads(match[1])
            return brief
    return None


def text_of(message: Data) -> str:
    """The text of a message, whose content may come in parts."""
    content = message.get("content") or ""
    if isinstance(content, list):
        return "\n".join(part.get("text", "") for part in content)
    return str(content)


def tokens(text: str) -> int:
    """About as many as a real tokenizer finds."""
    return -(-len(text) // 4)


def _price(exchange: Exchange, usage: dict[str, int]) -> Decimal:
    cost_in = Decimal(str(exchange.peer.price_in)) * usage["prompt_tokens"]
    cost_out = Decimal(str(exchange.peer.price_out)) * usage["completion_tokens"]
    return (cost_in + cost_out) / 1_000_000


def _completion(number: int, model: str, content: str, reason: str, usage: Data) -> Data:
    message: Data = {"role": "assistant", "content": content, "refusal": None, "annotations": []}
    details = {
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }
    return {
        "id": f"chatcmpl-{number:08d}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reason}],
        "usage": {**usage, **details},
        "service_tier": "default",
        "system_fingerprint": None,
    }


def _headers(number: int, used: int) -> dict[str, str]:
    return {
        "openai-processing-ms": "12",
        "openai-version": "2020-10-01",
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-limit-tokens": "200000",
        "x-ratelimit-remaining-requests": str(499 - number % 500),
        "x-ratelimit-remaining-tokens": str(max(0, 200_000 - used)),
        "x-ratelimit-reset-requests": "120ms",
        "x-ratelimit-reset-tokens": "6ms",
    }
