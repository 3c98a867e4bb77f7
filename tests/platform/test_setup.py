from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .helpers import PROJECT

TOOLS = ("sh", "awk", "cat", "cksum", "df", "dirname", "grep")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh clone as far as the set-up is concerned, on a machine without uv."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(PROJECT / "scripts" / "setup.sh", tmp_path / "scripts")
    for name in ("requirements.txt", "constraints.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or "")
    return tmp_path


def set_up(project: Path, python: str) -> subprocess.CompletedProcess[str]:
    fake = project / "bin" / "python-of-the-test"
    fake.write_text(f"#!/bin/sh\n{python}\n")
    fake.chmod(0o755)
    return subprocess.run(
        ["sh", "scripts/setup.sh", "requirements.txt"],
        cwd=project,
        env={"PATH": str(project / "bin"), "PYTHON": str(fake)},
        capture_output=True,
        text=True,
    )


def test_a_python_that_is_too_old_is_named_with_what_to_do(project: Path) -> None:
    done = set_up(project, 'if [ "$1" = -V ]; then echo Python 3.9.2; else exit 1; fi')
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "is Python 3.9.2. Install it, or name another one: PYTHON=" in done.stderr
    assert not (project / ".venv").exists()


def test_a_missing_venv_module_is_named_with_the_package_that_has_it(project: Path) -> None:
    # As Debian's python3 without python3-venv.
    done = set_up(project, f'case "$*" in *ensurepip*) exit 1; esac; exec {sys.executable} "$@"')
    assert done.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"apt-get install python{version}-venv" in done.stderr
    assert not (project / ".venv").exists()


def test_what_is_installed_is_not_installed_again_until_it_changes(project: Path) -> None:
    # A uv that installs nothing: what it is asked for is the point, and pip takes 6 s.
    uv = project / "bin" / "uv"
    uv.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = venv ]; then\n'
        f"    /bin/mkdir -p .venv/bin; /bin/ln -s {sys.executable} .venv/bin/python\n"
        "fi\n"
        'echo "uv $*" >&2\n'
    )
    uv.chmod(0o755)
    real = f'exec {sys.executable} "$@"'
    installing = "uv pip install -q -p .venv/bin/python -r requirements.txt"
    first = set_up(project, real)
    assert first.returncode == 0
    assert "uv venv" in first.stderr
    assert installing in first.stderr
    assert set_up(project, real).stderr == ""
    (project / "constraints.txt").write_text("# changed\n")
    again = set_up(project, real).stderr
    assert installing in again
    assert "uv venv" not in again
