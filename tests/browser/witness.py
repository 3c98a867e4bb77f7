"""Sees what a page must never do: complain in the console, break, or ask a foreign server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request

COUNT_POLLS = """
  window.polls = 0;
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.isPoll = String(url).includes("/card");
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (this.isPoll) window.polls += 1;
    return send.call(this, body);
  };
"""
"""Counts in ``window.polls`` at the moment of asking; the browser reports requests later."""


@dataclass
class Witness:
    """Watches every page of a context. A test that breaks something says what it expects."""

    context: BrowserContext
    expected: list[str] = field(default_factory=list)
    """Patterns of console messages that the test provokes."""
    said: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.said.append(f"uncaught: {error.error}"))
        self.context.on("request", self._see)
        self.context.add_init_script(COUNT_POLLS)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text}")

    def _see(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.hostname != "127.0.0.1":
            self.foreign.append(request.url)

    def swear(self) -> None:
        """Fail for everything that was seen and not expected."""
        unexpected = [
            line for line in self.said if not any(re.search(known, line) for known in self.expected)
        ]
        assert not unexpected, "\n".join(unexpected)
        assert not self.foreign, "\n".join(self.foreign)
