"""The pages of the settings, as a browser without scripts sees them."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask

from igny8_web.models import ProviderKind, Site, User
from igny8_web.pipeline.providers_of_site import settings_for
from igny8_web.services import prices, providers
from igny8_web.services.prices import Entry
from igny8_web.services.providers.wish import Wish

from ..peers.ai import AiPeer
from ..visitor import Visitor
from .pages import link, main_of, places

KEY = "sk-proj-0123456789abcdef"
OPENAI = {"preset": "openai", "model": "gpt-5-mini", "api_key": KEY}
LEVELS = ("/settings", "/sites/brew-notes/settings")
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.usefixtures("site")


def words(html: str) -> str:
    """The text of the page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main_of(html))).split())


def chosen(html: str) -> str:
    """Which radio is set."""
    found = re.findall(r'<input type="radio"[^>]*?value="([^"]+)"[^>]*?checked', html, re.DOTALL)
    assert len(found) == 1, found
    return str(found[0])


def test_a_stranger_sees_none_of_it(client: Visitor) -> None:
    for path in (*LEVELS, "/settings/texts", "/settings/prices/", LEVELS[1] + "/images"):
        answer = client.get(path, follow_redirects=True)
        assert answer.request.path == "/login"


@pytest.mark.parametrize("page", ["/", "/texts", "/images"])
def test_a_site_that_is_not_there_has_no_settings(owner_client: Visitor, page: str) -> None:
    assert owner_client.get(f"/sites/nowhere/settings{page}").status_code == 404
    if page != "/":
        answer = owner_client.submit(f"/sites/nowhere/settings{page}", data=OPENAI)
        assert answer.status_code == 404


def test_the_room_and_the_account_menu_lead_there(owner_client: Visitor) -> None:
    for page in ("/", "/texts"):
        html = owner_client.get(f"/sites/brew-notes/settings{page}").text
        rooms = re.findall(r'<a id="room-[^>]*>', html)
        [here] = [room for room in rooms if "aria-current" in room]
        assert 'href="/sites/brew-notes/settings/"' in here
        assert 'href="/settings/"' in html


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_saved_is_in_force_and_told_without_the_key(
    owner_client: Visitor, site: Site, level: str
) -> None:
    answer = owner_client.submit(f"{level}/texts", data=OPENAI)

    assert answer.location == f"{level}/"
    assert settings_for(site.id)[0].api_key == KEY
    overview = owner_client.get(f"{level}/").text
    assert "OpenAI gpt-5-mini" in words(overview)
    source = "Set for this site." if level == LEVELS[1] else "Set here, for every site"
    assert source in words(overview)
    form = owner_client.get(f"{level}/texts").text
    assert re.search(r"A key is stored since \d+ \w{3} \d{4} \. Leave this empty", words(form))
    assert "by owner@example.com" in words(form)
    assert chosen(form) == "openai"
    for html in (overview, form):
        assert KEY not in html
        assert KEY[-4:] not in words(html)


def test_a_site_says_that_it_uses_the_installations(owner_client: Visitor) -> None:
    owner_client.submit("/settings/texts", data=OPENAI)

    overview = words(owner_client.get(f"{LEVELS[1]}/").text)
    form = owner_client.get(f"{LEVELS[1]}/texts").text

    assert "OpenAI gpt-5-mini From the installation's settings." in overview
    assert chosen(form) == "inherit"
    assert "As the installation OpenAI, gpt-5-mini" in words(form)
    assert "forget-key" not in form


def test_the_environment_is_named_as_the_source(app: Flask, owner_client: Visitor) -> None:
    house = app.extensions["igny8"]
    env = {"text_base_url": "https://llm.example/v1", "text_model": "big", "text_api_key": KEY}
    app.extensions["igny8"] = replace(house, config=replace(house.config, **env))

    overview = owner_client.get("/settings/").text
    form = owner_client.get("/settings/texts").text

    told = "llm.example big From the environment of this installation. The key comes from the"
    assert told in words(overview)
    assert chosen(form) == "inherit"
    assert KEY not in overview + form


def test_bad_input_is_named_at_its_field_and_the_rest_is_kept_but_for_the_key(
    owner_client: Visitor,
) -> None:
    data = {**OPENAI, "base_url": "<script>", "requests_per_minute": "7"}
    answer = owner_client.submit("/settings/texts", data=data)

    assert answer.status_code == 422
    assert '<p id="error-base_url" class="field__error">The address begins with' in answer.text
    assert "&lt;script&gt;" in answer.text
    assert 'value="gpt-5-mini"' in answer.text
    assert 'value="7"' in answer.text
    assert "Type the key again" in answer.text
    assert KEY not in answer.text
    assert chosen(answer.text) == "openai"


def test_an_address_that_changes_asks_for_the_key_again(owner_client: Visitor) -> None:
    owner_client.submit("/settings/texts", data=OPENAI)
    moved = {"preset": "other", "base_url": "https://evil.example/v1", "model": "m"}

    for path in ("/settings/texts", "/settings/texts/test"):
        answer = owner_client.submit(path, data=moved)
        assert answer.status_code == 422
        assert '<p id="error-api_key" class="field__error">The stored key is for' in answer.text


def test_a_key_is_removed_and_the_setting_stays(owner_client: Visitor) -> None:
    owner_client.submit("/settings/texts", data=OPENAI)
    form = owner_client.get("/settings/texts").text
    assert "/settings/texts/forget-key" in places(form)

    answer = owner_client.submit("/settings/texts/forget-key")

    assert answer.location == "/settings/texts"
    assert "No key is stored." in words(owner_client.get("/settings/").text)


