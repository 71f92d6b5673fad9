"""Bars that lie: one a status, section or article, its name above it, so that a long headline needs no margin."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import Figure, percentage, status_word, table, written_share
from dashboard.charts.style import (
    BLUE,
    RED,
    STATUS_COLOURS,
    TEXT,
    Legend,
    colour,
    is_rtl,
    localised,
    shortened,
    tooltip,
)
from dashboard.i18n import number, percent, t
from moderation.comment import Status
from moderation.engagement import GroupRow, Insights

MAX_ARTICLES = 15
STEP = 42
_BAR, _BELOW = 14, 9


def outcomes(insights: Insights, lang: str) -> Figure:
    """What became of the period's comments, by their present status."""
    counts = _by_status(insights)
    words = [status_word(status, lang) for status in counts]
    numbers = table({"status": words, "comments": list(counts.values())}, lang)
    everything = sum(counts.values())
    if not everything:
        return Figure(name="outcomes", chart=None, table=numbers)
    legend = [Legend(word=status_word(status, lang), colour=STATUS_COLOURS[status]) for status in counts]
    tips = {"full": "status", "tip": "comments", "share": "share"}
    return Figure(
        name="outcomes", chart=_named_bars(outcome_frame(counts, lang), legend, lang, tips=tips), table=numbers
    )


def outcome_frame(counts: Mapping[Status, int], lang: str) -> pd.DataFrame:
    everything = sum(counts.values())
    return pd.DataFrame(
        [
            {
                "key": str(status),
                "full": status_word(status, lang),
                "segment": status_word(status, lang),
                "count": count,
                "total": count,
                "end": f"{number(count, lang)} · {percent(count / everything, lang)}",
                "tip": number(count, lang),
                "share": percent(count / everything, lang, places=1),
            }
            for status, count in counts.items()
        ]
    )


def _by_status(insights: Insights) -> dict[Status, int]:
    counts = dict.fromkeys(STATUS_COLOURS, 0)
    for row in insights.volume:
        counts[row.status] += row.comments
    # Erasure is rare, and a bar of nothing would only ask a question.
    return {status: count for status, count in counts.items() if count or status is not Status.ERASED}


def sections(insights: Insights, lang: str) -> Figure:
    return _groups("sections", insights.sections, lang)


def articles(insights: Insights, lang: str) -> Figure:
    return _groups("articles", insights.articles, lang)


def _groups(name: str, rows: Sequence[GroupRow], lang: str) -> Figure:
    """Most comments first, with the part that was rejected."""
    ranked = sorted(rows, key=lambda row: -row.comments)[:MAX_ARTICLES]
    column = name.removesuffix("s")
    numbers = table(
        {
            column: [_name(row, lang) for row in ranked],
            "comments": [row.comments for row in ranked],
            "rejected": [row.rejected for row in ranked],
            "civil_percent": [percentage(row.civil) for row in ranked],
        },
        lang,
    )
    if not ranked:
        return Figure(name=name, chart=None, table=numbers)
    legend = (
        Legend(word=t("insights.segment.kept", lang), colour=BLUE),
        Legend(word=t("insights.segment.rejected", lang), colour=RED),
    )
    tips = {"full": column, "tip": "comments", "rejected": "rejected", "civil": "civil"}
    chart = _named_bars(group_frame(ranked, lang), legend, lang, tips=tips)
    return Figure(name=name, chart=chart, table=numbers, legend=legend)


def group_frame(rows: Sequence[GroupRow], lang: str) -> pd.DataFrame:
    """Two rows a group, what stayed and what was rejected. Groups of one name stay apart by `key`."""
    kept, rejected = t("insights.segment.kept", lang), t("insights.segment.rejected", lang)
    return pd.DataFrame(
        [
            {
                "key": f"{rank:03d}",
                "full": _name(row, lang),
                "segment": segment,
                "count": count,
                "total": row.comments,
                "end": number(row.comments, lang),
                "tip": number(row.comments, lang),
                "rejected": number(row.rejected, lang),
                "civil": written_share(row.civil, lang),
            }
            for rank, row in enumerate(rows)
            for segment, count in ((kept, row.comments - row.rejected), (rejected, row.rejected))
        ]
    )


def _name(row: GroupRow, lang: str) -> str:
    return row.name or t("insights.no_section", lang)


def _named_bars(frame: pd.DataFrame, legend: Sequence[Legend], lang: str, *, tips: Mapping[str, str]) -> Any:
    """`frame`: key, full, segment, count, total, end, and the columns of `tips` (field to heading)."""
    tooltips = [tooltip(field, f"insights.column.{column}", lang) for field, column in tips.items()]
    groups = frame.drop_duplicates("key")
    rows = alt.Y("key:N", sort=list(groups["key"]), axis=_names_axis(groups, lang))
    # Room for the number after the longest bar; an axis would say the same thing twice.
    longest = max(1.0, float(groups["total"].max()))
    scale = alt.Scale(reverse=is_rtl(lang), domain=[0, 1.25 * longest], nice=False)
    bars = alt.Chart(frame).mark_bar(size=_BAR, yOffset=_BELOW)
    ends = alt.Chart(groups).mark_text(
        align="right" if is_rtl(lang) else "left",
        dx=-6 if is_rtl(lang) else 6,
        dy=_BELOW,
        baseline="middle",
        color=TEXT,
    )
    layers = alt.layer(
        bars.encode(
            x=alt.X("count:Q", scale=scale, axis=None, stack="zero"),
            y=rows,
            color=colour("segment:N", legend),
            tooltip=tooltips,
        ),
        ends.encode(x=alt.X("total:Q", scale=scale), y=rows, text="end:N", tooltip=tooltips),
    )
    return localised(layers.properties(height=alt.Step(STEP)), lang)


def _names_axis(groups: pd.DataFrame, lang: str) -> alt.Axis:
    """Names stand in the plot, above their bars; as labels of an axis they follow the theme, light or dark."""
    names = {key: shortened(full) for key, full in zip(groups["key"], groups["full"], strict=True)}
    side = "right" if is_rtl(lang) else "left"
    return alt.Axis(
        title=None,
        orient=side,
        labelAlign=side,
        labelExpr=f"{json.dumps(names)}[datum.value]",
        labelLimit=alt.ExprRef("width"),
        labelFontSize=13,
        labelOffset=-10,
        labelPadding=0,
        ticks=False,
        domain=False,
        grid=False,
        maxExtent=0,
        minExtent=0,
    )
