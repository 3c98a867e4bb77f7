"""``make run`` as people have it at home: what dies is started again, and the run goes on."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from pathlib import Path

import pytest
import requests

from igny8_web.platform.processes import managed

from ..browser.stack import OWNER, PASSWORD, Stack, running
from ..platform.helpers import until

pytestmark = pytest.mark.slow(seconds=60)


class Owner:
    """The owner in a browser."""

    def __init__(self, stack: Stack) -> None:
        self.url, self._browser = stack.url, requests.Session()
        self._submit(stack.owner_link, {"email": OWNER, "password": PASSWORD})

    def run_now(self) -> str:
        """Press the button; answers the page that follows."""
        return self._submit(f"{self.url}/sites/brew-notes/automation/run", {}).text

    def is_at_work(self) -> bool:
        """What the API says; while the web server is started again, it is."""
        path = "/api/v1/automation/current_processing/?site_id=1"
        try:
            answer = self._browser.get(self.url + path, timeout=20)
        except requests.ConnectionError:
            return True
        return answer.status_code != 200 or answer.json()["data"] is not None

    def page(self) -> str:
        return self._browser.get(f"{self.url}/sites/brew-notes/automation/", timeout=20).text

    def _submit(self, url: str, form: dict[str, str]) -> requests.Response:
        page = self._browser.get(url if "/setup/" in url else self.url, timeout=20).text
        token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
        assert token, page
        answer = self._browser.post(url, data={**form, "csrf_token": token[1]}, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer


def kill(data: Path, name: str) -> None:
    for pid, named in managed(str(data)).items():
        if named == name:
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("loses_its_file", [False, True])
def test_a_run_outlives_the_redis_of_make_run(tmp_path: Path, loses_its_file: bool) -> None:
    with running(tmp_path) as stack:
        owner = Owner(stack)
        assert "Keywords → Clusters" in owner.run_now()
        for _ in range(3):
            kill(stack.data, "redis")
            if loses_its_file:
                shutil.rmtree(stack.data / "redis" / "appendonlydir", ignore_errors=True)
            time.sleep(3)
        until(lambda: not owner.is_at_work(), 240)
        assert "Run completed in" in owner.page()
    assert "Traceback" not in "".join(path.read_text() for path in tmp_path.glob("output-*"))
