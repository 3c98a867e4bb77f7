from __future__ import annotations

import io
from decimal import Decimal

import pytest
from PIL import Image

from igny8_web.providers import downloads, image_provider
from igny8_web.providers.base import ImageAnswer, ProviderError
from igny8_web.providers.contracts import DrawImageBrief
from igny8_web.providers.settings import ImageSettings

from ..peers import faults
from ..peers.ai import AiPeer


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "PAUSES", (0.0, 0.0))


def brief(width: int = 1200, height: int = 630, prompt: str = "A kettle.") -> DrawImageBrief:
    return DrawImageBrief(
        image_id=1,
        kind="featured",
        prompt=prompt,
        alt="A kettle",
        title="Tea",
        cluster="Tea",
        width=width,
        height=height,
    )


def draw(
    peer: AiPeer, model: str = "gpt-image-1", key: str = "test-key", seconds: int = 30, **of: int
) -> ImageAnswer:
    settings = ImageSettings("openai", peer.url, model, key, seconds)
    return image_provider(settings).draw(brief(**of))


def refused(peer: AiPeer, model: str = "dall-e-3", **how: int) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        draw(peer, model, **how)
    assert "test-key" not in caught.value.message
    return caught.value


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.size


@pytest.mark.parametrize("model", ["gpt-image-1", "dall-e-3"])
def test_a_picture_comes_as_base64_or_at_an_address(peer: AiPeer, model: str) -> None:
    answer = draw(peer, model)

    assert size_of(answer.data) == {"gpt-image-1": (1536, 1024), "dall-e-3": (1792, 1024)}[model]
    assert answer.cost is None
    assert bool(peer.files) == (model == "dall-e-3")
    if model == "gpt-image-1":
        assert answer.usage == {"input": 20, "output": 1056}


@pytest.mark.parametrize(
    ("model", "ordered", "asked"),
    [
        ("gpt-image-1", (1200, 630), "1536x1024"),
        ("gpt-image-1", (1000, 1000), "1024x1024"),
        ("openai/gpt-image-1-mini", (600, 1100), "1024x1536"),
        ("dall-e-3", (1200, 630), "1792x1024"),
        ("dall-e-3", (1024, 576), "1792x1024"),
        ("dall-e-3", (500, 900), "1024x1792"),
        ("dall-e-2", (1200, 630), "1024x1024"),
        ("some-model-of-ours", (1024, 576), "1536x1024"),
    ],
)
def test_the_size_of_which_least_is_cut_away_is_asked_for(
    peer: AiPeer, model: str, ordered: tuple[int, int], asked: str
) -> None:
    peer.models.append(model)

    draw(peer, model, width=ordered[0], height=ordered[1])

    assert peer.calls[0].brief is not None
    assert peer.calls[0].brief["size"] == asked
    assert "response_format" not in peer.calls[0].brief


def test_a_server_that_refuses_the_size_is_asked_without_one(peer: AiPeer) -> None:
    peer.will("draw-images", faults.bad_request("Argument not supported: size"))

    answer = draw(peer)

    assert size_of(answer.data) == (1024, 1024)
    assert [bool(call.brief and "size" in call.brief) for call in peer.calls] == [True, False]


def test_the_prompt_says_what_will_be_cut_and_is_no_longer_than_the_model_reads(
    peer: AiPeer,
) -> None:
    settings = ImageSettings("openai", peer.url, "dall-e-3", "test-key")
    image_provider(settings).draw(brief(prompt="word " * 2_000))
    image_provider(settings).draw(brief(width=500, height=500, prompt="A kettle."))

    long, square = (call.brief["prompt"] for call in peer.calls if call.brief)
    assert len(long) == 4_000
    assert "cut to 1200:630" in long
    assert square.startswith("A kettle.\n\n")
    assert "No text" in square
    assert "cut to" not in square


@pytest.mark.parametrize(
    ("fault", "code", "retry", "fatal"),
    [
        (faults.bad_key(), "bad_key", False, True),
        (faults.no_quota(), "no_quota", False, True),
        (faults.unknown_model(), "unknown_model", False, True),
        (faults.too_many(7), "rate_limited", True, False),
        (faults.server_error(503, html=True), "server_error", True, False),
        (faults.bad_request("Your prompt is too rude."), "bad_request", False, False),
        (faults.html_page(), "garbage", True, False),
        (faults.hang_up(), "unreachable", True, False),
        (faults.hang_up_after(), "unreachable", True, False),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_what_goes_wrong_is_told_apart(
    peer: AiPeer, fault: faults.Fault, code: str, retry: bool, fatal: bool
) -> None:
    peer.will("draw-images", fault)

    error = refused(peer, "gpt-image-1")

    assert (error.code, error.retry, error.fatal) == (code, retry, fatal)
    assert error.retry_after == (7 if code == "rate_limited" else None)


def test_an_answer_that_takes_too_long_is_given_up(peer: AiPeer) -> None:
    peer.will("draw-images", faults.silence(20))

    error = refused(peer, seconds=1)

    assert (error.code, error.retry) == ("timeout", True)


@pytest.mark.parametrize("data", [{}, {"data": []}, {"data": [{}]}, {"data": [{"b64_json": "%"}]}])
def test_an_answer_without_a_picture_is_told_so_and_was_charged(
    peer: AiPeer, data: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("igny8_web.providers.openai_images.post_json", lambda *a, **k: data)

    error = refused(peer)

    assert "answered with" in error.message
    assert (error.code, error.retry, error.cost) == ("garbage", True, None)


def test_a_picture_that_is_gone_is_told_so_and_was_charged(peer: AiPeer) -> None:
    peer.will("draw-images", faults.expired_url())

    error = refused(peer)

    assert "answered 403 in place of the picture" in error.message
    assert (error.retry, error.fatal, error.cost) == (False, False, None)
    assert peer.charged == Decimal("0.04")


@pytest.mark.parametrize("place", ["http://169.254.169.254/latest", "http://127.0.0.1:1/"])
def test_a_picture_is_not_followed_into_our_own_network(peer: AiPeer, place: str) -> None:
    peer.will("draw-images", faults.redirect_to(place))

    error = refused(peer)

    assert "no public address" in error.message
    assert not error.retry
