from __future__ import annotations

import pytest
from flask import Flask

from igny8_web.current import config
from igny8_web.extensions import transaction
from igny8_web.models import (
    Cluster,
    Content,
    Idea,
    Image,
    ImageKind,
    ImageStatus,
    Task,
)
from igny8_web.services.sites import create_site

from ..visitor import Visitor

FILE = "images/ab/abcdef.webp"


@pytest.fixture
def picture(app: Flask) -> bytes:
    """A picture on disk that an image of a site points to."""
    data = b"RIFF\x00\x00\x00\x00WEBP"
    path = config().media_dir / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    (path.parent / "stray.webp").write_bytes(data)
    site = create_site("Tea")
    with transaction() as db:
        cluster = Cluster(site_id=site.id, name="Tea")
        idea = Idea(
            site_id=site.id,
            cluster=cluster,
            title="Tea",
            description="Tea",
            content_type="guide",
            outline=[],
            target_words=500,
        )
        content = Content(
            site_id=site.id,
            task=Task(site_id=site.id, idea=idea, title="Tea"),
            title="Tea",
            slug="tea",
            html="<p>Tea</p>",
            meta_title="Tea",
            meta_description="Tea",
            excerpt="Tea",
            word_count=1,
            written_by="a test",
        )
        content.images.append(
            Image(
                site_id=site.id,
                kind=ImageKind.FEATURED,
                position=0,
                prompt="Tea",
                alt="Tea",
                status=ImageStatus.GENERATED,
                file=FILE,
            )
        )
        db.add(content)
    return data


def test_a_picture_of_a_site_is_shown_and_may_be_kept(
    owner_client: Visitor, picture: bytes
) -> None:
    answer = owner_client.get(f"/media/{FILE}")
    assert answer.data == picture
    assert answer.content_type == "image/webp"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = owner_client.get(f"/media/{FILE}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.usefixtures("picture")
def test_only_files_that_an_image_points_to_are_shown(owner_client: Visitor) -> None:
    for other in ("images/ab/stray.webp", "images/ab", "../test.db", "%2e%2e/test.db", "x"):
        assert owner_client.get(f"/media/{other}").status_code == 404


@pytest.mark.usefixtures("picture")
def test_strangers_see_no_picture(client: Visitor) -> None:
    assert client.get(f"/media/{FILE}").status_code == 302


def test_a_thumbnail_is_shown_and_in_its_absence_the_whole_picture(
    owner_client: Visitor, picture: bytes
) -> None:
    small = "images/ab/abcdef.thumb.webp"
    assert owner_client.get(f"/media/{small}").data == picture
    (config().media_dir / small).write_bytes(b"small")
    assert owner_client.get(f"/media/{small}").data == b"small"
    assert owner_client.get(f"/media/{FILE}").data == picture


@pytest.mark.usefixtures("picture")
def test_only_thumbnails_of_pictures_that_one_may_see_are_shown(owner_client: Visitor) -> None:
    for name in ("stray.thumb.webp", ".thumb.webp", "abcdef.thumb.webp.thumb.webp"):
        (config().media_dir / "images/ab" / name).write_bytes(b"small")
        assert owner_client.get(f"/media/images/ab/{name}").status_code == 404


@pytest.mark.usefixtures("picture")
def test_a_picture_whose_file_is_gone_is_not_found(owner_client: Visitor) -> None:
    (config().media_dir / FILE).unlink()
    assert owner_client.get(f"/media/{FILE}").status_code == 404
