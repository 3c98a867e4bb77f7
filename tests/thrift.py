"""What a test process need not do again for each of its thousands of apps.

Pages are compiled once a process, not once an app, and a password takes a hundredth of the
work to hash: with the algorithm and the form of the real one. The app itself knows nothing of it;
processes that tests start hash and compile as always.
"""

from __future__ import annotations

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from igny8_web.services import accounts

_CHEAP = "scrypt:256:8:1"


class CompiledPages(BytecodeCache):
    """Compiled templates by name and wording, in memory."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._pages.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._pages[bucket.key, bucket.checksum] = bucket.code


COMPILED_PAGES = CompiledPages()


def hash_passwords_cheaply() -> None:
    """For the rest of the process."""
    accounts._METHOD = _CHEAP
    accounts._NOBODY = f"{_CHEAP}$nobody$"
