"""Charts of the model that judges: whether its probabilities are true, and what changes from week to week."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from dashboard.charts.assembled import assembled
from dashboard.charts.figure import Figure, percentage, table, written_share
from dashboard.charts.style import (
    BLUE,
    GREEN,
    GREY,
    HEIGHT,
    ORANGE,
    PURPLE,
    RED,
    Legend,
    Span,
    colour,
    drawable,
    is_rtl,
    spans,
    stamp,
    time_axis,
    value_axis,
    when,
)
from dashboard.charts.timelines import line, tips_of
from dashboard.i18n import number, percent, t
from moderation.drift import Week
from moderation.engagement import Period

if TYPE_CHECKING:
    from moderation.classifier.agreement import Agreement

_LANGUAGE_COLOURS = {"ar": BLUE, "arabizi": PURPLE, "en": GREEN, "fr": ORANGE, "other": GREY, "und": RED}
_WHOLE = ((0.0, 0.0), (1.0, 1.0))


def reliability(models: Sequence[Agreement], lang: str) -> Figure:
    """Each model's ten bins: the mean probability that it gave, and the share that people rejected of them."""
    rows = [(one.model, mean, share, comments) for one in models for mean, share, comments in _bins(one) if comments]
    numbers = table(
        {
            "model": [model for model, *_ in rows],
            "probability_percent": [percentage(mean) for _, mean, _, _ in rows],
            "rejected_percent": [percentage(share) for _, _, share, _ in rows],
            "decisions": [comments for *_, comments in rows],
        },
        lang,
    )
    if not rows:
        return Figure(name="reliability", chart=None, table=numbers)
    names = list(dict.fromkeys(model for model, *_ in rows))
    legend = tuple(Legend(word=name, colour=hue) for name, hue in zip(names, (BLUE, ORANGE), strict=False))
    points = alt.Chart(drawable(reliability_frame(rows, lang))).encode(
        x=_probability(lang),
        y=value_axis("share:Q", lang, share=True),
        color=colour("model:N", legend),
        tooltip=tips_of(
            {"model": "model", "probability": "probability", "tip": "rejected_share", "decisions": "decisions"}, lang
        ),
    )
    ideal = alt.Chart(drawable(pd.DataFrame(_WHOLE, columns=["mean", "share"]))).mark_line(
        strokeDash=[5, 4], color=GREY, strokeWidth=1.5
    )
    layers = [
        ideal.encode(x=_probability(lang), y=value_axis("share:Q", lang, share=True)),
        points.mark_line(strokeWidth=2),
        points.mark_circle(opacity=0.9).encode(
            size=alt.Size("comments:Q", legend=None, scale=alt.Scale(range=[40, 500]))
        ),
    ]
    chart = assembled(layers, lang, height=HEIGHT)
    return Figure(name="reliability", chart=chart, table=numbers, legend=legend)


def reliability_frame(rows: Sequence[tuple[str, float, float, int]], lang: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "model": model,
                "mean": mean,
                "share": share,
                "comments": comments,
                "probability": percent(mean, lang),
                "tip": percent(share, lang),
                "decisions": number(comments, lang),
            }
            for model, mean, share, comments in rows
        ]
    )


def _bins(agreement: Agreement) -> Sequence[tuple[float, float, int]]:
    """Of all languages together, which come first."""
    return agreement.parts[0].reliability.bins if agreement.parts else ()


def _probability(lang: str) -> alt.X:
    return alt.X(
        "mean:Q",
        axis=alt.Axis(title=None, format="%", tickCount=5),
        scale=alt.Scale(domain=[0, 1], reverse=is_rtl(lang)),
    )


