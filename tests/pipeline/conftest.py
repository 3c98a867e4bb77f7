"""What the tests of the engine share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from igny8_web.extensions import db as extension
from igny8_web.extensions import transaction
from igny8_web.models import Run, Site
from igny8_web.services import automation

from ..engine import Rings
from ..factories import make_clusters

StartIdeas = Callable[[int], Run]


@pytest.fixture
def start_ideas(site: Site, rings: Rings) -> StartIdeas:
    """Start a run of one stage: ideas for so many new clusters. The plainest run there is."""

    def start(clusters: int) -> Run:
        with transaction() as db:
            ids = [cluster.id for cluster in make_clusters(db, site, clusters)]
        return automation.run_stage(site, "develop-ideas", ids)

    return start


class InDoubt:
    """Commits succeed, and their connection dies before it says so.

    ``times`` tells how often, ``after`` how many are spared before.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.after = self.times = 0
        dialect = extension.engine.dialect
        commit = dialect.do_commit

        def commit_and_break(connection: Any) -> None:
            commit(connection)
            self.after -= 1
            if self.times and self.after < 0:
                self.times -= 1
                error = dialect.loaded_dbapi.OperationalError("server closed the connection")
                error.sqlite_errorname = "SQLITE_IOERR"
                raise error

        monkeypatch.setattr(dialect, "do_commit", commit_and_break)


@pytest.fixture
def in_doubt(app: Flask, monkeypatch: pytest.MonkeyPatch) -> InDoubt:
    return InDoubt(monkeypatch)
