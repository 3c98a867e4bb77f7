"""Articles as a zip: pages, Markdown, pictures and a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from zipfile import ZipFile

import pytest

from igny8_web.current import config
from igny8_web.extensions import transaction
from igny8_web.media import store_image
from igny8_web.models import Content, ImageStatus, Site
from igny8_web.services.errors import NotFound
from igny8_web.services.exporting import bundle
from igny8_web.services.filtering import Chosen, NoneChosen
from igny8_web.services.rooms import ContentFilter

from ..factories import make_content, make_image, make_site
from ..fakes import picture

EVERY = Chosen(ContentFilter())


def article(site: Site, title: str = "=HYPERLINK(1)", slug: str = "cold-brew") -> Content:
    """With a featured picture, and one that failed."""
    with transaction() as db:
        content = make_content(db, site)
        content.title = content.meta_title = title
        content.slug = slug
        made, failed = make_image(db, content, 0), make_image(db, content, 1)
        stored = store_image(config().media_dir, picture(1200, 630), size=(1200, 630))
        made.file, made.width, made.height = stored.file, stored.width, stored.height
        made.status, failed.status = ImageStatus.GENERATED, ImageStatus.FAILED
        return content


def unzipped(site: Site, chosen: Chosen = EVERY) -> ZipFile:
    found = ZipFile(io.BytesIO(b"".join(bundle.zip_of(site, chosen))))
    assert found.testzip() is None
    return found


@pytest.mark.usefixtures("app")
def test_an_article_goes_along_as_page_markdown_and_picture(site: Site) -> None:
    content = article(site)
    files = unzipped(site)
    picture_path = "cold-brew/images/A-cup-of-coffee-view-0.webp"
    assert set(files.namelist()) == {
        "article.css",
        "cold-brew/index.html",
        "cold-brew/article.md",
        picture_path,
        "contents.csv",
        "missing.txt",
    }
    page = files.read("cold-brew/index.html").decode()
    assert "<title>=HYPERLINK(1)</title>" in page
    assert 'src="images/A-cup-of-coffee-view-0.webp"' in page
    assert "<h2>Beans</h2>" in page
    assert '"@type": "Article"' in page or '"@type":"Article"' in page
    text = files.read("cold-brew/article.md").decode()
    assert text.startswith('---\ntitle: "=HYPERLINK(1)"\nslug: "cold-brew"\n')
    assert "## Beans" in text
    assert files.read(picture_path)[8:12] == b"WEBP"
    assert "it is failed" in files.read("missing.txt").decode()
    assert content.site_id == site.id


def test_no_cell_of_the_table_begins_a_formula(site: Site) -> None:
    article(site)
    alone = b"".join(bundle.csv_of(site, EVERY))
    for data in (unzipped(site).read("contents.csv"), alone):
        (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        assert row["Title"] == "'=HYPERLINK(1)"
        assert row["Pictures"] == "2"


def test_a_lost_file_is_named_and_the_rest_goes_along(site: Site) -> None:
    article(site)
    for file in Path(config().media_dir).rglob("*.webp"):
        file.unlink()
    files = unzipped(site)
    assert "its file is not on the server" in files.read("missing.txt").decode()
    assert "<img" not in files.read("cold-brew/index.html").decode()


def test_articles_of_one_name_and_of_any_script_have_folders_of_their_own(site: Site) -> None:
    for slug in ("cold-brew", "Cold-Brew", "con", "قهوة", "../../etc"):
        article(site, slug=slug)
    folders = {name.split("/")[0] for name in unzipped(site).namelist() if "/" in name}
    assert folders == {"cold-brew", "Cold-Brew-2", "con-", "قهوة", "etc"} or folders == {
        *("cold-brew-2", "Cold-Brew", "con-", "قهوة", "etc")
    }


def test_another_sites_articles_stay_where_they_are(site: Site) -> None:
    with transaction() as db:
        other = make_site(db, "elsewhere")
        theirs = make_content(db, other)
    with pytest.raises(NotFound):
        bundle.zip_of(site, Chosen(ContentFilter(), [theirs.id]))
    with pytest.raises(NoneChosen):
        bundle.zip_of(site, Chosen(ContentFilter(), []))


def test_too_many_at_once_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MOST_ARTICLES", 1)
    article(site)
    article(site, slug="other")
    with pytest.raises(bundle.TooMany, match="1 articles at most"):
        bundle.zip_of(site, EVERY)
