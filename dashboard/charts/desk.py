"""How the desk is doing: what waits, how long, what comes in and goes out, and who works when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from dashboard.charts.assembled import assembled
from dashboard.charts.conversation import hollow_remark, share_line
from dashboard.charts.figure import NONE, Figure, table
from dashboard.charts.ranked import Bar, named_bars
from dashboard.charts.scope import Scope, explained, tips
from dashboard.charts.series import Point, frame, lines
from dashboard.charts.style import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    RED,
    Legend,
    drawable,
    is_rtl,
    shortened,
    spans,
    stamp,
    time_axis,
)
from dashboard.i18n import duration, moment, number, t
from moderation.engagement import DeskRow, FlowRow, QueueNow, ShiftRow

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_AGE_COLOURS = (GREEN, BLUE, PURPLE, ORANGE, RED)


def waiting(queue: QueueNow, scope: Scope) -> Figure:
    """What waits now, by how long it has waited."""
    lang = scope.lang
    words = [age_words(queue, place, lang) for place in range(len(queue.ages))]
    counts = [row.comments for row in queue.ages]
    numbers = table({"age": words, "comments": counts}, lang)
    if not queue.waiting:
        return Figure(name="waiting", chart=None, table=numbers)
    legend = [Legend(word=word, colour=hue) for word, hue in zip(words, _AGE_COLOURS, strict=False)]
    bars = [
        Bar(name=word, parts=((word, count),), end=number(count, lang), tips={"tip": number(count, lang)})
        for word, count in zip(words, counts, strict=True)
    ]
    chart = named_bars(bars, scope, name="waiting", columns={"full": "age", "tip": "comments"}, legend=legend)
    return Figure(name="waiting", chart=chart, table=numbers)


def age_words(queue: QueueNow, place: int, lang: str) -> str:
    """Under 15 minutes, 15 minutes to 1 hour, … 1 day and longer."""
    below = queue.ages[place].below
    above = queue.ages[place - 1].below if place else None
    if above is None:
        return t("insights.age.under", lang, end=duration(60 * (below or 0), lang))
    if below is None:
        return t("insights.age.over", lang, start=duration(60 * above, lang))
    return t("insights.age.between", lang, start=duration(60 * above, lang), end=duration(60 * below, lang))


def flow(rows: Sequence[FlowRow], scope: Scope) -> Figure:
    """What came into the queue and what people took out of it."""
    lang = scope.lang
    legend = (
        Legend(word=t("insights.column.arrived", lang), colour=ORANGE),
        Legend(word=t("insights.column.left", lang), colour=GREEN),
    )
    numbers = table(
        {
            "time": [stamp(row.start, scope.period) for row in rows],
            "arrived": [row.arrived for row in rows],
            "left": [row.left for row in rows],
        },
        lang,
    )
    if not any(row.arrived or row.left for row in rows):
        return Figure(name="flow", chart=None, table=numbers)
    points = [
        Point(start=row.start, word=entry.word, value=value, written=NONE if value is None else number(value, lang))
        for row in rows
        for entry, value in zip(legend, (row.arrived, row.left), strict=True)
    ]
    columns = {"when": "time", "word": "measure", "tip": "comments"}
    chart = lines(frame(points, scope), points, scope, name="flow", legend=legend, columns=columns)
    return Figure(name="flow", chart=chart, table=numbers, legend=legend)


def speed(rows: Sequence[DeskRow], scope: Scope) -> Figure:
    """The median and the slowest tenth, in the unit that suits the longest."""
    lang = scope.lang
    numbers = table(
        {
            "time": [stamp(row.start, scope.period) for row in rows],
            "p50_seconds": [None if row.p50 is None else round(row.p50) for row in rows],
            "p90_seconds": [None if row.p90 is None else round(row.p90) for row in rows],
            "decisions": [row.waits for row in rows],
        },
        lang,
    )
    longest = max((row.p90 for row in rows if row.p90 is not None), default=None)
    if longest is None:
        return Figure(name="speed", chart=None, table=numbers)
    unit, seconds = next((pair for pair in _UNITS if longest >= 2 * pair[1]), _UNITS[-1])
    written = t(f"insights.unit.{unit}", lang)
    legend = (
        Legend(word=t("insights.series.p50", lang, unit=written), colour=BLUE),
        Legend(word=t("insights.series.p90", lang, unit=written), colour=ORANGE),
    )
    points = [
        Point(
            start=row.start,
            word=entry.word,
            value=None if value is None else value / seconds,
            written=NONE if value is None else duration(value, lang),
            count=row.waits,
            more={"measure": t(f"insights.measure.{measure}", lang)},
        )
        for row in rows
        for entry, measure, value in zip(legend, ("p50", "p90"), (row.p50, row.p90), strict=True)
    ]
    columns = {"when": "time", "measure": "measure", "tip": "length", "count": "decisions"}
    return Figure(
        name="speed",
        chart=lines(frame(points, scope), points, scope, name="speed", legend=legend, columns=columns, digits="~s"),
        table=numbers,
        legend=legend,
        remarks=hollow_remark(points, lang, counted="decisions"),
    )


def machine(rows: Sequence[DeskRow], scope: Scope) -> Figure:
    """The policy's decisions among all decisions of a bucket; a bucket without any is a gap, not a zero."""
    totals = [row.machine + row.people for row in rows]
    given = [
        (row.start, row.machine / total if total else None, total) for row, total in zip(rows, totals, strict=True)
    ]
    return share_line("machine", given, scope, hue=PURPLE, counted="decisions")


