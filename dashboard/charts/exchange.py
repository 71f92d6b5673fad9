"""Whether people talk with each other, and at what length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dashboard.charts.conversation import hollow_remark
from dashboard.charts.figure import NONE, Figure, table
from dashboard.charts.scope import Scope
from dashboard.charts.series import Point, frame, lines
from dashboard.charts.style import BLUE, ORANGE, Legend, stamp
from dashboard.i18n import number, t
from moderation.engagement import ShapeRow

_DIGITS = {"exchange": ".2~f"}


def exchange(rows: Sequence[ShapeRow], scope: Scope) -> Figure:
    """Replies to each comment that is none: whether people talk with each other."""
    return _measure("exchange", [(row.start, row.replies_each, row.comments) for row in rows], scope, hue=BLUE)


def length(rows: Sequence[ShapeRow], scope: Scope) -> Figure:
    """The mean length in characters."""
    return _measure("length", [(row.start, row.length, row.comments) for row in rows], scope, hue=ORANGE)


def _measure(name: str, rows: Sequence[tuple[datetime, float | None, int]], scope: Scope, *, hue: str) -> Figure:
    lang, column = scope.lang, f"{name}_each"
    numbers = table(
        {
            "time": [stamp(start, scope.period) for start, _, _ in rows],
            "comments": [count for *_, count in rows],
            column: [None if value is None else round(value, 2) for _, value, _ in rows],
        },
        lang,
    )
    legend = (Legend(word=t(f"insights.column.{column}", lang), colour=hue),)
    points = [
        Point(
            start=start,
            word=legend[0].word,
            value=value,
            written=NONE if value is None else number(value, lang, places=1),
            count=count,
        )
        for start, value, count in rows
    ]
    if all(point.value is None for point in points):
        return Figure(name=name, chart=None, table=numbers)
    drawn, columns = frame(points, scope), {"when": "time", "tip": column, "count": "comments"}
    return Figure(
        name=name,
        chart=lines(
            drawn,
            points,
            scope,
            name=name,
            legend=legend,
            columns=columns,
            digits=".2~f" if name == "exchange" else None,
        ),
        table=numbers,
        remarks=hollow_remark(points, lang),
        ways=tuple(drawn["go"]),
        picks=True,
    )
