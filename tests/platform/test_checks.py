from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from igny8_web.platform import checks
from igny8_web.platform.checks import CannotStart
from igny8_web.platform.processes import NAME, OWNER, managed

from .helpers import until


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_together_with_another_to_try(taken_port: int) -> None:
    with pytest.raises(CannotStart, match=rf"port {taken_port} is taken .* PORT={taken_port + 1} "):
        checks.port(str(taken_port))


@pytest.mark.parametrize("text", ["0", "65536", "eighty", "-1", ""])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CannotStart, match="PORT must be a number from 1 to 65535"):
        checks.port(text)


def test_a_port_is_free_again_when_its_owner_is_gone(taken_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
    assert checks.port(str(number)) == number


@pytest.mark.parametrize("folder", ["a-file/data", "/proc/data"])
def test_a_data_folder_that_cannot_be_written_says_so(tmp_path: Path, folder: str) -> None:
    (tmp_path / "a-file").write_text("")
    with pytest.raises(CannotStart, match=r"cannot write to the data folder .* IGNY8_DATA_DIR"):
        checks.data_dir(tmp_path / folder)


def test_a_full_disk_says_what_is_free_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"is full \(\d+ MB free, .* free some space"):
        checks.data_dir(tmp_path / "data", needed=2**62)


@pytest.mark.parametrize(
    "said",
    [
        "OSError: [Errno 28] No space left on device",
        "sqlite3.OperationalError: database or disk is full",
    ],
)
def test_a_command_that_failed_for_want_of_space_is_explained(tmp_path: Path, said: str) -> None:
    assert "is full" in str(checks.explain(f"Traceback\n{said}\n", tmp_path))


def test_any_other_failure_is_left_to_speak_for_itself(tmp_path: Path) -> None:
    assert checks.explain("ValueError: 28", tmp_path) is None


def test_a_data_folder_has_one_owner_at_a_time(tmp_path: Path) -> None:
    with checks.lock(tmp_path), pytest.raises(CannotStart, match=f"pid {os.getpid()}"):
        checks.lock(tmp_path)
    checks.lock(tmp_path).close()


def test_orphans_of_this_folder_are_ended_and_others_left_alone(tmp_path: Path) -> None:
    ours, others = str(tmp_path / "ours"), str(tmp_path / "others")
    processes = [
        subprocess.Popen(["sleep", "60"], env={OWNER: owner, NAME: "web"}, start_new_session=True)
        for owner in (ours, others)
    ]
    try:
        until(lambda: managed(ours) and managed(others))
        assert checks.end_orphans(Path(ours)) == 1
        assert processes[0].wait(5) == -signal.SIGTERM
        assert managed(others) == {processes[1].pid: "web"}
    finally:
        for each in processes:
            each.kill()
            each.wait()
