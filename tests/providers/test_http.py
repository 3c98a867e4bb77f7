"""One request to a provider, and what the one before it left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from igny8_web.providers.http import post_json


class HangsUpOnWhoComesAgain(BaseHTTPRequestHandler):
    """Offers to keep the connection, and ends it as the next request arrives on it."""

    protocol_version = "HTTP/1.1"
    answered = False

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.answered:
            self.close_connection = True
            return
        self.answered = True
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), HangsUpOnWhoComesAgain) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_no_request_is_lost_on_a_connection_that_its_server_gave_up(url: str) -> None:
    assert [post_json(url, {}) for _ in range(3)] == [{}, {}, {}]
