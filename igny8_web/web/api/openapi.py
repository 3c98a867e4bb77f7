"""The description of the API, made from the code."""

from __future__ import annotations

from threading import Lock
from typing import Any

from pydantic import RootModel

from .base import blueprint, operation, spec

_one_at_a_time = Lock()


class Description(RootModel[dict[str, Any]]):
    """An OpenAPI document."""


@blueprint.get("/openapi.json")
@operation("Description", Description)
def openapi() -> Description:
    """Describe this API, as OpenAPI 3.1."""
    with _one_at_a_time:  # SpecTree makes it at the first call, out of shared parts
        return Description(spec.spec)
