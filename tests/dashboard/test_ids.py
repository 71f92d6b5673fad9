"""What is an id, of all that an address or a browser may name."""

from __future__ import annotations

import pytest

from dashboard.ids import read_id
from dashboard.ui.components.bench import Done, Undoable


@pytest.mark.parametrize(
    ("text", "found"), [("0", 0), ("385359646950141952", 385359646950141952), (str(2**63 - 1), 2**63 - 1)]
)
def test_what_is_an_id(text: str, found: int) -> None:
    assert read_id(text) == found


@pytest.mark.parametrize("text", [None, "", "-1", "1.0", " 1", "١", "x", str(2**63), "9" * 30, "9" * 10_000])
def test_what_is_none(text: str | None) -> None:
    assert read_id(text) is None
    assert Undoable.named(f"{Done.DECISION}:{text}") is None
