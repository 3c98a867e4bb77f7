"""POST /v1/images/generations."""

from __future__ import annotations

import base64
import re
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import pictures
from .fault import Fault
from .wire import Failure, Refused, Reply, json_reply

if TYPE_CHECKING:
    from .exchange import Exchange

Data = dict[str, Any]
TASK = "draw-images"
GPT_SIZES = ("1024x1024", "1024x1536", "1536x1024", "auto")


def read(exchange: Exchange, body: Data) -> None:
    """Note the model; a picture's brief is its request."""
    exchange.note(task=TASK, brief=body, model=str(body.get("model")))
    exchange.check_model()


def answer(exchange: Exchange, body: Data, fault: Fault | None) -> Reply:
    """One or more pictures, as base64 from a ``gpt-image-*``, else at a URL."""
    if not body.get("prompt"):
        raise Refused(Failure(400, "Missing required parameter: 'prompt'.", param="prompt"))
    gpt = exchange.call.model.startswith("gpt-image")
    if gpt and "response_format" in body:
        message = "Unknown parameter: 'response_format'."
        code = "unknown_parameter"
        raise Refused(Failure(400, message, code=code, param="response_format"))
    width, height = _size(str(body.get("size", "1024x1024")), gpt)
    kind = str(body.get("output_format", "png")) if gpt else "png"
    if kind not in pictures.FORMATS:
        message = f"Invalid value: '{kind}'. Supported values are: 'png', 'webp', and 'jpeg'."
        raise Refused(Failure(400, message, code="invalid_value", param="output_format"))
    count = int(body.get("n") or 1)
    exchange.charge(Decimal(str(exchange.peer.price_image)) * count)
    made = []
    for n in range(count):
        data = pictures.gradient(width, height, exchange.call.number + n, kind)
        if fault and fault.picture:
            data = fault.picture(data)
        if gpt or body.get("response_format") == "b64_json":
            made.append({"b64_json": base64.b64encode(data).decode()})
        else:
            made.append(
                {"revised_prompt": body["prompt"], "url": host(exchange, data, kind, fault)}
            )
    answered: Data = {"created": int(time.time()), "data": made}
    if gpt:
        answered |= {"size": f"{width}x{height}", "quality": "medium", "output_format": kind}
        answered["usage"] = {"input_tokens": 20, "output_tokens": 1056, "total_tokens": 1076}
    if fault and fault.file:
        assert exchange.hosted, f"{fault.name} needs a model that answers with a URL"
    return json_reply(answered)


def host(exchange: Exchange, data: bytes, kind: str, fault: Fault | None) -> str:
    """Put a picture, or what the fault makes of it, where its URL leads."""
    reply = Reply(200, data, f"image/{kind.replace('jpg', 'jpeg')}")
    if fault and fault.file:
        reply = fault.file(reply)
    exchange.hosted = True
    return exchange.peer.host(reply, kind)


def _size(size: str, gpt: bool) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)x(\d+)", size.replace("auto", "1024x1024"))
    if not found or (gpt and size not in GPT_SIZES):
        values = ", ".join(f"'{each}'" for each in GPT_SIZES)
        message = f"Invalid value: '{size}'. Supported values are: {values}."
        raise Refused(Failure(400, message, code="invalid_value", param="size"))
    return int(found[1]), int(found[2])