def score_drift(weeks: Sequence[Week], period: Period, lang: str) -> Figure:
    """The mean probability of being toxic, and the share from one half on; a week without comments is a gap."""
    numbers = table(
        {
            "week": [stamp(week.start, period) for week in weeks],
            "comments": [week.comments for week in weeks],
            "mean_percent": [percentage(week.mean) for week in weeks],
            "flagged_percent": [percentage(week.flagged) for week in weeks],
            "stability": [None if week.stability is None else round(week.stability, 3) for week in weeks],
        },
        lang,
    )
    if not any(week.comments for week in weeks):
        return Figure(name="score_drift", chart=None, table=numbers)
    legend = (
        Legend(word=t("insights.series.mean", lang), colour=BLUE),
        Legend(word=t("insights.series.flagged", lang), colour=RED),
    )
    buckets = _spans(weeks, period)
    drawn = alt.Chart(drawable(_drift_frame(weeks, buckets, legend, period, lang))).encode(
        x=time_axis(buckets, period, lang),
        y=alt.Y(
            "share:Q",
            axis=alt.Axis(orient="right" if is_rtl(lang) else "left", tickCount=5, title=None, format="%"),
            scale=alt.Scale(zero=True),
        ),
        color=colour("word:N", legend),
        tooltip=tips_of({"when": "week", "word": "measure", "tip": "share", "comments": "comments"}, lang),
    )
    chart = assembled(line(drawn, len(weeks)), lang, height=HEIGHT)
    return Figure(name="score_drift", chart=chart, table=numbers, legend=legend)


def _drift_frame(
    weeks: Sequence[Week], buckets: Sequence[Span], legend: Sequence[Legend], period: Period, lang: str
) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "middle": bucket.middle,
                "when": when(week.start, period, lang),
                "word": entry.word,
                "share": float("nan") if share is None else share,
                "tip": written_share(share, lang),
                "comments": number(week.comments, lang),
            }
            for week, bucket in zip(weeks, buckets, strict=True)
            for entry, share in zip(legend, (week.mean, week.flagged), strict=True)
        ]
    )


def language_mix(weeks: Sequence[Week], period: Period, names: dict[str, str], lang: str) -> Figure:
    """Each language's share of a week's comments; `names` are the languages' names, by their codes."""
    known = [code for code in _LANGUAGE_COLOURS if any(code in dict(week.languages) for week in weeks)]
    numbers = table({"week": [stamp(week.start, period) for week in weeks]}, lang)
    for code in known:
        numbers[names[code]] = [dict(week.languages).get(code, 0) for week in weeks]
    if not known:
        return Figure(name="language_mix", chart=None, table=numbers)
    legend = tuple(Legend(word=names[code], colour=_LANGUAGE_COLOURS[code]) for code in known)
    buckets = _spans(weeks, period)
    chart = (
        alt.Chart(drawable(language_frame(weeks, buckets, known, names, period, lang)))
        .mark_bar()
        .encode(
            x=time_axis(buckets, period, lang, field="start"),
            x2="end:T",
            y=value_axis("low:Q", lang, share=True),
            y2="high:Q",
            color=colour("word:N", legend),
            tooltip=tips_of({"when": "week", "word": "language", "tip": "comments", "share": "share"}, lang),
        )
    )
    drawn = assembled([chart], lang, height=HEIGHT)
    return Figure(name="language_mix", chart=drawn, table=numbers, legend=legend)


def language_frame(
    weeks: Sequence[Week],
    buckets: Sequence[Span],
    known: Sequence[str],
    names: dict[str, str],
    period: Period,
    lang: str,
) -> pd.DataFrame:
    """A row a week and language, stacked from `low` to `high`; a week without comments has bars of nothing."""
    rows: list[dict[str, Any]] = []
    for week, bucket in zip(weeks, buckets, strict=True):
        counts = [dict(week.languages).get(code, 0) for code in known]
        bounds = list(accumulate((count / max(week.comments, 1) for count in counts), initial=0.0))
        end = bucket.start + (bucket.end - bucket.start) * 0.88
        rows += [
            {
                "start": bucket.start,
                "end": end,
                "when": when(week.start, period, lang),
                "word": names[code],
                "low": low,
                "high": min(high, 1.0),
                "tip": number(count, lang),
                "share": percent(count / max(week.comments, 1), lang, places=1),
            }
            for code, count, (low, high) in zip(known, counts, pairwise(bounds), strict=True)
        ]
    return pd.DataFrame(rows, columns=["start", "end", "when", "word", "low", "high", "tip", "share"])


def _spans(weeks: Sequence[Week], period: Period) -> list[Span]:
    return spans([week.start for week in weeks], period)
