"""What changes with time: comments, the machine's share, the time to a decision, civility."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import Figure, percentage, status_word, table, written_share
from dashboard.charts.style import (
    BLUE,
    GREEN,
    HEIGHT,
    ORANGE,
    PURPLE,
    STATUS_COLOURS,
    Legend,
    Span,
    colour,
    localised,
    spans,
    stamp,
    time_axis,
    tooltip,
    value_axis,
    when,
)
from dashboard.i18n import duration, number, t
from moderation.comment import Status
from moderation.engagement import Insights, Period

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_BAR = 0.88
_BUCKET = ("start", "middle", "end", "when")


def volume(insights: Insights, lang: str) -> Figure:
    """Comments by the time they came in and their present status."""
    shown = _statuses(insights)
    numbers = _volume_table(insights, lang, shown)
    if not any(row.comments for row in insights.volume):
        return Figure(name="volume", chart=None, table=numbers)
    legend = tuple(Legend(word=status_word(status, lang), colour=STATUS_COLOURS[status]) for status in shown)
    chart = (
        alt.Chart(volume_frame(insights, lang, shown))
        .mark_bar()
        .encode(
            x=time_axis(_spans(insights), insights.period, lang, field="start"),
            x2="end:T",
            y=value_axis("low:Q", lang),
            y2="high:Q",
            color=colour("word:N", legend),
            tooltip=tips_of({"when": "time", "word": "status", "tip": "comments"}, lang),
        )
    )
    return Figure(name="volume", chart=finished(chart, lang), table=numbers, legend=legend)


def volume_frame(insights: Insights, lang: str, shown: Sequence[Status]) -> pd.DataFrame:
    """One row a bucket and status, stacked from `low` to `high`: Vega stacks no bars that have two ends in time."""
    counts = _counts(insights)
    rows: list[dict[str, object]] = []
    for span in _spans(insights):
        bounds = list(accumulate((counts[span.start, status] for status in shown), initial=0))
        rows += [
            {
                **_placed(span, insights.period, lang),
                "word": status_word(status, lang),
                "low": low,
                "high": high,
                "tip": number(high - low, lang),
            }
            for status, (low, high) in zip(shown, pairwise(bounds), strict=True)
        ]
    return pd.DataFrame(rows, columns=[*_BUCKET, "word", "low", "high", "tip"])


def _volume_table(insights: Insights, lang: str, shown: Sequence[Status]) -> pd.DataFrame:
    counts, buckets = _counts(insights), _spans(insights)
    numbers = table({"time": [stamp(span.start, insights.period) for span in buckets]}, lang)
    for status in shown:
        numbers[status_word(status, lang)] = [counts[span.start, status] for span in buckets]
    return numbers


def _counts(insights: Insights) -> Counter[tuple[datetime, Status]]:
    counts: Counter[tuple[datetime, Status]] = Counter()
    for row in insights.volume:
        counts[row.start.astimezone(UTC), row.status] += row.comments
    return counts


def _statuses(insights: Insights) -> list[Status]:
    # Erasure is rare; a status that never occurred would only lengthen the legend.
    seen = {row.status for row in insights.volume if row.comments}
    return [status for status in STATUS_COLOURS if status in seen or status is not Status.ERASED]


def machine_share(insights: Insights, lang: str) -> Figure:
    """The policy's decisions among all decisions of a bucket; a bucket without any is a gap, not a zero."""
    rows = insights.desk
    totals = [row.machine + row.people for row in rows]
    shares = [row.machine / total if total else None for row, total in zip(rows, totals, strict=True)]
    machine, people = [row.machine for row in rows], [row.people for row in rows]
    numbers = table(
        {
            "time": [stamp(row.start, insights.period) for row in rows],
            "machine": machine,
            "people": people,
            "machine_percent": [percentage(share) for share in shares],
        },
        lang,
    )
    frame = _share_frame(insights, shares, lang)
    frame["machine"] = [number(count, lang) for count in machine]
    frame["people"] = [number(count, lang) for count in people]
    tips = {"when": "time", "tip": "machine_share", "machine": "machine", "people": "people"}
    return Figure(name="machine", chart=_share_line(frame, insights, lang, hue=PURPLE, tips=tips), table=numbers)


