"""What to do about an error of a provider, for the person who set it up."""

from __future__ import annotations

from ...providers.base import ProviderError

_ADVICE = {
    "unreachable": "Check the address, and that the server can be reached from this machine.",
    "timeout": "Try again: a model on one's own machine takes long to load for its first answer.",
    "bad_key": "Copy the key anew from your account there.",
    "forbidden": "Look in your account there what this key may do.",
    "no_quota": "Add credit to your account there.",
    "unknown_model": "Write its name as the provider does.",
    "rate_limited": "Wait a minute and test again.",
    "server_error": "Wait a minute and test again.",
}
"""By the code of the error."""


def advised(error: ProviderError) -> str:
    """What happened, and what to do."""
    message = error.message if error.message.endswith((".", "?", "!", "…")) else f"{error.message}."
    advice = _ADVICE.get(error.code)
    return f"{message} {advice}" if advice else message
