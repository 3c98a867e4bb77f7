"""How long one batch may take, in the process that works it; the watchdog is in tests/faults."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from igny8_web.current import config
from igny8_web.extensions import session
from igny8_web.models import AiCall
from igny8_web.pipeline.asking import STOPPED
from igny8_web.pipeline.stages.develop_ideas import DevelopIdeas
from igny8_web.pipeline.time_limit import TimeIsUp, clock_stopped, watchdog, within

from ..engine import Rings, at_work, items_of, let_backoff_pass, refreshed
from ..fakes import Data, FakeProvider
from ..platform.helpers import until
from .conftest import StartIdeas

LIMIT = 0.2


@pytest.fixture(autouse=True)
def no_alarm_is_left() -> Iterator[None]:
    yield
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def hangs() -> None:
    time.sleep(30)


def hangs_and_swallows_exceptions() -> None:
    for _ in range(3):
        with suppress(Exception):
            time.sleep(10)


@pytest.mark.parametrize("work", [hangs, hangs_and_swallows_exceptions])
def test_work_that_takes_too_long_is_stopped_whatever_exceptions_it_catches(
    work: Callable[[], None],
) -> None:
    began = time.monotonic()
    with pytest.raises(TimeIsUp):
        within(LIMIT, work)
    assert time.monotonic() - began < 5


def test_work_that_is_done_in_time_gives_its_result() -> None:
    assert within(LIMIT, lambda: 7) == 7


def test_an_error_of_the_work_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        within(LIMIT, lambda: 1 / 0)


class Rung(Exception):
    pass


@pytest.fixture
def outer() -> Iterator[None]:
    """An alarm around the work, as RQ's for the whole job."""

    def ring(*args: object) -> None:
        raise Rung

    before = signal.signal(signal.SIGALRM, ring)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_the_alarm_of_the_whole_job_goes_on_afterwards(outer: None) -> None:
    signal.setitimer(signal.ITIMER_REAL, 100)
    within(LIMIT, lambda: time.sleep(0.1))
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    assert 98 < left < 99.95

    with pytest.raises(TimeIsUp):
        within(0.01, hangs)
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    assert 98 < left < 99.95

    signal.setitimer(signal.ITIMER_REAL, 0.01)
    with pytest.raises(Rung):
        time.sleep(1)


def test_the_job_that_is_nearly_over_is_left_time_to_settle(outer: None) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    with pytest.raises(TimeIsUp):
        within(LIMIT, hangs)
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    assert left > 4


def test_the_clock_stands_still_where_an_answer_is_kept() -> None:
    def keep() -> str:
        with clock_stopped():
            time.sleep(2 * LIMIT)
        return "kept"

    assert within(LIMIT, keep) == "kept"


def test_the_clock_goes_on_afterwards_with_what_was_left() -> None:
    def work() -> None:
        time.sleep(0.5)
        with clock_stopped():
            time.sleep(1.1)
        went_on.append(time.monotonic())
        hangs()

    went_on: list[float] = []
    with pytest.raises(TimeIsUp):
        within(1, work)
    assert time.monotonic() - went_on[0] < 0.9, "0.5 s were left"


def test_other_threads_work_without_a_limit() -> None:
    done: list[str] = []
    thread = threading.Thread(
        target=lambda: done.append(within(0.01, lambda: time.sleep(0.1) or "done"))
    )
    thread.start()
    thread.join()
    assert done == ["done"]


def test_the_watchdog_watches_workers_only() -> None:
    with watchdog(300):
        assert "watchdog" not in [thread.name for thread in threading.enumerate()]


@pytest.fixture
def short_limit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    object.__setattr__(config(), "item_seconds", 1)


@pytest.mark.usefixtures("short_limit")
def test_an_item_that_takes_too_long_is_tried_again_and_fails_with_its_reason(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(1)

    def hang(data: Data) -> Data:
        hangs_and_swallows_exceptions()
        return data

    provider.will("develop-ideas", hang)
    rings.answer_all()

    [item] = items_of(run.stages[0])
    assert (item.status, item.attempts) == ("pending", 1)
    assert item.error == "It took longer than 1 s and was stopped."
    [call] = session().scalars(sa.select(AiCall))
    assert (call.status, call.error) == ("failed", STOPPED)

    let_backoff_pass(run.stages[0])
    lane = at_work(run.stages[0])
    lane.step(lane.work(lane.step([], None, lost=False)), None, lost=False)
    assert refreshed(run).status == "completed"


@pytest.mark.usefixtures("short_limit")
def test_an_answer_that_was_paid_for_serves_the_next_attempt_of_an_item_that_took_too_long(
    start_ideas: StartIdeas,
    rings: Rings,
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = start_ideas(1)
    provider.price = Decimal("0.5")
    work = DevelopIdeas.work

    def work_and_hang(self: DevelopIdeas, *args: Any) -> Any:
        answer = work(self, *args)
        hangs()
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(DevelopIdeas, "work", work_and_hang)
        rings.answer_all()
    let_backoff_pass(run.stages[0])
    lane = at_work(run.stages[0])
    lane.step(lane.work(lane.step([], None, lost=False)), None, lost=False)

    ended = refreshed(run)
    assert (ended.status, ended.cost, len(provider.asked)) == ("completed", Decimal("0.5"), 1)


def test_what_a_claim_holds_and_its_slice_leaves_is_given_back_untouched(
    start_ideas: StartIdeas, rings: Rings, provider: FakeProvider
) -> None:
    run = start_ideas(6)
    lane = at_work(run.stages[0])
    lane.grab = 6
    batches = lane.step([], None, lost=False)

    def slow(data: Data) -> Data:
        lane.ends = time.monotonic()
        return data

    provider.will("develop-ideas", slow)
    outcomes = lane.work(batches)
    assert len(outcomes) == 1
    assert lane.step(outcomes, None, lost=False) == []

    states = [(item.status, item.attempts, item.lease_token) for item in items_of(run.stages[0])]
    assert states == [("done", 1, None), *[("pending", 0, None)] * 5]
    until(lambda: True)
    rings.answer_all()
    assert {item.attempts for item in items_of(run.stages[0])} == {1}
