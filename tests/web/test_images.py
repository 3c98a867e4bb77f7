from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis
from rq.job import Job
from rq.serializers import JSONSerializer

from igny8_web import jobs, queue
from igny8_web.current import house
from igny8_web.extensions import session, transaction
from igny8_web.models import Cluster, ClusterStatus, Content, Image, ImageStatus, Run, Scope, Site
from igny8_web.services import automation

from ..engine import Rings
from ..factories import make_content, make_site
from ..visitor import Visitor
from .pages import main_of


@pytest.fixture
def redis_url(empty_valkey: str) -> str:
    return empty_valkey


@pytest.fixture
def content(site: Site) -> Content:
    with transaction() as db:
        return make_content(db, site, images=3)


def ids(content: Content) -> list[int]:
    return [image.id for image in content.images]


def rung(redis: Redis) -> list[tuple[str, Job]]:
    """Every job that waits in Redis, with its queue."""
    return [
        (name, job)
        for name in queue.QUEUES
        for job in queue.LaneQueue(name, connection=redis, serializer=JSONSerializer).jobs
    ]


def generate(client: Visitor, site: Site, **data: object) -> str:
    answer = client.submit(f"/sites/{site.slug}/images/generate", data=data)
    assert answer.status_code == 302
    return answer.location


@pytest.mark.usefixtures("provider")
def test_stage_6_and_the_page_ring_the_same_function_with_image_ids(
    app: Flask, owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction() as db:
        another = make_content(db, site, images=2)
        db.execute(sa.update(Cluster).values(status=ClusterStatus.MAPPED))  # only images wait

    generate(owner_client, site, image=ids(another))
    automation.run_now(site)

    (page, by_page), (stage, by_stage) = rung(house().redis)
    assert (page, stage) == (queue.MANUAL, queue.AUTOMATION)
    assert by_page.func is by_stage.func is jobs.process_image_generation_queue
    assert list(by_page.args) == [ids(another)]
    assert list(by_stage.args) == [ids(content)]

    for job in (by_page, by_stage):
        with app.app_context():
            job.func(*job.args)
    session().rollback()
    made = session().execute(sa.select(Image.status, Image.file)).all()
    assert {status for status, _ in made} == {ImageStatus.GENERATED}
    assert all(file for _, file in made)


def test_generate_leads_to_the_card_of_its_run(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    location = generate(owner_client, site, image=ids(content)[:2])
    run = session().scalars(sa.select(Run)).one()
    assert location == f"/sites/{site.slug}/automation/runs/{run.run_id}"
    assert (run.scope, run.site_id, run.stages[0].total) == (Scope.SELECTION, site.id, 2)
    card = owner_client.get(location, follow_redirects=True).text
    assert 'id="run-card"' in card
    assert "Image prompts → Images" in card


def test_only_images_that_are_not_made_can_be_chosen(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction():
        made, failed, _ = content.images
        made.status, made.file, made.width, made.height = (
            *(ImageStatus.GENERATED, "images/aa/aa.webp"),
            *(1200, 630),
        )
        failed.status, failed.error = ImageStatus.FAILED, "Out of paint."
    page = main_of(owner_client.get(f"/sites/{site.slug}/images/").text)
    offered = [image for image in ids(content) if f'name="image" value="{image}"' in page]
    assert offered == ids(content)[1:]
    assert 'src="/media/images/aa/aa.webp"' in page
    for button in ("Generate all 1 pending", "Try all 1 failed again"):
        assert button in page


@pytest.mark.usefixtures("provider")
def test_failed_images_are_tried_again_all_at_once(
    owner_client: Visitor, site: Site, content: Content, rings: Rings
) -> None:
    with transaction():
        for image in content.images[:2]:
            image.status, image.error = ImageStatus.FAILED, "Out of paint."
    generate(owner_client, site, all="failed")
    rings.answer_all()
    session().expire_all()
    assert [image.status for image in content.images] == [
        ImageStatus.GENERATED,
        ImageStatus.GENERATED,
        ImageStatus.PENDING,
    ]


@pytest.mark.parametrize(
    "data", [{}, {"image": "x"}, {"image": "9" * 40}, {"all": "generated"}, {"all": "failed"}]
)
def test_what_cannot_be_generated_is_told_on_the_page(
    data: dict[str, object], owner_client: Visitor, site: Site, content: Content
) -> None:
    location = generate(owner_client, site, **data)
    assert location == f"/sites/{site.slug}/images/"
    assert 'data-tone="warn"' in owner_client.get(location).text
    assert session().scalars(sa.select(Run)).all() == []


def test_another_sites_images_are_not_generated(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction() as db:
        other = make_site(db, "other")
    generate(owner_client, other, image=ids(content))
    generate(owner_client, other, all="pending")
    assert session().scalars(sa.select(Run)).all() == []
    assert rung(house().redis) == []
