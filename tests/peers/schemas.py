"""Which requests for structured answers OpenAI refuses, and how it words that."""

from __future__ import annotations

import re
from typing import Any

from .fault import unsupported_format
from .wire import Failure, Refused

Data = dict[str, Any]
MODES = ("none", "json_object", "json_schema")
NOT_PERMITTED = {
    *("allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas"),
    *("default", "minLength", "maxLength", "uniqueItems", "prefixItems", "patternProperties"),
}
"""In a strict schema. What is not in OpenAI's list of supported keywords counts as refused."""


def check_format(body: Data, structured: str) -> None:
    """Raises Refused where a server that knows ``structured`` (one of MODES) refuses."""
    wanted = body.get("response_format") or {}
    kind = wanted.get("type", "text")
    if kind == "text":
        return
    if kind not in MODES or MODES.index(kind) > MODES.index(structured):
        raise Refused(unsupported_format(kind))
    if kind == "json_object":
        if "json" not in str(body["messages"]).lower():
            message = (
                "'messages' must contain the word 'json' in some form, to use 'response_format' "
                "of type 'json_object'."
            )
            raise Refused(Failure(400, message, param="messages"))
        return
    asked = wanted.get("json_schema") or {}
    name = str(asked.get("name", ""))
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
        message = "Invalid 'response_format.json_schema.name': string does not match pattern."
        raise Refused(Failure(400, message, param="response_format.json_schema.name"))
    if asked.get("strict"):
        schema = asked.get("schema") or {}
        if schema.get("type") != "object":
            raise _invalid(name, (), "schema must be a JSON Schema of 'type: \"object\"'")
        _check(name, schema, ())


def _check(name: str, schema: Data, path: tuple[str, ...]) -> None:
    for keyword in sorted(NOT_PERMITTED & schema.keys()):
        raise _invalid(name, path, f"'{keyword}' is not permitted")
    properties = schema.get("properties", {})
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            raise _invalid(
                name, path, "'additionalProperties' is required to be supplied and to be false"
            )
        missing = properties.keys() - set(schema.get("required", ()))
        if missing:
            raise _invalid(
                name,
                path,
                "'required' is required to be supplied and to be an array including every key "
                f"in properties. Missing '{min(missing)}'",
            )
    inner = [("properties", key, value) for key, value in properties.items()]
    inner += [("$defs", key, value) for key, value in schema.get("$defs", {}).items()]
    inner += [("anyOf", str(n), value) for n, value in enumerate(schema.get("anyOf", ()))]
    if "items" in schema:
        _check(name, schema["items"], (*path, "items"))
    for keyword, key, value in inner:
        _check(name, value, (*path, keyword, key))


def _invalid(name: str, path: tuple[str, ...], reason: str) -> Refused:
    message = f"Invalid schema for response_format '{name}': In context={path!r}, {reason}."
    return Refused(Failure(400, message, param="response_format"))
