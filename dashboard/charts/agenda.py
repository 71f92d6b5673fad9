"""What the newsroom should open, close or join."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.assembled import assembled
from dashboard.charts.figure import Figure, percentage, table, written_share
from dashboard.charts.ranked import Bar, named_bars
from dashboard.charts.scope import SMALL, Scope, clickable, explained, tips
from dashboard.charts.style import (
    BLUE,
    GREY,
    HEIGHT,
    ORANGE,
    RED,
    TEXT,
    Legend,
    as_is,
    drawable,
    is_rtl,
    shortened,
)
from dashboard.i18n import number, percent, t
from moderation.engagement import Ask, AskRow, CandidateRow, HeatRow

_NAMED = 5
"""Points that are named in the plot; more names would lie on each other."""
_NAME = 28
# Pixels from the middle of a point: the largest has a radius of fifteen.
_BESIDE = 19
_POINTS = [50, 700]
_ROOM = 420
"""Pixels of the plot from which on there is room for names."""
_APART = 0.6
"""Powers of ten between two names on one line."""


def heat(rows: Sequence[HeatRow], scope: Scope) -> Figure:
    """Articles by comments an hour and by the share that is not civil; a larger point has more comments."""
    lang = scope.lang
    ways = tuple(scope.go(story=row.article_id) for row in rows)
    numbers = table(
        {
            "article": [row.title for row in rows],
            "section": [row.section for row in rows],
            "comments": [row.comments for row in rows],
            "traffic": [round(row.traffic, 1) for row in rows],
            "uncivil_percent": [percentage(row.heat) for row in rows],
            "rejected": [row.rejected for row in rows],
            "reports": [row.reports for row in rows],
            "waiting": [row.waiting for row in rows],
        },
        lang,
    )
    if not rows:
        return Figure(name="heat", chart=None, table=numbers)
    drawn = heat_frame(rows, ways, lang)
    base = explained(alt.Chart(drawable(drawn)), "heat", scope).encode(
        x=_traffic(drawn, lang),
        y=alt.Y("heat:Q", axis=_heat_axis(lang), scale=alt.Scale(domain=[0, _top(rows)])),
    )
    columns = {"full": "article", "speed": "traffic", "tip": "uncivil", "count": "comments", "waits": "waiting"}
    points = base.mark_point(strokeWidth=2, cursor="pointer").encode(
        stroke=as_is(alt.Stroke, "hue:N"),
        fill=as_is(alt.Fill, "hue:N"),
        fillOpacity=as_is(alt.FillOpacity, "filled:Q"),
        size=alt.Size("comments:Q", legend=None, scale=alt.Scale(range=_POINTS)),
        tooltip=tips(columns, lang),
    )
    names = base.transform_filter("datum.label != ''").mark_text(
        align="right" if is_rtl(lang) else "left",
        dx=-_BESIDE if is_rtl(lang) else _BESIDE,
        color=TEXT,
        # On a phone names would lie on each other and on the points. What is not seen must take no room either.
        limit=alt.ExprRef(f"width < {_ROOM} ? 1 : 190"),
        opacity=alt.ExprRef(f"width < {_ROOM} ? 0 : 1"),
    )
    layers = (points.add_params(clickable()), names.encode(text="label:N"))
    legend = (
        Legend(word=t("insights.series.nothing_waits", lang), colour=BLUE),
        Legend(word=t("insights.series.something_waits", lang), colour=ORANGE),
    )
    return Figure(
        name="heat",
        chart=assembled(layers, lang, height=1.25 * HEIGHT),
        table=numbers,
        legend=legend,
        remarks=(t("insights.remark.heat", lang), *small_points(rows, lang)),
        ways=ways,
        picks=True,
    )


def heat_frame(rows: Sequence[HeatRow], ways: Sequence[str], lang: str) -> pd.DataFrame:
    """One row an article; the hottest of those with enough comments have a `label`."""
    named = _named(rows)
    return pd.DataFrame(
        [
            {
                "full": row.title,
                "label": shortened(row.title, _NAME) if row.article_id in named else "",
                "traffic": row.traffic,
                "heat": row.heat,
                "comments": row.comments,
                "hue": ORANGE if row.waiting else BLUE,
                "filled": 0 if row.comments < SMALL else 0.65,
                "speed": number(row.traffic, lang, places=1),
                "tip": percent(row.heat, lang, places=1),
                "count": number(row.comments, lang),
                "waits": number(row.waiting, lang),
                "go": way,
            }
            for row, way in zip(rows, ways, strict=True)
        ]
    )


def _named(rows: Sequence[HeatRow]) -> set[int]:
    """The hottest and busiest with enough comments, as far as their names do not lie on each other."""
    named: list[HeatRow] = []
    for row in sorted((row for row in rows if row.comments >= SMALL), key=lambda row: -row.heat * row.traffic):
        if len(named) < _NAMED and all(_apart(row, other, _top(rows)) for other in named):
            named.append(row)
    return {row.article_id for row in named}


def _apart(one: HeatRow, other: HeatRow, top: float) -> bool:
    return abs(one.heat - other.heat) > 0.08 * top or abs(log10(one.traffic / other.traffic)) > _APART


def _top(rows: Sequence[HeatRow]) -> float:
    """Of the scale: room above the hottest, and never so little that a few per cent look like a fire."""
    return min(1.0, max(0.3, 1.2 * max(row.heat for row in rows)))


def _traffic(drawn: pd.DataFrame, lang: str) -> alt.X:
    """Logarithmic: between a quiet article and the story of the day lie powers of ten. Beyond that there is room for
    its name."""
    least, most = float(drawn["traffic"].min()), float(drawn["traffic"].max())
    scale = alt.Scale(type="log", domain=[least / 1.5, max(most * 2.6, least * 4)], reverse=is_rtl(lang))
    title = t("insights.axis.traffic", lang)
    # Plain numbers: with the prefixes of units 0.7 would be 700m.
    return alt.X("traffic:Q", scale=scale, axis=alt.Axis(title=title, format=",~g", tickCount=5, grid=False))


def _heat_axis(lang: str) -> alt.Axis:
    return alt.Axis(orient="right" if is_rtl(lang) else "left", format="%", tickCount=5, title=None)


def small_points(rows: Sequence[Any], lang: str) -> tuple[str, ...]:
    return (t("insights.remark.hollow.comments", lang, n=SMALL),) if any(row.comments < SMALL for row in rows) else ()


def candidates(rows: Sequence[CandidateRow], scope: Scope) -> Figure:
    """Articles that might wait for a person, by the share that makes them stand out; the tick is the site's own."""
    lang = scope.lang
    ways = tuple(scope.go(story=row.article_id) for row in rows)
    numbers = table(
        {
            "article": [row.title for row in rows],
            "comments": [row.comments for row in rows],
            "uncivil_percent": [percentage(row.uncivil) for row in rows],
            "usual_uncivil_percent": [percentage(row.usual_uncivil) for row in rows],
            "removed_percent": [percentage(row.removed) for row in rows],
            "usual_removed_percent": [percentage(row.usual_removed) for row in rows],
            "reports": [row.reports for row in rows],
        },
        lang,
    )
    if not rows:
        return Figure(name="candidates", chart=None, table=numbers)
    legend = (
        Legend(word=t("insights.series.uncivil", lang), colour=RED),
        Legend(word=t("insights.series.removed", lang), colour=ORANGE),
        Legend(word=t("insights.series.site_tick", lang), colour=GREY),
    )
    columns = {
        "full": "article",
        "tip": "uncivil",
        "usual": "usual_uncivil",
        "removed": "removed",
        "usual_removed": "usual_removed",
        "count": "comments",
    }
    bars = [_candidate(row, way, legend[row.by_removed].word, lang) for row, way in zip(rows, ways, strict=True)]
    chart = named_bars(bars, scope, name="candidates", columns=columns, legend=legend[:2], longest=1.0)
    return Figure(name="candidates", chart=chart, table=numbers, legend=legend, ways=ways, picks=True)


