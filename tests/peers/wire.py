"""Answers as they leave: whole, or in the ways in which a network spoils them."""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from io import BufferedIOBase
from typing import Any

MOST_ENDLESS = 256 * 2**20
"""Bytes of a body "without end": the machine's memory has one."""


class Sending(Enum):
    """How the body leaves."""

    WHOLE = "whole"
    HALF = "half of it, then the connection is closed"
    SLOW = "a few bytes at a time"
    ENDLESS = "it never ends"
    NOTHING = "the connection is closed without a word"


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    sending: Sending = Sending.WHOLE
    seconds: float = 0.0
    """How long a slow body takes, or the silence before nothing comes."""


@dataclass(frozen=True)
class Failure:
    """An error that each API words in its own shape. ``{key}`` in the message is the caller's."""

    status: int
    message: str
    type: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """Raised where a request turns out to be wrong."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def json_reply(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """``data`` as JSON."""
    return Reply(status, json.dumps(data).encode(), headers=headers or {})


def openai_error(failure: Failure, key: str) -> Reply:
    """The error as OpenAI says it."""
    error = {
        "message": failure.message.replace("{key}", key),
        "type": failure.type,
        "param": failure.param,
        "code": failure.code,
    }
    return json_reply({"error": error}, failure.status, failure.headers)


def runware_error(failure: Failure, key: str) -> Reply:
    """The error as Runware says it, for the whole request."""
    error = {
        "code": failure.code or failure.type,
        "message": failure.message.replace("{key}", key),
        "parameter": failure.param,
        "taskType": "imageInference",
    }
    return json_reply({"errors": [error]}, failure.status, failure.headers)


def pieces(reply: Reply, closing: threading.Event) -> Iterator[bytes]:
    """The body in the order and at the speed in which it leaves."""
    if reply.sending is Sending.WHOLE:
        yield reply.body
    elif reply.sending is Sending.HALF:
        yield reply.body[: len(reply.body) // 2]
    elif reply.sending is Sending.SLOW:
        count = min(len(reply.body), 100)
        for n in range(count):
            if closing.wait(reply.seconds / count):
                return
            yield reply.body[len(reply.body) * n // count : len(reply.body) * (n + 1) // count]
    elif reply.sending is Sending.ENDLESS:
        yield _chunk(b'{"id": "')
        for _ in range(MOST_ENDLESS // 65536):
            if closing.is_set():
                return
            yield _chunk(b"x" * 65536)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def send_body(reply: Reply, file: BufferedIOBase, closing: threading.Event) -> None:
    """Write the body. Raises OSError when nobody reads it."""
    for piece in pieces(reply, closing):
        file.write(piece)


def is_gone(connection: socket.socket) -> bool:
    """Whether the other side has hung up, which a killed process does."""
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True


def slowly(reply: Reply, seconds: float) -> Reply:
    """The same, in drops."""
    return replace(reply, sending=Sending.SLOW, seconds=seconds)
