"""``python -m tests.platform.manage OWNER GRACE name=command …``: a manager with any commands.

A name that begins with ``last-`` is stopped after the others.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from igny8_web.platform.manager import Manager, StopRequested


def main(owner: str, grace: str, *commands: str) -> None:
    manager = Manager(owner, os.environ, Path(owner), first_pause=0.1)
    manager.listen()
    try:
        for each in commands:
            name, _, command = each.partition("=")
            manager.start(name, command, stop_last=name.startswith("last-"))
        manager.supervise()
    except StopRequested:
        manager.say("stopping")
    finally:
        manager.stop(float(grace))


if __name__ == "__main__":
    main(*sys.argv[1:])
