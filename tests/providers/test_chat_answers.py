"""What a chat model may answer: read where it can be read, and charged in any case."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from igny8_web.providers.chat.reading import object_in

from ..peers import faults
from ..peers.ai import AiPeer
from ..peers.fault import CHAT, Fault
from .chats import TASK, ask, refused

PAIR = {"clusters": [{"name": "Topic 1", "keyword_ids": [1, 2]}]}


def odd(change: Callable[[dict[str, Any]], object]) -> Fault:
    """A completion that ``change`` alters in place."""

    def alter(completion: dict[str, Any]) -> None:
        change(completion)

    return Fault("odd", CHAT, completion=alter)


def message_of(completion: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = completion["choices"][0]["message"]
    return message


def in_parts(completion: dict[str, Any]) -> None:
    text = message_of(completion)["content"]
    parts = [{"type": "text", "text": text[:9]}, {"type": "text", "text": text[9:]}]
    message_of(completion)["content"] = parts


def test_the_answer_comes_with_its_tokens(peer: AiPeer) -> None:
    answer = ask(peer)

    assert answer.data == PAIR
    [call] = peer.calls
    assert call.usage
    assert answer.usage == {
        "input": call.usage["prompt_tokens"],
        "output": call.usage["completion_tokens"],
    }
    assert answer.cost is None, "this server does not say what it charges"


def test_the_price_is_the_one_that_the_server_tells(peer: AiPeer) -> None:
    peer.will(TASK, odd(lambda completion: completion["usage"].update(cost=0.00123)))

    assert ask(peer).cost == Decimal("0.00123")


@pytest.mark.parametrize("cost", [-1, "NaN", "Infinity", "free", [1], {}])
def test_a_price_that_is_none_is_not_believed(peer: AiPeer, cost: object) -> None:
    peer.will(TASK, odd(lambda completion: completion["usage"].update(cost=cost)))

    assert ask(peer).cost is None


@pytest.mark.parametrize("usage", [None, [], {"prompt_tokens": "many", "completion_tokens": -1}])
def test_tokens_that_are_not_told_are_not_counted(peer: AiPeer, usage: object) -> None:
    peer.will(TASK, odd(lambda completion: completion.update(usage=usage)))

    assert ask(peer).usage == {}


@pytest.mark.parametrize(
    "fault",
    [
        faults.fenced(),
        odd(in_parts),
        Fault(
            "thinks", CHAT, content=lambda text: f'<think>So {{"clusters": [1]}}?</think>\n{text}'
        ),
        Fault("talks", CHAT, content=lambda text: f"Sure {{here}}: {text} Was that helpful?"),
        Fault("empty first", CHAT, content=lambda text: f"{{}}\n{text}"),
    ],
    ids=lambda fault: fault.name,
)
def test_an_answer_is_found_in_what_stands_around_it(peer: AiPeer, fault: Fault) -> None:
    peer.will(TASK, fault)

    assert ask(peer).data == PAIR


def test_line_breaks_inside_a_text_are_forgiven() -> None:
    assert object_in('{"html": "<p>one\ntwo</p>"}') == {"html": "<p>one\ntwo</p>"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1, 2]",
        "{}",
        '{"a": NaN}',
        '{"a": "\\ud800"}',
        '{"a": "zero \\u0000 byte"}',
        '{"a": ' + "[" * 100_000,
        "{" * 100_000,
        '{"a": 1' + "0" * 10_000 + "}",
    ],
    ids=lambda text: text[:20],
)
def test_what_no_database_could_keep_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError, match=r"no JSON object|surrogates|zero byte"):
        object_in(text)


@pytest.mark.parametrize(
    ("fault", "code", "retry", "message"),
    [
        (
            faults.garbage("I am sorry, but no."),
            "garbage",
            True,
            "The model did not answer with JSON: I am sorry, but no.",
        ),
        (faults.empty(), "garbage", True, "The model answered with nothing."),
        (
            faults.truncated(),
            "truncated",
            True,
            "The answer was cut off: it grew longer than the model may write.",
        ),
        (
            faults.refused("I can't help with that."),
            "refused",
            False,
            "The model refused: I can't help with that.",
        ),
        (faults.filtered(), "filtered", False, "The content filter of {host} stopped the answer."),
        (
            faults.no_choices(),
            "garbage",
            True,
            "{host} did not answer with a chat completion. Is the base URL right?",
        ),
        (
            odd(lambda completion: completion["choices"][0].update(finish_reason="error")),
            "server_error",
            True,
            "{host} broke the answer off.",
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_is_no_answer_is_a_failure_and_is_charged(
    peer: AiPeer, fault: Fault, code: str, retry: bool, message: str
) -> None:
    peer.will(TASK, fault)

    error = refused(peer)

    assert (error.code, error.retry, error.fatal) == (code, retry, False)
    assert error.message == message.format(host=peer.origin.removeprefix("http://"))
    [call] = peer.calls
    assert call.usage
    assert error.usage["output"] == call.usage["completion_tokens"]
    assert error.cost is None


def test_a_long_answer_that_is_none_is_quoted_in_short(peer: AiPeer) -> None:
    peer.will(TASK, faults.garbage("Once upon a time.\n" * 1000))

    assert len(refused(peer).message) < 200


@pytest.mark.parametrize(
    ("code", "expected", "fatal"),
    [(402, "no_quota", True), (429, "rate_limited", False), ("odd", "server_error", False)],
)
def test_an_error_that_comes_as_200_is_an_error(
    peer: AiPeer, code: object, expected: str, fatal: bool
) -> None:
    def fail(completion: dict[str, Any]) -> None:
        completion.clear()
        completion["error"] = {"code": code, "message": "Provider returned error"}

    peer.will(TASK, odd(fail))

    error = refused(peer)

    assert (error.code, error.fatal, error.retry) == (expected, fatal, not fatal)
    assert "Provider returned error" in error.message


@pytest.mark.parametrize(
    "change",
    [
        lambda completion: completion.update(choices="none"),
        lambda completion: completion.update(choices=[None]),
        lambda completion: completion["choices"][0].update(message="hello"),
        lambda completion: completion["choices"][0].pop("message"),
        lambda completion: message_of(completion).update(content=17),
        lambda completion: message_of(completion).update(content=[None, {"text": 3}]),
        lambda completion: message_of(completion).pop("content"),
    ],
)
def test_a_completion_of_an_odd_shape_is_a_failure(
    peer: AiPeer, change: Callable[[dict[str, Any]], object]
) -> None:
    peer.will(TASK, odd(change))

    assert refused(peer).code == "garbage"
