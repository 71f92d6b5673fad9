"""Lists on a terminal as columns, a line a cell where it is too narrow for them; in a pipe as tab-separated lines."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from dashboard.cli.words import printable

if TYPE_CHECKING:
    from rich.table import Table

# Rich leaves two places between columns.
_GAP = 2


def show(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    texts = [[_text(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in texts:
            click.echo("\t".join(row))
        return
    from rich.console import Console

    console = Console()
    widths = _widths(columns, texts, console.width)
    if widths:
        console.print(_table(columns, texts, widths))
    else:
        click.echo("\n\n".join(_lines(columns, row) for row in texts))


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Of each column, the widest narrowed as far as their words allow; none where that is not enough.

    Rich by itself would cut words off, and with them the ids by which other commands know a row.
    """
    from rich.cells import cell_len

    cells = list(zip(columns, *rows, strict=True))
    least = [max(cell_len(word) for cell in column for word in (cell.split() or [""])) for column in cells]
    left = room - _GAP * (len(columns) - 1)
    if sum(least) > left:
        return []
    widths = [min(left, max(map(cell_len, column))) for column in cells]
    while sum(widths) > left:
        place = max(range(len(widths)), key=lambda place: (widths[place] > least[place], widths[place]))
        widths[place] -= 1
    return widths


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Table:
    from rich.table import Column, Table
    from rich.text import Text

    headers = [Column(name, width=width) for name, width in zip(columns, widths, strict=True)]
    table = Table(*headers, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _lines(columns: Sequence[str], row: Sequence[str]) -> str:
    from rich.cells import cell_len, set_cell_size

    room = max(map(cell_len, columns)) + _GAP
    return "\n".join(f"{set_cell_size(name, room)}{cell}".rstrip() for name, cell in zip(columns, row, strict=True))


def _text(cell: object) -> str:
    return "-" if cell is None else printable(str(cell))
