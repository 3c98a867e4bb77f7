"""An AI provider on this machine that speaks as the real ones do, and fails as a test says."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from decimal import Decimal
from types import TracebackType

from .record import Call, Record
from .script import Script
from .server import Server
from .wire import Reply

MODELS = ("test-model", "gpt-4o-mini", "gpt-image-1", "dall-e-3")


class AiPeer(Script, Record):
    """An HTTP server on 127.0.0.1: OpenAI's chat, models and images, and Runware.

    What happens is told by ``Script``, what happened by ``Record``. Everything can be set while it
    runs. ``errors`` are defects of the peer, or of what the test told it.
    """

    def __init__(self, models: Sequence[str] = MODELS) -> None:
        Script.__init__(self)
        Record.__init__(self)
        self.key = "test-key"
        self.status_without_key = 401
        """What it answers to who brings none; LiteLLM's proxy says 400."""
        self.models = list(models)
        self.structured = "json_schema"
        """The best response_format that it knows: ``json_schema``, ``json_object``, ``none``."""
        self.unsupported: dict[str, str] = {}
        """Parameters of chat that it refuses, with what it wants instead:
        ``{"max_tokens": "max_completion_tokens"}``."""
        self.latency = 0.0
        """Seconds before each answer."""
        self.price_in = Decimal(2)
        """US dollars for a million tokens, as ``price_out``."""
        self.price_out = Decimal(8)
        self.price_image = Decimal("0.04")
        self.files: dict[str, Reply] = {}
        """What is answered at each path under ``/files/``."""
        self.errors: list[Exception] = []
        self.closing = threading.Event()
        self._server: Server | None = Server(self, 0)
        self._port = int(self._server.server_address[1])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """The base URL of an OpenAI-compatible client."""
        return f"{self.origin}/v1"

    @property
    def runware_url(self) -> str:
        return f"{self.origin}/runware/v1"

    def calls_of(self, task: str) -> list[Call]:
        """The calls of one task that are over."""
        return [call for call in self.calls if call.task == task]

    @property
    def charged(self) -> Decimal:
        """What the provider's bill says, in US dollars."""
        return sum((call.cost for call in self.calls), Decimal(0))

    @property
    def tokens(self) -> int:
        """What it counted, both ways."""
        return sum(call.usage["total_tokens"] for call in self.calls if call.usage)

    def host(self, reply: Reply, kind: str) -> str:
        """Answer so at a new URL, which it returns."""
        path = f"/files/{len(self.files) + 1}-{id(reply):x}.{kind}"
        self.files[path] = reply
        return self.origin + path

    def stop(self) -> None:
        """Be away: connections are refused, those under way end without an answer."""
        server, self._server = self._server, None
        if server:
            self.closing.set()
            self.close()
            server.close()

    def start(self) -> None:
        """Be back, at the same address."""
        if self._server is None:
            self.closing.clear()
            self.close(False)
            self._server = Server(self, self._port)

    def __enter__(self) -> AiPeer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
