"""``make run``, ``python -m igny8_web``: everything the app needs, in one terminal, until Ctrl-C.

First the checks, then the embedded Redis, the database, and the Procfile's processes; at the
end all of them again in the other direction.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from honcho.environ import parse_procfile

from . import config
from .platform import checks, embedded_redis
from .platform.checks import CannotStart
from .platform.manager import Manager, StopRequested

PROJECT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run until told to stop; the exit status is 0 then and 1 when it could not start."""
    try:
        settings = config.load()
        folder = settings.data_dir
        checks.data_dir(folder)
        held = checks.lock(folder)  # until the end of this process
        if ended := checks.end_orphans(folder):
            _tell(f"ended {ended} processes that an earlier run had left behind")
        port = checks.port(os.environ.get("PORT") or "8000")
    except (CannotStart, config.ConfigError) as error:
        return _refuse(error)
    with held:
        manager = Manager(str(folder), _environment(settings, port), PROJECT)
        manager.listen()
        try:
            if os.environ.get("IGNY8_REDIS_URL"):
                _check_redis(manager)
            else:
                _start_redis(manager, folder)
            welcome = _prepare(manager, folder)
            procfile = parse_procfile((PROJECT / "Procfile").read_text())
            for name, command in procfile.processes.items():
                manager.start(name, command)
            _announce(manager, port, welcome, folder)
            manager.supervise()
        except StopRequested:
            _tell("\nstopping: work in hand is finished first (Ctrl-C again to stop at once)")
        except CannotStart as error:
            return _refuse(error)
        finally:
            manager.stop()
    _tell("stopped; nothing is left running")
    return 0


def _environment(settings: config.Config, port: int) -> dict[str, str]:
    """What the children get: the answers of this process, so that all agree."""
    return {
        "OPENBLAS_NUM_THREADS": "1",  # the workers are one process a core already
        "MALLOC_TRIM_THRESHOLD_": "65536",  # glibc: give memory back; 3 MB less in each process
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONUNBUFFERED": "1",
        "IGNY8_DATA_DIR": str(settings.data_dir),
        "IGNY8_REDIS_URL": settings.redis_url,
        "PORT": str(port),
    }


def _start_redis(manager: Manager, folder: Path) -> None:
    server = manager.start("redis", "python -m igny8_web.platform.embedded_redis", stop_last=True)
    path = embedded_redis.socket_path(folder)
    manager.wait_for(lambda: embedded_redis.answers(path) or not server.running, 60)
    if embedded_redis.answers(path):
        return
    raise CannotStart(
        f"the embedded Redis did not start, see above and {embedded_redis.log_path(folder)}. "
        f"No work is lost if you remove {folder / 'redis'} and start again"
    )


def _check_redis(manager: Manager) -> None:
    ping = "import os, redis; redis.Redis.from_url(os.environ['IGNY8_REDIS_URL']).ping()"
    status, said = manager.run("setup", f'python -c "{ping}"')
    if status != 0:
        raise CannotStart(
            f"IGNY8_REDIS_URL does not work ({said.splitlines()[-1]}): start that server, "
            "or unset IGNY8_REDIS_URL to use the embedded one"
        )


def _prepare(manager: Manager, folder: Path) -> str:
    """Bring the database up to date; returns what the first start has to tell."""
    said = ""
    for what, command in (
        ("the database could not be brought up to date", "flask --app wsgi db upgrade"),
        ("the first start failed", "flask --app wsgi first-start"),
    ):
        status, said = manager.run("setup", command)
        if status != 0:
            raise checks.explain(said, folder) or CannotStart(f"{said}\n{what}, see above")
    return said


def _announce(manager: Manager, port: int, welcome: str, folder: Path) -> None:
    if not manager.supervise(lambda: _web_answers(port), seconds=60):
        manager.say("the web does not answer yet; what it says is above")
        manager.supervise(lambda: _web_answers(port))
    _tell(f"\n  igny8_web is ready: http://127.0.0.1:{port}\n  Data: {folder}. Ctrl-C ends it.\n")
    if welcome.strip():
        _tell(f"{welcome}\n")


def _web_answers(port: int) -> bool:
    """Whether /healthz says 200. By hand: http.client would cost the manager 6 MB."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as web:
            web.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return web.recv(32).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def _tell(text: str) -> None:
    with suppress(OSError):  # a terminal that went away
        print(text, flush=True)


def _refuse(error: Exception) -> int:
    print(f"make run: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # during the checks, before anything was started
        sys.exit(130)
