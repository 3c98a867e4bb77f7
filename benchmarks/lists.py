"""What the first page and a page far down of every list cost, as multiples of an empty view.

    .venv/bin/python benchmarks/lists.py [KEYWORDS] [ARTICLES]

Fills one site of a SQLite database (1,000,000 keywords and 50,000 articles with their clusters,
ideas, tasks and pictures, unless told otherwise) and asks, in one process and interleaved, for an
empty signed-in view, for the same lists of an empty site, and for the lists of the full one.
``over_empty`` is the list's time over that of the empty view; ``far`` is its page 1,000 (or its
last one) over its own first page. Prints one JSON object, times in milliseconds.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from benchmarks.progress import PASSWORD, signed_in
from igny8_web import create_app
from igny8_web.db import Base
from igny8_web.extensions import db, transaction
from igny8_web.models import Site
from igny8_web.services import accounts, rooms
from igny8_web.services.paging import Page, Place

KEYWORDS, ARTICLES = 1_000_000, 50_000
KEYWORDS_OF_A_CLUSTER = 20
ROUNDS = 40
FAR = 1_000
"""Pages down."""

LISTS = {
    "keywords": "keywords/",
    "keywords as added": "keywords/?sort=-added",
    "new keywords": "keywords/?status=new",
    "keywords of a cluster": "keywords/?cluster=77",
    "keywords with a text": "keywords/?q=query+77",
    "clusters": "clusters/",
    "ideas": "ideas/",
    "tasks": "tasks/",
    "content": "content/",
    "images": "images/",
    "review": "review/",
    "dashboard": "",
    "automation": "automation/",
}
"""Pages below the site; the last two are no lists, and shown for comparison."""

FILL = """
INSERT INTO cluster (id, site_id, name, status, created_at)
  SELECT n, :site, 'Cluster ' || n, 'mapped', :now FROM numbers WHERE n <= :clusters;
INSERT INTO keyword (site_id, cluster_id, phrase, folded, volume, difficulty, intent, country,
    status, created_at)
  SELECT :site, CASE WHEN n % 4 THEN 1 + n % :clusters END, 'query ' || n, 'query ' || n,
    CASE WHEN n % 9 THEN n * 7919 % 250000 END, n % 101, 'informational', 'US',
    CASE WHEN n % 4 THEN 'mapped' ELSE 'new' END, :now FROM numbers WHERE n <= :keywords;
INSERT INTO idea (id, site_id, cluster_id, title, description, content_type, outline,
    target_words, status, created_at)
  SELECT n, :site, 1 + n % :clusters, 'Idea ' || n, 'For everybody.', 'guide', '["One"]', 900,
    'queued', :now FROM numbers WHERE n <= :articles;
INSERT INTO task (id, site_id, idea_id, title, status, created_at)
  SELECT n, :site, n, 'Idea ' || n, 'completed', :now FROM numbers WHERE n <= :articles;
INSERT INTO content (id, site_id, task_id, title, slug, html, meta_title, meta_description,
    excerpt, word_count, written_by, status, revision, created_at, updated_at)
  SELECT n, :site, n, 'Idea ' || n, 'idea-' || n, '<p>' || hex(zeroblob(2000)) || '</p>', 'Idea',
    'What to know.', 'What to know.', 900, 'nobody/by-hand', 'review', 1, :now, :now
    FROM numbers WHERE n <= :articles;
INSERT INTO image (site_id, content_id, kind, position, prompt, alt, status, created_at)
  SELECT :site, n, 'featured', 0, 'A cup of coffee.', 'A cup', 'pending', :now
    FROM numbers WHERE n <= :articles;
