"""Pictures that a provider answers as an address, fetched with care: who can choose an address
could make us ask things of our own network, read without end, or wait for ever.
"""

from __future__ import annotations

import time
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from .base import ProviderError
from .http import Reply, Session, send

MOST_BYTES = 30 * 1024 * 1024
MOST_REDIRECTS = 3
SECONDS = 60.0
"""For everything: redirects, further tries and the pauses between them."""
PAUSES = (1.0, 4.0)
"""Seconds before another try. The picture is paid for, and a new one would be paid again."""

_ALSO_INSIDE = tuple(map(ip_network, ("168.63.129.16/32", "fec0::/10", "::/96")))
"""What the library takes for public: Azure's wire server, and two that IPv6 gave up."""


def download(url: str, *, own: str = "", seconds: float = SECONDS) -> bytes:
    """The bytes behind an address, not yet verified to be a picture.

    Only public addresses are asked, over http and https, at every step of a redirect, and the
    connection goes to the very IP address that was checked. ``own`` is the provider's base URL:
    its scheme, host and port may be private, for somebody configured them. No key is sent.
    Raises ProviderError, whose message names the host but never the rest of the address.
    """
    ends = time.monotonic() + seconds
    for pause in PAUSES:
        try:
            return _once(url, own, ends)
        except ProviderError as error:
            if not error.retry or time.monotonic() + pause >= ends:
                raise
            time.sleep(pause)
    return _once(url, own, ends)


def _once(url: str, own: str, ends: float) -> bytes:
    with _session(own) as session:
        for _ in range(1 + MOST_REDIRECTS):
            reply = _get(session, url, ends)
            place = reply.headers.get("Location")
            if not (300 <= reply.status < 400 and place):
                return _body(reply)
            url = _join(url, place)
    raise ProviderError(f"{reply.host} redirects the picture too often.", code="bad_picture")


def _get(session: Session, url: str, ends: float) -> Reply:
    host = _host(url)
    try:
        return send(
            "GET",
            url,
            timeout=max(0.1, round(ends - time.monotonic(), 1)),
            most_bytes=MOST_BYTES,
            session=session,
        )
    except ProviderError as error:
        if isinstance(error.__cause__, InvalidIPAddress):
            raise _forbidden(
                f"leads to {host}, which is no public address; "
                "only the provider's own host may be private"
            ) from error
        # Never fatal: a host without a certificate is this picture's trouble, not the run's.
        raise ProviderError(
            f"The picture could not be fetched: {error.message}", code=error.code, retry=error.retry
        ) from error


def _body(reply: Reply) -> bytes:
    if reply.status != 200:
        raise ProviderError(
            f"{reply.host} answered {reply.status} in place of the picture.",
            code="bad_picture",
            retry=reply.status in (408, 425, 429) or reply.status >= 500,
        )
    return reply.body


def _host(url: str) -> str:
    """The host of a URL that may be asked. Raises ProviderError."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and "@" not in parts.netloc
        if usable and parts.hostname and parts.port != 0:
            return parts.hostname
    except ValueError:
        pass  # a port or an IPv6 address that is none
    raise _forbidden("cannot be used: it must be http or https, with a host and no password")


def _join(base: str, place: str) -> str:
    try:
        return urljoin(base, place)
    except ValueError as error:
        raise _forbidden("redirects to something that is no address") from error


def _forbidden(why: str) -> ProviderError:
    return ProviderError(f"The picture's address {why}.", code="forbidden_address")


class _PublicOnly(IPFilterAdapter):  # type: ignore[misc]  # it ships no types
    """Looks a host up once, refuses what is not public, connects to what it found."""

    def build_connection_pool_key_attributes(self, *request: Any, **how: Any) -> Any:
        """Where to connect, as requests asks before each request. Raises InvalidIPAddress."""
        place, tls = super().build_connection_pool_key_attributes(*request, **how)
        address = ip_address(place["host"].strip("[]"))
        if any(address in network for network in _ALSO_INSIDE):
            raise InvalidIPAddress(address)
        return place, tls


def _session(own: str) -> Session:
    """Filtered, but for the scheme, host and port of ``own``."""
    session = Session()
    for scheme in ("http", "https"):
        session.mount(f"{scheme}://", _PublicOnly(is_https_proto=scheme == "https"))
    if own:
        parts = urlsplit(own)
        session.mount(f"{parts.scheme}://{parts.netloc}/", HTTPAdapter())
    return session
