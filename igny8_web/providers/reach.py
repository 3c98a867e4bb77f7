"""Where a provider stands: at home, or somewhere that sends a bill."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

_HOME = (".local", ".lan", ".home", ".internal", ".localhost")


def is_local(base_url: str) -> bool:
    """Whether the address is of this machine or network, by its name alone: nothing is looked up.

    A name without a dot is one of the own network, e.g. of a container.
    """
    host = (urlsplit(base_url).hostname or "").rstrip(".").lower()
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_HOME)
    return address.is_private or address.is_loopback or address.is_link_local
