"""Sites."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from ...services import sites
from ..identity import me
from .base import blueprint, operation
from .errors import want_json
from .schemas import Data, Shape, Text


class NewSite(Shape):
    """A site to be made."""

    name: Text = Field(examples=["Brew Notes"])
    domain: Text = Field("", description="Host name; may be empty.", examples=["www.example.com"])
    language: Text = Field("en", description="BCP 47 tag.", examples=["pt-BR"])
    timezone: Text = Field("UTC", description="IANA name.", examples=["Europe/Berlin"])


class SiteItem(Shape):
    """A site."""

    id: int
    slug: str = Field(description="Its name in addresses of pages.")
    name: str
    domain: str
    language: str
    timezone: str
    created_at: datetime


class SiteList(Data[list[SiteItem]]):
    """All sites, oldest first."""


class SiteAnswer(Data[SiteItem]):
    """The site."""


@blueprint.get("/sites/")
@operation("Sites", SiteList)
def list_sites() -> SiteList:
    """List the sites."""
    return SiteList(data=[SiteItem.model_validate(site) for site in sites.sites_of(me())])


@blueprint.post("/sites/")
@operation(
    "Sites",
    SiteAnswer,
    201,
    before=want_json,
    problems={400: "The body is no JSON object.", 415: "The body is not sent as JSON."},
)
def create_site(json: NewSite) -> tuple[SiteAnswer, int]:
    """Make a site."""
    site = sites.create_site(**json.model_dump())
    return SiteAnswer(data=SiteItem.model_validate(site)), 201
