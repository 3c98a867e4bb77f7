"""A browser without JavaScript, for tests."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from igny8_web.extensions import db

PASSWORD = "correct horse battery"


class Visitor(FlaskClient):
    """Each request has an app context and a database session of its own, as in production."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)  # reads and closes a file that is sent
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.rollback()  # the test reads what the request wrote
        return response

    def submit(self, path: str, **kwargs: Any) -> TestResponse:
        """POST a form as a page of the app would, CSRF token included.

        ``data`` holds its fields; everything else is given to ``post()``.
        """
        return self.post(
            path, headers={"X-CSRFToken": self.token(), **kwargs.pop("headers", {})}, **kwargs
        )

    def token(self) -> str:
        """The CSRF token of this session, from a page that everybody may see."""
        html = self.get("/sites/new", follow_redirects=True).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', html)
        assert found, html
        return found[1]

    def sign_in(self, email: str, password: str = PASSWORD, **kwargs: Any) -> TestResponse:
        path = kwargs.pop("path", "/login")
        return self.submit(path, data={"email": email, "password": password}, **kwargs)