def workload(rows: Sequence[ShiftRow], starts: Sequence[datetime], scope: Scope) -> Figure:
    """A row a person and a point a shift, larger with more decisions. By name: this is no ranking.

    `starts` are of buckets that may begin long before the shifts' own period.
    """
    lang, zone = scope.lang, scope.period.time_zone
    ordered = sorted(rows, key=lambda row: (row.name, row.staff_id, row.start))
    numbers = table(
        {
            "person": [row.name for row in ordered],
            "shift": [f"{row.start.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for row in ordered],
            "hours": [round((row.end - row.start).total_seconds() / 3600, 1) for row in ordered],
            "decisions": [row.decided for row in ordered],
            "rejected": [row.rejected for row in ordered],
            "harsh": [row.harsh for row in ordered],
        },
        lang,
    )
    if not ordered:
        return Figure(name="workload", chart=None, table=numbers)
    names = {str(row.staff_id): shortened(row.name, 24) for row in ordered}
    base = explained(alt.Chart(drawable(_shifts(ordered, scope))), "workload", scope)
    # Of the week or month in which the period begins a part is in it, and that has shifts as well.
    begun = [scope.period.start, *(start for start in starts if start > scope.period.start)]
    axis = alt.Axis(
        title=None,
        orient="right" if is_rtl(lang) else "left",
        labelExpr=f"{json.dumps(names)}[datum.value]",
        labelLimit=140,
        grid=True,
    )
    columns = {"full": "person", "when": "shift", "tip": "decisions", "rejects": "rejected", "harsh": "harsh"}
    chart = base.mark_circle(color=BLUE, opacity=0.75).encode(
        x=time_axis(spans(begun, scope.period), scope.period, lang),
        y=alt.Y("person:N", sort=list(names), axis=axis),
        size=alt.Size("decided:Q", legend=None, scale=alt.Scale(range=[30, 500])),
        tooltip=tips(columns, lang, period=False),
    )
    return Figure(name="workload", chart=assembled([chart], lang, height={"step": 34}), table=numbers)


def _shifts(rows: Sequence[ShiftRow], scope: Scope) -> pd.DataFrame:
    lang, zone = scope.lang, scope.period.time_zone
    return pd.DataFrame(
        [
            {
                # Two people of one name stay two.
                "person": str(row.staff_id),
                "full": row.name,
                "middle": row.start + (row.end - row.start) / 2,
                "when": f"{moment(row.start, lang, zone)} · {duration((row.end - row.start).total_seconds(), lang)}",
                "decided": row.decided,
                "tip": number(row.decided, lang),
                "rejects": number(row.rejected, lang),
                "harsh": number(row.harsh, lang),
            }
            for row in rows
        ]
    )
