"""What comes twice has one effect: rings, clicks, and starters on two hosts."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from flask import Flask

from igny8_web import jobs, queue
from igny8_web.extensions import transaction
from igny8_web.models import Run, Site, User
from igny8_web.pipeline.stage import AnyStage
from igny8_web.pipeline.stages import STAGES
from igny8_web.services import accounts, automation

from ..engine import Rings, items_of, reading, refreshed
from ..factories import make_clusters
from ..fakes import FakeProvider, nonsense
from ..peers.ai import AiPeer
from ..pipeline.test_stage_contract import MAKERS
from ..platform.helpers import until
from ..ports import free_port
from ..servers import StartWorker
from ..visitor import PASSWORD
from .conftest import attempts, in_hand, is_over
from .invariants import Watch

pytestmark = pytest.mark.each_database

RINGS = 5
PATIENCE = 30
"""Seconds for an answer: other work may share the machine."""

Answers = list[requests.Response]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.slug)
def test_five_workers_that_hear_the_same_ring_do_each_item_once(
    stage: AnyStage,
    site: Site,
    rings: Rings,
    provider: FakeProvider,
    watched: Callable[..., Watch],
    side_by_side: Callable[..., list[Any]],
) -> None:
    with transaction() as db:
        MAKERS[stage.slug](db, site)
        waiting = list(db.scalars(stage.waiting(site.id)))
    run = automation.run_stage(site, stage.slug, waiting)
    watched(run)
    bell = rings.waiting[0]

    def hear() -> None:
        getattr(jobs, bell.function.rpartition(".")[2])(*bell.args)

    assert side_by_side(*[hear] * RINGS) == [None] * RINGS
    rings.answer_all()

    assert {item.attempts for item in items_of(refreshed(run).stages[0])} == {1}


def test_five_rings_too_many_for_two_real_workers_have_no_effect(
    app: Flask,
    run: Run,
    watched: Callable[..., Watch],
    held: AiPeer,
    ai_worker: StartWorker,
) -> None:
    watched(run, peer=held)
    house = app.extensions["igny8"]
    bell = queue.Bell(queue.MANUAL, "igny8_web.jobs.work_lane", (run.stages[0].id,), "", 60)
    again = [replace(bell, job_id=f"again-{n}") for n in range(RINGS)]
    assert queue.ring(house.redis, again)
    workers = [ai_worker(), ai_worker()]
    in_hand(held, 2)
    held.release()

    until(lambda: is_over(run), 30)
    until(lambda: not queue.queued(house.redis), 30)
    assert attempts(run) == [1, 1, 1]
    assert len(held.calls) == 3
    assert all(worker.popen.poll() is None for worker in workers)


@pytest.fixture
def address(worker: StartWorker) -> str:
    """Where two web processes answer, as an operator starts them."""
    port = free_port()
    web = worker(
        "gunicorn", "wsgi:app", PORT=str(port), GUNICORN_CMD_ARGS="--workers 2 --threads 4"
    )

    def answers() -> bool:
        assert web.popen.poll() is None, web.said
        try:
            return requests.get(f"{url}/login", timeout=PATIENCE).ok
        except requests.RequestException:
            return False

    url = f"http://127.0.0.1:{port}"
    until(answers, 60)
    return url


def at_once(*clicks: Callable[[], requests.Response]) -> Answers:
    """Send the requests at the same moment."""
    start = threading.Barrier(len(clicks))

    def click(send: Callable[[], requests.Response]) -> requests.Response:
        start.wait(10)
        return send()

    with ThreadPoolExecutor(len(clicks)) as pool:
        return list(pool.map(click, clicks))


def token_in(page: requests.Response) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return {"csrf_token": found[1]}


def number_of_runs() -> int:
    with reading() as db:
        return db.scalars(sa.select(sa.func.count(Run.id))).one()


def test_two_browsers_that_press_run_now_start_one_run_and_one_is_told(
    address: str, site: Site, owner: User
) -> None:
    with transaction() as db:
        make_clusters(db, site, 5)
    page = f"{address}/sites/{site.slug}/automation/"
    with ExitStack() as stack:
        browsers = [stack.enter_context(requests.Session()) for _ in range(2)]
        presses = []
        for browser in browsers:
            fields = {"email": owner.email, "password": PASSWORD}
            login = token_in(browser.get(f"{address}/login", timeout=PATIENCE))
            browser.post(f"{address}/login", {**fields, **login}, timeout=PATIENCE)
            form = token_in(browser.get(page, timeout=PATIENCE))
            presses.append(lambda b=browser, f=form: b.post(f"{page}run", f, timeout=PATIENCE))
        for round_ in range(1, 4):
            pages = at_once(*presses)
            told = ["has a live run already" in page.text for page in pages]
            assert sorted(told) == [False, True]
            assert number_of_runs() == round_
            live = automation.live_run(site)
            assert live is not None
            automation.cancel(live)


@pytest.mark.parametrize("verb", ["run_now", "retry_failed"])
def test_two_requests_at_once_are_one_run(
    verb: str, address: str, site: Site, owner: User, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        ids = [cluster.id for cluster in make_clusters(db, site, 5)]
    provider.always("develop-ideas", nonsense())
    failed = automation.run_stage(site, "develop-ideas", ids)
    rings.answer_all()
    url = f"{address}/api/v1/automation/{verb}/"
    about = {"site_id": str(site.id)} if verb == "run_now" else {"run_id": failed.run_id}
    header = {"Authorization": f"Bearer {accounts.create_token(owner)}"}

    def send() -> requests.Response:
        return requests.post(url, params=about, headers=header, timeout=PATIENCE)

    answers = at_once(*[send] * 4)

    assert Counter(answer.status_code for answer in answers) == {202: 1, 409: 3}
    started = next(answer.json()["data"] for answer in answers if answer.ok)
    errors = [answer.json()["error"] for answer in answers if not answer.ok]
    assert {(error["code"], error["run_id"]) for error in errors} == {
        ("already_running", started["run_id"])
    }
    assert number_of_runs() == 2


def test_two_hosts_that_start_the_same_site_at_once_start_one_run(
    site: Site, worker: StartWorker
) -> None:
    with transaction() as db:
        make_clusters(db, site, 5)
    words = ("flask", "--app", "wsgi", "run-automation", "--site", site.slug)
    hosts = [worker(*words), worker(*words)]

    assert sorted(host.wait(60) for host in hosts) == [0, 1], [host.said for host in hosts]
    refused = next(host for host in hosts if host.popen.returncode)
    assert "has a live run already" in refused.said
    assert number_of_runs() == 1
