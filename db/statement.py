"""What is to be told to PostgreSQL, for whoever keeps it until it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Statement(NamedTuple):
    """Text with $1, $2 …, and its values; PostgreSQL tells the values' types from where they stand.

    `must_change`: somebody else was first if it changes no row. `binary`: what it finds is handed over as the server
    has it, which is quicker where there are bytes and no different where there are none. `heard` is given its rows.
    """

    text: str
    values: Sequence[Any]
    must_change: bool = False
    binary: bool = False
    heard: Callable[[list[tuple[Any, ...]]], None] | None = None
