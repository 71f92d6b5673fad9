"""Cells that a spreadsheet shows instead of running them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.exports.cells import defused, defused_in_csv

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


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("good;=1+1", "good;'=1+1"),
        ('good; "" =1+1;+2', """good; "" '=1+1;'+2"""),
        ("good\n@SUM(A1)", "good\n'@SUM(A1)"),
        ("good\t－1", "good\t'－1"),
        ("=1;=1", "'=1;'=1"),
        ("well ;-) done", "well ;-) done"),
        ("one; two", "one; two"),
        (-1, -1),
    ],
)
def test_a_formula_behind_a_semicolon_becomes_text_in_csv(cell: object, safe: object) -> None:
    assert defused_in_csv(cell) == safe


@given(st.lists(st.text(alphabet='a1;,"=+-@\t \r\n)'), min_size=1))
def test_no_cell_of_a_csv_file_starts_like_a_formula_whatever_parts_it(cells: list[str]) -> None:
    made = io.StringIO(newline="")
    csv.writer(made).writerow([defused_in_csv(cell) for cell in ["a", *cells]])
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(made.getvalue(), newline=""), delimiter=delimiter):
            assert [cell for cell in row if cell.lstrip().startswith(("=", "+", "@")) or _negative(cell)] == []


def _negative(cell: str) -> bool:
    return cell.lstrip().startswith("-") and not cell.lstrip().startswith("-)")
