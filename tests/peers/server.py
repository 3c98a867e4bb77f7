"""The HTTP server: routes, and connections that end when the peer goes away."""

from __future__ import annotations

import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from . import chat, images, runware
from .exchange import NOTHING, Api, Exchange, check_key, reply_to
from .fault import no_such_model
from .wire import Failure, Refused, Reply, Sending, json_reply, openai_error, send_body

if TYPE_CHECKING:
    from .ai import AiPeer

APIS: dict[str, tuple[str, Api]] = {
    "/v1/chat/completions": ("chat", chat),
    "/v1/images/generations": ("image", images),
    "/runware/v1": ("runware", runware),
}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_POST(self) -> None:
        peer = self.server.peer
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0].rstrip("/")
        if path not in APIS:
            return self._send(self._unknown())
        kind, api = APIS[path]
        exchange = Exchange(peer, kind, self._key, self.connection)
        try:
            reply = reply_to(exchange, api, raw)
        except Exception as error:  # a defect of the peer or of what the test told it
            peer.errors.append(error)
            reply = openai_error(Failure(500, f"The test's peer failed: {error!r}"), "")
        if peer.closing.is_set():
            reply = NOTHING
        exchange.end(reply)
        try:
            self._send(reply)
        except OSError:
            self.close_connection = True
            peer.undelivered(exchange.call.number)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        try:
            if path.startswith("/files/"):
                self._send(self.server.peer.files.get(path) or self._unknown())
            else:
                self._send(self._models(path))
        except OSError:
            self.close_connection = True

    def _models(self, path: str) -> Reply:
        """The list of models, or one of it."""
        peer = self.server.peer
        try:
            check_key(peer, self._key)
            fault = peer.turn("models", "models")
            instead = fault.instead if fault else None
            if isinstance(instead, Failure):
                raise Refused(instead)
            if instead:
                peer.closing.wait(instead.seconds)
                return instead
        except Refused as refused:
            return openai_error(refused.failure, self._key)
        cards = [
            {"id": model, "object": "model", "created": 1_700_000_000, "owned_by": "test"}
            for model in peer.models
        ]
        if path == "/v1/models":
            return json_reply({"object": "list", "data": cards})
        for card in cards:
            if path == f"/v1/models/{card['id']}":
                return json_reply(card)
        return self._unknown()

    @property
    def _key(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    def _unknown(self) -> Reply:
        if self.path.startswith("/v1/models/"):
            return openai_error(no_such_model(self.path[11:]), "")
        return openai_error(Failure(404, f"Invalid URL ({self.command} {self.path})"), "")

    def _send(self, reply: Reply) -> None:
        """Raises OSError when nobody reads it."""
        if reply.sending is not Sending.WHOLE:
            self.close_connection = True
        if reply.sending is Sending.NOTHING:
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("x-request-id", f"req_{time.monotonic_ns():x}")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.sending is Sending.ENDLESS:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        send_body(reply, self.wfile, self.server.peer.closing)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A thread for each connection; ``close`` ends them all."""

    request_queue_size = 128

    def __init__(self, peer: AiPeer, port: int) -> None:
        self.peer = peer
        self._changed = threading.Condition()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)
        thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self.peer.errors.append(error)

    def close(self) -> None:
        """Refuse new connections, hang up on the open ones and wait for their threads."""
        self.shutdown()
        self.server_close()
        with self._changed:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side was quicker
            assert self._changed.wait_for(lambda: not self._open, 10), "connections stay open"
