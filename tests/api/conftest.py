"""A client of the API, and what it may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from igny8_web.extensions import db
from igny8_web.models import User
from igny8_web.services import accounts

from ..visitor import Visitor


class Api:
    """Sends an API token, to addresses below ``/api/v1``."""

    def __init__(self, client: Visitor, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.send("GET", path, query_string=query)

    def post(self, path: str, **kwargs: Any) -> TestResponse:
        return self.send("POST", path, **kwargs)

    def send(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        return self._client.open(f"/api/v1{path}", method=method, headers=self._headers, **kwargs)


@pytest.fixture
def api(client: Visitor, owner: User) -> Api:
    """The owner's."""
    return Api(client, accounts.create_token(owner))


@contextmanager
def queries_counted(app: Flask) -> Iterator[list[str]]:
    """The SELECTs of the block."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def problem(answer: TestResponse) -> dict[str, Any]:
    """What went wrong, after a look at the form that every error has."""
    assert answer.mimetype == "application/json"
    assert answer.json is not None
    assert list(answer.json) == ["error"]
    error: dict[str, Any] = answer.json["error"]
    assert error["code"]
    assert error["message"]
    return error
