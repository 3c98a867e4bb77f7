"""What a child says, cut into lines, and the terminal that shows it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, TextIO

from honcho.colour import get_colours
from honcho.printer import Message, Printer

_LONGEST_LINE = 64 * 1024


class Output:
    """Reads a pipe without blocking and hands on whole lines as text."""

    def __init__(self, pipe: IO[bytes], show: Callable[[str], None]) -> None:
        os.set_blocking(pipe.fileno(), False)
        self.pipe = pipe
        self._show = show
        self._rest = b""

    def relay(self) -> bool:
        """Show what can be read now; False once nobody can write any more."""
        try:
            data = os.read(self.pipe.fileno(), _LONGEST_LINE)
        except BlockingIOError:
            return True
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._rest and (not data or len(self._rest) >= _LONGEST_LINE):
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._show(line.decode("utf-8", "replace").rstrip())
        return bool(data)


class Terminal:
    """Prints lines with time and name in front, a colour for each child; outlives its window."""

    def __init__(self, out: TextIO) -> None:
        self._printer = Printer(out, width=len("reconciler"))
        self._colours = get_colours()

    def voice(self, name: str, *, colour: bool = True) -> Callable[[str], None]:
        """The function that prints a line under that name."""
        own = next(self._colours) if colour else None
        return lambda text: self._print(name, text, own)

    def _print(self, name: str, text: str, colour: str | None) -> None:
        now = datetime.now()  # noqa: DTZ005 - for the eyes of who sits there
        try:
            # An empty text would print nothing at all.
            self._printer.write(Message("line", text or " ", now, name, colour))
        except OSError:  # the window is gone, the work goes on
            self._printer.output = Path(os.devnull).open("w")  # noqa: SIM115 - it stays open
