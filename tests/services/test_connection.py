"""*Test connection* against a real HTTP server: what works, what does not, and what to do."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from flask import Flask

from igny8_web.extensions import session
from igny8_web.providers.chat import dialect
from igny8_web.providers.settings import ImageSettings, TextSettings
from igny8_web.services.connection import Step, make_picture, try_connection
from igny8_web.services.connection import images as trying_images
from igny8_web.services.connection import steps as trying

from ..peers import faults
from ..peers.ai import AiPeer
from ..peers.fault import Fault

pytestmark = pytest.mark.usefixtures("app")

KEY = "sk-test-0123456789abcdefghij"
TASK = "test-connection"


@pytest.fixture(autouse=True)
def _fresh(peer: AiPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that no other text contains, nothing learnt before, and little patience."""
    peer.key = KEY
    monkeypatch.setattr(dialect, "_learnt", {})
    for module in ("texts", "images", "listing"):
        monkeypatch.setattr(f"igny8_web.services.connection.{module}.SECONDS", 1.0)


def text(peer: AiPeer, **change: Any) -> list[Step]:
    usual = {"base_url": peer.url, "model": "test-model", "api_key": KEY}
    return try_connection(TextSettings(**{**usual, **change}))


def images(peer: AiPeer, **change: Any) -> list[Step]:
    usual = {
        "provider": "openai",
        "base_url": peer.url,
        "model": "gpt-image-1",
        "api_key": KEY,
        "timeout_seconds": 5,
    }
    return try_connection(ImageSettings(**{**usual, **change}))


def runware(peer: AiPeer, **change: Any) -> list[Step]:
    usual = {"provider": "runware", "base_url": peer.runware_url, "model": "runware:100@1"}
    return images(peer, **{**usual, **change})


def outcomes(steps: list[Step]) -> list[tuple[str, str]]:
    return [(step.name, str(step.outcome)) for step in steps]


def last(steps: list[Step]) -> str:
    return steps[-1].says


# ---- texts ---------------------------------------------------------------------------------


def test_a_provider_that_does_all_of_it_works_in_every_step(peer: AiPeer) -> None:
    steps = text(peer)

    assert outcomes(steps) == [(n, "works") for n in ("Reachable", "Key", "Model", "Answer")]
    assert "JSON schema" in last(steps)
    assert [step.ms is not None for step in steps] == [True, True, False, True]
    assert len(peer.calls) == 1
    assert peer.charged < 1 / 1000


def test_the_time_is_the_servers(peer: AiPeer) -> None:
    peer.latency = 0.2

    assert 200 <= (text(peer)[-1].ms or 0) < 900


@pytest.mark.parametrize(
    ("structured", "words"), [("json_object", "answer in JSON"), ("none", "told in words")]
)
def test_it_says_how_firmly_the_form_of_an_answer_can_be_told(
    peer: AiPeer, structured: str, words: str
) -> None:
    peer.structured = structured
    peer.always(TASK, faults.garbage('{"ready": true}'))

    steps = text(peer)

    assert {outcome for _, outcome in outcomes(steps)} == {"works"}
    assert words in last(steps)


def test_a_model_that_only_chats_fails_in_its_answer(peer: AiPeer) -> None:
    peer.always(TASK, faults.garbage())

    steps = text(peer)

    assert outcomes(steps)[1:] == [("Key", "works"), ("Model", "works"), ("Answer", "fails")]
    assert "did not answer with JSON" in last(steps)


def test_another_form_than_asked_for_fails_in_the_answer(peer: AiPeer) -> None:
    peer.always(TASK, faults.garbage('{"mood": "fine"}'))

    assert outcomes(text(peer))[-1] == ("Answer", "fails")


def test_a_wrong_key_stops_at_the_key_and_is_not_repeated(peer: AiPeer) -> None:
    wrong = "sk-wrong-9876543210zyxwvuts"

    steps = text(peer, api_key=wrong)

    assert outcomes(steps) == [("Reachable", "works"), ("Key", "fails")]
    assert "does not accept the API key" in last(steps)
    assert "Copy the key anew" in last(steps)
    assert wrong not in str(steps)


def test_without_a_key_the_server_that_wants_one_is_named(peer: AiPeer) -> None:
    steps = text(peer, api_key="")

    assert outcomes(steps)[-1] == ("Key", "fails")
    assert last(steps).startswith("The server wants a key.")


def test_a_server_without_keys_needs_none(peer: AiPeer) -> None:
    peer.key = ""

    steps = text(peer, api_key="")

    assert [step.says for step in steps][1] == "No key is needed."
    assert outcomes(steps)[-1] == ("Answer", "works")


def test_a_list_that_wants_another_kind_of_key_proves_nothing(peer: AiPeer) -> None:
    """Anthropic's list of models takes the key in another header than its chat."""
    peer.always("models", faults.bad_key())

    steps = text(peer)

    assert {outcome for _, outcome in outcomes(steps)} == {"works"}
    assert "does not list its models" in steps[2].says


