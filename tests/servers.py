"""Real parts beside the test: a Valkey server and workers, surely gone after it."""

from __future__ import annotations
