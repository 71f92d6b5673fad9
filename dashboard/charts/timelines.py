"""What lines over time share."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from dashboard.charts.style import tooltip


def tips_of(columns: Mapping[str, str], lang: str) -> list[alt.Tooltip]:
    return [tooltip(field, f"insights.column.{column}", lang) for field, column in columns.items()]


def line(drawn: alt.Chart, buckets: int) -> list[alt.Chart]:
    """Points get smaller where there are many, yet one between two gaps must be seen."""
    return [drawn.mark_line(strokeWidth=2), drawn.mark_circle(opacity=1, size=45 if buckets <= 60 else 16)]
