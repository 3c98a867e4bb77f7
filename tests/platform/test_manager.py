from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from igny8_web.platform.processes import managed

from .helpers import PROJECT, Program, until

Start = Callable[..., Program]

# Says when it is told to end, and takes a moment to do so.
ORDERLY = """
import pathlib, signal, sys, time
def end(*_):
    time.sleep(0.2)
    with open("order", "a") as file: file.write(sys.argv[1] + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("up", sys.argv[1])
while True: signal.pause()
"""
# Will not end, and has a child in a session of its own that will not either.
STUBBORN = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0: os.setsid()
os.write(1, b"up\\n")
while True: signal.pause()
"""
# Leaves a child behind in a session of its own.
LEAVES_A_CHILD = """
import os, signal
if os.fork() == 0:
    os.setsid()
    os.close(1), os.close(2)
    signal.pause()
print("up")
signal.pause()
"""


def python(code: str, *words: str) -> str:
    return shlex.join([sys.executable, "-u", "-c", code, *words])


@pytest.fixture
def manage(program: Start, tmp_path: Path) -> Start:
    def start(*commands: str, grace: float = 30) -> Program:
        return program("tests.platform.manage", str(tmp_path), str(grace), *commands)

    return start


def test_a_crashed_child_is_started_again_with_a_longer_pause_and_a_line_that_says_so(
    manage: Start,
) -> None:
    run = manage("frail=sh -c 'echo hello; exit 3'")
    run.until_said("frail ended (exit status 3); starting it again in 0.1 s")
    run.until_said("frail ended (exit status 3); starting it again in 0.2 s")
    run.until_said("starting it again in 0.4 s")
    assert run.said.count("| hello") >= 3


def test_a_killed_child_is_named_with_its_signal_and_its_stray_children_are_ended(
    manage: Start, tmp_path: Path
) -> None:
    run = manage("parent=" + python(LEAVES_A_CHILD))
    run.until_said("| up")
    until(lambda: len(managed(str(tmp_path))) == 2)
    before = set(managed(str(tmp_path)))
    os.kill(min(before), signal.SIGKILL)
    run.until_said("parent ended (SIGKILL)")
    until(lambda: not before & set(managed(str(tmp_path))))


def test_sigterm_ends_everything_in_order_and_children_may_finish(
    manage: Start, tmp_path: Path
) -> None:
    names = ("last-redis", "web", "worker")
    run = manage(*(f"{name}={python(ORDERLY, name)}" for name in names))
    for name in names:
        run.until_said(f"up {name}")
    run.send(signal.SIGTERM)
    assert run.wait() == 0
    order = (tmp_path / "order").read_text().split()
    assert sorted(order[:2]) == ["web", "worker"]
    assert order[2:] == ["last-redis"]
    assert managed(str(tmp_path)) == {}


def test_what_a_child_leaves_behind_is_ended_too(manage: Start, tmp_path: Path) -> None:
    run = manage("parent=" + python(LEAVES_A_CHILD))
    run.until_said("| up")
    until(lambda: len(managed(str(tmp_path))) == 2)
    run.send(signal.SIGTERM)
    assert run.wait() == 0
    assert managed(str(tmp_path)) == {}


def test_who_does_not_end_in_time_is_killed_with_all_it_started(
    manage: Start, tmp_path: Path
) -> None:
    run = manage("stubborn=" + python(STUBBORN), grace=0.3)
    until(lambda: run.said.count("| up") == 2)
    run.send(signal.SIGTERM)
    assert run.wait() == 0
    assert "killing stubborn" in run.said
    assert managed(str(tmp_path)) == {}


def test_a_second_ctrl_c_kills_at_once_and_a_second_sigterm_does_not(
    manage: Start, tmp_path: Path
) -> None:
    run = manage("stubborn=" + python(STUBBORN), grace=60)
    until(lambda: run.said.count("| up") == 2)
    run.send(signal.SIGTERM)
    run.until_said("| stopping")
    run.send(signal.SIGTERM)
    with pytest.raises(Exception, match="timed out"):
        run.wait(1.2)
    run.send(signal.SIGINT)
    assert run.wait() == 0
    assert managed(str(tmp_path)) == {}


def test_children_end_with_a_manager_that_is_killed(manage: Start, tmp_path: Path) -> None:
    run = manage("web=" + python(ORDERLY, "web"))
    run.until_said("up web")
    run.send(signal.SIGKILL)
    until(lambda: managed(str(tmp_path)) == {})


def test_the_manager_survives_a_terminal_that_goes_away(tmp_path: Path) -> None:
    beats = tmp_path / "beats"
    chatty = "chatty=sh -c 'while echo line; do echo line >> beats; sleep 0.02; done'"
    command = [sys.executable, "-m", "tests.platform.manage", str(tmp_path), "5", chatty]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        try:
            run.stdout.readline()
            run.stdout.close()
            until(beats.exists)
            before = beats.stat().st_size
            until(lambda: beats.stat().st_size > before + 50)
        finally:
            run.send_signal(signal.SIGTERM)  # whatever happened: it is waited for
    assert run.returncode == 0
    assert managed(str(tmp_path)) == {}
