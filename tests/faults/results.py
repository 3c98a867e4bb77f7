"""What a stage leaves in the tables, counted without asking the stage: one result an item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from igny8_web.current import config
from igny8_web.media import picture_of
from igny8_web.models import (
    Cluster,
    ClusterStatus,
    Content,
    ContentStatus,
    Idea,
    IdeaStatus,
    Image,
    ImageStatus,
    ItemStatus,
    Keyword,
    KeywordStatus,
    Run,
    RunItem,
    Task,
    TaskStatus,
)

Problems = Iterable[str]


def problems_of_results(db: Session, run: Run) -> Problems:
    """What is missing, or is there more than once, or should not be there."""
    for stage in run.stages:
        items = db.scalars(sa.select(RunItem).where(RunItem.stage_run_id == stage.id)).all()
        done = [item.item_id for item in items if item.status == ItemStatus.DONE]
        not_done = [item.item_id for item in items if item.status != ItemStatus.DONE]
        for problem in _OF_STAGE[stage.slug](db, done, not_done):
            yield f"I1: stage {stage.number}: {problem}"
        made = _MADE[stage.slug](db, done) if stage.slug in _MADE else stage.made
        if made != stage.made:
            yield f"I2: stage {stage.number} says it made {stage.made}, there are {made}"


def _keywords(db: Session, done: Sequence[int], not_done: Sequence[int]) -> Problems:
    for keyword in db.scalars(sa.select(Keyword).where(Keyword.id.in_([*done, *not_done]))):
        wanted = KeywordStatus.MAPPED if keyword.id in done else KeywordStatus.NEW
        if keyword.status != wanted or (keyword.cluster_id is None) == (keyword.id in done):
            yield f"keyword {keyword.id} is {keyword.status}, cluster {keyword.cluster_id}"
    used = sa.select(Keyword.cluster_id).where(Keyword.cluster_id.is_not(None))
    for name in db.scalars(sa.select(Cluster.name).where(Cluster.id.not_in(used))):
        yield f"cluster {name!r} has no keyword"


def _ideas(db: Session, done: Sequence[int], not_done: Sequence[int]) -> Problems:
    rows = db.execute(sa.select(Idea.cluster_id, Idea.title)).all()
    for (cluster_id, title), times in Counter((r.cluster_id, r.title) for r in rows).items():
        if times > 1:
            yield f"cluster {cluster_id} has the idea {title!r} {times} times"
    with_ideas = {row.cluster_id for row in rows}
    yield from _each("cluster", done, with_ideas, not_done)
    yield from _states(db, Cluster, done, ClusterStatus.MAPPED, not_done, ClusterStatus.NEW)


def _tasks(db: Session, done: Sequence[int], not_done: Sequence[int]) -> Problems:
    yield from _one_each("idea", db, Task.idea_id, done, not_done)
    states = (IdeaStatus.QUEUED, not_done, IdeaStatus.NEW)
    yield from _states(db, Idea, done, *states)


def _contents(db: Session, done: Sequence[int], not_done: Sequence[int]) -> Problems:
    yield from _one_each("task", db, Content.task_id, done, not_done)
    yield from _states(db, Task, done, TaskStatus.COMPLETED, not_done, TaskStatus.QUEUED)


def _prompts(db: Session, done: Sequence[int], not_done: Sequence[int]) -> Problems:
    rows = db.execute(sa.select(Image.content_id, Image.position))
    places = Counter((row.content_id, row.position) for row in rows)
    for (content_id, position), times in places.items():
        if times > 1:
            yield f"content {content_id} has {times} images at place {position}"
    yield from _each("content", done, {c for c, position in places if position == 0}, not_done)


def _files(db: Session, done: Sequence[int], not_done: Sequence[int]) -> Problems:
    media = config().media_dir
    for image in db.scalars(sa.select(Image).where(Image.id.in_([*done, *not_done]))):
        made = image.id in done
        if (image.status == ImageStatus.GENERATED) != made or bool(image.file) != made:
            yield f"image {image.id} is {image.status}, its file {image.file}"
        elif image.file and not (media / image.file).is_file():
            yield f"image {image.id}: {image.file} is not there"
    wanted = set(db.scalars(sa.select(Image.file).where(Image.file.is_not(None))))
    there = {path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()}
    for file in sorted(there):
        if picture_of(file) not in wanted:
            yield f"{file} belongs to no image"


def _reviewed(db: Session, done: Sequence[int], not_done: Sequence[int]) -> Problems:
    for content in db.scalars(sa.select(Content).where(Content.id.in_(done))):
        if content.status == ContentStatus.DRAFT:
            yield f"content {content.id} is {content.status}"


def _one_each(
    what: str, db: Session, column: sa.ColumnElement[int], done: Sequence[int], rest: Sequence[int]
) -> Problems:
    results = Counter(db.scalars(sa.select(column)))
    for item_id, times in results.items():
        if times > 1:
            yield f"{what} {item_id} has {times} results"
    yield from _each(what, done, set(results), rest)


def _each(what: str, done: Sequence[int], having: set[int], rest: Sequence[int]) -> Problems:
    if missing := set(done) - having:
        yield f"done without a result: {what} {sorted(missing)[:5]}"
    if extra := set(rest) & having:
        yield f"a result, but not done: {what} {sorted(extra)[:5]}"


def _states(
    db: Session,
    table: type[Cluster | Idea | Task],
    done: Sequence[int],
    then: str,
    rest: Sequence[int],
    before: str,
) -> Problems:
    for row in db.scalars(sa.select(table).where(table.id.in_([*done, *rest]))):
        wanted = then if row.id in done else before
        if row.status != wanted:
            yield f"{table.__name__.lower()} {row.id} is {row.status}, not {wanted}"


_OF_STAGE: dict[str, Callable[[Session, Sequence[int], Sequence[int]], Problems]] = {
    "cluster-keywords": _keywords,
    "develop-ideas": _ideas,
    "queue-tasks": _tasks,
    "write-content": _contents,
    "write-image-prompts": _prompts,
    "draw-images": _files,
    "gather-for-review": _reviewed,
}


def _count(
    column: sa.ColumnElement[int], *only: sa.ColumnElement[bool]
) -> Callable[[Session, Sequence[int]], int]:
    def count(db: Session, done: Sequence[int]) -> int:
        return db.scalars(sa.select(sa.func.count()).where(column.in_(done), *only)).one()

    return count


# What a stage counts as made, where the rows say which item they came from.
_MADE: dict[str, Callable[[Session, Sequence[int]], int]] = {
    "develop-ideas": _count(Idea.cluster_id, Idea.status != IdeaStatus.REFUSED),
    "queue-tasks": _count(Task.idea_id),
    "write-content": _count(Content.task_id),
    "write-image-prompts": _count(Image.content_id),
    "draw-images": _count(Image.id),
}
