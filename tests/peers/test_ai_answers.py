"""The peer answers as OpenAI does, and refuses what OpenAI refuses."""

from __future__ import annotations

import json

import pytest
import requests

from igny8_web.providers import contracts

from .ai import AiPeer
from .asking import (
    ARTICLE,
    CLUSTER,
    SITE,
    STRICT,
    WORDS,
    chat,
    code,
    content,
    post,
    schema_of,
)


def test_an_answer_fits_the_brief_and_looks_as_openai_says_it(peer: AiPeer) -> None:
    response = chat(peer)
    answer = contracts.ClusterKeywordsAnswer.model_validate_json(content(response))
    assert sorted(i for c in answer.clusters for i in c.keyword_ids) == [1, 2, 3, 4, 5]
    said = response.json()
    assert said["object"] == "chat.completion"
    assert said["choices"][0]["finish_reason"] == "stop"
    assert said["choices"][0]["message"]["refusal"] is None
    assert {"x-request-id", "x-ratelimit-remaining-tokens"} <= response.headers.keys()


def test_every_stage_gets_an_answer_that_its_contract_accepts(peer: AiPeer) -> None:
    ideas = {"site": SITE, "clusters": [{"id": 3, "name": "Beans", "keywords": WORDS}]}
    sections = [{"heading": f"H{n}", "text": "…"} for n in range(5)]
    images = {"site": SITE, "content_id": 9, "title": "T", "excerpt": "E", "cluster": "C"}
    images |= {"sections": sections, "in_article": 2}
    contracts.DevelopIdeasAnswer.model_validate_json(content(chat(peer, "develop-ideas", ideas)))
    prompts = contracts.WriteImagePromptsAnswer.model_validate_json(
        content(chat(peer, "write-image-prompts", images))
    )
    assert len(prompts.images) == 3


def test_drafts_are_as_long_as_wanted_and_differ(peer: AiPeer) -> None:
    texts = [content(chat(peer, "write-content", ARTICLE | {"task_id": n})) for n in (7, 8, 7)]
    drafts = [contracts.WriteContentAnswer.model_validate_json(text) for text in texts]
    assert 450 < len(drafts[0].html.split()) < 800
    assert drafts[0].html.count("<p>") == 7
    assert drafts[0].html != drafts[1].html
    assert texts[0] == texts[2]


def test_the_stage_may_be_the_name_of_the_schema_and_the_data_in_the_first_message(
    peer: AiPeer,
) -> None:
    told = f"<data>\n{json.dumps(CLUSTER)}\n</data>"
    messages = [
        {"role": "user", "content": [{"type": "text", "text": told}]},
        {"role": "assistant", "content": "nonsense"},
        {"role": "user", "content": "Keyword 3 is missing."},
    ]
    body = {"model": "test-model", "messages": messages}
    body["response_format"] = schema_of("cluster_keywords", STRICT)
    content(post(peer, "/v1/chat/completions", body))
    (call,) = peer.calls_of("cluster-keywords")
    assert call.repair
    assert call.brief == CLUSTER


def test_an_unknown_task_gets_the_smallest_json_of_its_schema(peer: AiPeer) -> None:
    text = content(chat(peer, response_format=schema_of("other", STRICT)))
    assert json.loads(text) == {"n": 3, "of": "a"}


def test_models_are_listed(peer: AiPeer) -> None:
    head = {"Authorization": f"Bearer {peer.key}"}
    listed = requests.get(f"{peer.url}/models", headers=head, timeout=5).json()
    assert [card["id"] for card in listed["data"]] == peer.models
    assert requests.get(f"{peer.url}/models/test-model", headers=head, timeout=5).ok
    missing = requests.get(f"{peer.url}/models/other", headers=head, timeout=5)
    assert code(missing) == (404, "model_not_found")
    assert requests.get(f"{peer.url}/models", timeout=5).status_code == 401


def test_a_wrong_key_and_an_unknown_model_are_refused_and_free(peer: AiPeer) -> None:
    assert code(chat(peer, model="other")) == (404, "model_not_found")
    right, peer.key = peer.key, "another"
    head = {"Authorization": f"Bearer {right}"}
    answer = requests.post(f"{peer.url}/chat/completions", json={}, headers=head, timeout=5)
    assert code(answer) == (401, "invalid_api_key")
    assert [call.status for call in peer.calls] == [404, 401]
    assert peer.charged == 0


@pytest.mark.parametrize(
    ("known", "statuses"),
    [("json_schema", [200, 200]), ("json_object", [400, 200]), ("none", [400, 400])],
)
def test_it_refuses_structured_answers_that_it_does_not_know(
    peer: AiPeer, known: str, statuses: list[int]
) -> None:
    peer.structured = known
    formats = schema_of("cluster-keywords", STRICT), {"type": "json_object"}
    assert [chat(peer, response_format=each).status_code for each in formats] == statuses
    assert chat(peer).status_code == 200


def test_a_parameter_can_be_out_of_fashion(peer: AiPeer) -> None:
    peer.unsupported = {"max_tokens": "max_completion_tokens"}
    assert code(chat(peer, max_tokens=900)) == (400, "unsupported_parameter")
    assert chat(peer, max_completion_tokens=900).ok


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"additionalProperties": True}, "additionalProperties"),
        ({"required": ["n"]}, "Missing 'of'"),
        ({"properties": {"n": {"type": "string", "maxLength": 3}}}, "'maxLength' is not permitted"),
    ],
)
def test_a_strict_schema_is_checked(peer: AiPeer, wrong: dict[str, object], reason: str) -> None:
    answer = chat(peer, response_format=schema_of("x", STRICT | wrong))
    assert answer.status_code == 400
    assert reason in answer.json()["error"]["message"]
