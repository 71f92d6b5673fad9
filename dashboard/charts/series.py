"""Lines and bars over time, of whatever is counted by the bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.assembled import assembled
from dashboard.charts.scope import SMALL, Scope, clickable, explained, tips
from dashboard.charts.style import (
    HEIGHT,
    Legend,
    Span,
    as_is,
    colour,
    drawable,
    spans,
    time_axis,
    value_axis,
    when,
)
from dashboard.i18n import number
from moderation.engagement import Grain

_BAR = 0.88
_LONG = 60
"""Buckets from which on points would touch each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """`value` None is a gap. `written` is how people read it, `count` on how many comments (or decisions) it rests."""

    start: datetime
    word: str
    value: float | None
    written: str
    count: int | None = None
    more: Mapping[str, str] | None = None


def buckets(points: Sequence[Point], scope: Scope) -> dict[datetime, Span]:
    """By their start, each once."""
    starts = list(dict.fromkeys(point.start for point in points))
    return dict(zip(starts, spans(starts, scope.period), strict=True))


def frame(points: Sequence[Point], scope: Scope, *, narrower: Mapping[str, object] | None = None) -> pd.DataFrame:
    """One row a point: bucket, value (NaN is a gap), tips, whether it rests on too little, the way to search."""
    known = buckets(points, scope)
    return pd.DataFrame([_row(point, known[point.start], scope, narrower or {}) for point in points])


def _row(point: Point, span: Span, scope: Scope, narrower: Mapping[str, object]) -> dict[str, object]:
    row: dict[str, object] = {
        **placed(span, scope),
        "word": point.word,
        "value": float("nan") if point.value is None else float(point.value),
        "tip": point.written,
        "count": "" if point.count is None else number(point.count, scope.lang),
        "filled": 0 if point.count is not None and point.count < SMALL else 1,
        "go": scope.go_bucket(span.start, span.end, **narrower),
    }
    return row | dict(point.more or {})


def placed(span: Span, scope: Scope) -> dict[str, object]:
    """A bucket's columns. Its bar ends a little early, so that neighbours stay apart."""
    end = span.start + (span.end - span.start) * _BAR
    return {"start": span.start, "middle": span.middle, "end": end, "when": bucket_name(span, scope)}


def bucket_name(span: Span, scope: Scope) -> str:
    """In a tooltip: from when to when, where that is longer than a day."""
    long = scope.period.grain in (Grain.WEEK, Grain.MONTH)
    return scope.bucket_words(span.start, span.end) if long else when(span.start, scope.period, scope.lang)


def lines(
    rows: pd.DataFrame,
    points: Sequence[Point],
    scope: Scope,
    *,
    name: str,
    legend: Sequence[Legend],
    columns: Mapping[str, str],
    share: bool = False,
    digits: str | None = None,
    below: Sequence[Any] = (),
    above: Sequence[Any] = (),
) -> Any:
    """A line each word, broken at gaps; points that rest on little are hollow.

    `digits` is a format of d3 for the values' axis; `below` and `above` are more layers.
    """
    spaced = list(buckets(points, scope).values())
    hues = {entry.word: entry.colour for entry in legend}
    drawn = explained(alt.Chart(drawable(rows.assign(hue=rows["word"].map(hues)))), name, scope).encode(
        x=time_axis(spaced, scope.period, scope.lang),
        y=value_axis("value:Q", scope.lang, share=share, digits=digits),
        tooltip=tips(columns, scope.lang, period=False),
    )
    size = 45 if len(spaced) <= _LONG else 16
    dots = drawn.mark_point(size=size, strokeWidth=1.5, opacity=1).encode(
        stroke=as_is(alt.Stroke, "hue:N"), fill=as_is(alt.Fill, "hue:N"), fillOpacity=as_is(alt.FillOpacity, "filled:Q")
    )
    drawn_lines = drawn.mark_line(strokeWidth=2).encode(color=colour("word:N", legend))
    layers = (*below, drawn_lines, dots.add_params(clickable()), *above)
    return assembled(layers, scope.lang, height=HEIGHT)


def stacked(
    rows: pd.DataFrame,
    points: Sequence[Point],
    scope: Scope,
    *,
    name: str,
    legend: Sequence[Legend],
    columns: Mapping[str, str],
) -> Any:
    """Bars from edge to edge of a bucket; `rows` have `low` and `high` in place of a value."""
    drawn = (
        explained(alt.Chart(drawable(rows)), name, scope)
        .mark_bar(cursor="pointer")
        .encode(
            x=time_axis(list(buckets(points, scope).values()), scope.period, scope.lang, field="start"),
            x2="end:T",
            y=value_axis("low:Q", scope.lang),
            y2="high:Q",
            color=colour("word:N", legend),
            tooltip=tips(columns, scope.lang, period=False),
        )
    )
    return assembled([drawn.add_params(clickable())], scope.lang, height=HEIGHT)


def piled(rows: pd.DataFrame) -> pd.DataFrame:
    """With `low` and `high`, each word upon the one before it: Vega stacks no bars that have two ends in time."""
    high = rows.groupby("start", sort=False)["value"].cumsum()
    return rows.assign(low=high - rows["value"], high=high)
