"""What search engines are told of an article."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from igny8_web.models import Content, Site
from igny8_web.pipeline.json_ld import LONGEST_HEADLINE, as_text, json_ld

SITE = Site(name="Brew Notes", domain="brew.example", language="en-GB")
WRITTEN, CHANGED = datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 3, 9, tzinfo=UTC)


def content(html: str = "<h2>Ratio</h2><p>One to eight.</p>") -> Content:
    return Content(
        title="Cold brew ratio",
        slug="cold-brew-ratio",
        html=html,
        meta_description="How much coffee for how much water.",
        created_at=WRITTEN,
        updated_at=CHANGED,
    )


def test_an_article_is_described() -> None:
    organization = {
        "@type": "Organization",
        "name": "Brew Notes",
        "url": "https://brew.example",
    }
    assert json_ld(content(), SITE, ["https://brew.example/a.webp"]) == [
        {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": "Cold brew ratio",
            "description": "How much coffee for how much water.",
            "image": ["https://brew.example/a.webp"],
            "datePublished": "2026-11-02T08:00:00+00:00",
            "dateModified": "2026-11-03T09:00:00+00:00",
            "inLanguage": "en-GB",
            "author": organization,
            "publisher": organization,
            "mainEntityOfPage": "https://brew.example/cold-brew-ratio/",
        }
    ]


def test_the_day_of_publishing_is_told_where_it_is_known_and_no_change_comes_before_it() -> None:
    [article] = json_ld(content(), SITE, published=datetime(2026, 12, 1, tzinfo=UTC))
    assert article["datePublished"] == article["dateModified"] == "2026-12-01T00:00:00+00:00"


def test_what_is_unknown_is_left_out() -> None:
    [article] = json_ld(content(), Site(name="Brew Notes", domain="", language="en"))
    assert not {"image", "mainEntityOfPage"} & article.keys()
    assert article["author"] == {"@type": "Organization", "name": "Brew Notes"}


def test_a_long_title_is_cut_where_search_pages_cut_it() -> None:
    long = content()
    long.title = "x" * 300
    assert len(json_ld(long, SITE)[0]["headline"]) == LONGEST_HEADLINE


def test_a_faq_is_a_page_of_its_own() -> None:
    _, faq = json_ld(content("<h2>FAQ</h2><h3>Does it keep?</h3><p>A <em>week</em>.</p>"), SITE)
    assert faq == {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": "Does it keep?",
                "acceptedAnswer": {"@type": "Answer", "text": "A week."},
            }
        ],
    }


def test_nothing_in_it_can_close_a_script_element() -> None:
    evil = content("<h2>FAQ</h2><h3>Is it &lt;/script&gt;?</h3><p>No.</p>")
    evil.title = "</script><script>alert(1)</script>"
    data = json_ld(evil, SITE)

    text = as_text(data)

    assert "<" not in text
    assert json.loads(text) == data
