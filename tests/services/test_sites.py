from __future__ import annotations

import pytest

from igny8_web.models import User
from igny8_web.services import sites
from igny8_web.services.errors import Invalid, NotFound


def test_a_site_is_made_tidy(owner: User) -> None:
    site = sites.create_site(
        "  Brew   Notes ", "HTTPS://www.Example.com/", "PT-br", "Europe/Berlin"
    )
    assert (site.name, site.slug) == ("Brew Notes", "brew-notes")
    assert site.domain == "www.example.com"
    assert (site.language, site.timezone) == ("pt-BR", "Europe/Berlin")
    assert sites.find_site(owner, "brew-notes") == site
    assert sites.find_site_by_id(owner, site.id) == site
    assert list(sites.sites_of(owner)) == [site]


def test_what_is_not_there_is_not_found(owner: User) -> None:
    with pytest.raises(NotFound):
        sites.find_site(owner, "nowhere")
    with pytest.raises(NotFound):
        sites.find_site_by_id(owner, 1)


@pytest.mark.usefixtures("app")
def test_sites_of_one_name_get_slugs_of_their_own() -> None:
    made = [sites.create_site(name).slug for name in ("Tea", "tea!", "TEA", "Tea 2", "Te")]
    assert made == ["tea", "tea-2", "tea-3", "tea-2-2", "te"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Café & Crème", "café-crème"),
        ("咖啡笔记", "咖啡笔记"),
        ("हिन्दी ब्लॉग", "हिन्दी-ब्लॉग"),
        ("☕", "site"),
        ("new", "new-2"),
        ("Go", "go-2"),
        ("a" * 120, "a" * 70),
    ],
)
def test_a_slug_keeps_the_script_of_the_name(name: str, slug: str) -> None:
    assert sites.create_site(name).slug == slug


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 121),
        ("domain", "example.com/blog"),
        ("domain", "not a host"),
        ("domain", "example.com:8080"),
        ("domain", "-example.com"),
        ("domain", "a..b"),
        ("domain", "javascript:alert(1)"),
        ("domain", "x" * 64 + ".com"),
        ("domain", ".".join(["label"] * 60)),
        ("language", ""),
        ("language", "english"),
        ("language", "en_US"),
        ("language", "e"),
        ("timezone", ""),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
    ],
)
def test_input_that_cannot_be_used_is_refused_by_name(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        sites.create_site(**{"name": "Tea", field: value})
    assert refused.value.field == field


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("domain", "kept"),
    [("", ""), ("localhost", "localhost"), ("http://bücher.example", "bücher.example")],
)
def test_a_domain_may_be_empty_short_or_in_any_script(domain: str, kept: str) -> None:
    assert sites.create_site("Tea", domain).domain == kept


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("tag", ["en", "de-AT", "zh-Hant-TW", "es-419", "sl-nedis", "fil"])
def test_languages_are_bcp_47_tags(tag: str) -> None:
    assert sites.create_site("Tea", language=tag.lower()).language == tag
