"""What has to be true before anything is started, and the line a person reads if it is not."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import socket
import time
from pathlib import Path
from typing import TextIO

from .processes import managed, send

SPACE_NEEDED = 200 * 1024 * 1024
"""Bytes: the database, the append-only file and the pictures of a first run, with room."""


class CannotStart(Exception):
    """The message says what is in the way and what to do."""


def data_dir(folder: Path, needed: int = SPACE_NEEDED) -> None:
    """Make the data folder and see that it can be written and has ``needed`` bytes free."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(folder) from error
        raise CannotStart(
            f"cannot write to the data folder {folder} ({error.strerror}): "
            "make it writable, or set IGNY8_DATA_DIR to another folder"
        ) from error
    if shutil.disk_usage(folder).free < needed:
        raise _full(folder)


def lock(folder: Path) -> TextIO:
    """Take the data folder for this process; the lock ends with the file or the process."""
    file = (folder / "run.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with file:
            file.seek(0)
            pid = file.read().strip() or "unknown"
        raise CannotStart(
            f"already running on {folder}, pid {pid}: "
            "stop that one first, or set IGNY8_DATA_DIR to another folder"
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def end_orphans(folder: Path, grace: float = 10.0) -> int:
    """End what a manager of this folder left behind when it was killed; returns how many.

    Only for the holder of the lock.
    """
    orphans = set(managed(str(folder)))
    send(orphans, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while left := set(managed(str(folder))):
        if time.monotonic() > deadline:
            send(left, signal.SIGKILL)
        time.sleep(0.05)
    return len(orphans)


def port(text: str) -> int:
    """The port number, if nobody listens there."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {text!r}")
    number = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except PermissionError:
            raise CannotStart(
                f"port {number} is not for ordinary users: use another one with PORT=8000 make run"
            ) from None
        except OSError:
            raise CannotStart(
                f"port {number} is taken by another program: "
                f"use another one with PORT={number % 65535 + 1} make run"
            ) from None
    return number


def explain(output: str, folder: Path) -> CannotStart | None:
    """The plain line for a failure that has nothing to do with our code, if it is one."""
    if "No space left on device" in output or "disk is full" in output:
        return _full(folder)
    return None


def _full(folder: Path) -> CannotStart:
    free = shutil.disk_usage(folder if folder.exists() else folder.parent).free // 1024**2
    return CannotStart(
        f"the disk of {folder} is full ({free} MB free, {SPACE_NEEDED // 1024**2} MB wanted): "
        "free some space, or set IGNY8_DATA_DIR to a folder on another disk"
    )
