"""HTTP to a provider: one way to ask, with every end of it told in plain words.

Nothing here follows a redirect, waits for ever, reads without a limit or names a key.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from .base import ProviderError
from .silence import TookTooLong, no_answer
from .trouble import refusal, said

CONNECT_SECONDS = 10.0
MOST_BYTES = 32 * 1024 * 1024
"""Of an answer, unless the caller says otherwise."""
_PIECE = 64 * 1024

Carry = Callable[[requests.PreparedRequest], requests.PreparedRequest]


@dataclass(frozen=True)
class Reply:
    """What came back, read to the end."""

    host: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def post_json(
    url: str,
    body: object,
    *,
    key: str = "",
    timeout: float = 120.0,
    most_bytes: int = MOST_BYTES,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Send ``body`` as JSON, with ``key`` as bearer; the JSON that was answered.

    ``timeout`` is in seconds, for everything. Raises ProviderError, :class:`trouble.Refusal`
    among them for a status from 400.
    """
    content = json.dumps(body, ensure_ascii=False).encode()
    sent = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
    reply = send(
        "POST", url, key=key, timeout=timeout, most_bytes=most_bytes, headers=sent, content=content
    )
    if reply.status >= 300:
        raise refusal(reply.host, reply.status, reply.headers, reply.body, key)
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise ProviderError(
            f"{reply.host} answered with something that is no JSON: {said(reply.body, key)}",
            code="garbage",
            retry=True,
            cost=None,
        ) from error


def send(
    method: str,
    url: str,
    *,
    key: str = "",
    timeout: float = 120.0,
    most_bytes: int = MOST_BYTES,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    session: requests.Session | None = None,
) -> Reply:
    """One request, whatever the status of its answer. Raises ProviderError when there is none."""
    host = _host(url)
    ends = time.monotonic() + timeout
    try:
        with (session or Session()).request(
            method,
            url,
            data=content,
            headers={**(headers or {})},
            auth=_bearer(key),
            timeout=(min(CONNECT_SECONDS, timeout), timeout),
            allow_redirects=False,  # a key is for the host that was configured
            stream=True,
        ) as response:
            body = b"" if response.is_redirect else _read(response, ends, most_bytes, host)
            return Reply(host, response.status_code, response.headers, body)
    except (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError) as error:
        raise no_answer(host, error, timeout, key) from error


def _read(response: requests.Response, ends: float, most_bytes: int, host: str) -> bytes:
    """The body, piece by piece as it comes: a drip of bytes is no life sign for ever."""
    body = bytearray()
    while piece := response.raw.read1(_PIECE, decode_content=True):
        body += piece
        if len(body) > most_bytes:
            response.close()
            raise ProviderError(
                f"{host} sent more than {most_bytes // 1_048_576} MB, which no answer has.",
                code="garbage",
                retry=True,
                cost=None,
            )
        if time.monotonic() > ends:
            response.close()
            raise TookTooLong()
    return bytes(body)


def _host(url: str) -> str:
    """Host and port as they are named in messages; never user, path or query."""
    return urlsplit(url).netloc.rpartition("@")[2] or "The provider"


def _bearer(key: str) -> Carry:
    """What signs a request. Also without a key: else a .netrc would be asked for one."""

    def carry(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if key:
            request.headers["Authorization"] = f"Bearer {key}"
        return request

    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise ProviderError(
            "The API key has characters that no key has; copy it anew.", code="bad_key", fatal=True
        )
    return carry


class Session(requests.Session):
    """Nothing is kept between two requests: no cookie, and no connection.

    A server gives an idle connection up when it likes (uvicorn after 5 s). Where the next request
    has left by then nobody can tell whether it was worked on, and charged.
    """

    def __init__(self) -> None:
        super().__init__()
        self.headers.update({"User-Agent": "igny8_web", "Connection": "close"})
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: else requests would read the body of a redirect, however long it is."""
        return None