def civility(insights: Insights, lang: str) -> Figure:
    """The share of comments that a reader would call civil."""
    rows = insights.civility
    numbers = table(
        {
            "time": [stamp(row.start, insights.period) for row in rows],
            "comments": [row.comments for row in rows],
            "civil_percent": [percentage(row.civil) for row in rows],
        },
        lang,
    )
    frame = _share_frame(insights, [row.civil for row in rows], lang)
    frame["comments"] = [number(row.comments, lang) for row in rows]
    tips = {"when": "time", "tip": "civil", "comments": "comments"}
    return Figure(name="civility", chart=_share_line(frame, insights, lang, hue=GREEN, tips=tips), table=numbers)


def _share_frame(insights: Insights, shares: Sequence[float | None], lang: str) -> pd.DataFrame:
    """The bucket's columns, share (NaN is a gap) and tip."""
    placed = [_placed(span, insights.period, lang) for span in _spans(insights)]
    frame = pd.DataFrame(placed, columns=[*_BUCKET])
    frame["share"] = pd.Series(shares, dtype="float64")
    frame["tip"] = [written_share(share, lang) for share in shares]
    return frame


def _share_line(frame: pd.DataFrame, insights: Insights, lang: str, *, hue: str, tips: Mapping[str, str]) -> Any | None:
    if frame["share"].isna().all():
        return None
    drawn = alt.Chart(frame).encode(
        x=time_axis(_spans(insights), insights.period, lang),
        y=value_axis("share:Q", lang, share=True),
        color=alt.value(hue),
        tooltip=tips_of(tips, lang),
    )
    return finished(line(drawn, len(frame)), lang)


def time_to_decision(insights: Insights, lang: str) -> Figure:
    """The median and the slowest tenth, in the unit that suits the longest."""
    rows = insights.desk
    numbers = table(
        {
            "time": [stamp(row.start, insights.period) for row in rows],
            "p50_seconds": [None if row.p50 is None else round(row.p50) for row in rows],
            "p90_seconds": [None if row.p90 is None else round(row.p90) for row in rows],
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
    drawn = alt.Chart(speed_frame(insights, legend, lang, unit=seconds)).encode(
        x=time_axis(_spans(insights), insights.period, lang),
        y=value_axis("length:Q", lang),
        color=colour("word:N", legend),
        tooltip=tips_of({"when": "time", "measure": "measure", "tip": "length"}, lang),
    )
    chart = line(drawn, len(rows))
    return Figure(name="speed", chart=finished(chart, lang), table=numbers, legend=legend)


def speed_frame(insights: Insights, legend: Sequence[Legend], lang: str, *, unit: int) -> pd.DataFrame:
    """Two rows a bucket; a bucket in which no person decided has no length, and the line breaks there."""
    return pd.DataFrame(
        [
            {
                **_placed(span, insights.period, lang),
                "word": entry.word,
                "measure": t(f"insights.measure.{measure}", lang),
                "length": float("nan") if value is None else value / unit,
                "tip": "" if value is None else duration(value, lang),
            }
            for span, row in zip(_spans(insights), insights.desk, strict=True)
            for entry, measure, value in zip(legend, ("p50", "p90"), (row.p50, row.p90), strict=True)
        ]
    )


def _spans(insights: Insights) -> list[Span]:
    return spans([row.start for row in insights.civility], insights.period)


def _placed(span: Span, period: Period, lang: str) -> dict[str, object]:
    """A bucket's columns. Its bar ends a little early, so that neighbours stay apart."""
    end = span.start + (span.end - span.start) * _BAR
    return {"start": span.start, "middle": span.middle, "end": end, "when": when(span.start, period, lang)}


def tips_of(columns: Mapping[str, str], lang: str) -> list[alt.Tooltip]:
    return [tooltip(field, f"insights.column.{column}", lang) for field, column in columns.items()]


def line(drawn: alt.Chart, buckets: int) -> alt.LayerChart:
    """Points get smaller where there are many, yet one between two gaps must be seen."""
    return alt.layer(drawn.mark_line(strokeWidth=2), drawn.mark_circle(opacity=1, size=45 if buckets <= 60 else 16))


def finished(chart: Any, lang: str) -> Any:
    return localised(chart.properties(height=HEIGHT), lang)
