"""Who works for a site, the rules about keys, and what a run does with them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web import config as configuration
from igny8_web.extensions import session, transaction
from igny8_web.models import ProviderKind, ProviderSetting, Run, Site, User
from igny8_web.pipeline.providers_of_site import providers_of, settings_for
from igny8_web.providers.base import ProviderError
from igny8_web.services import automation, health, providers
from igny8_web.services.errors import Invalid
from igny8_web.services.providers import standing
from igny8_web.services.providers.wish import Wish

from ..engine import Rings, reading, refreshed
from ..factories import make_clusters, make_idea, make_keywords, make_site, make_task
from ..peers.ai import AiPeer

TEXT, IMAGE = ProviderKind.TEXT, ProviderKind.IMAGE
KEY = "sk-proj-0123456789abcdef"
OPENAI = Wish("openai", model="gpt-5-mini", api_key=KEY)
OLLAMA = Wish("ollama", model="qwen3:8b")

Configure = Callable[..., None]


@pytest.fixture
def configure(app: Flask) -> Configure:
    """Change the configuration of the running app."""

    def change(**values: Any) -> None:
        house = app.extensions["igny8"]
        app.extensions["igny8"] = replace(house, config=replace(house.config, **values))

    return change


@pytest.fixture
def rotate(configure: Configure) -> Callable[[], None]:
    """Give the installation another secret key."""
    return lambda: configure(secret_key="another secret key")


def row(site: Site | None = None, kind: ProviderKind = TEXT) -> ProviderSetting:
    with reading() as db:
        level = ProviderSetting.site_id == (site and site.id)
        return db.scalars(
            sa.select(ProviderSetting).where(level, ProviderSetting.kind == kind)
        ).one()


def refusal(kind: ProviderKind, site: Site | None, wish: Wish, owner: User) -> Invalid:
    with pytest.raises(Invalid) as caught:
        providers.save(kind, site, wish, owner)
    return caught.value


# ---- which one counts ----------------------------------------------------------------------


def test_without_any_setting_everything_is_made_offline(site: Site) -> None:
    text, images = settings_for(site.id)

    assert (text.base_url, images.provider) == ("", "")
    assert providers_of(site.id).text().name == "offline"
    assert standing.in_force(TEXT, site).source == "built-in"


@pytest.mark.each_database
def test_the_sites_own_goes_before_the_installations_and_that_before_the_environments(
    site: Site, owner: User, configure: Configure
) -> None:
    configure(text_base_url="https://env.example/v1", text_model="env", text_api_key="env-key")
    levels = [(standing.in_force(TEXT, site).source, settings_for(site.id)[0])]
    providers.save(TEXT, None, OPENAI, owner)
    levels.append((standing.in_force(TEXT, site).source, settings_for(site.id)[0]))
    providers.save(TEXT, site, OLLAMA, owner)
    levels.append((standing.in_force(TEXT, site).source, settings_for(site.id)[0]))

    assert [source for source, _ in levels] == ["environment", "installation", "site"]
    assert [(s.base_url, s.model, s.api_key) for _, s in levels] == [
        ("https://env.example/v1", "env", "env-key"),
        ("https://api.openai.com/v1", "gpt-5-mini", KEY),
        ("http://localhost:11434/v1", "qwen3:8b", ""),
    ]


@pytest.mark.each_database
def test_a_setting_of_one_site_is_none_of_anothers_and_texts_are_no_images(
    site: Site, owner: User
) -> None:
    with transaction() as db:
        other = make_site(db, "tea-notes")
    providers.save(TEXT, site, OPENAI, owner)
    providers.save(IMAGE, other, Wish("runware", model="runware:101@1", api_key="rw-key"), owner)

    assert settings_for(other.id)[0].model == ""
    assert settings_for(None)[0].model == ""
    text, images = settings_for(site.id)
    assert (text.model, images.model) == ("gpt-5-mini", "")
    images = settings_for(other.id)[1]
    assert (images.provider, images.base_url) == ("runware", "https://api.runware.ai/v1")


def test_explicitly_offline_wins_over_what_is_above(
    site: Site, owner: User, configure: Configure
) -> None:
    configure(text_base_url="https://env.example/v1", text_model="env", text_api_key="env-key")
    configure(image_provider="openai", image_model="env", image_api_key="env-key")
    for kind in ProviderKind:
        providers.save(kind, site, Wish("offline"), owner)

    text, images = settings_for(site.id)

    assert (text.base_url, text.model, text.api_key) == ("", "", "")
    assert (images.provider, images.model, images.api_key) == ("", "", "")
    assert providers_of(site.id).images().name == "offline"


def test_who_inherits_again_has_nothing_stored(site: Site, owner: User) -> None:
    providers.save(TEXT, site, OPENAI, owner)
    providers.save(TEXT, site, Wish("inherit"), owner)

    assert session().scalar(sa.select(sa.func.count(ProviderSetting.id))) == 0


def test_a_server_of_ones_own_draws_like_openai(owner: User) -> None:
    wish = Wish("other", "http://localhost:8080/v1/", "flux", requests_per_minute="1,000")
    providers.save(IMAGE, None, wish, owner)

    images = settings_for(None)[1]

    assert (images.provider, images.base_url) == ("openai", "http://localhost:8080/v1")
    assert (images.api_key, images.requests_per_minute) == ("", 1000)


def test_finding_out_takes_one_query(site: Site, owner: User) -> None:
    providers.save(TEXT, site, OPENAI, owner)
    providers.save(IMAGE, None, Wish("offline"), owner)
    site_id, seen = site.id, []
    engine = session().get_bind()
    sa.event.listen(engine, "before_cursor_execute", lambda *event: seen.append(event[2]))

    settings_for(site_id)

    assert len(seen) == 1


# ---- keys ----------------------------------------------------------------------------------


def test_the_key_is_stored_sealed_and_an_empty_field_keeps_it(owner: User) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    sealed = row().sealed_key
    providers.save(TEXT, None, replace(OPENAI, model="gpt-5", api_key=""), owner)

    assert sealed
    assert KEY not in sealed
    assert row().sealed_key == sealed
    assert (row().model, row().updated_by_id) == ("gpt-5", owner.id)
    assert settings_for(None)[0].api_key == KEY
    key = standing.in_force(TEXT, None).key
    assert key.state == "stored"
    assert key.since


def test_no_byte_of_the_database_file_is_the_key(app: Flask, owner: User, tmp_path: Path) -> None:
    providers.save(TEXT, None, OPENAI, owner)

    files = list(tmp_path.glob("test.db*"))
    assert files
    assert not any(KEY.encode() in file.read_bytes() for file in files)


def test_from_its_first_use_on_no_log_has_the_key(
    owner: User, capsys: pytest.CaptureFixture[str]
) -> None:
    plain_looking = "0123456789abcdefghij"
    providers.save(TEXT, None, replace(OPENAI, api_key=plain_looking), owner)
    settings_for(None)

    logging.getLogger("tests").warning("the key is %s", plain_looking)

    assert "the key is ***" in capsys.readouterr().err


@pytest.mark.parametrize(
    "moved",
    [
        Wish("other", "https://evil.example/v1", "gpt-5-mini"),
        Wish("openai", "https://evil.example/v1", "gpt-5-mini"),
        Wish("openai", "https://api.openai.com.evil.example/v1", "gpt-5-mini"),
        Wish("openai", "https://api.openai.com:8443/v1", "gpt-5-mini"),
        Wish("openai", "http://api.openai.com/v1", "gpt-5-mini"),
        Wish("openrouter", model="gpt-5-mini"),
    ],
)
def test_a_stored_key_goes_to_no_other_address(owner: User, moved: Wish) -> None:
    providers.save(TEXT, None, OPENAI, owner)

    refused = refusal(TEXT, None, moved, owner)
    with pytest.raises(Invalid) as not_tried:
        providers.settings_of(TEXT, None, moved)

    assert refused.field == not_tried.value.field == "api_key"
    assert "sent nowhere else" in refused.message
    assert row().base_url == "https://api.openai.com/v1"


def test_with_a_key_of_its_own_the_address_may_change(owner: User) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    providers.save(TEXT, None, Wish("openrouter", model="m", api_key="or-key"), owner)

    assert settings_for(None)[0].api_key == "or-key"


@pytest.mark.parametrize("wish", [OLLAMA, Wish("offline")])
def test_a_provider_without_keys_drops_the_stored_one(owner: User, wish: Wish) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    providers.save(TEXT, None, wish, owner)

    assert row().sealed_key is None


def test_another_path_at_the_same_address_keeps_the_key(owner: User) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    providers.save(TEXT, None, Wish("openai", "https://API.openai.com:443/v2", "m"), owner)

    assert settings_for(None)[0].api_key == KEY


def test_a_row_whose_address_was_changed_behind_our_back_opens_no_key(owner: User) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    with transaction() as db:
        db.execute(sa.update(ProviderSetting).values(base_url="https://evil.example/v1"))

    with pytest.raises(ProviderError, match="cannot be opened"):
        settings_for(None)


def test_removing_the_key_leaves_the_rest(owner: User) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    providers.forget_key(TEXT, None)

    assert (row().sealed_key, row().model) == (None, "gpt-5-mini")
    assert standing.in_force(TEXT, None).key.state == "none"


# ---- input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"preset": ""}, "preset"),
        ({"preset": "runware"}, "preset"),
        ({"api_key": ""}, "api_key"),
        ({"api_key": "sk two words"}, "api_key"),
        ({"api_key": "schlüssel"}, "api_key"),
        ({"api_key": "k" * 1001}, "api_key"),
        ({"model": " "}, "model"),
        ({"model": "m" * 121}, "model"),
        ({"model": "a\x00b"}, "model"),
        ({"base_url": "api.openai.com/v1"}, "base_url"),
        ({"base_url": "ftp://api.openai.com"}, "base_url"),
        ({"base_url": "file:///etc/passwd"}, "base_url"),
        ({"base_url": "https://"}, "base_url"),
        ({"base_url": "https://[::1"}, "base_url"),
        ({"base_url": "https://host:99999/v1"}, "base_url"),
        ({"base_url": "https://user:word@host/v1"}, "base_url"),
        ({"base_url": "https://host/v1?key=abc"}, "base_url"),
        ({"base_url": "https://host/v1#part"}, "base_url"),
        ({"base_url": "https://ho st/v1"}, "base_url"),
        ({"base_url": "https://host/" + "p" * 400}, "base_url"),
        ({"preset": "other"}, "base_url"),
        ({"requests_per_minute": "0"}, "requests_per_minute"),
        ({"requests_per_minute": "-5"}, "requests_per_minute"),
        ({"requests_per_minute": "1.5"}, "requests_per_minute"),
        ({"requests_per_minute": "٣"}, "requests_per_minute"),
        ({"tokens_per_minute": "9" * 5000}, "tokens_per_minute"),
        ({"tokens_per_minute": "many"}, "tokens_per_minute"),
    ],
)
def test_what_cannot_be_used_is_named_at_its_field(
    owner: User, change: dict[str, str], field: str
) -> None:
    refused = refusal(TEXT, None, replace(OPENAI, **change), owner)

    assert refused.field == field
    assert KEY not in refused.message
    assert len(refused.message) < 200
    assert session().scalar(sa.select(ProviderSetting.id)) is None


# ---- a secret key that was changed -----------------------------------------------------------


def test_after_the_secret_key_changed_the_stored_key_has_to_be_entered_again(
    owner: User, rotate: Callable[[], None]
) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    rotate()

    assert standing.in_force(TEXT, None).key.state == "lost"
    with pytest.raises(ProviderError) as locked:
        settings_for(None)
    assert locked.value.fatal
    assert "Enter the provider's key again" in locked.value.message
    refused = refusal(TEXT, None, replace(OPENAI, api_key=""), owner)
    assert refused.field == "api_key"
    providers.save(TEXT, None, OPENAI, owner)
    assert settings_for(None)[0].api_key == KEY


def test_the_doctor_says_so(owner: User, rotate: Callable[[], None]) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    rotate()

    [found] = [each for each in health.check_everything() if each.what == "providers"]

    assert not found.fine
    assert found.says.startswith("The stored key of the text provider cannot be opened")


@pytest.mark.parametrize("stage", ["cluster-keywords", "write-content"])
def test_a_run_that_needs_the_key_pauses_and_says_why(
    site: Site,
    owner: User,
    rings: Rings,
    rotate: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
    stage: str,
) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    rotate()
    with transaction() as db:
        ids = [k.id for k in make_keywords(db, site, 2)]
        if stage == "write-content":
            ids = [make_task(db, site).id]
    run = automation.run_stage(site, stage, ids)
    rings.answer_all()

    run = refreshed(run)
    assert run.status == "paused"
    assert run.why is not None
    assert run.why.endswith("Enter the provider's key again under Settings.")
    assert "Traceback" not in caplog.text


def test_a_stage_without_ai_does_not_ask_for_the_key(
    site: Site, owner: User, rings: Rings, rotate: Callable[[], None]
) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    rotate()
    with transaction() as db:
        idea = make_idea(db, site)
    run = automation.run_stage(site, "queue-tasks", [idea.id])
    rings.answer_all()

    assert refreshed(run).status == "completed"


# ---- at work -------------------------------------------------------------------------------


def _at(peer: AiPeer) -> Wish:
    return Wish("other", peer.url, "test-model", peer.key)


def test_a_sites_texts_come_from_where_its_setting_says(
    site: Site, owner: User, rings: Rings, peer: AiPeer
) -> None:
    with transaction() as db:
        other = make_site(db, "tea-notes")
        mine = [keyword.id for keyword in make_keywords(db, site, 2)]
        others = [keyword.id for keyword in make_keywords(db, other, 2)]
    providers.save(TEXT, site, _at(peer), owner)
    automation.run_stage(site, "cluster-keywords", mine)
    automation.run_stage(other, "cluster-keywords", others)
    rings.answer_all()

    [call] = peer.calls
    assert call.status == 200
    assert call.brief
    assert [keyword["id"] for keyword in call.brief["keywords"]] == mine


def test_a_setting_that_changes_under_a_run_counts_from_the_next_slice(
    site: Site, owner: User, rings: Rings, peer: AiPeer, configure: Configure
) -> None:
    configure(slice_seconds=1, lanes=1)
    peer.latency = 1.1  # seconds: longer than a slice
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 3)]
    providers.save(TEXT, site, _at(peer), owner)
    run: Run = automation.run_stage(site, "develop-ideas", ids)

    rings.answer()
    asked_first = len(peer.calls)
    providers.save(TEXT, site, Wish("offline"), owner)
    rings.answer_all()

    assert refreshed(run).status == "completed"
    assert asked_first == len(peer.calls) < 3


def test_the_secret_key_file_seals_where_none_is_configured(app: Flask, owner: User) -> None:
    providers.save(TEXT, None, OPENAI, owner)
    file = app.extensions["igny8"].config.data_dir / "secret_key"

    assert file.read_text().strip() == configuration.secret_key(app.extensions["igny8"].config)
    file.write_text("f" * 64)
    assert standing.in_force(TEXT, None).key.state == "lost"
