"""Stage 6 with pictures that come over HTTP: what is stored, charged, refused and tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image as Picture

from igny8_web.current import config
from igny8_web.extensions import transaction
from igny8_web.models import AiCall, CallStatus, Image, ImageStatus, RunStatus, Site
from igny8_web.pipeline.reconciler import reconcile
from igny8_web.providers import downloads
from igny8_web.services import automation

from ..engine import Rings, let_backoff_pass, reading, refreshed, stage_of
from ..factories import make_content
from ..peers import faults
from ..peers.ai import AiPeer
from ..platform.helpers import until
from ..servers import PLAIN_RQ, StartWorker

Configure = Callable[..., None]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "PAUSES", (0.0, 0.0))


@pytest.fixture
def configure(app: Flask) -> Configure:
    """Change the configuration of the test's process."""

    def change(**keys: object) -> None:
        house = app.extensions["igny8"]
        app.extensions["igny8"] = replace(house, config=replace(house.config, **keys))

    return change


def pictures(site: Site, count: int) -> list[int]:
    with transaction() as db:
        return [image.id for image in make_content(db, site, images=count).images]


def check_files() -> None:
    """Every picture that is said to be made is there, in the size that was ordered."""
    with reading() as db:
        for image in db.scalars(sa.select(Image).where(Image.status == ImageStatus.GENERATED)):
            with Picture.open(config().media_dir / str(image.file)) as picture:
                wanted = (1024, 576) if image.position else (1200, 630)
                assert picture.size == (image.width, image.height) == wanted
                assert picture.format == "WEBP"


@pytest.mark.parametrize("model", ["gpt-image-1", "dall-e-3", "runware:101@1"])
def test_pictures_are_cut_to_the_size_of_their_place_and_their_price_is_counted(
    site: Site, rings: Rings, peer: AiPeer, configure: Configure, model: str
) -> None:
    runware = model.startswith("runware")
    configure(
        image_provider="runware" if runware else "",
        image_base_url=peer.runware_url if runware else peer.url,
        image_api_key=peer.key,
        image_model=model,
    )
    run = automation.run_stage(site, "draw-images", pictures(site, 3))
    rings.answer_all()

    ended = refreshed(run)
    assert (ended.status, ended.why) == (RunStatus.COMPLETED, None)
    check_files()
    assert ended.cost == (peer.charged if runware else 0)
    with reading() as db:
        assert {call.model for call in db.scalars(sa.select(AiCall))} == {model}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.not_a_picture(), "it is a web page, perhaps an error message"),
        (faults.cut_picture(), "damaged or cut off"),
        (faults.bomb(), "has too many pixels"),
        (faults.wrong_size(), "320 × 200 pixels, too small for"),
        (faults.expired_url(), "answered 403 in place of the picture"),
        (faults.redirect_to("http://169.254.169.254/"), "which is no public address"),
        (faults.redirect_to("file:///etc/passwd"), "must be http or https"),
        (faults.bad_request("Your prompt is too rude."), "Your prompt is too rude."),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_one_bad_picture_fails_alone_and_its_reason_is_told(
    site: Site,
    rings: Rings,
    peer: AiPeer,
    configure: Configure,
    fault: faults.Fault,
    reason: str,
) -> None:
    configure(image_base_url=peer.url, image_api_key=peer.key, image_model="dall-e-3")
    peer.will("draw-images", None, fault)
    run = automation.run_stage(site, "draw-images", pictures(site, 3))
    rings.answer_all()

    assert refreshed(run).status is RunStatus.COMPLETED
    with reading() as db:
        first, second, third = db.scalars(sa.select(Image).order_by(Image.id)).all()
        assert (first.status, third.status) == (ImageStatus.GENERATED, ImageStatus.GENERATED)
        assert (second.status, second.file) == (ImageStatus.FAILED, None)
        assert reason in str(second.error)
        assert peer.key not in str(second.error)
    check_files()
    assert len(peer.calls) == 3, "no picture was bought twice"


@pytest.mark.parametrize(
    "fault", [faults.bad_key(), faults.no_quota(), faults.unknown_model()], ids=lambda f: f.name
)
def test_what_no_further_picture_can_overcome_pauses_the_run(
    site: Site, rings: Rings, peer: AiPeer, configure: Configure, fault: faults.Fault
) -> None:
    configure(lanes=1, image_base_url=peer.url, image_api_key=peer.key, image_model="gpt-image-1")
    peer.will("draw-images", fault)
    run = automation.run_stage(site, "draw-images", pictures(site, 3))
    rings.answer_all()

    assert refreshed(run).status is RunStatus.PAUSED
    assert "127.0.0.1" in str(refreshed(run).why)
    automation.resume(refreshed(run))
    rings.answer_all()
    assert refreshed(run).status is RunStatus.COMPLETED
    check_files()


def test_a_busy_server_is_asked_again_later(
    site: Site, rings: Rings, peer: AiPeer, configure: Configure
) -> None:
    configure(image_base_url=peer.url, image_api_key=peer.key, image_model="gpt-image-1")
    peer.will("draw-images", faults.too_many(1), faults.server_error(503))
    run = automation.run_stage(site, "draw-images", pictures(site, 1))
    for _ in range(3):
        rings.answer_all()
        let_backoff_pass(stage_of(run, "draw-images"))
        reconcile()

    assert refreshed(run).status is RunStatus.COMPLETED
    with reading() as db:
        statuses = list(db.scalars(sa.select(AiCall.status).order_by(AiCall.id)))
    assert statuses == [CallStatus.FAILED, CallStatus.FAILED, CallStatus.USED]


class TestWithAWorker:
    """A worker of its own, told by its environment alone."""

    @pytest.fixture
    def redis_url(self, empty_valkey: str) -> str:
        return empty_valkey

    def test_everything_is_set_by_the_environment(
        self, site: Site, worker: StartWorker, peer: AiPeer
    ) -> None:
        run = automation.run_stage(site, "draw-images", pictures(site, 3))
        program = worker(
            *PLAIN_RQ,
            IGNY8_IMAGE_PROVIDER="runware",
            IGNY8_IMAGE_BASE_URL=peer.runware_url,
            IGNY8_IMAGE_API_KEY=peer.key,
            IGNY8_IMAGE_MODEL="runware:101@1",
            IGNY8_IMAGE_TIMEOUT_SECONDS="30",
        )
        until(lambda: not refreshed(run).is_live, 60)

        assert refreshed(run).status is RunStatus.COMPLETED, program.said
        assert refreshed(run).cost == peer.charged == Decimal("0.12")
        assert peer.key not in program.said
        check_files()
