from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from igny8_web.providers import downloads, image_provider
from igny8_web.providers.base import ImageAnswer, ProviderError
from igny8_web.providers.settings import ImageSettings

from ..peers import faults
from ..peers.ai import AiPeer
from .test_openai_images import brief

MODEL = "runware:101@1"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "PAUSES", (0.0, 0.0))


def draw(peer: AiPeer, model: str = MODEL, key: str = "test-key", **of: int) -> ImageAnswer:
    settings = ImageSettings("runware", peer.runware_url, model, key, 30)
    return image_provider(settings).draw(brief(**of))


def refused(peer: AiPeer, **how: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        draw(peer, **how)
    assert "test-key" not in caught.value.message
    return caught.value


def test_a_picture_comes_with_its_price(peer: AiPeer) -> None:
    answer = draw(peer)

    with Image.open(io.BytesIO(answer.data)) as image:
        assert (image.format, image.size) == ("WEBP", (1216, 640))
    assert answer.cost == peer.charged == Decimal("0.04")


@pytest.mark.parametrize(
    ("ordered", "asked"),
    [((1024, 576), (1024, 576)), ((1200, 630), (1216, 640)), ((64, 3000), (128, 2048))],
)
def test_sides_are_multiples_of_64_and_as_large_as_ordered(
    peer: AiPeer, ordered: tuple[int, int], asked: tuple[int, int]
) -> None:
    draw(peer, width=ordered[0], height=ordered[1])

    task = peer.calls[0].brief
    assert task is not None
    assert (task["width"], task["height"]) == asked
    assert task["positivePrompt"].startswith("A kettle.")


@pytest.mark.parametrize(
    ("code", "ours", "retry", "fatal"),
    [
        ("timeoutProvider", "server_error", True, False),
        ("insufficientCredits", "no_quota", False, True),
        ("invalidApiKey", "bad_key", False, True),
        ("rateLimitExceeded", "rate_limited", True, False),
        ("invalidProviderContent", "filtered", False, False),
        ("invalidModel", "unknown_model", False, True),
        ("invalidWidth", "bad_request", False, False),
    ],
)
def test_runwares_codes_are_told_in_plain_words(
    peer: AiPeer, code: str, ours: str, retry: bool, fatal: bool
) -> None:
    peer.will("draw-images", faults.task_error(code, "So it is, with test-key."))

    error = refused(peer)

    assert (error.code, error.retry, error.fatal) == (ours, retry, fatal)
    assert "So it is, with ***" in error.message
    assert peer.charged == 0


@pytest.mark.parametrize(
    ("fault", "code", "retry", "fatal"),
    [
        (faults.bad_key(), "bad_key", False, True),
        (faults.too_many(7), "rate_limited", True, False),
        (faults.server_error(502, html=True), "server_error", True, False),
        (faults.html_page(), "garbage", True, False),
        (faults.hang_up(), "unreachable", True, False),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_what_happens_instead_of_an_answer_is_told_apart(
    peer: AiPeer, fault: faults.Fault, code: str, retry: bool, fatal: bool
) -> None:
    peer.will("draw-images", fault)

    error = refused(peer)

    assert (error.code, error.retry, error.fatal) == (code, retry, fatal)
    assert error.retry_after == (7 if code == "rate_limited" else None)


def test_an_error_beside_the_picture_of_another_task_is_not_ours(
    peer: AiPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {"imageURL": f"{peer.origin}/files/none", "cost": 1}
    error = {"code": "timeoutProvider", "message": "Slow."}

    def answer(url: str, tasks: list[dict[str, Any]], **options: Any) -> Any:
        ours = tasks[0]["taskUUID"]
        return {
            "data": [{**made, "taskUUID": "another"}],
            "errors": [
                {**error, "code": "invalidApiKey", "taskUUID": "another"},
                {**error, "taskUUID": ours},
            ],
        }

    monkeypatch.setattr("igny8_web.providers.runware.post_json", answer)

    assert refused(peer).code == "server_error"


@pytest.mark.parametrize("answer", [None, [], {}, {"data": []}, {"data": [{"imageURL": "x"}]}])
def test_an_answer_without_our_picture_is_told_so(
    peer: AiPeer, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("igny8_web.providers.runware.post_json", lambda *a, **k: answer)

    error = refused(peer)

    assert "without a picture" in error.message
    assert (error.retry, error.cost) == (True, None)


def test_a_picture_that_cannot_be_fetched_was_charged_all_the_same(peer: AiPeer) -> None:
    peer.will("draw-images", faults.expired_url())

    error = refused(peer)

    assert error.cost == Decimal("0.04")
    assert "answered 403" in error.message
