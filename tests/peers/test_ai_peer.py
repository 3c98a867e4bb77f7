"""The peer counts what it is asked, holds calls, goes away and comes back."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import requests

from tests.platform.helpers import until

from . import faults
from .ai import AiPeer
from .asking import (
    ARTICLE,
    chat,
    draw,
)


def test_the_bill_is_the_sum_of_what_was_made(peer: AiPeer) -> None:
    peer.price_in, peer.price_out = Decimal("1.5"), Decimal(6)
    usage = [chat(peer).json()["usage"] for _ in range(2)]
    expected = sum(
        Decimal("1.5") * u["prompt_tokens"] / 10**6 + Decimal(6) * u["completion_tokens"] / 10**6
        for u in usage
    )
    assert peer.charged == expected
    assert peer.tokens == sum(u["total_tokens"] for u in usage)
    draw(peer, n=2)
    assert peer.charged == expected + Decimal("0.08")


def test_calls_at_once_are_counted_at_their_most(peer: AiPeer) -> None:
    peer.latency = 0.2
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: chat(peer), range(6)))
    assert 2 <= peer.most_in_flight <= 6
    assert peer.in_flight == 0
    assert [call.number for call in peer.calls] == [1, 2, 3, 4, 5, 6]


def test_calls_wait_while_held(peer: AiPeer) -> None:
    peer.hold("cluster-keywords")
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(chat, peer)
        until(lambda: peer.waiting == ["cluster-keywords"])
        assert chat(peer, "write-content", ARTICLE).ok
        assert not held.done()
        peer.release()
        assert held.result().ok
    assert peer.waiting == []


def test_who_hung_up_while_held_was_not_answered_but_pays(peer: AiPeer) -> None:
    peer.hold()
    with pytest.raises(requests.ReadTimeout):
        chat(peer, timeout=0.2)
    peer.release()
    until(lambda: peer.calls)
    assert not peer.calls[0].answered
    assert peer.charged > 0


def test_it_can_be_away_and_back_at_the_same_address(peer: AiPeer) -> None:
    peer.latency = 60
    failed: list[requests.RequestException] = []

    def ask() -> None:
        try:
            chat(peer)
        except requests.RequestException as error:
            failed.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: peer.in_flight == 1)
    started, url = time.monotonic(), peer.url
    peer.stop()
    asking.join()
    assert time.monotonic() - started < 5
    assert len(failed) == 1
    with pytest.raises(requests.ConnectionError):
        chat(peer)
    peer.latency = 0
    peer.start()
    assert peer.url == url
    assert chat(peer).ok


def test_a_fault_that_cannot_happen_is_the_tests_mistake() -> None:
    with AiPeer() as peer:
        peer.will("cluster-keywords", faults.not_a_picture())
        assert chat(peer).status_code == 500
        assert "cannot happen to chat" in str(peer.errors[0])


def test_a_connection_serves_many_calls_also_after_an_error(peer: AiPeer) -> None:
    head = {"Authorization": "Bearer wrong"}
    with requests.Session() as session:
        sources = set()
        for _ in range(3):
            answer = session.get(f"{peer.url}/models", headers=head, stream=True, timeout=5)
            sources.add(answer.raw.connection.sock.getsockname())
            assert answer.json()["error"]
    assert len(sources) == 1