"""


def app_with_lists(folder: Path, keywords: int, articles: int) -> Flask:
    """An app with the sites ``full`` and ``bare``."""
    app = create_app(data_dir=folder, database_url="", redis_url=f"unix://{folder}/none.sock")
    app.add_url_rule("/empty", "empty", lambda: "")
    with app.app_context():
        Base.metadata.create_all(db.engine)
        accounts.create_user("owner@example.com", PASSWORD)
        with transaction() as tx:
            full, bare = Site(slug="full", name="Full"), Site(slug="bare", name="Bare")
            tx.add_all([full, bare])
            tx.flush()
            numbers = max(keywords, articles)
            given = {
                "site": full.id,
                "now": "2026-11-23 15:01:02.000000",
                "keywords": keywords,
                "articles": articles,
                "clusters": max(100, keywords // KEYWORDS_OF_A_CLUSTER),
            }
            tx.execute(sa.text("CREATE TEMP TABLE numbers (n INTEGER PRIMARY KEY)"))
            tx.execute(
                sa.text(
                    "INSERT INTO numbers WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL"
                    f" SELECT n + 1 FROM c WHERE n < {numbers}) SELECT n FROM c"
                )
            )
            for statement in filter(str.strip, FILL.split(";\n")):
                tx.execute(sa.text(statement), _used(statement, given))
            tx.execute(sa.text("DROP TABLE numbers"))
        db.session.remove()
    return app


def _used(statement: str, given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if f":{name}" in statement}


def far_pages(app: Flask) -> dict[str, str]:
    """URLs of the page so far down of the lists that have one."""
    with app.app_context():
        site = db.session.scalars(sa.select(Site).filter_by(slug="full")).one()
        found = {
            "keywords": _far(lambda place: rooms.keywords(site, place)),
            "keywords as added": _far(lambda place: rooms.keywords(site, place, by="added")),
            "content": _far(lambda place: rooms.contents(site, place)),
            "images": _far(lambda place: rooms.images(site, place)),
        }
        db.session.remove()
    return found


def _far(page_at: Any) -> str:
    place, page = Place(), None
    for _ in range(FAR - 1):
        page = page_at(place)
        assert isinstance(page, Page)
        if page.after is None:
            break
        place = Place(after=page.after)
    return place.after or ""


def measure(client: FlaskClient, far: dict[str, str]) -> dict[str, Any]:
    """Medians of each page, measured in turn so that noise is shared."""
    urls = {"empty view": "/empty"}
    urls |= {f"bare {name}": f"/sites/bare/{path}" for name, path in LISTS.items()}
    urls |= {name: f"/sites/full/{path}" for name, path in LISTS.items()}
    for name, cursor in far.items():
        path = LISTS[name]
        urls[f"far {name}"] = f"/sites/full/{path}{'&' if '?' in path else '?'}after={cursor}"
    urls = {name: url for name, url in urls.items() if "cluster=77" not in url or "bare" not in url}
    times: dict[str, list[float]] = {name: [] for name in urls}
    for round_ in range(ROUNDS + 3):
        for name, url in urls.items():
            started = time.perf_counter()
            answer = client.get(url)
            spent = time.perf_counter() - started
            assert answer.status_code == 200, (url, answer.status)
            if round_ >= 3:
                times[name].append(1000 * spent)
    ms = {name: statistics.median(some) for name, some in times.items()}
    return {
        "ms": {name: round(value, 2) for name, value in ms.items()},
        "over_empty": {name: round(ms[name] / ms["empty view"], 1) for name in LISTS},
        "over_bare": {
            name: round(ms[name] / ms[f"bare {name}"], 2) for name in LISTS if f"bare {name}" in ms
        },
        "far": {name: round(ms[f"far {name}"] / ms[name], 2) for name in far},
    }


def main() -> None:
    """Fill, measure and print."""
    words = [int(re.sub(r"\D", "", word)) for word in sys.argv[1:]]
    keywords, articles = [*words, *(KEYWORDS, ARTICLES)[len(words) :]]
    with tempfile.TemporaryDirectory(prefix="igny8-bench-") as folder:
        app = app_with_lists(Path(folder), keywords, articles)
        report = measure(signed_in(app), far_pages(app))
    print(json.dumps({"keywords": keywords, "articles": articles, "rounds": ROUNDS, **report}))


if __name__ == "__main__":
    main()
