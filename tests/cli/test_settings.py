"""Providers and prices from the command line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from igny8_web.models import ProviderKind, Site, User
from igny8_web.services import prices, providers
from igny8_web.services.providers.wish import Wish

from ..peers.ai import AiPeer

KEY = "sk-test-0123456789abcdefghij"


def test_offline_there_is_nothing_to_ask(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["test-connection"])

    assert result.exit_code == 0
    assert result.stdout.count("No server is asked") == 2


def test_what_the_environment_says_is_tried(app: Flask, peer: AiPeer) -> None:
    peer.key = KEY
    house = app.extensions["igny8"]
    env = {"text_base_url": peer.url, "text_model": "test-model", "text_api_key": KEY}
    env |= {"image_provider": "openai", "image_base_url": peer.url}
    env |= {"image_model": "gpt-image-1", "image_api_key": KEY}
    app.extensions["igny8"] = replace(house, config=replace(house.config, **env))

    result = app.test_cli_runner().invoke(args=["test-connection"])

    assert result.exit_code == 0, result.stdout
    assert "Answer     ok  The server makes the model keep to the form" in result.stdout
    assert "Pictures   ?  None was made" in result.stdout
    assert " ms)" in result.stdout
    assert KEY not in result.output
    assert [call.kind for call in peer.calls] == ["chat"]


def test_a_sites_own_provider_is_tried_and_failing_is_the_exit_status(
    app: Flask, site: Site, owner: User, peer: AiPeer
) -> None:
    wish = Wish("other", peer.url, "test-model", "sk-wrong-key-0123456789")
    providers.save(ProviderKind.TEXT, site, wish, owner)
    runner = app.test_cli_runner()

    assert runner.invoke(args=["test-connection"]).exit_code == 0
    result = runner.invoke(args=["test-connection", "--site", site.slug])

    assert result.exit_code == 1
    assert "Key        FAILS" in result.stdout
    assert "sk-wrong" not in result.output
    nowhere = runner.invoke(args=["test-connection", "--site", "nowhere"])
    assert (nowhere.exit_code, nowhere.stdout) == (1, "")
    assert "There is no site 'nowhere'" in nowhere.stderr


def test_a_key_that_cannot_be_opened_is_a_failure_in_words(app: Flask, owner: User) -> None:
    providers.save(ProviderKind.TEXT, None, Wish("openai", model="m", api_key=KEY), owner)
    (app.extensions["igny8"].config.data_dir / "secret_key").write_text("f" * 64)

    result = app.test_cli_runner().invoke(args=["test-connection"])

    assert result.exit_code == 1
    assert "cannot be opened" in result.stdout
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_prices_are_set_and_listed(app: Flask) -> None:
    runner = app.test_cli_runner()
    for words in (
        "gpt-5-mini --in 0.25 --out 2",
        "gpt-5-mini --in 0.2 --out 1.6",
        "gpt-image-1 --image 0.042",
        "gpt-image-1 --image 0.063 --size 1536x1024",
    ):
        result = runner.invoke(args=["set-price", *words.split()])
        assert result.exit_code == 0, result.output
    assert result.stdout == "gpt-image-1: $0.063 an image 1536x1024\n"

    result = runner.invoke(args=["prices"])

    assert result.stdout.splitlines() == [
        "gpt-5-mini: $0.2 a million tokens in, $1.6 a million tokens out",
        "gpt-image-1: $0.042 an image",
        "gpt-image-1: $0.063 an image 1536x1024",
    ]


@pytest.mark.parametrize("words", ["m", "m --in 1", "m --image -1", "m --image 1 --size big"])
def test_a_price_that_cannot_be_used_is_refused_in_words(app: Flask, words: str) -> None:
    result = app.test_cli_runner().invoke(args=["set-price", *words.split()])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert not prices.all_prices()
    assert "No prices yet" in app.test_cli_runner().invoke(args=["prices"]).stdout
