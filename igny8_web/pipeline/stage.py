"""The shape of a stage."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..jobs_by_name import WORK_LANE
from ..models import StageRun
from ..providers.base import ProviderError
from .tools import Tools
from .tools import UnusableAnswer as UnusableAnswer
from .wording import count_of

Brief = TypeVar("Brief")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Prompted(Generic[Result]):
    """An answer, and the version of the prompt that it came of; None where none was read."""

    answer: Result
    prompt_version: str | None


class PartlyDone(Exception):
    """Raised by ``work`` that has a result for some of its items only.

    ``failures`` are the others, by their ids, and why there is none for them.
    """

    def __init__(
        self, result: object, failures: Sequence[tuple[Collection[int], ProviderError]]
    ) -> None:
        super().__init__(failures[0][1].message)
        self.result = result
        self.failures = failures


class Kind(enum.StrEnum):
    """Who does the work: a provider, the database alone, or a person."""

    AI = "AI"
    LOCAL = "Local"
    MANUAL = "Manual"


class Stage(ABC, Generic[Brief, Result]):
    """One step of the pipeline: which rows wait, what is asked, what is kept.

    ``brief`` and ``store`` have a session and no network; ``work`` has the network and no
    session. The runner commits, never the stage.
    """

    slug: ClassVar[str]
    """Verb and object, e.g. ``draw-images``."""
    title: ClassVar[str]
    """As the card shows it, e.g. ``Clusters → Ideas``."""
    kind: ClassVar[Kind] = Kind.AI
    unit: ClassVar[tuple[str, str]]
    """What goes in, singular and plural: ``("cluster", "clusters")``."""
    makes: ClassVar[tuple[str, str]]
    """What comes out."""
    batch_size: ClassVar[int] = 1
    """Items of one brief."""
    lanes: ClassVar[int | None] = None
    """Briefs at a time; None: as configured."""
    job: ClassVar[str] = WORK_LANE
    """The RQ function that is rung for this stage."""
    ids_per_ring: ClassVar[int | None] = None
    """When set, the job is rung with this many item ids; else with the stage run's id."""

    @abstractmethod
    def waiting(self, site_id: int) -> sa.Select[int, str]:
        """Select ``(item id, title)`` of the rows of the site that wait, in working order."""

    def batch(self, tools: Tools) -> int:
        """How many items one brief takes with these providers."""
        return self.batch_size

    @abstractmethod
    def brief(self, items: Sequence[int], db: Session) -> Brief:
        """Everything ``work`` needs to know about the items, as plain data."""

    @abstractmethod
    def work(self, brief: Brief, tools: Tools) -> Result:
        """Do the work, without a session. Raises ProviderError, UnusableAnswer or PartlyDone."""

    @abstractmethod
    def store(self, items: Sequence[int], result: Result, db: Session) -> int:
        """Keep the result; answers how many rows it made. Harmless when repeated.

        ``items`` are those of the brief that are still ours. Raises UnusableAnswer.
        """

    def fail(self, items: Sequence[int], reason: str, db: Session) -> None:
        """What the final failure of these items leaves on their rows; by default nothing."""

    def retryable(self, site_id: int) -> sa.Select[int, str]:
        """The same as ``waiting``, with what a failure left marked; by default there is no mark."""
        return self.waiting(site_id)

    def again(self, items: sa.Select[int], db: Session) -> None:
        """Take away what ``fail`` left on these rows (their ids), so that they wait again."""

    def summary(self, stage_run: StageRun) -> str:
        """One line for the finished stage: "12 clusters from 150 keywords"."""
        return f"{count_of(stage_run.made, self.makes)} from {count_of(stage_run.total, self.unit)}"


class LocalStage(Stage[Sequence[int], Sequence[int]]):
    """A stage that the database does alone, in bulk."""

    kind = Kind.LOCAL
    batch_size = 500
    lanes = 1

    def brief(self, items: Sequence[int], db: Session) -> Sequence[int]:
        """The ids are all there is to know."""
        return items

    def work(self, brief: Sequence[int], tools: Tools) -> Sequence[int]:
        """Nothing happens outside the database."""
        return brief


AnyStage = Stage[Any, Any]
