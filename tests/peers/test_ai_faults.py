"""Every fault looks as the real one does."""

from __future__ import annotations

import json
import time

import pytest
import requests

from tests.platform.helpers import until

from . import faults
from .ai import AiPeer
from .asking import (
    ARTICLE,
    chat,
    code,
    content,
)


def test_faults_come_in_turn_for_their_task_only(peer: AiPeer) -> None:
    peer.will("cluster-keywords", faults.too_many(3), None, faults.server_error(503))
    assert chat(peer, "write-content", ARTICLE).status_code == 200
    statuses = [chat(peer).status_code for _ in range(4)]
    assert statuses == [429, 200, 503, 200]
    peer.always("cluster-keywords", faults.no_quota())
    assert code(chat(peer)) == code(chat(peer)) == (429, "insufficient_quota")
    peer.forget_faults()
    assert chat(peer).status_code == 200


@pytest.mark.parametrize(
    ("fault", "header", "value"),
    [
        (faults.too_many(7), "Retry-After", "7"),
        (
            faults.too_many("Wed, 21 Oct 2026 07:28:00 GMT"),
            "Retry-After",
            "Wed, 21 Oct 2026 07:28:00 GMT",
        ),
        (faults.too_many(retry_after_ms=40), "retry-after-ms", "40"),
    ],
)
def test_429_says_when_to_come_back(
    peer: AiPeer, fault: faults.Fault, header: str, value: str
) -> None:
    peer.will(None, fault)
    answer = chat(peer)
    assert code(answer) == (429, "rate_limit_exceeded")
    assert answer.headers[header] == value


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (faults.bad_key(), 401),
        (faults.unknown_model(), 404),
        (faults.server_error(529), 529),
        (faults.server_error(502, html=True), 502),
        (faults.bad_request("Too long.", "messages", "context_length_exceeded"), 400),
        (faults.no_json_schema(), 400),
        (faults.html_page(), 200),
    ],
)
def test_what_comes_instead_of_an_answer_is_free(
    peer: AiPeer, fault: faults.Fault, status: int
) -> None:
    peer.will(None, fault)
    assert chat(peer).status_code == status
    assert peer.calls[0].fault == fault.name
    assert peer.charged == 0


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (faults.garbage("No."), "No."),
        (faults.empty(), ""),
        (faults.changed(lambda d: {"a": 1}), '{"a": 1}'),
    ],
)
def test_the_text_of_an_answer_can_be_wrong(peer: AiPeer, fault: faults.Fault, text: str) -> None:
    peer.will(None, fault)
    assert content(chat(peer)) == text
    assert peer.charged > 0


def test_an_answer_can_stand_in_markdown(peer: AiPeer) -> None:
    peer.will(None, faults.fenced())
    said = content(chat(peer))
    assert json.loads(said.partition("```json\n")[2].removesuffix("\n```"))["clusters"]


def test_an_answer_can_be_cut_refused_filtered_or_missing(peer: AiPeer) -> None:
    names = ("truncated", "refused", "filtered", "no_choices", "no_usage")
    peer.will(None, *(getattr(faults, name)() for name in names))
    cut, no, stopped, none, uncounted = (chat(peer).json() for _ in names)
    assert cut["choices"][0]["finish_reason"] == "length"
    assert no["choices"][0]["message"]["content"] is None
    assert no["choices"][0]["message"]["refusal"]
    assert stopped["choices"][0]["finish_reason"] == "content_filter"
    assert none["choices"] == []
    assert "usage" not in uncounted
    assert all(call.cost > 0 for call in peer.calls)


def test_an_answer_longer_than_allowed_is_cut(peer: AiPeer) -> None:
    said = chat(peer, max_completion_tokens=5).json()
    assert said["choices"][0]["finish_reason"] == "length"
    assert said["usage"]["completion_tokens"] == 5


@pytest.mark.parametrize("name", ["hang_up", "hang_up_after"])
def test_the_connection_can_be_lost_before_or_in_the_answer(peer: AiPeer, name: str) -> None:
    peer.will(None, getattr(faults, name)())
    broken = requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError
    with pytest.raises(broken):
        chat(peer)
    assert not peer.calls[0].answered
    assert (peer.charged > 0) == (name == "hang_up_after")


def test_silence_outlasts_the_clients_patience_and_not_the_client(peer: AiPeer) -> None:
    peer.will(None, faults.silence(60))
    with pytest.raises(requests.ReadTimeout):
        chat(peer, timeout=0.2)
    until(lambda: peer.calls, 5)
    assert peer.in_flight == 0


def test_a_body_can_be_slow_or_without_end(peer: AiPeer) -> None:
    peer.will(None, faults.slow_body(0.4), faults.endless())
    started = time.monotonic()
    assert content(chat(peer))
    assert time.monotonic() - started > 0.3
    head = {"Authorization": f"Bearer {peer.key}"}
    body = {"model": "test-model", "messages": [{"role": "user", "content": "Hello"}]}
    with requests.post(
        f"{peer.url}/chat/completions", json=body, headers=head, stream=True, timeout=5
    ) as answer:
        read = 0
        for piece in answer.iter_content(2**16):
            read += len(piece)
            if read > 2**22:
                break
    assert read > 2**22


def test_chance_is_the_same_for_the_same_seed() -> None:
    def statuses() -> list[int]:
        with AiPeer() as peer:
            peer.at_random(5, 0.5, [faults.server_error(), faults.not_a_picture()])
            return [chat(peer).status_code for _ in range(12)]

    first = statuses()
    assert first == statuses()
    assert set(first) == {200, 500}
