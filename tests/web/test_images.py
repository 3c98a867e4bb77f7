from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from igny8_web import jobs, queue
from igny8_web.current import house
from igny8_web.extensions import session, transaction
from igny8_web.models import (
    Cluster,
    ClusterStatus,
    Content,
    ContentStatus,
    Image,
    ImageStatus,
    ImageVersion,
    Run,
    Scope,
    Site,
)
from igny8_web.services import automation
from igny8_web.services.image_versions import versions_of

from ..engine import Rings
from ..factories import make_content, make_site
from ..fakes import FakeProvider
from ..visitor import Visitor
from .conftest import CountQueries
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
    assert 'src="/media/images/aa/aa.thumb.webp"' in page
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


def made(db: Session, image: Image, *files: str) -> None:
    """Give the image these files, the last of which is shown."""
    for file in files:
        row = {"file": file, "width": 1200, "height": 630, "prompt": "A cup.", "made_by": "a/b"}
        db.add(ImageVersion(image_id=image.id, **row))
        db.flush()
        image.status, image.file, image.width, image.height = (
            *(ImageStatus.GENERATED, file),
            *(1200, 630),
        )


def buttons(client: Visitor, site: Site, query: str = "") -> list[str]:
    """Where the buttons of the gallery lead, past the site."""
    page = main_of(client.get(f"/sites/{site.slug}/images/{query}").text)
    found = re.findall(r'formaction="/sites/[^/]+/images/([^"]+)"', page)
    return [unescape(place) for place in found]


def test_a_picture_can_be_made_again_and_an_earlier_one_chosen(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction() as db:
        made(db, content.images[0], "images/aa/aa.webp", "images/bb/bb.webp")
        made(db, content.images[1], "images/cc/cc.webp")
    two, one, _ = ids(content)
    first, _ = versions_of([two])[two][::-1]
    here = "?status=generated"

    assert buttons(owner_client, site, here) == [
        f"{one}/again{here}",
        f"{two}/use/{first.id}{here}",
        f"{two}/again{here}",
    ]
    answer = owner_client.submit(f"/sites/{site.slug}/images/{two}/use/{first.id}{here}")

    assert answer.location == f"/sites/{site.slug}/images/{here}#image-{two}"
    page = owner_client.get(answer.location).text
    assert "This picture is in use now." in page
    assert page.count("/media/images/aa/aa.thumb.webp") == 2, "shown, and among the two"
    reading = owner_client.get(f"/sites/{site.slug}/content/{content.id}").text
    assert "/media/images/aa/aa.webp" in reading


def test_the_picture_that_is_there_is_shown_until_another_is(
    owner_client: Visitor, site: Site, content: Content, rings: Rings, provider: FakeProvider
) -> None:
    with transaction() as db:
        made(db, content.images[0], "images/aa/aa.webp")
    image = ids(content)[0]
    answer = owner_client.submit(f"/sites/{site.slug}/images/{image}/again")

    assert "/automation/runs/" in answer.location
    for page in ("images/", f"content/{content.id}"):
        assert "/media/images/aa/aa." in owner_client.get(f"/sites/{site.slug}/{page}").text
    assert owner_client.submit(f"/sites/{site.slug}/images/{image}/again").location == (
        f"/sites/{site.slug}/images/#image-{image}"
    )
    rings.answer_all()
    assert (
        "/media/images/aa/aa.webp"
        not in owner_client.get(f"/sites/{site.slug}/content/{content.id}").text
    )
    assert len(buttons(owner_client, site)) == 2


def test_the_pictures_of_an_approved_article_offer_no_change(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction() as db:
        made(db, content.images[0], "images/aa/aa.webp", "images/bb/bb.webp")
        db.get_one(Content, content.id).status = ContentStatus.APPROVED
    image = ids(content)[0]

    assert buttons(owner_client, site) == []
    answer = owner_client.submit(f"/sites/{site.slug}/images/{image}/again")
    assert "its pictures stay as they are" in owner_client.get(answer.location).text


def test_another_sites_pictures_are_neither_made_again_nor_exchanged(
    owner_client: Visitor, site: Site, content: Content
) -> None:
    with transaction() as db:
        other = make_site(db, "other")
        made(db, content.images[0], "images/aa/aa.webp", "images/bb/bb.webp")
    image = ids(content)[0]
    for action in ("again", f"use/{versions_of([image])[image][0].id}"):
        path = f"/sites/{other.slug}/images/{image}/{action}"
        assert owner_client.submit(path).status_code == 404
    assert session().scalars(sa.select(Run)).all() == []


def test_the_gallery_asks_once_for_the_versions_of_all_its_pictures(
    owner_client: Visitor, site: Site, content: Content, count_queries: CountQueries
) -> None:
    with transaction() as db:
        for image in content.images:
            made(db, image, f"images/aa/{image.id}.webp", f"images/bb/{image.id}.webp")
    with count_queries() as seen:
        owner_client.get(f"/sites/{site.slug}/images/")
    assert sum("FROM image_version" in query for query in seen) == 1
