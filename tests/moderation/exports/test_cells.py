"""Cells that a spreadsheet shows instead of running them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.exports.cells import defused

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "  =1", "\u00a0@x"]


@pytest.mark.parametrize("cell", [*FORMULAS, "＝1", "＋1", "－1", "＠x"])
def test_a_formula_becomes_text(cell: str) -> None:
    assert defused(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", "مرحبا", "1-2", "'=1", -1, 0.5, None, True])
def test_all_else_stays(cell: object) -> None:
    assert defused(cell) == cell


@given(st.text())
def test_no_cell_starts_like_a_formula_and_none_loses_a_character(cell: str) -> None:
    safe = str(defused(cell))
    assert not safe.lstrip().startswith(("=", "+", "-", "@"))
    assert not safe.startswith(("\t", "\r", "\n", "\x00"))
    assert safe.removeprefix("'") == cell or safe == cell
