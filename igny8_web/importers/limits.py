"""How much an import takes. Every message about a limit says the limit."""

from __future__ import annotations

MAX_BYTES = 20 * 1024 * 1024
"""Size of a file."""
MAX_LINE = 1_000_000
"""Characters of one line of the file."""
MAX_COLUMNS = 1_000
"""Columns of a table."""
MAX_ROWS = 100_000
"""Rows with something in them, the header not counted."""
MAX_PHRASE = 400
"""Characters of a keyword, as shown and as folded."""
MAX_VOLUME = 1_000_000_000
"""Searches a month; no query comes near."""
MAX_CPC = 10_000
"""Price of a click."""
