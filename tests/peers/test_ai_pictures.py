"""Pictures come as the real APIs send them, and spoiled."""

from __future__ import annotations

import base64
import io
import time
from decimal import Decimal

import pytest
import requests
from PIL import Image

from . import faults, pictures
from .ai import AiPeer
from .asking import (
    code,
    draw,
    inference,
    post,
)


def test_gpt_image_answers_base64_and_refuses_response_format(peer: AiPeer) -> None:
    answer = draw(peer, size="1536x1024", output_format="webp").json()
    image = Image.open(io.BytesIO(base64.b64decode(answer["data"][0]["b64_json"])))
    assert (image.format, image.size) == ("WEBP", (1536, 1024))
    assert code(draw(peer, response_format="b64_json")) == (400, "unknown_parameter")
    assert code(draw(peer, size="1200x630")) == (400, "invalid_value")
    assert peer.charged == peer.price_image


def test_other_models_answer_a_url(peer: AiPeer) -> None:
    url = draw(peer, "dall-e-3").json()["data"][0]["url"]
    answer = requests.get(url, timeout=5)
    assert answer.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1024, 1024)


def test_runware_answers_each_task_by_its_own(peer: AiPeer) -> None:
    peer.will("draw-images", None, faults.task_error("timeoutProvider", "Slow."), None)
    tasks = [inference() for _ in range(3)]
    said = post(peer, "/runware/v1", tasks).json()
    assert [d["taskUUID"] for d in said["data"]] == [tasks[0]["taskUUID"], tasks[2]["taskUUID"]]
    assert [(e["taskUUID"], e["code"]) for e in said["errors"]] == [
        (tasks[1]["taskUUID"], "timeoutProvider")
    ]
    picture = requests.get(said["data"][0]["imageURL"], timeout=5).content
    assert Image.open(io.BytesIO(picture)).size == (512, 256)
    assert said["data"][0]["cost"] == 0.04
    assert peer.charged == Decimal("0.08")


def test_runware_says_what_is_wrong_in_its_own_words(peer: AiPeer) -> None:
    for task, wrong in [
        (inference(width=500), "invalidWidth"),
        (inference(taskUUID="7"), "invalidTaskUUID"),
        (inference(model="flux"), "invalidModel"),
    ]:
        answer = post(peer, "/runware/v1", [task])
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, wrong)
    peer.will("draw-images", faults.too_many(2))
    assert post(peer, "/runware/v1", [inference()]).headers["Retry-After"] == "2"
    assert peer.charged == 0


@pytest.mark.parametrize("name", ["not_a_picture", "cut_picture", "wrong_size", "bomb"])
def test_a_picture_can_be_wrong(peer: AiPeer, name: str) -> None:
    peer.will("draw-images", getattr(faults, name)())
    data = base64.b64decode(draw(peer).json()["data"][0]["b64_json"])
    assert data != pictures.gradient(1024, 1024, 1)
    if name == "bomb":
        with pytest.raises(Image.DecompressionBombError):
            Image.open(io.BytesIO(data))
        assert len(data) < 200_000
    elif name == "wrong_size":
        assert Image.open(io.BytesIO(data)).size == (320, 200)
    else:
        with pytest.raises(OSError, match=r"identify|truncated"):
            Image.open(io.BytesIO(data)).load()


def test_the_url_of_a_picture_can_lead_elsewhere_or_nowhere(peer: AiPeer) -> None:
    wanted = faults.redirect_to("http://169.254.169.254/"), faults.expired_url()
    peer.will("draw-images", *wanted, faults.slow_body(0.3))
    urls = [draw(peer, "dall-e-3").json()["data"][0]["url"] for _ in range(3)]
    moved, gone = (requests.get(url, allow_redirects=False, timeout=5) for url in urls[:2])
    assert (moved.status_code, moved.headers["Location"]) == (302, "http://169.254.169.254/")
    assert gone.status_code == 403
    started = time.monotonic()
    assert requests.get(urls[2], timeout=5).ok
    assert time.monotonic() - started > 0.2
