"""Rows for tests: each builder adds to the session it is given and flushes.

``with transaction() as db: site = make_site(db); make_keywords(db, site, 10)``
"""

from __future__ import annotations

from itertools import count

from sqlalchemy.orm import Session

from igny8_web.models import (
    Cluster,
    Content,
    ContentStatus,
    Idea,
    IdeaStatus,
    Image,
    ImageKind,
    Keyword,
    KeywordStatus,
    Site,
    Task,
    TaskStatus,
)

_numbers = count(1)


def make_site(db: Session, slug: str = "brew-notes") -> Site:
    """A site in English."""
    site = Site(slug=slug, name=slug.replace("-", " ").title(), domain=f"{slug}.example")
    db.add(site)
    db.flush()
    return site


def make_keywords(
    db: Session, site: Site, number: int, cluster: Cluster | None = None
) -> list[Keyword]:
    """New keywords, or keywords of ``cluster``."""
    status = KeywordStatus.MAPPED if cluster else KeywordStatus.NEW
    keywords = [
        Keyword(
            site_id=site.id,
            phrase=f"Coffee question {n}",
            folded=f"coffee question {n}",
            cluster_id=cluster and cluster.id,
            status=status,
        )
        for n in (next(_numbers) for _ in range(number))
    ]
    db.add_all(keywords)
    db.flush()
    return keywords


def make_cluster(db: Session, site: Site, keywords: int = 1) -> Cluster:
    """A cluster that waits for ideas."""
    cluster = Cluster(site_id=site.id, name=f"Cluster c{next(_numbers)}")
    db.add(cluster)
    db.flush()
    make_keywords(db, site, keywords, cluster)
    return cluster


def make_clusters(db: Session, site: Site, number: int) -> list[Cluster]:
    """Clusters that wait for ideas."""
    return [make_cluster(db, site) for _ in range(number)]


def make_idea(db: Session, site: Site, status: IdeaStatus = IdeaStatus.NEW) -> Idea:
    """An idea of a cluster of its own."""
    cluster = make_cluster(db, site)
    idea = Idea(
        site_id=site.id,
        cluster_id=cluster.id,
        title=f"All about {cluster.name}",
        description="For people who drink it.",
        content_type="guide",
        outline=["Beans", "Water"],
        target_words=500,
        status=status,
        keywords=list(cluster.keywords),
    )
    db.add(idea)
    db.flush()
    return idea


def make_task(db: Session, site: Site, status: TaskStatus = TaskStatus.QUEUED) -> Task:
    """The order to write an idea."""
    idea = make_idea(db, site, IdeaStatus.QUEUED)
    task = Task(site_id=site.id, idea_id=idea.id, title=idea.title, status=status)
    db.add(task)
    db.flush()
    return task


def make_content(
    db: Session, site: Site, status: ContentStatus = ContentStatus.DRAFT, images: int = 0
) -> Content:
    """An article of two sections that is ready for approval, with so many pending images."""
    task = make_task(db, site, TaskStatus.COMPLETED)
    task.idea.target_words = 10
    answered = "".join(f"<p>{keyword.phrase}</p>" for keyword in task.idea.keywords)
    content = Content(
        site_id=site.id,
        task_id=task.id,
        title=task.title,
        slug=f"article-{task.id}",
        html=f"<h2>Beans</h2><p>Fresh ones.</p><h2>Water</h2><p>Not boiling.</p>{answered}",
        meta_title=task.title,
        meta_description="What to know.",
        excerpt="What to know.",
        word_count=6,
        written_by="nobody/by-hand",
        status=status,
    )
    db.add(content)
    db.flush()
    for position in range(images):
        make_image(db, content, position)
    return content


def make_image(db: Session, content: Content, position: int = 0) -> Image:
    """A pending image; position 0 is the featured one."""
    image = Image(
        site_id=content.site_id,
        content_id=content.id,
        kind=ImageKind.IN_ARTICLE if position else ImageKind.FEATURED,
        position=position,
        prompt="A cup of coffee.",
        alt=f"A cup of coffee, view {position}",
    )
    db.add(image)
    db.flush()
    return image
