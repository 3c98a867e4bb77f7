"""The pages of the prompts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from igny8_web.extensions import session, transaction
from igny8_web.models import Content, PromptVersion, Site, User
from igny8_web.pipeline.prompt_variables import TASKS, variables
from igny8_web.pipeline.prompts import built_in
from igny8_web.services import accounts, prompts
from igny8_web.services.prompts.tasks import find_task
from igny8_web.services.prompts.versions import current

from ..factories import make_clusters, make_content, make_site
from ..visitor import PASSWORD, Visitor
from .conftest import CountQueries
from .pages import link, main_of, places

TASK = "develop-ideas"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(site: Site) -> str:
    """Where the prompt of the ideas is edited."""
    return f"/sites/{site.slug}/settings/prompts/{TASK}"


def text_of(html: str) -> str:
    """What stands in the editor."""
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", html, re.DOTALL)
    assert found, html
    return unescape(found[1])


def save(client: Visitor, page: str, text: str, based_on: int = 0) -> TestResponse:
    return client.submit(page, data={"text": text, "based_on": based_on})


def in_use(site: Site) -> str:
    return current(site, find_task(TASK)).text


def test_the_settings_of_a_site_lead_to_its_prompts(owner_client: Visitor, site: Site) -> None:
    settings = owner_client.get(f"/sites/{site.slug}/settings/").text
    overview = owner_client.get(link(settings, "Prompts of the stages") or "").text

    assert [place for place in places(overview) if "/prompts/" in place] == [
        f"/sites/{site.slug}/settings/prompts/{task}" for task in TASKS
    ]
    assert main_of(overview).count("Built in") == len(TASKS)
    assert "reads no prompts" in overview, "the offline provider works here"


def test_the_overview_names_version_author_and_time(
    owner_client: Visitor, site: Site, page: str, owner: User, count_queries: CountQueries
) -> None:
    save(owner_client, page, "One.")
    with count_queries() as seen:
        overview = main_of(owner_client.get(page.removesuffix(TASK)).text)

    assert "Version 1" in overview
    assert f"{owner.email}, " in overview
    assert sum("prompt_version" in query for query in seen) == 1


def test_the_editor_shows_the_text_in_use_and_every_variable(
    owner_client: Visitor, site: Site, page: str
) -> None:
    with transaction() as db:
        db.get_one(Site, site.id).tone = "dry as dust"
    html = owner_client.get(page).text

    assert text_of(html) == built_in(TASK).template.strip()
    for name, says in variables(TASK).items():
        assert f"<code>{{{{ {name} }}}}</code>" in html
        assert says in html
    assert "dry as dust" in html
    assert "Known once an item waits" in html
    assert "Nothing of this site has come to this stage yet" in html


def test_what_is_saved_is_in_use_and_stands_in_the_history(
    owner_client: Visitor, site: Site, page: str
) -> None:
    answer = save(owner_client, page, "One <b>&</b> {{ tone }}.\r\n")
    assert answer.location == page
    html = owner_client.get(page).text

    assert "Saved as version 1. It is asked from now on." in html
    assert text_of(html) == "One <b>&</b> {{ tone }}." == in_use(site)
    assert f"{page}/versions/1" in html
    assert f"{page}/versions/0" in html


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("One.\n{{ keyword }}", "Line 2: there is no variable “keyword” here."),
        ("One.\n\n{% if tone %}", "Line 3: Unexpected end of template."),
        (" ", "The prompt is empty."),
        ("{% for x in y %}{% endfor %}", "Line 1: “for” cannot stand in a prompt."),
    ],
)
def test_a_text_that_cannot_be_used_stays_in_the_form_with_the_reason(
    owner_client: Visitor, site: Site, page: str, text: str, why: str
) -> None:
    answer = save(owner_client, page, text)

    assert answer.status_code == 422
    assert text_of(answer.text) == text
    assert why in unescape(answer.text)
    assert 'aria-describedby="error-text"' in answer.text
    assert in_use(site) == built_in(TASK).template.strip()


def test_who_was_overtaken_sees_both_texts_and_may_save_again(
    owner_client: Visitor, site: Site, page: str
) -> None:
    writer = accounts.create_user("writer@example.com", PASSWORD)
    prompts.save(site, find_task(TASK), "Say it\ntheir way.", based_on=0, author=writer)

    answer = save(owner_client, page, "Say it\nmy way.")

    assert answer.status_code == 409
    assert "writer@example.com saved version 1 while you were writing." in answer.text
    assert "Yours is not saved" in answer.text
    assert text_of(answer.text) == "Say it\nmy way."
    assert "<del>their way.</del>" in answer.text
    assert "<ins>my way.</ins>" in answer.text
    assert "Say it\ntheir way.</pre>" in answer.text
    assert in_use(site) == "Say it\ntheir way."
    found = re.search(r'name="based_on" value="(\d+)"', answer.text)
    assert found
    save(owner_client, page, "Say it\nmy way.", int(found[1]))
    assert in_use(site) == "Say it\nmy way."


def test_an_earlier_version_is_shown_compared_and_used_again(
    owner_client: Visitor, site: Site, page: str
) -> None:
    save(owner_client, page, "Keep.\nOne.")
    save(owner_client, page, "Keep.\nTwo <i>.", 1)

    html = owner_client.get(f"{page}/versions/1").text
    assert "Keep.\nOne.</pre>" in html
    assert "<del>One.</del>" in html
    assert "<ins>Two &lt;i&gt;.</ins>" in html
    assert "develop-ideas@1" in html

    owner_client.submit(f"{page}/versions/1/restore")
    assert in_use(site) == "Keep.\nOne."
    assert "The text of version 1 is in use again, as version 3." in owner_client.get(page).text
    assert "This is the text that is in use." in owner_client.get(f"{page}/versions/1").text


def test_a_reset_brings_the_built_in_text_back(
    owner_client: Visitor, site: Site, page: str
) -> None:
    save(owner_client, page, "One.")
    html = owner_client.get(page).text
    assert f"{page}/versions/0/restore" in places(html)
    owner_client.submit(f"{page}/versions/0/restore")

    assert in_use(site) == built_in(TASK).template.strip()
    html = owner_client.get(page).text
    assert "The text that comes with igny8 is in use again, as version 2." in html
    assert f"{page}/versions/0/restore" not in places(html)
    owner_client.submit(f"{page}/versions/0/restore")
    assert "Nothing is different" in owner_client.get(page).text


def test_the_preview_shows_what_would_be_sent_with_the_text_in_the_form(
    owner_client: Visitor, site: Site, page: str
) -> None:
    with transaction() as db:
        [_, second] = make_clusters(db, site, 2)
        second.name = "Mugs </pre><script>"
    data = {"text": "Only {{ cluster_count }}.", "item": second.id, "based_on": 0}

    part = owner_client.submit(f"{page}/preview", data=data, headers=HTMX)
    assert part.status_code == 200
    assert "Task: develop-ideas\n\nOnly 1.\n\nAnswer with one JSON object" in part.text
    assert "&lt;data&gt;" in part.text
    assert "Mugs \\u003c/pre&gt;\\u003cscript&gt;" in part.text
    assert re.search(r"[\d,]+ characters, about [\d,]+ tokens\.", part.text)
    assert "<textarea" not in part.text
    assert "HX-Request" in part.headers["Vary"]

    whole = owner_client.submit(f"{page}/preview", data=data)
    assert "Only 1." in whole.text
    assert text_of(whole.text) == data["text"]
    assert f'<option value="{second.id}" selected>' in whole.text
    assert in_use(site) != data["text"], "a preview saves nothing"


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_preview_that_cannot_be_made_says_why(
    owner_client: Visitor, site: Site, page: str, headers: dict[str, str]
) -> None:
    with transaction() as db:
        [theirs] = make_clusters(db, make_site(db, "other"), 1)
        [ours] = make_clusters(db, site, 1)
    for text, item, why in (
        ("{{ nobody }}", ours.id, "there is no variable “nobody” here"),
        ("One.", theirs.id, "Choose an item to preview the prompt with."),
        ("One.", "x", "Choose an item to preview the prompt with."),
    ):
        data = {"text": text, "item": item}
        answer = owner_client.submit(f"{page}/preview", data=data, headers=headers)
        assert answer.status_code == 200
        assert why in unescape(answer.text)
        assert theirs.name not in answer.text


def test_what_is_not_there_is_not_found(owner_client: Visitor, site: Site, page: str) -> None:
    with transaction() as db:
        other = make_site(db, "other")
    save(owner_client, page, "One.")
    for path in (
        f"/sites/{site.slug}/settings/prompts/draw-images",
        f"/sites/{site.slug}/settings/prompts/nothing",
        f"/sites/nobody/settings/prompts/{TASK}",
        f"{page}/versions/2",
        f"/sites/{other.slug}/settings/prompts/{TASK}/versions/1",
    ):
        assert owner_client.get(path).status_code == 404, path
    assert owner_client.submit(f"{page}/versions/7/restore").status_code == 404


def test_a_stranger_sees_no_prompt_and_saves_none(client: Visitor, site: Site, page: str) -> None:
    for path in (page, page.removesuffix(TASK), f"{page}/versions/0"):
        assert client.get(path).status_code == 302
    save(client, page, "One.")
    client.submit(f"{page}/versions/0/restore")
    assert session().query(PromptVersion).count() == 0


def test_an_article_names_the_prompt_that_it_was_written_with(
    owner_client: Visitor, site: Site
) -> None:
    with transaction() as db:
        content = make_content(db, site)
    path = f"/sites/{site.slug}/content/{content.id}"
    assert "Prompt" not in main_of(owner_client.get(path).text)
    for version, target in (
        (
            "write-content-plan@3",
            f"/sites/{site.slug}/settings/prompts/write-content-plan/versions/3",
        ),
        ("built-in:1f0c8a2b", None),
    ):
        with transaction() as db:
            db.get_one(Content, content.id).prompt_version = version
        assert link(owner_client.get(path).text, version) == target
        assert version in owner_client.get(path).text
