"""In how many parts an index of FTS5 lies, and which of them are being made one: SQLite's own record of it.

The record is part of SQLite's file format: after four bytes whole numbers of seven bits a byte, the highest first. How
many levels there are, parts in all, writes so far; for each level how many of its parts are inputs of a merge that goes
on, how many it has, and three numbers for each of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, column, select, table

_RECORD = 10
_NUMBERS_A_PART = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`merging` are the levels, counted from 0, whose parts are being made one."""

    levels: int
    merging: tuple[int, ...]


def parts_of(connection: Connection, index: str) -> Parts:
    data = table(f"{index}_data", column("id"), column("block"))
    record: bytes = connection.execute(select(data.c.block).where(data.c.id == _RECORD)).scalar_one()
    numbers = _numbers(record[4:])
    levels, _, _ = islice(numbers, 3)
    merging = []
    for level in range(levels):
        inputs, parts = islice(numbers, 2)
        if inputs:
            merging.append(level)
        for _ in islice(numbers, parts * _NUMBERS_A_PART):
            pass
    return Parts(levels=levels, merging=tuple(merging))


def _numbers(record: bytes) -> Iterator[int]:
    number = 0
    for byte in record:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            yield number
            number = 0
