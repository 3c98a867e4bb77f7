"""How an answer's form is asked for: as firmly as the server understands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from igny8_web.providers import contracts
from igny8_web.providers.base import Earlier, Question
from igny8_web.providers.chat import Chat, client, dialect
from igny8_web.providers.chat.presets import PRESETS, Form, preset_for
from igny8_web.providers.chat.room import THINKING
from igny8_web.providers.chat.schema import strict_schema
from igny8_web.providers.settings import TextSettings

from ..peers import faults
from ..peers.ai import AiPeer
from .chats import TASK, ask, keywords, refused
from .questions import ANSWERS, question


@pytest.fixture(autouse=True)
def _nothing_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "_learnt", {})


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is posted, on its way to the peer."""
    posted: list[dict[str, Any]] = []
    post = client.post_json

    def note(url: str, body: dict[str, Any], **how: Any) -> Any:
        posted.append(json.loads(json.dumps(body)))
        return post(url, body, **how)

    monkeypatch.setattr(client, "post_json", note)
    return posted


def forms(bodies: list[dict[str, Any]]) -> list[str]:
    return [body.get("response_format", {}).get("type", "none") for body in bodies]


@pytest.mark.parametrize("model", ANSWERS.values(), ids=lambda model: model.__name__)
def test_a_strict_schema_keeps_to_what_servers_enforce(model: Any) -> None:
    def check(part: dict[str, Any]) -> None:
        assert part.keys() <= {
            *("type", "enum", "const", "description", "anyOf", "items"),
            *("properties", "required", "additionalProperties"),
        }
        if part.get("type") == "object":
            assert part["required"] == list(part["properties"])
            assert part["additionalProperties"] is False
        for inner in [*part.get("properties", {}).values(), *part.get("anyOf", [])]:
            check(inner)
        if "items" in part:
            check(part["items"])

    check(strict_schema(model))


def test_what_may_be_missing_may_be_null_instead() -> None:
    cluster = strict_schema(contracts.ClusterKeywordsAnswer)["properties"]["clusters"]["items"]

    assert cluster["required"] == ["name", "keyword_ids", "existing_id"]
    assert cluster["properties"]["existing_id"] == {
        "anyOf": [{"type": "integer"}, {"type": "null"}]
    }


def test_a_choice_stays_a_choice() -> None:
    idea = strict_schema(contracts.DevelopIdeasAnswer)["properties"]["ideas"]["items"]

    assert idea["properties"]["content_type"]["enum"][:2] == ["guide", "how-to"]


@pytest.mark.parametrize(
    ("structured", "tried"),
    [
        ("json_schema", ["json_schema"]),
        ("json_object", ["json_schema", "json_object"]),
        ("none", ["json_schema", "json_object", "none"]),
    ],
)
def test_a_server_is_asked_more_simply_until_it_understands_and_then_so_at_once(
    peer: AiPeer, bodies: list[dict[str, Any]], structured: str, tried: list[str]
) -> None:
    peer.structured = structured

    assert ask(peer).data
    assert forms(bodies) == tried

    bodies.clear()
    assert ask(peer).data
    assert forms(bodies) == tried[-1:]


def test_what_one_model_refuses_another_is_still_asked(
    peer: AiPeer, bodies: list[dict[str, Any]]
) -> None:
    peer.structured = "json_object"
    ask(peer)
    peer.structured = "json_schema"
    bodies.clear()

    ask(peer, model="gpt-4o-mini")

    assert forms(bodies) == ["json_schema"]


def test_a_refusal_that_is_about_something_else_is_not_asked_again(
    peer: AiPeer, bodies: list[dict[str, Any]]
) -> None:
    peer.will(TASK, faults.bad_request("Messages must alternate."))

    assert refused(peer).code == "bad_request"
    assert len(bodies) == 1


def test_a_server_that_refuses_every_form_is_asked_three_times_and_no_more(
    peer: AiPeer, bodies: list[dict[str, Any]]
) -> None:
    peer.always(TASK, faults.bad_request("Something about response_format."))

    assert refused(peer).code == "bad_request"
    assert forms(bodies) == ["json_schema", "json_object", "none"]


def test_the_schema_is_told_in_words_too(peer: AiPeer, bodies: list[dict[str, Any]]) -> None:
    ask(peer)

    system = bodies[0]["messages"][0]
    assert system["role"] == "system"
    assert system["content"].startswith(f"Task: {TASK}\n")
    assert json.dumps(strict_schema(contracts.ClusterKeywordsAnswer)) in system["content"]


def test_an_answer_to_be_repaired_is_shown_with_its_problem(
    peer: AiPeer, bodies: list[dict[str, Any]]
) -> None:
    asked = question(TASK, keywords("cold brew ratio"))
    again = Question(
        asked.task, asked.brief, asked.schema, asked.render, Earlier('{"a": 1}', "a: Not wanted.")
    )
    settings = TextSettings(peer.url, "test-model", peer.key)

    Chat(settings).answer(again)

    roles = [message["role"] for message in bodies[0]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert bodies[0]["messages"][2]["content"] == '{"a": 1}'
    assert "a: Not wanted." in bodies[0]["messages"][3]["content"]


def test_the_longer_name_of_the_limit_is_used_where_the_server_asks_for_it(
    peer: AiPeer, bodies: list[dict[str, Any]]
) -> None:
    peer.will(
        TASK,
        faults.bad_request(
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead."
        ),
    )

    assert ask(peer).data

    first, second = bodies
    assert second["max_completion_tokens"] == first["max_tokens"] + THINKING
    assert "max_tokens" not in second


@pytest.mark.parametrize(
    "message",
    [
        "max_tokens is too large: 34000. This model supports at most 16384 completion tokens.",
        "'max_tokens' or 'max_completion_tokens' is too large: 6050. This model's maximum context "
        "length is 4096 tokens and your request has 1201 input tokens",
        "max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens",
    ],
)
def test_no_limit_is_sent_where_ours_is_too_large(
    peer: AiPeer, bodies: list[dict[str, Any]], message: str
) -> None:
    peer.will(TASK, faults.bad_request(message))

    assert ask(peer).data
    assert "max_tokens" in bodies[0]
    assert not {"max_tokens", "max_completion_tokens"} & bodies[1].keys()


@pytest.mark.parametrize(
    ("task", "brief", "least"),
    [
        (TASK, keywords(*(f"keyword {n}" for n in range(200))), 5000),
        (
            "write-content",
            contracts.WriteContentBrief(
                site=keywords("a").site,
                task_id=1,
                title="a",
                description="b",
                content_type="guide",
                outline=("c", "d"),
                target_words=3000,
                cluster="e",
                keywords=(),
            ),
            12_000,
        ),
    ],
)
def test_there_is_room_for_what_is_asked(
    peer: AiPeer, bodies: list[dict[str, Any]], task: str, brief: Any, least: int
) -> None:
    Chat(TextSettings(peer.url, "test-model", peer.key)).answer(question(task, brief))

    assert bodies[0]["max_tokens"] >= least


def test_known_servers_are_told_by_their_address() -> None:
    assert all(preset_for(preset.base_url) is preset for preset in PRESETS)
    assert preset_for("https://api.openai.com/v1/").room == "max_completion_tokens"


def test_an_unknown_server_is_called_by_its_host_and_expected_to_know_everything() -> None:
    preset = preset_for("http://10.0.0.7:9000/v1")

    assert (preset.slug, preset.form, preset.room) == ("10.0.0.7", Form.SCHEMA, "max_tokens")
