"""One request on its way from the key to the answer; what all kinds of call have in common."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from .fault import Fault, wrong_key
from .record import Call
from .wire import Failure, Refused, Reply, Sending, is_gone, openai_error, runware_error

if TYPE_CHECKING:
    from .ai import AiPeer

NOTHING = Reply(0, sending=Sending.NOTHING)


class Exchange:
    """What is known of a call so far."""

    def __init__(self, peer: AiPeer, kind: str, key: str, connection: socket.socket) -> None:
        self.peer = peer
        self.key = key
        self.hosted = False
        """Whether the answer leads to pictures at URLs."""
        self._connection = connection
        self.call = Call(peer.begin(), kind, started=time.monotonic())

    def note(self, **known: Any) -> None:
        """Remember more about the call."""
        self.call = replace(self.call, **known)

    def charge(self, cost: Decimal, usage: dict[str, int] | None = None) -> None:
        """Something was made, and costs."""
        self.note(cost=cost, usage=usage)

    def check_model(self) -> None:
        """Raises Refused when the peer has no such model."""
        if self.call.model not in self.peer.models:
            message = (
                f"The model `{self.call.model}` does not exist or you do not have access to it."
            )
            raise Refused(Failure(404, message, code="model_not_found", param="model"))

    def stay_silent(self, seconds: float) -> None:
        """Until then, or until nobody listens any more."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not is_gone(self._connection):
            if self.peer.closing.wait(min(0.05, seconds)):
                return

    def end(self, reply: Reply) -> None:
        """Record the call; its answer leaves next."""
        whole = reply.status == 200 and reply.sending in (Sending.WHOLE, Sending.SLOW)
        answered = whole and not is_gone(self._connection)
        self.note(status=reply.status, answered=answered, finished=time.monotonic())
        self.peer.end(self.call)


class Api(Protocol):
    """The module of one kind of call."""

    def read(self, exchange: Exchange, body: Any) -> None:
        """Note what is asked. Raises Refused."""

    def answer(self, exchange: Exchange, body: Any, fault: Fault | None) -> Reply:
        """Make the answer and charge for it. Raises Refused."""
        ...


def reply_to(exchange: Exchange, api: Api, raw: bytes) -> Reply:
    """The answer, or what comes instead."""
    peer, kind = exchange.peer, exchange.call.kind
    error = runware_error if kind == "runware" else openai_error
    try:
        check_key(peer, exchange.key)
        body = _json(raw)
        api.read(exchange, body)
        fault = peer.turn(kind, exchange.call.task)
        exchange.note(fault=fault.name if fault else None)
        peer.wait_while_held(exchange.call.task)
        if peer.closing.wait(peer.latency):
            return NOTHING
        if fault and fault.instead:
            return _instead(exchange, fault.instead)
        reply = api.answer(exchange, body, fault)
        if fault and fault.reply and not (fault.file and exchange.hosted):
            return fault.reply(reply)
        return reply
    except Refused as refused:
        return error(refused.failure, exchange.key)


def check_key(peer: AiPeer, key: str) -> None:
    """Raises Refused when it is not the peer's."""
    if not key and peer.status_without_key != 401:
        raise Refused(Failure(peer.status_without_key, "No api key passed in."))
    if key != peer.key:
        raise Refused(wrong_key())


def _instead(exchange: Exchange, instead: Failure | Reply) -> Reply:
    if isinstance(instead, Failure):
        raise Refused(instead)
    if instead.sending is Sending.NOTHING:
        exchange.stay_silent(instead.seconds)
    return instead


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        message = "We could not parse the JSON body of your request."
        raise Refused(Failure(400, message)) from None
