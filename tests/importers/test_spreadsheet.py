"""An export must not run when somebody opens it in a spreadsheet."""

from __future__ import annotations

import pytest

from igny8_web.importers import spreadsheet_safe

from .files import parse


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\rx", " =1", "＝1+1", "＠a"]
)
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(cell: str) -> None:
    assert spreadsheet_safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "cold brew", "'quoted", "5 < 6", "a=b", "قهوة"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert spreadsheet_safe(cell) == cell


def test_no_keyword_of_the_hostile_sample_can_run() -> None:
    phrases = [row.phrase for row in parse("bad/formula_injection.csv").rows]
    assert not any(spreadsheet_safe(phrase)[0] in "=+-@＝" for phrase in phrases)
