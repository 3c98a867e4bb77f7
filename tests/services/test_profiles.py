"""What a site is, how it speaks and what it may spend."""

from __future__ import annotations

from decimal import Decimal

import pytest

from igny8_web.models import Site
from igny8_web.services import profiles
from igny8_web.services.errors import Invalid

from ..engine import reading


def stored(site: Site) -> Site:
    with reading() as db:
        return db.get_one(Site, site.id)


@pytest.mark.each_database
def test_a_profile_is_kept_tidy(site: Site) -> None:
    profiles.describe(
        site,
        {
            "language": "PT-br",
            "timezone": "Europe/Berlin",
            "audience": "  People who brew\x00 at home.\r\nBeginners. ",
            "never_say": "world-class\n\n  game changer \r\nworld-class\n",
            "facts": "Founded in 2011.",
        },
    )

    now = stored(site)
    assert (now.language, now.timezone) == ("pt-BR", "Europe/Berlin")
    assert now.audience == "People who brew  at home.\nBeginners."
    assert now.never_say == "world-class\ngame changer"
    assert now.facts == "Founded in 2011."
    assert (now.name, now.slug) == ("Brew Notes", "brew-notes")


def test_letters_of_every_script_stay_as_they_are(site: Site) -> None:
    tone = "می\u200cخواهم 👩\u200d🍳 — grüß"
    profiles.describe(site, {"tone": tone, "name": "قهوه\u200cها"})

    assert stored(site).tone == tone
    assert stored(site).name == "قهوه\u200cها"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", " "),
        ("domain", "no host"),
        ("language", "english"),
        ("timezone", "Mars/Olympus"),
        ("audience", "a" * 1001),
        ("tone", "a" * 1001),
        ("facts", "a" * 8001),
        ("never_say", "a" * 201),
        ("never_say", "\n".join(["a" * 100] * 41)),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_changed(
    site: Site, field: str, text: str
) -> None:
    with pytest.raises(Invalid) as refused:
        profiles.describe(site, {"tone": "warm", **{field: text}})

    assert refused.value.field == field
    assert stored(site).tone == ""


@pytest.mark.each_database
def test_caps_are_dollars_or_nothing(site: Site) -> None:
    profiles.cap(site, {"run_cap": "$2.50", "month_cap": "40"})
    assert (stored(site).run_cap, stored(site).month_cap) == (Decimal("2.5"), Decimal(40))

    profiles.cap(site, {"run_cap": "0", "month_cap": ""})
    assert (stored(site).run_cap, stored(site).month_cap) == (Decimal(0), None)

    with pytest.raises(Invalid) as refused:
        profiles.cap(site, {"run_cap": "1", "month_cap": "-1"})
    assert refused.value.field == "month_cap"
    assert stored(site).run_cap == 0
