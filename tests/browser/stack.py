"""The whole app as ``make run`` starts it, on an empty data folder and a free port."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from igny8_web.platform.processes import managed
from tests.platform.helpers import Program

PASSWORD = "correct horse battery"
OWNER = "owner@example.com"


@dataclass(frozen=True)
class Stack:
    """A running app. ``owner_link`` makes the owner's account, once."""

    url: str
    owner_link: str


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """Start it; at the end SIGTERM has to end all of its processes."""
    data = folder / "data"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = Program(folder, "igny8_web", IGNY8_DATA_DIR=str(data), PORT=str(port))
    try:
        program.until_said("this link works once", 60)
        link = re.search(r"http://\S+/setup/\S+", program.said)
        assert link, program.said
        yield Stack(f"http://127.0.0.1:{port}", link[0])
        program.send(signal.SIGTERM)
        assert program.wait(40) == 0, program.said
        assert managed(str(data)) == {}, "processes were left behind"
    finally:
        program.clean_up()