def _candidate(row: CandidateRow, way: str, word: str, lang: str) -> Bar:
    share, usual = (row.removed, row.usual_removed) if row.by_removed else (row.uncivil, row.usual_uncivil)
    return Bar(
        name=row.title,
        parts=((word, share),),
        end=t("insights.share_of", lang, share=percent(share, lang), n=row.comments),
        mark=usual,
        tips={
            "tip": written_share(row.uncivil, lang),
            "usual": written_share(row.usual_uncivil, lang),
            "removed": written_share(row.removed, lang),
            "usual_removed": written_share(row.usual_removed, lang),
            "count": number(row.comments, lang),
        },
        go=way,
    )


def asked(counts: Sequence[tuple[Ask, int]], rows: Sequence[AskRow], scope: Scope) -> Figure:
    """How many comments speak to the newsroom; those shown below are the table."""
    lang = scope.lang
    numbers = table(
        {
            "ask": [t(f"insights.ask_one.{row.ask}", lang) for row in rows],
            "article": [row.title for row in rows],
            "commenter": [row.commenter for row in rows],
            "text": [row.body for row in rows],
        },
        lang,
    )
    if not any(count for _, count in counts):
        return Figure(name="asked", chart=None, table=numbers)
    word = t("insights.column.comments", lang)
    bars = [
        Bar(
            name=t(f"insights.ask.{ask}", lang),
            parts=((word, count),),
            end=number(count, lang),
            tips={"tip": number(count, lang)},
        )
        for ask, count in counts
    ]
    chart = named_bars(bars, scope, name="asked", columns={"full": "ask", "tip": "comments"})
    ways = tuple(scope.go(story=row.article_id) for row in rows)
    return Figure(name="asked", chart=chart, table=numbers, ways=ways)


__all__ = ["asked", "candidates", "heat", "heat_frame", "small_points"]
