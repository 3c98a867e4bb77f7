from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import urllib3.util.connection

from igny8_web.providers import downloads
from igny8_web.providers.base import ProviderError
from igny8_web.providers.downloads import download

PICTURE = b"\x89PNG and so on" * 1_000
PUBLIC = "93.184.215.14"
Act = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A real HTTP server that does what the test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.acts: dict[str, Act] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append((self.path, dict(self.headers)))
                server.acts[self.path.partition("?")[0]](self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = self.http.server_port
        self.base = f"http://127.0.0.1:{self.port}"
        self.over = threading.Event()
        threading.Thread(target=self.http.serve_forever, args=(0.01,)).start()

    def close(self) -> None:
        self.over.set()
        self.http.shutdown()
        self.http.server_close()

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.acts["/picture.png"] = sends(PICTURE)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "PAUSES", (0.0, 0.0))


@pytest.fixture
def internet(server: Server, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names and their addresses, one a question, the last for ever; every public one leads to
    the server. ``connected`` are the addresses that connections went to.
    """
    names: dict[str, list[str]] = {"connected": []}
    look_up, connect = socket.getaddrinfo, urllib3.util.connection.create_connection

    def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        if host in names:
            host = names[host].pop(0) if len(names[host]) > 1 else names[host][0]
        return look_up(host, *args, **options)

    def create_connection(address: tuple[str, int], *args: Any, **options: Any) -> socket.socket:
        found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0][4]
        names["connected"].append(str(found[0]))
        return connect(("127.0.0.1", server.port), *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(urllib3.util.connection, "create_connection", create_connection)
    return names


def sends(body: bytes, status: int = 200, **headers: str) -> Act:
    def act(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return act


def redirects(place: str) -> Act:
    return sends(b"over there", 302, location=place)  # in small letters, as HTTP/2 writes it


def drips(over: threading.Event, status: int = 200, **headers: str) -> Act:
    """A byte now and then, without an end."""

    def act(request: BaseHTTPRequestHandler) -> None:
        sends(b"", status, Content_Length="999999", **headers)(request)
        while not over.wait(0.05):
            request.wfile.write(b"x")

    return act


def refused(url: str, own: str = "", seconds: float = 5) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        download(url, own=own, seconds=seconds)
    assert not caught.value.fatal
    assert "signature" not in caught.value.message
    return caught.value


def test_a_picture_on_the_providers_own_private_host_is_fetched(server: Server) -> None:
    assert download(f"{server.base}/picture.png?signature=7", own=f"{server.base}/v1") == PICTURE


def test_a_picture_on_a_public_host_is_fetched_from_the_address_that_was_checked(
    server: Server, internet: dict[str, list[str]]
) -> None:
    internet["pictures.example"] = [PUBLIC, "127.0.0.1"]  # whoever looks again, looks inside

    assert download(f"http://pictures.example:{server.port}/picture.png") == PICTURE

    assert internet["connected"] == [PUBLIC]
    assert server.asked[0][1]["Host"] == f"pictures.example:{server.port}"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "0"),
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[fd00::1]", "[fe80::1]"),
        *("169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "224.0.0.1"),
        *("[2002:7f00:1::]", "255.255.255.255", "inside.example"),
        *("168.63.129.16", "[fec0::1]", "[::127.0.0.1]", "[::ffff:169.254.169.254]"),
    ],
)
def test_an_address_that_is_not_public_is_never_connected_to(
    host: str, server: Server, internet: dict[str, list[str]]
) -> None:
    internet["inside.example"] = ["10.1.2.3"]

    error = refused(f"http://{host}:{server.port}/picture.png?signature=7", own="https://api.test")

    assert "no public address" in error.message
    assert (error.code, error.retry) == ("forbidden_address", False)
    assert internet["connected"] == []


def test_another_port_of_the_providers_own_private_host_is_not_its_own(server: Server) -> None:
    error = refused(f"{server.base}/picture.png", own="http://127.0.0.1:1/v1")

    assert error.code == "forbidden_address"
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://example.com/a.png", "data:image/png;base64,AAAA", "a.png"),
        *("//example.com/a.png", "http://", "http://[::1/a.png", "http://me:secret@example.com/"),
        *("http://example.com:99999/?signature=7", "http://①②⑦.0.0.1/?signature=7", ""),
    ],
)
def test_what_is_no_address_on_the_web_is_not_asked(url: str) -> None:
    error = refused(url)

    assert "cannot be used" in error.message
    assert "secret" not in error.message
    assert not error.retry


def test_three_redirects_are_followed_and_no_fourth(server: Server) -> None:
    for number in range(5):
        server.acts[f"/{number}"] = redirects(f"/{number + 1}" if number < 4 else "/picture.png")

    assert download(f"{server.base}/2", own=server.base) == PICTURE
    assert "too often" in refused(f"{server.base}/1", own=server.base).message


@pytest.mark.parametrize(
    "place",
    ["http://127.0.0.1:1/x", "http://169.254.169.254/latest", "file:///etc/passwd", "http://[x/"],
)
def test_every_step_of_a_redirect_is_checked(
    place: str, server: Server, internet: dict[str, list[str]]
) -> None:
    internet["pictures.example"] = [PUBLIC]
    server.acts["/go"] = redirects(place)

    error = refused(f"http://pictures.example:{server.port}/go")

    assert error.code == "forbidden_address"
    assert internet["connected"] == [PUBLIC]


def test_the_body_of_a_redirect_is_not_read(server: Server) -> None:
    server.acts["/endless"] = drips(server.over, 302, Location="/picture.png")

    assert download(f"{server.base}/endless", own=server.base, seconds=5) == PICTURE


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (403, 1), (410, 1), (503, 3), (429, 3)])
def test_only_what_may_pass_is_tried_again(server: Server, status: int, tries: int) -> None:
    server.acts["/gone"] = sends(b"<html>", status)

    error = refused(f"{server.base}/gone?signature=7", own=server.base)

    assert f"answered {status} in place of the picture" in error.message
    assert error.retry == (tries > 1)
    assert len(server.asked) == tries


def test_a_picture_that_comes_at_the_second_try_is_taken(server: Server) -> None:
    acts = iter([sends(b"", 502), sends(PICTURE[:500], Content_Length="13000"), sends(PICTURE)])
    server.acts["/late.png"] = lambda request: next(acts)(request)

    assert download(f"{server.base}/late.png", own=server.base) == PICTURE


def test_a_body_that_is_cut_off_is_no_picture(server: Server) -> None:
    server.acts["/cut.png"] = sends(PICTURE[:500], Content_Length="13000")

    error = refused(f"{server.base}/cut.png?signature=7", own=server.base)

    assert "broke the connection off" in error.message
    assert error.retry


def test_more_bytes_than_a_picture_has_are_not_read(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", 2 * 1024 * 1024)
    server.acts["/large.png"] = sends(b"x" * 5_000_000)

    assert "sent more than 2 MB" in refused(f"{server.base}/large.png", own=server.base).message


@pytest.mark.parametrize("act", ["drips", "is silent"])
def test_a_picture_that_does_not_end_in_time_is_given_up(server: Server, act: str) -> None:
    silent = lambda request: server.over.wait()  # noqa: E731
    server.acts["/slow.png"] = drips(server.over) if act == "drips" else silent
    began = time.monotonic()

    error = refused(f"{server.base}/slow.png?signature=7", own=server.base, seconds=1)

    assert "did not answer within 1" in error.message or "did not answer within 0" in error.message
    assert error.retry
    assert time.monotonic() - began < 4


def test_no_credentials_are_sent(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.acts["/go"] = redirects("/picture.png")

    download(f"{server.base}/go", own=server.base)

    assert server.paths() == ["/go", "/picture.png"]
    assert not any("Authorization" in headers for _, headers in server.asked)


def test_a_host_that_is_not_known_is_told_in_plain_words(
    internet: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*args: Any, **options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    error = refused("https://nowhere.example/picture.png?signature=7")

    assert "nowhere.example" in error.message
    assert error.retry
