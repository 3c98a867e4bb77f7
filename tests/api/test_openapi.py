"""The API's description."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from .conftest import Api


@pytest.fixture
def described(api: Api) -> dict[str, Any]:
    """The OpenAPI document, as it is served."""
    answer = api.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json is not None
    return dict(answer.json)


def test_the_description_is_valid_openapi(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.")
    validate(described)


def test_every_route_is_described_and_nothing_else(app: Flask, described: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert told == routes
    assert len(routes) > 10


def test_every_operation_wants_a_token_and_tells_its_errors(described: dict[str, Any]) -> None:
    assert described["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer"}
    }
    assert described["security"] == [{"bearer": []}]
    operations = [o for methods in described["paths"].values() for o in methods.values()]
    for operation in operations:
        assert "security" not in operation
        assert {"401", "422", "500", "503"} <= set(operation["responses"])
        assert operation["summary"].endswith(".")
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def test_the_errors_of_particular_operations_are_told(described: dict[str, Any]) -> None:
    def answers(path: str, method: str = "post") -> dict[str, Any]:
        return dict(described["paths"][f"/api/v1{path}"][method]["responses"])

    assert "409" in answers("/automation/run_now/")
    assert "202" in answers("/automation/run_now/")
    assert "404" in answers("/keywords/", "get")
    assert {"404", "413", "415"} <= set(answers("/keywords/import/"))
    assert {"201", "400", "415"} <= set(answers("/sites/"))


def test_no_page_of_documentation_loads_scripts_from_elsewhere(app: Flask) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    assert not [rule for rule in rules if "swagger" in rule or "redoc" in rule or "apidoc" in rule]
