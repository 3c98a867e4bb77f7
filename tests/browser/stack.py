"""The whole app as ``make run`` starts it, on an empty data folder and a free port."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import requests

from igny8_web.platform.processes import managed
from tests.platform.helpers import Program, until
from tests.ports import free_port

PASSWORD = "correct horse battery"
OWNER = "owner@example.com"


@dataclass(frozen=True)
class Stack:
    """A running app. ``owner_link`` makes the owner's account, once."""

    url: str
    owner_link: str
    data: Path


@contextmanager
def running(folder: Path, port: int | None = None) -> Iterator[Stack]:
    """Start it; at the end SIGTERM has to end all of its processes.

    With the ``port`` of an earlier one in this folder, it goes on where that one was stopped.
    """
    data = folder / "data"
    again = port is not None
    port = port or free_port()
    program = Program(folder, "igny8_web", IGNY8_DATA_DIR=str(data), PORT=str(port))
    try:
        if again:
            until(partial(_answers, port), 60)
        else:
            program.until_said("this link works once", 60)
        link = re.search(r"http://\S+/setup/\S+", program.said)
        assert link or again, program.said
        yield Stack(f"http://127.0.0.1:{port}", link[0] if link else "", data)
        program.send(signal.SIGTERM)
        assert program.wait(40) == 0, program.said
        assert managed(str(data)) == {}, "processes were left behind"
    finally:
        program.clean_up()


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).ok
    except requests.RequestException:
        return False
