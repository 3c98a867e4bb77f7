from __future__ import annotations

import shutil
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from igny8_web.platform import embedded_redis
from igny8_web.platform.embedded_redis import answers, default_url, socket_path

from .helpers import Program, until

SERVER = "igny8_web.platform.embedded_redis"


@pytest.fixture(params=["short", "a folder, with: odd' names/ü", "long/" + "x" * 120])
def data_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / request.param
    yield folder
    if folder not in socket_path(folder).parents:
        shutil.rmtree(socket_path(folder).parent, ignore_errors=True)


def test_it_answers_on_a_private_socket_and_keeps_its_data_through_kill_9(
    program: Callable[..., Program], data_dir: Path
) -> None:
    path = socket_path(data_dir)
    server = program(SERVER, IGNY8_DATA_DIR=str(data_dir))
    until(lambda: answers(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with Redis.from_url(default_url(data_dir)) as client:
        client.set("kept", "yes")
        client.waitaof(1, 0, 5000)
    server.send(signal.SIGKILL)
    server.wait()
    assert not answers(path)

    again = program(SERVER, IGNY8_DATA_DIR=str(data_dir))
    until(lambda: answers(path))
    with Redis.from_url(default_url(data_dir)) as client:
        assert client.get("kept") == b"yes"
    again.send(signal.SIGTERM)
    assert again.wait() == 0


def test_every_way_to_write_a_data_folder_gives_the_same_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "data")
    expected = default_url(tmp_path / "data")
    assert default_url(Path("data")) == default_url(Path("link")) == expected
    assert default_url(tmp_path / "other") != expected


def test_a_folder_that_somebody_else_prepared_is_refused(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    somewhere = tmp_path / "somewhere"
    somewhere.mkdir()
    trap = socket_path(long).parent
    trap.symlink_to(somewhere)
    try:
        with pytest.raises(PermissionError, match="does not belong to this user"):
            embedded_redis.prepare(long)
    finally:
        trap.unlink()
