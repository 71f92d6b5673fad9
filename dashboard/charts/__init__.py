"""Charts of the insights page: values -> DataFrame -> Altair chart, and the same numbers as a table. Pure."""

from __future__ import annotations

from dashboard.charts.figure import Figure, csv

__all__ = ["Figure", "csv"]