def test_a_key_that_cannot_be_opened_is_said_in_plain_words(
    app: Flask, owner_client: Visitor
) -> None:
    owner_client.submit("/settings/texts", data=OPENAI)
    (app.extensions["igny8"].config.data_dir / "secret_key").write_text("f" * 64)

    for path in ("/settings/", "/settings/texts", f"{LEVELS[1]}/", f"{LEVELS[1]}/texts"):
        answer = owner_client.get(path)
        assert answer.status_code == 200
        if not path.endswith("brew-notes/settings/texts"):
            assert "The stored key cannot be opened" in words(answer.text)
    tried = owner_client.submit(f"{LEVELS[1]}/texts/test", data={"preset": "inherit"})
    assert tried.status_code == 422
    assert "cannot be opened" in words(tried.text)


@pytest.mark.parametrize("level", LEVELS)
def test_a_test_answers_a_page_or_a_fragment_and_saves_nothing(
    owner_client: Visitor, site: Site, peer: AiPeer, level: str
) -> None:
    peer.key = KEY
    form = {"preset": "other", "base_url": peer.url, "model": "test-model", "api_key": KEY}

    page = owner_client.submit(f"{level}/texts/test", data=form)
    fragment = owner_client.submit(f"{level}/texts/test", data=form, headers=HTMX)

    assert page.status_code == fragment.status_code == 200
    assert "<h1" in page.text
    assert chosen(page.text) == "other"
    assert "Type the key again" in page.text
    assert "<html" not in fragment.text
    assert fragment.headers["Vary"].count("HX-Request") == 1
    for html in (page.text, fragment.text):
        assert html.count('data-outcome="works"') == 4
        assert re.search(r"[\d,]+ ms", html)
        assert KEY not in html
    assert settings_for(site.id)[0].base_url == ""


def test_a_saved_key_is_used_for_a_test_of_what_is_saved(
    owner_client: Visitor, owner: User, peer: AiPeer
) -> None:
    providers.save(ProviderKind.TEXT, None, Wish("other", peer.url, "test-model", peer.key), owner)
    form = {"preset": "other", "base_url": peer.url, "model": "test-model"}

    answer = owner_client.submit("/settings/texts/test", data=form, headers=HTMX)

    assert answer.text.count('data-outcome="works"') == 4
    assert [call.status for call in peer.calls] == [200]


def test_what_has_to_be_put_right_first_is_said_in_the_fragment(owner_client: Visitor) -> None:
    answer = owner_client.submit("/settings/texts/test", data={"preset": "openai"}, headers=HTMX)

    assert answer.status_code == 200
    assert "Name the model to use, like gpt-5-mini." in answer.text


def test_a_test_picture_says_its_price_before_and_is_shown_after(
    owner_client: Visitor, peer: AiPeer
) -> None:
    prices.add(Entry("gpt-image-1", per_image="0.042"))
    form = {"preset": "other", "base_url": peer.url, "model": "gpt-image-1", "api_key": peer.key}
    owner_client.submit("/settings/images", data=form)

    page = owner_client.get("/settings/images").text
    answer = owner_client.submit("/settings/images/test-picture", data=form, headers=HTMX)

    assert "Make a test picture (costs about $0.042)" in words(page)
    assert 'src="data:image/webp;base64,' in answer.text
    assert len(peer.calls) == 1


def test_no_page_but_the_test_asks_a_server(owner_client: Visitor, peer: AiPeer) -> None:
    form = {"preset": "other", "base_url": peer.url, "model": "gpt-image-1", "api_key": peer.key}
    for what in ("texts", "images"):
        owner_client.submit(f"/settings/{what}", data=form)
        owner_client.get(f"/settings/{what}")
    for level in LEVELS:
        owner_client.get(f"{level}/")

    assert peer.calls == []


def test_a_model_without_a_price_leads_to_a_form_that_names_it(owner_client: Visitor) -> None:
    owner_client.submit("/settings/texts", data={**OPENAI, "model": "a model/1"})

    url = link(owner_client.get("/settings/").text, "Enter its price")
    assert url
    assert 'value="a model/1"' in owner_client.get(url).text
    prices.add(Entry("a model/1", per_million_in="1", per_million_out="2"))
    assert link(owner_client.get("/settings/").text, "Enter its price") is None


def test_the_profile_is_saved_and_refused_by_field(owner_client: Visitor, site: Site) -> None:
    form = {
        "name": "Brew Notes",
        "domain": "",
        "language": "de",
        "timezone": "Europe/Berlin",
        "audience": "Home brewers & friends",
        "tone": "Warm",
        "never_say": "game changer\nworld-class",
        "facts": "",
    }
    answer = owner_client.submit(f"{LEVELS[1]}/profile", data=form)
    assert answer.location == f"{LEVELS[1]}/"
    page = owner_client.get(f"{LEVELS[1]}/").text
    assert "Home brewers &amp; friends</textarea>" in page
    assert "game changer\nworld-class</textarea>" in page
    assert '<option value="Europe/Berlin" selected>' in page

    refused = owner_client.submit(f"{LEVELS[1]}/profile", data={**form, "language": "german"})
    assert refused.status_code == 422
    assert '<p id="error-language" class="field__error">' in refused.text
    assert 'value="german"' in refused.text
    assert 'value="de"' in owner_client.get(f"{LEVELS[1]}/").text


def test_caps_are_saved_and_refused_by_field(owner_client: Visitor) -> None:
    owner_client.submit(f"{LEVELS[1]}/caps", data={"run_cap": "2.50", "month_cap": ""})
    page = owner_client.get(f"{LEVELS[1]}/").text
    assert 'value="2.5"' in page

    refused = owner_client.submit(f"{LEVELS[1]}/caps", data={"run_cap": "-1", "month_cap": "40"})
    assert refused.status_code == 422
    assert '<p id="error-run_cap" class="field__error">' in refused.text
    assert 'value="40"' in refused.text
