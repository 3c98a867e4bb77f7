"""Why there is no answer at all: a connection that was not made, broke off, or took too long."""

from __future__ import annotations

import requests
import urllib3

from .base import ProviderError
from .trouble import tidy


class TookTooLong(requests.Timeout):
    """The answer had begun, and did not end in time."""


_UNREACHABLE = {
    "NameResolutionError": "is not known to the name service.",
    "Connection refused": "refuses connections: is the server running?",
    "ProxyError": "cannot be reached through the proxy.",
    "NewConnectionError": "cannot be reached.",
}
"""What stands in the error of the library → what happened."""


def no_answer(host: str, error: Exception, timeout: float, key: str) -> ProviderError:
    """The error in plain words. The cost is None where the request may have been worked on."""
    told = str(error)
    if isinstance(error, requests.ConnectTimeout):
        return ProviderError(
            f"{host} did not accept a connection in time.", code="timeout", retry=True
        )
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        message = f"{host} did not answer within {timeout:g} seconds."
        return ProviderError(message, code="timeout", retry=True, cost=None)
    if "CERTIFICATE_VERIFY_FAILED" in told:
        message = f"{host} does not show a certificate that can be trusted."
        return ProviderError(message, code="bad_address", fatal=True)
    if isinstance(error, ValueError) and not isinstance(error, requests.JSONDecodeError):
        message = f"The address of {host} cannot be used: {tidy(told, key)}"
        return ProviderError(message, code="bad_address", fatal=True)
    for sign, words in _UNREACHABLE.items():
        if sign in told:
            return ProviderError(f"{host} {words}", code="unreachable", retry=True)
    message = f"{host} broke the connection off before its answer was complete."
    return ProviderError(message, code="unreachable", retry=True, cost=None)
