"""Texts from any OpenAI-compatible server, given by its address alone.

The last test is for a real one: ``IGNY8_TEST_AI_BASE_URL`` (and ``_API_KEY``, ``_MODEL``, where
it needs them) say which.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web.config import load
from igny8_web.extensions import transaction
from igny8_web.models import AiCall, Content, Keyword, Price, Run, Site
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.providers.chat.served import first_model
from igny8_web.providers.settings import TextSettings
from igny8_web.services import automation, health

from ..engine import Rings, items_of, let_backoff_pass, reading, refreshed
from ..factories import make_keywords
from ..peers import faults
from ..peers.ai import AiPeer
from ..peers.fault import Fault
from ..peers.wire import Reply
from .chats import ask, chat, refused

TASK = "cluster-keywords"
Given = Callable[..., None]


@pytest.fixture
def given(app: Flask) -> Given:
    """The app, as if it had been started with these variables in its environment."""

    def given(**variables: str) -> None:
        house = app.extensions["igny8"]
        told = load({f"IGNY8_{name.upper()}": value for name, value in variables.items()})
        names = [*variables, "text_model"]
        ours = {name: getattr(told, name) for name in names}
        app.extensions["igny8"] = replace(house, config=replace(house.config, **ours))

    return given


def models() -> set[str]:
    with reading() as db:
        return set(db.scalars(sa.select(AiCall.model).where(AiCall.stage != "draw-images")))


def test_a_server_is_asked_once_which_model_it_has(peer: AiPeer) -> None:
    peer.models = ["only-one"]
    client = chat(peer, model="")
    assert client.model == "only-one"
    peer.models = ["another"]
    assert client.model == "only-one"


def test_a_model_that_was_named_is_not_looked_up(peer: AiPeer) -> None:
    peer.will("models", faults.server_error())
    assert ask(peer).data["clusters"]


def instead(body: object, status: int = 200) -> Fault:
    return Fault("list", instead=Reply(status, json.dumps(body).encode()))


@pytest.mark.parametrize(
    "fault",
    [
        instead({"object": "list", "data": []}),
        instead({"models": [{"name": "elsewhere"}]}),
        instead({"error": "no such page"}, 404),
        faults.html_page(),
    ],
    ids=["empty", "another form", "not served", "a page"],
)
def test_a_server_that_lists_no_models_is_told_apart(peer: AiPeer, fault: Fault) -> None:
    peer.always("models", fault)
    error = refused(peer, model="")
    assert error.message.endswith("Name the model: IGNY8_TEXT_MODEL.")
    assert (error.code, error.fatal) == ("unknown_model", True)
    assert peer.calls == []


@pytest.mark.parametrize(
    ("fault", "code", "fatal"),
    [(faults.bad_key(), "bad_key", True), (faults.server_error(), "server_error", False)],
)
def test_a_list_that_is_refused_says_why(
    peer: AiPeer, fault: Fault, code: str, fatal: bool
) -> None:
    peer.always("models", fault)
    error = refused(peer, model="")
    assert (error.code, error.fatal, error.retry) == (code, fatal, not fatal)
    assert peer.key not in error.message


def text_run(site: Site, rings: Rings, keywords: int) -> Run:
    """A run over some keywords, waited for through its retries."""
    with transaction() as db:
        make_keywords(db, site, keywords)
    run = automation.run_now(site)
    rings.answer_all()
    for _ in range(6):
        if not refreshed(run).is_live or refreshed(run).status == "paused":
            break
        for stage in refreshed(run).stages:
            let_backoff_pass(stage)
        reconcile()
        rings.answer_all()
    return refreshed(run)


def test_a_run_needs_no_more_than_the_address(
    site: Site, given: Given, rings: Rings, peer: AiPeer
) -> None:
    peer.key = ""
    given(text_base_url=peer.url)

    run = text_run(site, rings, 4)

    assert run.status == "completed"
    assert models() == {"test-model"}
    assert health.check_everything()


def test_the_price_of_a_model_that_was_found_counts(
    site: Site, given: Given, rings: Rings, peer: AiPeer
) -> None:
    with transaction() as db:
        db.add(Price(model="test-model", per_million_in=Decimal(2), per_million_out=Decimal(8)))
    given(text_base_url=peer.url, text_api_key=peer.key)

    run = text_run(site, rings, 2)

    assert run.status == "completed"
    assert run.cost == peer.charged > 0


def test_a_run_whose_server_lists_nothing_pauses_and_says_what_to_set(
    site: Site, given: Given, rings: Rings, peer: AiPeer
) -> None:
    peer.models = []
    given(text_base_url=peer.url, text_api_key=peer.key)

    run = text_run(site, rings, 2)

    assert run.status == "paused"
    assert (run.why or "").endswith("Name the model: IGNY8_TEXT_MODEL.")
    assert run.paused_for == "unknown_model"


class TestOfARealServer:
    """Small, for such a server may be slow and cost money: four keywords, one article or two."""

    @pytest.fixture
    def address(self) -> str:
        """Where it is."""
        found = os.environ.get("IGNY8_TEST_AI_BASE_URL", "")
        if not found:
            pytest.skip("IGNY8_TEST_AI_BASE_URL names no real server")
        return found

    def test_four_keywords_become_an_article(
        self, address: str, site: Site, given: Given, rings: Rings
    ) -> None:
        key = os.environ.get("IGNY8_TEST_AI_API_KEY", "")
        model = os.environ.get("IGNY8_TEST_AI_MODEL", "")
        given(
            text_base_url=address,
            text_api_key=key,
            text_model=model,
            text_timeout_seconds="600",
            item_seconds="3000",
            run_cap="2",
        )
        with transaction() as db:
            ten = Decimal(10)  # dollars: more than most ask, so that the cap surely holds
            model = model or first_model(TextSettings(address, api_key=key))
            db.add(Price(model=model, per_million_in=ten, per_million_out=ten))

        run = text_run(site, rings, 4)

        told = [(stage.slug, item.error) for stage in run.stages for item in items_of(stage)]
        assert run.status == "completed", (run.why, told)
        assert not any(stage.failed for stage in run.stages), told
        with reading() as db:
            assert not db.scalars(sa.select(Keyword).where(Keyword.cluster_id.is_(None))).all()
            drafts = db.scalars(sa.select(Content)).all()
        assert drafts
        assert all(draft.word_count > 200 and "<p>" in draft.html for draft in drafts)