def test_an_unknown_model_stops_there_and_names_what_is_near(peer: AiPeer) -> None:
    steps = text(peer, model="tset-model")

    assert outcomes(steps) == [("Reachable", "works"), ("Key", "works"), ("Model", "fails")]
    assert "test-model" in last(steps)


def test_a_server_that_lists_no_models_is_no_failure(peer: AiPeer) -> None:
    peer.always("models", faults.unknown_model())

    steps = text(peer)

    assert {outcome for _, outcome in outcomes(steps)} == {"works"}
    assert "does not list its models" in steps[2].says


def test_a_model_that_nobody_named_is_the_first_of_the_list_and_is_named(peer: AiPeer) -> None:
    steps = text(peer, model="")

    assert outcomes(steps) == [(n, "works") for n in ("Reachable", "Key", "Model", "Answer")]
    assert steps[2].says == "test-model is there."


def test_where_no_model_is_named_and_none_is_listed_the_step_says_what_to_set(
    peer: AiPeer,
) -> None:
    peer.always("models", faults.unknown_model())

    steps = text(peer, model="")

    assert outcomes(steps)[-1] == ("Model", "fails")
    assert "IGNY8_TEXT_MODEL" in last(steps)


def test_a_server_that_calls_a_missing_key_a_bad_request_is_asked_with_it(peer: AiPeer) -> None:
    """LiteLLM's proxy answers 400 to a list that is asked for without a key."""
    peer.status_without_key = 400

    steps = text(peer)

    assert outcomes(steps) == [(n, "works") for n in ("Reachable", "Key", "Model", "Answer")]
    assert steps[2].says == "test-model is there."


def test_a_model_that_answers_is_there_though_the_list_lacks_it(peer: AiPeer) -> None:
    peer.models.append("hidden-model")
    peer.always("models", Fault("short list", instead=_listing("another-model")))

    steps = text(peer, model="hidden-model")

    assert steps[2].says == "hidden-model answers, though the server does not list it."


def test_nobody_there_stops_at_once(peer: AiPeer) -> None:
    peer.stop()

    steps = text(peer)

    assert outcomes(steps) == [("Reachable", "fails")]
    assert "is the server running?" in last(steps)


def test_a_name_that_nobody_knows_stops_at_once() -> None:
    steps = try_connection(TextSettings("http://no-such-host.invalid/v1", "m", KEY))

    assert outcomes(steps) == [("Reachable", "fails")]


def test_a_server_that_says_nothing_is_not_waited_for_without_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base_url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        steps = try_connection(TextSettings(base_url, "m", KEY))

    assert outcomes(steps) == [("Reachable", "fails")]
    assert "did not answer within 1 seconds" in last(steps)


def test_the_patience_of_a_person_is_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert trying.SECONDS == 10


def test_an_address_with_nothing_behind_it_says_to_check_it(peer: AiPeer) -> None:
    steps = text(peer, base_url=peer.origin + "/api")

    assert outcomes(steps)[-1] == ("Address", "fails")
    assert "check the base URL" in last(steps)


@pytest.mark.parametrize(
    ("fault", "name", "words"),
    [
        (faults.no_quota(), "Credit", "no credit left"),
        (faults.too_many(), "Answer", "Wait a minute"),
        (faults.server_error(html=True), "Answer", "Wait a minute"),
        (faults.html_page(), "Answer", "no JSON"),
        (faults.silence(5), "Answer", "did not answer within 1 seconds"),
    ],
)
def test_trouble_is_told_in_plain_words_at_its_step(
    peer: AiPeer, fault: Fault, name: str, words: str
) -> None:
    peer.always(TASK, fault)

    steps = text(peer)

    assert outcomes(steps)[-1] == (name, "fails")
    assert words in last(steps)
    assert outcomes(steps)[:2] == [("Reachable", "works"), ("Key", "works")]


def test_a_server_that_repeats_the_key_does_not_get_it_shown(peer: AiPeer) -> None:
    echoes = [
        Fault("echo", instead=_listing(KEY, f"tset-{KEY}")),
        faults.bad_request(f"Your key {KEY} is a nice key."),
        faults.garbage(f"Here you are: {KEY[:20]} and {KEY}"),
        faults.garbage(json.dumps({"ready": KEY})),
    ]
    for echo in echoes:
        peer.forget_faults()
        peer.always("models" if echo.name == "echo" else TASK, echo)
        steps = text(peer, model="test-modle" if echo.name == "echo" else "test-model")
        assert KEY[8:20] not in str(steps)


