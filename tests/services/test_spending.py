"""Caps that are raised, and what was spent."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from igny8_web.extensions import session, transaction
from igny8_web.models import AiCall, Content, MonthSpend, Price, Run, RunItem, Site
from igny8_web.pipeline import money
from igny8_web.providers.base import ProviderError, Question, TextAnswer
from igny8_web.services import automation, profiles, spending
from igny8_web.services.automation import WrongState
from igny8_web.services.errors import Invalid
from igny8_web.services.reading import find_article
from igny8_web.services.spending import Spent

from ..engine import Rings, reading, refreshed
from ..factories import make_clusters, make_content, make_keywords, make_site
from ..fakes import FakeProvider
from ..pipeline.test_money import COST, priced, start

__all__ = ["priced"]
pytestmark = pytest.mark.each_database


@pytest.fixture
def paused(site: Site, priced: FakeProvider, rings: Rings) -> Run:
    """Six clusters, and a cap that let two be worked."""
    run = start(site, 6, cap="0.035")
    rings.answer_all()
    return refreshed(run)


def test_a_raised_cap_lets_the_run_go_on_to_its_end(paused: Run, rings: Rings) -> None:
    automation.raise_cap(paused, Decimal("0.20"))
    now = refreshed(paused)
    assert (now.status, now.why, now.paused_for, now.cap) == ("running", None, None, Decimal("0.2"))
    rings.answer_all()
    now = refreshed(paused)
    assert (now.status, now.cost) == ("completed", 6 * COST)


def test_a_cap_that_is_raised_too_little_is_reached_again(paused: Run, rings: Rings) -> None:
    automation.raise_cap(paused, Decimal("0.045"))
    rings.answer_all()
    now = refreshed(paused)
    assert (now.status, now.paused_for, now.cost) == ("paused", "cap", 3 * COST)


@pytest.mark.parametrize("amount", ["0", "0.03", "0.035"])
def test_an_amount_that_would_not_help_is_refused(paused: Run, amount: str) -> None:
    with pytest.raises(Invalid, match=r"Give more than \$0\.04: \$0\.0200 of it") as refused:
        automation.raise_cap(paused, Decimal(amount))
    assert refused.value.field == "cap"
    assert refreshed(paused).status == "paused"


def test_a_run_that_reached_no_cap_has_none_to_raise(
    site: Site, provider: FakeProvider, rings: Rings
) -> None:
    with transaction() as db:
        run_of = [cluster.id for cluster in make_clusters(db, site, 1)]
    run = automation.run_stage(site, "develop-ideas", run_of)
    with pytest.raises(WrongState):
        automation.raise_cap(run, Decimal(9))
    automation.pause(run)
    with pytest.raises(WrongState):
        automation.raise_cap(run, Decimal(9))
    assert refreshed(run).cap == 5


def test_the_cap_of_a_month_is_raised_for_that_month_alone(
    site: Site, priced: FakeProvider, rings: Rings
) -> None:
    with transaction():
        site.month_cap = Decimal("0.025")
    run = start(site, 3)
    rings.answer_all()
    assert refreshed(run).paused_for == "month_cap"
    to_raise = spending.to_raise(run)
    assert (to_raise.of_month, to_raise.cap) == (True, Decimal("0.025"))

    automation.raise_cap(run, Decimal("0.50"))
    rings.answer_all()
    assert refreshed(run).status == "completed"
    assert site.month_cap == Decimal("0.025")
    month = spending.month_of(site)
    assert (month.spent, month.cap, month.is_raised) == (3 * COST, Decimal("0.5"), True)
    session().rollback()
    with transaction() as db:
        db.execute(sa.update(MonthSpend).values(month="2026-01"))
    month = spending.month_of(site)
    assert (month.spent, month.cap, month.is_raised) == (0, Decimal("0.025"), False)


def test_another_cap_for_all_months_counts_for_a_raised_one_too(site: Site) -> None:
    with transaction() as db:
        money.cap_this_month(db, site, Decimal(80))
    profiles.cap(site, {"run_cap": "3"})
    assert spending.month_of(site).cap == 80
    profiles.cap(site, {"month_cap": "20"})
    assert spending.month_of(site).cap == 20


@pytest.mark.parametrize("code", ["cap", "bad_key"])
def test_what_a_lane_met_before_the_run_was_resumed_does_not_pause_it_again(
    site: Site, priced: FakeProvider, rings: Rings, code: str
) -> None:
    run = start(site, 3)
    met: list[str] = []

    def refuse(question: Question) -> TextAnswer:
        """Another lane is refused as well and pauses the run; somebody mends it meanwhile."""
        met.append(question.task)
        monkeypatched.undo()
        with transaction() as db:
            db.get_one(Run, run.id, with_for_update=True).pause("The same, elsewhere.", code)
        if code == "cap":
            automation.raise_cap(run, Decimal(9))
        else:
            automation.resume(run)
        raise ProviderError("Not with this.", code=code, fatal=True)

    monkeypatched = pytest.MonkeyPatch()
    monkeypatched.setattr(priced, "answer", refuse)
    rings.answer_all()

    assert met == ["develop-ideas"]
    assert (refreshed(run).status, refreshed(run).stages[0].failed) == ("completed", 0)


def test_the_cap_of_the_site_is_that_of_the_day_on_which_a_run_began(
    site: Site, provider: FakeProvider, rings: Rings
) -> None:
    with transaction() as db:
        make_keywords(db, site, 2)
        site.run_cap = Decimal(3)
    run = automation.run_now(site)
    with transaction():
        site.run_cap = Decimal(9)
    assert refreshed(run).cap == 3
    automation.cancel(run)
    assert refreshed(automation.run_now(site, cap=Decimal("0.5"))).cap == Decimal("0.5")


def test_what_is_suggested_is_more_than_the_cap_and_enough_for_the_rest(paused: Run) -> None:
    to_raise = spending.to_raise(paused)
    assert to_raise.left is not None
    assert to_raise.wanted > paused.committed + to_raise.left.high / 2
    assert to_raise.wanted > Decimal("0.035")
    assert to_raise.wanted == to_raise.wanted.quantize(Decimal("0.01"))


def test_what_each_stage_took_is_told(paused: Run) -> None:
    assert spending.by_stage(paused) == {"develop-ideas": Spent(2, 12_000, 8_000, 2 * COST)}


def test_an_article_knows_what_it_cost(site: Site, priced: FakeProvider, rings: Rings) -> None:
    with transaction() as db:
        make_keywords(db, site, 4)
        db.execute(sa.update(Price).values(per_image=Decimal("0.04")))
        by_hand = make_content(db, site)
        other = make_content(db, make_site(db, "other-site"))
    automation.run_now(site)
    rings.answer_all()

    with reading() as db:
        made = list(
            db.scalars(sa.select(Content).where(Content.site_id == site.id, Content.images.any()))
        )
        total = Spent()
        for content in made:
            spent = find_article(site, content.id).spent
            drawn = len(content.images)
            texts = 1 if content.id == by_hand.id else 2
            assert spent.calls == texts + drawn
            assert spent.tokens_in == 6_000 * texts
            assert spent.tokens_out == 4_000 * texts
            total = Spent(total.calls + spent.calls, 0, 0, total.dollars + spent.dollars)
        on_articles = (
            sa.select(sa.func.count(), sa.func.sum(AiCall.cost))
            .join(RunItem, RunItem.id == AiCall.run_item_id)
            .where(RunItem.stage.in_(["write-content", "write-image-prompts", "draw-images"]))
        )
        assert (total.calls, total.dollars) == tuple(db.execute(on_articles).one())
        assert total.dollars > 0
        assert spending.on_article(other) == Spent()
    session().rollback()
