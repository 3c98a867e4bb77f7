"""Requests as clients of the peer send them."""

from __future__ import annotations

import json
import uuid

import requests

from .ai import AiPeer

SITE = {"name": "Brew Notes", "domain": "brew.example", "language": "en"}
WORDS = [{"id": n, "phrase": f"coffee {n}"} for n in range(1, 6)]
CLUSTER = {"site": SITE, "keywords": WORDS, "existing": []}
ARTICLE = {
    "site": SITE,
    "task_id": 7,
    "title": "Cold brew at home",
    "description": "For beginners.",
    "content_type": "guide",
    "outline": ["Beans", "Water"],
    "target_words": 600,
    "cluster": "Cold brew",
    "keywords": WORDS,
}


def post(peer: AiPeer, path: str, body: object, timeout: float = 10) -> requests.Response:
    head = {"Authorization": f"Bearer {peer.key}"}
    return requests.post(peer.origin + path, json=body, headers=head, timeout=timeout)


def chat(
    peer: AiPeer,
    task: str = "cluster-keywords",
    brief: object = CLUSTER,
    timeout: float = 10,
    **more,
) -> requests.Response:
    told = json.dumps(brief).replace("<", "\\u003c")
    messages = [
        {"role": "system", "content": f"You are an editor.\nTask: {task}\nAnswer in json."},
        {"role": "user", "content": f"Do it.\n<data>\n{told}\n</data>\n"},
    ]
    body = {"model": "test-model", "messages": messages, **more}
    return post(peer, "/v1/chat/completions", body, timeout)


def content(response: requests.Response) -> str:
    assert response.status_code == 200, response.text
    text = response.json()["choices"][0]["message"]["content"]
    assert isinstance(text, str)
    return text


def code(response: requests.Response) -> tuple[int, str | None]:
    return response.status_code, response.json()["error"]["code"]


def draw(peer: AiPeer, model: str = "gpt-image-1", **more: object) -> requests.Response:
    body = {"model": model, "prompt": "a cup", "size": "1024x1024", **more}
    return post(peer, "/v1/images/generations", body)


def inference(**more: object) -> dict[str, object]:
    return {
        "taskType": "imageInference",
        "taskUUID": str(uuid.uuid4()),
        "model": "runware:100@1",
        "positivePrompt": "a cup",
        "width": 512,
        "height": 256,
        "numberResults": 1,
        "outputType": "URL",
        "outputFormat": "WEBP",
        "includeCost": True,
        **more,
    }


def schema_of(name: str, schema: dict[str, object]) -> dict[str, object]:
    asked = {"name": name, "strict": True, "schema": schema}
    return {"type": "json_schema", "json_schema": asked}


STRICT = {
    "type": "object",
    "properties": {"n": {"type": "integer", "minimum": 3}, "of": {"enum": ["a", "b"]}},
    "required": ["n", "of"],
    "additionalProperties": False,
}