def test_the_key_is_not_sent_before_the_server_has_answered(peer: AiPeer) -> None:
    """The first request goes without it, for it may end at somebody else's server."""
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        base_url = f"http://127.0.0.1:{stranger.getsockname()[1]}/v1"
        try_connection(TextSettings(base_url, "m", KEY))
        connection, _ = stranger.accept()
        with connection:
            assert KEY not in connection.recv(4096).decode()


def test_a_web_site_is_not_taken_for_a_model(peer: AiPeer) -> None:
    peer.key = ""
    peer.always(None, faults.html_page())

    steps = text(peer, api_key="")

    assert outcomes(steps) == [
        ("Reachable", "works"),
        ("Model", "unknown"),
        ("Answer", "fails"),
    ]


@pytest.mark.parametrize(
    ("host", "warned"),
    [
        ("http://models.example.com", True),
        ("http://8.8.8.8", True),
        ("https://models.example.com", False),
        ("http://localhost", False),
        ("http://gpu-box.lan", False),
        ("http://192.168.1.5", False),
    ],
)
def test_a_key_on_an_open_road_is_warned_of(host: str, warned: bool) -> None:
    from igny8_web.services.connection.listing import _open_road

    assert bool(_open_road(f"{host}:8000/v1", KEY)) is warned
    assert _open_road(f"{host}:8000/v1", "") == ""


def test_nothing_is_asked_of_what_is_offline() -> None:
    for settings in (TextSettings(), ImageSettings()):
        assert outcomes(try_connection(settings)) == [("Offline", "works")]


def test_no_transaction_is_open_while_the_server_is_asked(
    app: Flask, peer: AiPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from igny8_web.services.connection import listing

    open_then: list[bool] = []
    send = listing.send

    def watched(*words: Any, **options: Any) -> Any:
        open_then.append(session().in_transaction())
        return send(*words, **options)

    monkeypatch.setattr(listing, "send", watched)
    session().connection()  # as after finding the site
    text(peer)

    assert open_then == [False, False]


# ---- images --------------------------------------------------------------------------------


def test_an_image_provider_is_tried_without_making_a_picture(peer: AiPeer) -> None:
    steps = images(peer)

    assert outcomes(steps) == [
        ("Reachable", "works"),
        ("Key", "works"),
        ("Model", "works"),
        ("Pictures", "unknown"),
    ]
    assert peer.calls == []


def test_an_image_model_that_is_not_listed_may_be_there(peer: AiPeer) -> None:
    steps = images(peer, model="gpt-imgae-1")

    assert outcomes(steps)[2:] == [("Model", "unknown"), ("Pictures", "unknown")]
    assert "gpt-image-1" in steps[2].says


def test_a_wrong_key_for_images_stops_there(peer: AiPeer) -> None:
    assert outcomes(images(peer, api_key="wrong-key"))[-1] == ("Key", "fails")
    assert outcomes(runware(peer, api_key="wrong-key"))[-1] == ("Key", "fails")


def test_runware_is_asked_about_the_key_alone(peer: AiPeer) -> None:
    steps = runware(peer)

    assert outcomes(steps) == [
        ("Reachable", "works"),
        ("Key", "works"),
        ("Model", "unknown"),
        ("Pictures", "unknown"),
    ]
    assert peer.charged == 0


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"model": "gpt-image-1"}, ""),
        ({"model": "dall-e-3"}, ""),
        ({"provider": "runware", "model": "runware:100@1"}, " It cost $0.04, says the provider."),
    ],
)
def test_a_test_picture_is_made_looked_at_and_shown(
    peer: AiPeer, settings: dict[str, str], told: str
) -> None:
    base_url = peer.runware_url if "provider" in settings else peer.url
    usual = {"provider": "openai", "base_url": base_url, "api_key": KEY, "timeout_seconds": 5}

    made = make_picture(ImageSettings(**{**usual, **settings}))

    assert made.step.outcome == "works", made
    assert made.step.says.endswith(f"pixels.{told}")
    assert made.shown.startswith("data:image/webp;base64,")
    assert len(peer.calls) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [(faults.no_quota(), "no credit left"), (faults.not_a_picture(), "no picture")],
)
def test_a_test_picture_that_does_not_come_says_why(peer: AiPeer, fault: Fault, words: str) -> None:
    peer.always("draw-images", fault)
    settings = ImageSettings("openai", peer.url, "gpt-image-1", KEY, timeout_seconds=5)

    made = make_picture(settings)

    assert (made.step.outcome, made.shown) == ("fails", "")
    assert words in made.step.says


def test_a_picture_is_waited_for_a_minute_at_most(
    peer: AiPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying_images, "PICTURE_SECONDS", 1)
    peer.always("draw-images", faults.silence(5))

    made = make_picture(ImageSettings("openai", peer.url, "gpt-image-1", KEY))

    assert "did not answer within 1 seconds" in made.step.says


def _listing(*models: str) -> Any:
    from ..peers.wire import json_reply

    return json_reply({"object": "list", "data": [{"id": model} for model in models]})
