"""The form of an answer as JSON Schema, in the strict dialect that servers can enforce.

Every property is required, nothing else is allowed, references are written out. Limits such as
``minLength`` are left out, for not every server knows them; the answer is held against the whole
model afterwards anyway.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

_KEPT = ("type", "enum", "const", "description")


@cache
def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of ``model``. Not to be changed: it is shared."""
    whole = model.model_json_schema()
    return _strict(whole, whole.get("$defs", {}))


def _strict(part: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in part:
        return _strict(defs[part["$ref"].rpartition("/")[2]], defs)
    kept = {name: part[name] for name in _KEPT if name in part}
    if "anyOf" in part:
        kept["anyOf"] = [_strict(choice, defs) for choice in part["anyOf"]]
    if "items" in part:
        kept["items"] = _strict(part["items"], defs)
    if part.get("type") == "object":
        properties = part.get("properties", {})
        kept["properties"] = {name: _strict(inner, defs) for name, inner in properties.items()}
        kept["required"] = list(properties)
        kept["additionalProperties"] = False
    return kept
