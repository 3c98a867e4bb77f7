"""How a command says that something cannot be done: one line on standard error, exit status 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..services.errors import Refused


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn a Refused into the message and the exit status, without a traceback."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
