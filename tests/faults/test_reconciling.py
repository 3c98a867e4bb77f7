"""The reconciler as a process: two of them have one effect, and the card tells what it does."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from igny8_web.models import Run

from ..engine import refreshed
from ..peers.ai import AiPeer
from ..platform.helpers import Program, until
from ..servers import GIVEN_UP_SOON, StartWorker
from ..visitor import Visitor
from .conftest import RESUMED_WITHIN, attempts, in_hand, is_over
from .invariants import Watch
from .processes import children, family, kill

PAGE = "/sites/brew-notes/automation/"


@pytest.mark.slow
@pytest.mark.each_database
def test_two_reconcilers_at_once_have_one_effect(
    run: Run, watch: Watch, held: AiPeer, ai_worker: StartWorker, worker: StartWorker
) -> None:
    both = [worker("igny8_web.reconciling", IGNY8_RECONCILE_SECONDS="1") for _ in range(2)]
    dies = ai_worker("worker", IGNY8_WORKERS="3", **GIVEN_UP_SOON)
    in_hand(held, 3)
    kill(*family(dies))
    until(lambda: sum(each.said.count("back from a silent worker") for each in both) >= 1)
    held.release()
    ai_worker()

    until(lambda: is_over(run), RESUMED_WITHIN)

    assert attempts(run) == [2, 2, 2]
    told = re.findall(
        rf"{run.run_id} stage 2: (?:took|failed|closed).*", "".join(e.said for e in both)
    )
    items = Counter(word for line in told for word in re.findall(r"\d+", line.partition("took")[2]))
    assert set(items.values()) <= {1, 2}, f"each was taken back once: {told}"
    assert len(told) == len(set(told)), told
    assert "Traceback" not in "".join(each.said for each in both)


def test_the_card_says_that_it_recovers_as_soon_as_it_is_asked_again(
    run: Run,
    watch: Watch,
    held: AiPeer,
    owner_client: Visitor,
    ai_worker: StartWorker,
    reconciler: Program,
) -> None:
    dies = ai_worker("worker", IGNY8_WORKERS="1", **GIVEN_UP_SOON)
    in_hand(held)
    card = polled(owner_client.get(PAGE).text)
    kill(*children(dies.popen.pid), dies.popen.pid)
    until(lambda: owner_client.get(card, headers={"HX-Request": "true"}).status_code == 200)

    told = owner_client.get(card, headers={"HX-Request": "true"}).text
    assert "Recovering: a worker stopped answering; its items go to another." in told
    assert "Nothing in hand at the moment" in told

    ai_worker()
    until(lambda: attempts(run)[0] == 2, 30)
    told = owner_client.get(card, headers={"HX-Request": "true"}).text
    assert "Recovering:" in told, "until it is made up for"
    held.release()
    until(lambda: refreshed(run).stages[0].processed)
    assert "Recovering:" not in owner_client.get(card, headers={"HX-Request": "true"}).text
    until(lambda: is_over(run))


def polled(page: str) -> str:
    """The address that the card on this page asks for news."""
    found = re.search(r'hx-get="([^"]*/card\?[^"]*)"', page)
    assert found, page
    return found[1].replace("&amp;", "&")
