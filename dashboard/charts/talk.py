"""What readers talk about now, and whether it is unusual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import NONE, Figure, percentage, table, written_share
from dashboard.charts.ranked import Bar, named_bars, no_section
from dashboard.charts.scope import SMALL, Scope, explained, tips
from dashboard.charts.series import Point, buckets, frame, lines
from dashboard.charts.style import BLUE, GREY, ORANGE, RED, Legend, as_is, drawable, stamp, time_axis, value_axis
from dashboard.i18n import number, plural, t
from moderation.engagement import BandRow, SectionRow, TakeoffRow

_MOST = 15


def pulse(rows: Sequence[BandRow], scope: Scope) -> Figure:
    """Comments by the hour or day over the range that its weekday and hour usually bring."""
    lang = scope.lang
    numbers = table(
        {
            "time": [stamp(row.start, scope.period) for row in rows],
            "comments": [row.comments for row in rows],
            "usual_low": [row.low for row in rows],
            "usual": [row.middle for row in rows],
            "usual_high": [row.high for row in rows],
        },
        lang,
    )
    if not any(row.comments for row in rows):
        return Figure(name="pulse", chart=None, table=numbers)
    legend = (
        Legend(word=t("insights.series.comments", lang), colour=BLUE),
        Legend(word=t("insights.series.usual", lang), colour=GREY),
        Legend(word=t("insights.series.unusual", lang), colour=ORANGE),
    )
    points = [
        Point(start=row.start, word=legend[0].word, value=row.comments, written=_count(row.comments, lang))
        for row in rows
    ]
    drawn = pulse_frame(rows, points, scope)
    columns = {"when": "time", "tip": "comments", "range": "usual_range", "weeks": "weeks"}
    chart = lines(
        drawn,
        points,
        scope,
        name="pulse",
        legend=legend[:1],
        columns=columns,
        below=_band(drawn, points, scope),
        above=[_out_of_band(drawn, points, scope, columns)],
    )
    return Figure(
        name="pulse",
        chart=chart,
        table=numbers,
        legend=legend,
        remarks=_remarks(rows, lang),
        ways=tuple(drawn["go"]),
        picks=True,
    )


def pulse_frame(rows: Sequence[BandRow], points: Sequence[Point], scope: Scope) -> pd.DataFrame:
    """The points' frame with `low`, `middle_of`, `high` (NaN without an expectation) and `unusual` (-1, 0, 1)."""
    drawn = frame(points, scope)
    for column in ("low", "middle", "high"):
        drawn[f"{column}_of"] = pd.Series([getattr(row, column) for row in rows], dtype="float64")
    drawn["unusual"] = [row.unusual for row in rows]
    drawn["shape"] = ["triangle-up" if row.unusual > 0 else "triangle-down" for row in rows]
    drawn["range"] = [_range(row, scope.lang) for row in rows]
    drawn["weeks"] = [number(row.weeks, scope.lang) for row in rows]
    return drawn


def _count(comments: int | None, lang: str) -> str:
    return NONE if comments is None else number(comments, lang)


def _range(row: BandRow, lang: str) -> str:
    if row.low is None or row.high is None:
        return t("insights.usual.unknown", lang)
    low, high = (number(bound, lang, places=1) for bound in (row.low, row.high))
    return t("insights.usual.range", lang, low=low, high=high)


def _band(drawn: pd.DataFrame, points: Sequence[Point], scope: Scope) -> list[Any]:
    if drawn["low_of"].isna().all():
        return []
    base = explained(alt.Chart(drawable(drawn)), "pulse", scope).encode(x=_time(points, scope))
    area = base.mark_area(color=GREY, opacity=0.3).encode(y=value_axis("low_of:Q", scope.lang), y2="high_of:Q")
    middle = base.mark_line(color=GREY, strokeDash=[4, 3], strokeWidth=1.5)
    return [area, middle.encode(y=value_axis("middle_of:Q", scope.lang))]


def _out_of_band(drawn: pd.DataFrame, points: Sequence[Point], scope: Scope, columns: dict[str, str]) -> Any:
    """Told by their shape as well as by their colour: a triangle up or down."""
    base = explained(alt.Chart(drawable(drawn)), "pulse", scope).transform_filter("datum.unusual != 0")
    return base.mark_point(size=140, filled=True, color=ORANGE, opacity=1).encode(
        x=_time(points, scope),
        y=value_axis("value:Q", scope.lang),
        shape=as_is(alt.Shape, "shape:N"),
        tooltip=tips(columns, scope.lang, period=False),
    )


def _time(points: Sequence[Point], scope: Scope) -> alt.X:
    return time_axis(list(buckets(points, scope).values()), scope.period, scope.lang)


