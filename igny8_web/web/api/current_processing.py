"""The live card as JSON: what a run is doing, in less than 1 KB."""

from __future__ import annotations

import json

from pydantic import Field

from ...models import RunStatus
from ...pipeline import progress
from .schemas import Data, RunId, Shape, SiteQuery

LONGEST_TITLE = 72
"""Bytes of JSON. Five titles, with all that stands around them, stay under 1,000."""

_LARGEST_CHARACTER = 6
"""Bytes: U+0000 is written as six characters, nothing takes more."""


class CurrentQuery(SiteQuery):
    """Whose work; a certain run, or what the site is busy with."""

    run_id: RunId | None = None


class ItemRef(Shape):
    """An item of the stage at work."""

    id: int
    title: str = Field(description="Shortened where it is long.")
    type: str = Field(description="What it is.", examples=["cluster"])


class CurrentProcessing(Shape):
    """What a live run is doing."""

    run_id: str
    status: RunStatus
    rev: int = Field(description="Grows with every visible change.")
    stage_number: int
    stage_name: str
    stage_type: str = Field(description="AI, Local or Manual.")
    total_items: int = Field(description="Items of the stage, counted when it began.")
    processed_items: int
    failed_items: int
    percentage: int = Field(description="Processed of total.")
    currently_processing: list[ItemRef] = Field(
        description="In hand at this moment; three at most."
    )
    up_next: list[ItemRef] = Field(description="Two at most.")
    remaining_count: int


class CurrentProcessingAnswer(Data[CurrentProcessing | None]):
    """null when nothing runs."""


def current_processing(state: progress.ProcessingState) -> CurrentProcessing:
    """The card's state with short titles."""
    return CurrentProcessing(
        run_id=state.run_id,
        status=state.status,
        rev=state.rev,
        stage_number=state.stage_number,
        stage_name=state.stage_name,
        stage_type=state.stage_type,
        total_items=state.total_items,
        processed_items=state.processed_items,
        failed_items=state.failed_items,
        percentage=state.percentage,
        currently_processing=[_item(ref) for ref in state.currently_processing],
        up_next=[_item(ref) for ref in state.up_next],
        remaining_count=state.remaining_count,
    )


def shortened(title: str, most: int = LONGEST_TITLE) -> str:
    """The title, or as much of its beginning as fits into ``most`` bytes of JSON with an “…”."""
    if _size(title) <= most:
        return title
    cut = title[:most]
    while (excess := _size(cut + "…") - most) > 0:
        cut = cut[: -max(1, excess // _LARGEST_CHARACTER)]
    return cut.rstrip() + "…"


def _item(ref: progress.ItemRef) -> ItemRef:
    return ItemRef(id=ref.id, title=shortened(ref.title), type=ref.type)


def _size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode()) - len('""')
