"""POST /runware/v1: an array of tasks, of which each succeeds or fails."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import pictures
from .fault import Fault
from .images import TASK, host
from .wire import Failure, Refused, Reply, json_reply

if TYPE_CHECKING:
    from .exchange import Exchange

Data = dict[str, Any]


def read(exchange: Exchange, body: list[Data]) -> None:
    """Note the first task; there is one call for each request."""
    if not isinstance(body, list) or not body:
        raise Refused(Failure(400, "The request must be an array of tasks.", code="invalidJSON"))
    exchange.note(task=TASK, brief=body[0], model=str(body[0].get("model")))


def answer(exchange: Exchange, body: list[Data], fault: Fault | None) -> Reply:
    """``data`` and ``errors`` by task. Every task after the first has a turn of its own."""
    made: list[Data] = []
    errors: list[Data] = []
    for n, task in enumerate(body):
        if n:
            fault = exchange.peer.turn("runware", TASK)
        wrong = _wrong(task, fault)
        if wrong:
            errors.append(_error(task, *wrong))
        else:
            made += _pictures(exchange, task, fault)
    answered = {"data": made} if made else {}
    if errors:
        answered["errors"] = errors
    return json_reply(answered, 200 if made else 400)


def _wrong(task: Data, fault: Fault | None) -> tuple[str, str, str | None] | None:
    """Code, message and parameter of what stops this task."""
    if task.get("taskType") != "imageInference":
        return "invalidTaskType", "Invalid value for taskType parameter.", "taskType"
    try:
        if uuid.UUID(str(task.get("taskUUID"))).version != 4:
            raise ValueError
    except ValueError:
        return "invalidTaskUUID", "Invalid taskUUID: use a UUID v4.", "taskUUID"
    if not re.fullmatch(r"[\w-]+:[\w-]+@[\w-]+", str(task.get("model"))):
        return "invalidModel", "Invalid model AIR identifier.", "model"
    for side in ("width", "height"):
        if not 128 <= int(task.get(side) or 0) <= 2048 or int(task[side]) % 64:
            message = f"Invalid value for {side}: a multiple of 64 between 128 and 2048."
            return f"invalid{side.title()}", message, side
    if not 2 <= len(str(task.get("positivePrompt") or "")) <= 3000:
        message = "The prompt must have between 2 and 3000 characters."
        return "invalidPositivePrompt", message, "positivePrompt"
    if fault and isinstance(fault.instead, Failure):
        return fault.instead.code or "error", fault.instead.message, None
    if fault and fault.data:
        return *fault.data(task), None
    return None


def _pictures(exchange: Exchange, task: Data, fault: Fault | None) -> list[Data]:
    price = Decimal(str(exchange.peer.price_image))
    kind = str(task.get("outputFormat", "JPG")).lower()
    made: list[Data] = []
    for _ in range(int(task.get("numberResults") or 1)):
        exchange.charge(exchange.call.cost + price)
        number = exchange.call.number + len(made)
        data = pictures.gradient(task["width"], task["height"], number, kind)
        if fault and fault.picture:
            data = fault.picture(data)
        one = {
            "taskType": "imageInference",
            "taskUUID": task["taskUUID"],
            "imageUUID": str(uuid.uuid4()),
            "imageURL": host(exchange, data, kind, fault),
            "seed": number,
        }
        made.append(one | ({"cost": float(price)} if task.get("includeCost") else {}))
    return made


def _error(task: Data, code: str, message: str, parameter: str | None) -> Data:
    return {
        "code": code,
        "message": message,
        "parameter": parameter,
        "taskType": task.get("taskType"),
        "taskUUID": task.get("taskUUID"),
    }
