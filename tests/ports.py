"""Ports for the servers that tests start in processes of their own."""

from __future__ import annotations

import random
import socket

BELOW_THOSE_GIVEN_OUT = range(20_000, 32_000)
"""Linux gives nobody who asks for any port one below 32,768: not the other servers of the tests
beside this one, nor the near end of a connection. One of those would often be free now and taken
before a process that starts has come so far."""


def free_port() -> int:
    """A port of 127.0.0.1 where nobody listens, chosen at random."""
    while True:
        port = random.choice(BELOW_THOSE_GIVEN_OUT)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
