"""What goes wrong between us and a chat server: in plain words, and never with the key."""

from __future__ import annotations

import logging
import socket
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from igny8_web.providers import http
from igny8_web.providers.settings import TextSettings

from ..peers import faults
from ..peers.ai import AiPeer
from ..peers.fault import Fault
from ..peers.wire import Failure, Reply
from .chats import TASK, ask, refused

KEY = "sk-proj-4fJ2kQ9xW7mB1vN8cT5z"


@pytest.fixture
def host(peer: AiPeer) -> str:
    return peer.origin.removeprefix("http://")


def fails(status: int, message: str, kind: str = "", code: str | None = None) -> Fault:
    return Fault(f"{status} {message[:12]}", instead=Failure(status, message, kind, code))


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        (faults.no_quota(), "no_quota", "says that the account has no credit left (429): You exc"),
        (fails(402, "Insufficient credits."), "no_quota", "no credit left (402): Insufficient"),
        (
            fails(400, "Your credit balance is too low to access the API."),
            "no_quota",
            "no credit left (400): Your credit balance",
        ),
        (faults.bad_key(), "bad_key", "does not accept the API key (401): Incorrect API key"),
        (
            fails(400, "API key not valid. Please pass a valid API key."),
            "bad_key",
            "does not accept the API key (400)",
        ),
        (fails(403, "Country not supported"), "forbidden", "does not allow this (403): Country"),
        (faults.unknown_model(), "unknown_model", "does not know the model (404): The model `te"),
        (
            fails(404, 'model "qwen3:8b" not found, try pulling it first'),
            "unknown_model",
            'does not know the model (404): model "qwen3:8b" not found',
        ),
        (fails(400, "gpt-9 is not a valid model ID"), "unknown_model", "does not know the model"),
        (
            Fault("404", instead=Reply(404, b"<html><h1>Not Found</h1></html>", "text/html")),
            "bad_address",
            "has nothing at this address; check the base URL (404): Not Found",
        ),
        (
            Fault("307", instead=Reply(307, headers={"Location": "http://127.0.0.1:1/"})),
            "bad_address",
            "sends us elsewhere; set the base URL to its final address (307).",
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_only_a_person_can_mend_stops_the_run(
    peer: AiPeer, host: str, fault: Fault, code: str, says: str
) -> None:
    peer.will(TASK, fault)

    error = refused(peer)

    assert (error.code, error.fatal, error.retry) == (code, True, False)
    assert error.message.startswith(f"{host} ")
    assert says in error.message
    assert error.cost == 0


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        (faults.too_many(), "rate_limited", "asks us to slow down (429): Rate limit reached"),
        (faults.server_error(), "server_error", "has a problem of its own (500): The server had"),
        (faults.server_error(503), "server_error", "(503)"),
        (faults.server_error(529), "server_error", "(529)"),
        (faults.server_error(502, html=True), "server_error", "(502): 502 Bad Gateway"),
        (fails(408, "Request timeout"), "server_error", "(408)"),
        (fails(409, "Conflict"), "server_error", "(409)"),
        (faults.html_page(), "garbage", "is no JSON: <!doctype html>"),
        (faults.endless(), "garbage", "sent more than 8 MB"),
        (faults.hang_up(), "unreachable", "broke the connection off before its answer was"),
        (faults.hang_up_after(), "unreachable", "broke the connection off before its answer was"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_passes_is_tried_again(
    peer: AiPeer, host: str, fault: Fault, code: str, says: str
) -> None:
    peer.will(TASK, fault)

    error = refused(peer)

    assert (error.code, error.retry, error.fatal, error.retry_after) == (code, True, False, None)
    assert error.message.startswith(f"{host} ")
    assert says in error.message
    assert ask(peer).data


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.bad_request("Messages must alternate."), "bad_request"),
        (fails(400, "Your request was flagged by our filter", code="content_policy"), "filtered"),
        (fails(403, "The input was flagged for violence, see moderation"), "filtered"),
        (
            fails(
                400,
                "This model's maximum context length is 8192 tokens",
                code="context_length_exceeded",
            ),
            "too_long",
        ),
        (fails(413, "the request exceeds the available context size"), "too_long"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_will_never_be_answered_fails_the_item_alone(
    peer: AiPeer, fault: Fault, code: str
) -> None:
    peer.will(TASK, fault)

    error = refused(peer)

    assert (error.code, error.retry, error.fatal) == (code, False, False)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (faults.too_many("7"), 7),
        (faults.too_many(retry_after=0.5), 0.5),
        (faults.too_many("60", retry_after_ms=1500), 1.5),
        (faults.too_many("-3"), None),
        (faults.too_many("soon"), None),
        (faults.too_many("999999999"), 3600),
        (faults.too_many(format_datetime(datetime.now(UTC) - timedelta(hours=1))), 0),
    ],
)
def test_a_server_says_how_long_to_wait(peer: AiPeer, fault: Fault, seconds: float | None) -> None:
    peer.will(TASK, fault)

    assert refused(peer).retry_after == seconds


