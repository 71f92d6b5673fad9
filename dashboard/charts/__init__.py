"""Charts of the insights screen: rows -> DataFrame -> Altair chart, and the same numbers as a table. Pure."""

from __future__ import annotations

from dashboard.charts.bars import articles, outcomes, sections
from dashboard.charts.figure import Figure, csv
from dashboard.charts.timelines import civility, machine_share, time_to_decision, volume
from moderation.engagement import Insights

__all__ = ["Figure", "csv", "figures"]


def figures(insights: Insights, lang: str) -> tuple[Figure, ...]:
    """In the order of the screen."""
    drawn = (volume, outcomes, sections, articles, machine_share, time_to_decision, civility)
    return tuple(draw(insights, lang) for draw in drawn)
