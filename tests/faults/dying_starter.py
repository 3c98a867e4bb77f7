"""Somebody presses the button, and the web process dies at that moment.

``python -m tests.faults.dying_starter`` with ``MOMENT=committed`` (nobody was rung) or
``MOMENT=rung`` (and nobody learns of it).
"""

from __future__ import annotations

import os
import signal
from typing import Any

from igny8_web import create_app, queue
from igny8_web.extensions import session
from igny8_web.models import Site
from igny8_web.services import automation


def main() -> None:
    ring = queue.ring

    def die(*args: Any) -> bool:
        if os.environ["MOMENT"] == "rung":
            ring(*args)
        os.kill(os.getpid(), signal.SIGKILL)
        return True

    queue.ring = die
    with create_app(pages=False).app_context():
        automation.run_now(session().query(Site).one())


if __name__ == "__main__":
    main()