def test_it_may_name_the_time_instead(peer: AiPeer) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    peer.will(TASK, faults.too_many(at))

    wait = refused(peer).retry_after

    assert wait is not None
    assert 95 < wait <= 100


@pytest.mark.parametrize(
    "fault",
    [faults.silence(30), faults.slow_body(30)],
    ids=lambda fault: fault.name,
)
def test_an_answer_that_takes_too_long_is_not_waited_for(
    peer: AiPeer, host: str, fault: Fault
) -> None:
    peer.will(TASK, fault)
    began = time.monotonic()

    error = refused(peer, timeout_seconds=0.5)

    assert time.monotonic() - began < 5
    assert (error.code, error.retry) == ("timeout", True)
    assert error.message == f"{host} did not answer within 0.5 seconds."
    assert error.cost is None, "nobody knows"


def test_a_server_that_is_down_is_asked_again_later(peer: AiPeer, host: str) -> None:
    peer.stop()

    error = refused(peer)

    assert error.message == f"{host} refuses connections: is the server running?"
    assert (error.code, error.retry, error.cost) == ("unreachable", True, 0)

    peer.start()
    assert ask(peer).data


def test_a_host_that_nobody_knows_is_named(peer: AiPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    error = refused(peer, base_url="http://ai.example/v1")

    assert error.message == "ai.example is not known to the name service."
    assert error.retry


def test_a_server_that_is_not_https_after_all_is_named(peer: AiPeer, host: str) -> None:
    error = refused(peer, base_url=f"https://{host}/v1")

    assert error.message.startswith(f"{host} ")
    assert error.code == "unreachable"


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.parametrize(
    "fault",
    [
        faults.bad_key(),
        fails(500, "Authorization: Bearer {key} is not welcome"),
        fails(400, "your key {key}, and again {key}"),
        Fault("html", instead=Reply(401, f"<p>{KEY}</p>".encode(), "text/html")),
        Fault("no JSON", instead=Reply(200, f"key={KEY}".encode(), "text/plain")),
        Fault("a part", instead=Failure(401, f"Incorrect API key provided: {KEY[:16]}...")),
        Fault("late in a long text", instead=Failure(500, "x" * 290 + " {key}")),
        faults.refused(f"I saw the key {KEY}."),
        faults.garbage(f"Your key is {KEY}."),
        faults.hang_up(),
    ],
    ids=lambda fault: fault.name,
)
def test_the_key_is_never_told(
    peer: AiPeer, everything_logged: pytest.LogCaptureFixture, fault: Fault
) -> None:
    peer.key = KEY
    peer.will(TASK, fault)

    error = refused(peer)

    trace = "".join(traceback.format_exception(error))
    told = f"{error.message} {error!r} {vars(error)} {trace} {everything_logged.text}"
    assert KEY[:10] not in told
    assert KEY[-10:] not in told


def test_the_key_goes_to_the_configured_host_only(peer: AiPeer) -> None:
    with AiPeer() as other:
        peer.will(TASK, Fault("307", instead=Reply(307, headers={"Location": other.url})))

        assert "sends us elsewhere" in refused(peer).message
        assert not other.calls


@pytest.mark.parametrize(("key", "signed"), [("", None), ("a-key", "Bearer a-key")])
def test_a_netrc_neither_replaces_a_key_nor_makes_up_for_none(
    peer: AiPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, signed: str | None
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    sent: list[str | None] = []
    send = http.Session.send

    def note(self: http.Session, request: Any, **how: Any) -> Any:
        sent.append(request.headers.get("Authorization"))
        return send(self, request, **how)

    monkeypatch.setattr(http.Session, "send", note)

    assert refused(peer, api_key=key).code == "bad_key"
    assert sent == [signed]


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "ключ", "nul\0"])
def test_a_key_that_no_header_can_hold_is_refused_without_being_told(
    peer: AiPeer, key: str
) -> None:
    error = refused(peer, api_key=key)

    assert error.message == "The API key has characters that no key has; copy it anew."
    assert (error.code, error.fatal) == ("bad_key", True)
    assert not peer.calls


def test_settings_do_not_show_their_key() -> None:
    assert KEY not in repr(TextSettings(base_url="http://a/v1", model="m", api_key=KEY))


def test_cookies_of_a_provider_are_not_kept(peer: AiPeer) -> None:
    cookie = {"Set-Cookie": "a=b; Path=/"}
    peer.will("models", Fault("cookie", instead=Reply(200, b"{}", headers=cookie)))

    with http.Session() as session:
        reply = http.send("GET", f"{peer.url}/models", key=peer.key, session=session)
        assert reply.headers["Set-Cookie"]
        assert not list(session.cookies)
