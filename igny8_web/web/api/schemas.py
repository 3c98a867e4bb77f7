"""Shapes that several nouns of the API share."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, model_validator

LARGEST_ID = 2**63 - 1
"""What the databases can compare an id with."""

Id = Annotated[int, Field(ge=0, le=LARGEST_ID)]


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("has characters that are no text")
    return text


Text = Annotated[str, AfterValidator(_storable)]
"""What every database can keep: no NUL, no half of a surrogate pair."""
RunId = Annotated[
    str, Field(pattern=r"^\w{1,60}$", examples=["run_20261123_150102_manual"], description="A run.")
]
# A number is exact: six decimals and eight digits before them fit into a double.
Dollars = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float),
    Field(description="US dollars, with six decimals at most."),
]
Cap = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6, examples=[7.5])]
"""US dollars that something may cost."""

T = TypeVar("T")


class Shape(BaseModel):
    """What is sent and received; made of rows by their names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Query(Shape):
    """What stands behind the question mark."""

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_given(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value != ""}


class SiteQuery(Query):
    """Which site it is about."""

    site_id: Id = Field(description="The id of a site, as `GET /api/v1/sites/` lists them.")


class RunQuery(Query):
    """Which run it is about."""

    run_id: RunId


class PageQuery(SiteQuery):
    """Which part of a list is wanted."""

    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    cursor: str | None = Field(
        None, max_length=100, description="`next` of the page before; leave it out to begin."
    )


class Data(Shape, Generic[T]):
    """An answer."""

    data: T


class Listed(Shape, Generic[T]):
    """A page of a list."""

    data: list[T]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class Problem(Shape):
    """Why a request was not met."""

    code: str = Field(description="For programs; stays the same.", examples=["not_found"])
    message: str = Field(description="For people; may be worded otherwise tomorrow.")


class ProblemAnswer(Shape):
    """Every error has this form."""

    error: Problem
