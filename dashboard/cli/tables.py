"""Lists on a terminal as columns, in a pipe as tab-separated lines."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click

from dashboard.cli.words import printable


def show(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    texts = [[_text(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in texts:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False)
    for row in texts:
        table.add_row(*map(Text, row))
    Console().print(table)


def _text(cell: object) -> str:
    return "-" if cell is None else printable(str(cell))
