"""Keeping a spreadsheet from running what somebody typed as a keyword."""

from __future__ import annotations

_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_HIDES = ("\t", "\r", "\n")


def spreadsheet_safe(cell: str) -> str:
    """The text of a cell for a CSV export, never a formula.

    Excel, LibreOffice and Google Sheets calculate cells that begin with one of these signs, full
    width or not (OWASP, "CSV Injection"); after an apostrophe they show them as text. For text
    cells only: a negative number in a number column needs none of this.
    """
    runs = cell.startswith(_HIDES) or cell.lstrip().startswith(_RUNS)
    return f"'{cell}" if runs else cell
