"""A chart with its numbers, and the numbers as a file."""

from __future__ import annotations

import csv as csv_format
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.charts.style import Legend
from dashboard.i18n import percent, t
from moderation.comment import Status
from moderation.exports.cells import defused_in_csv

NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart, None where the period has nothing to draw, and its numbers under the headings of the language.

    `remarks` stand below the chart: what a hollow point means, what is left out. `ways` are the search page's queries
    for the rows of the table, None for a row without one; empty where the figure counts no comments. `picks` is
    whether its marks can be clicked. `ranked` is whether the table's first rows say most, and not, as of a time, its
    last.
    """

    name: str
    chart: Any | None
    table: pd.DataFrame
    legend: tuple[Legend, ...] = ()
    remarks: tuple[str, ...] = ()
    ways: tuple[str | None, ...] = ()
    picks: bool = False
    ranked: bool = False

    def spec(self) -> dict[str, Any]:
        """Vega-Lite with its data in `datasets`; not held against the schema, which takes long and which tests do."""
        if self.chart is None:
            raise ValueError(f"{self.name} has nothing to draw")
        drawn: dict[str, Any] = self.chart.to_dict(validate=False)
        # The size that Altair's own theme gives would hold against the page's.
        drawn.get("config", {}).pop("view", None)
        return drawn


def csv(table: pd.DataFrame) -> bytes:
    """With a byte order mark, so that Excel takes it for UTF-8; a title that a spreadsheet would run is defused."""
    text = io.StringIO(newline="")
    write = csv_format.writer(text).writerow
    write([defused_in_csv(title) for title in table.columns])
    for row in table.astype(object).itertuples(index=False, name=None):
        write([None if cell != cell else defused_in_csv(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "backslashreplace")


def heading(column: str, lang: str) -> str:
    return t(f"insights.column.{column}", lang)


def table(columns: Mapping[str, Sequence[object]], lang: str) -> pd.DataFrame:
    return pd.DataFrame({heading(column, lang): series(cells) for column, cells in columns.items()})


def series(cells: Sequence[object]) -> pd.Series[Any]:
    """Counts stay whole: beside a gap pandas would make 2 comments 2.0."""
    counts = None in cells and all(cell is None or isinstance(cell, int) for cell in cells)
    return pd.Series(list(cells), dtype=object if counts else None)


def status_word(status: Status, lang: str) -> str:
    return t(f"common.status.{status}", lang)


def percentage(share: float | None) -> float | None:
    """For tables, where a reader may want to compute with it."""
    return None if share is None else round(100 * share, 1)


def written_share(share: float | None, lang: str) -> str:
    return NONE if share is None else percent(share, lang, places=1)