def _remarks(rows: Sequence[BandRow], lang: str) -> tuple[str, ...]:
    if all(row.low is None for row in rows):
        return (t("insights.remark.no_band", lang),)
    return (plural("insights.remark.unusual", sum(row.unusual != 0 for row in rows), lang),)


def takeoff(rows: Sequence[TakeoffRow], scope: Scope) -> Figure:
    """Articles by their comments of the last hours; the tick is what was usual."""
    lang, shown = scope.lang, rows[:_MOST]
    ways = tuple(scope.go(story=row.article_id) for row in shown)
    numbers = table(
        {
            "article": [row.title for row in shown],
            "section": [row.section for row in shown],
            "last_hours": [row.comments for row in shown],
            "hours_before": [row.before for row in shown],
            "usual": [round(row.usual, 1) for row in shown],
            "times": [round(row.times, 1) for row in shown],
            "civil_percent": [percentage(row.civil) for row in shown],
        },
        lang,
    )
    if not shown:
        return Figure(name="takeoff", chart=None, table=numbers)
    legend = (Legend(word=t("insights.series.last_hours", lang), colour=BLUE), _usual_tick(lang))
    bars = [
        Bar(
            name=row.title,
            parts=((legend[0].word, row.comments),),
            end=t("insights.times", lang, times=round(row.times, 1)),
            mark=row.usual,
            tips={
                "tip": number(row.comments, lang),
                "before": number(row.before, lang),
                "usual": number(row.usual, lang, places=1),
                "civil": written_share(row.civil, lang),
            },
            go=way,
        )
        for row, way in zip(shown, ways, strict=True)
    ]
    columns = {"full": "article", "tip": "last_hours", "before": "hours_before", "usual": "usual", "civil": "civil"}
    chart = named_bars(bars, scope, name="takeoff", columns=columns, legend=legend[:1])
    return Figure(name="takeoff", chart=chart, table=numbers, legend=legend, ways=ways, picks=True)


def _usual_tick(lang: str) -> Legend:
    return Legend(word=t("insights.series.usual_tick", lang), colour=GREY)


def sections(rows: Sequence[SectionRow], scope: Scope) -> Figure:
    """What stayed and what was rejected of each section's comments; the tick is the equally long time before.

    The largest are drawn, all are in the table.
    """
    lang = scope.lang
    ranked = sorted((row for row in rows if row.comments or row.before), key=lambda row: -row.comments)
    largest = ranked[:_MOST]
    ways = tuple(None if row.id is None else scope.go(part=row.id) for row in ranked)
    numbers = table(
        {
            "section": [no_section(row.name, lang) for row in ranked],
            "comments": [row.comments for row in ranked],
            "before": [row.before for row in ranked],
            "rejected": [row.rejected for row in ranked],
            "civil_percent": [percentage(row.civil) for row in ranked],
        },
        lang,
    )
    if not ranked:
        return Figure(name="sections", chart=None, table=numbers)
    legend = (
        Legend(word=t("insights.segment.kept", lang), colour=BLUE),
        Legend(word=t("insights.segment.rejected", lang), colour=RED),
    )
    columns = {"full": "section", "tip": "comments", "before": "before", "rejected": "rejected", "civil": "civil"}
    bars = [_section(row, way, legend, lang) for row, way in zip(largest, ways, strict=False)]
    chart = named_bars(bars, scope, name="sections", columns=columns, legend=legend)
    before = Legend(word=t("insights.series.before_tick", lang), colour=GREY)
    return Figure(
        name="sections",
        chart=chart,
        table=numbers,
        legend=(*legend, before),
        remarks=(*_left_out(ranked, lang), *small_remark(any(row.comments < SMALL for row in largest), lang)),
        ways=ways,
        picks=True,
        ranked=True,
    )


def _left_out(ranked: Sequence[SectionRow], lang: str) -> tuple[str, ...]:
    few = len(ranked) <= _MOST
    return () if few else (t("insights.remark.largest_sections", lang, n=_MOST, all=number(len(ranked), lang)),)


def _section(row: SectionRow, way: str | None, legend: Sequence[Legend], lang: str) -> Bar:
    kept = row.comments - row.rejected
    return Bar(
        name=no_section(row.name, lang),
        parts=((legend[0].word, kept), (legend[1].word, row.rejected)),
        end=number(row.comments, lang),
        mark=row.before,
        tips={
            "tip": number(row.comments, lang),
            "before": number(row.before, lang),
            "rejected": number(row.rejected, lang),
            "civil": written_share(row.civil, lang),
        },
        go=way,
        faint=row.comments < SMALL,
    )


def small_remark(is_small: bool, lang: str) -> tuple[str, ...]:
    return (t("insights.remark.small_bars", lang, n=SMALL),) if is_small else ()
