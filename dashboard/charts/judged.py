"""The desk's judgement: what the machine decided and people saw otherwise, agreement between people, appeals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import Figure, percentage, table, written_share
from dashboard.charts.ranked import BELOW, Bar, named_bars
from dashboard.charts.scope import Scope
from dashboard.charts.style import GREEN, GREY, ORANGE, RED, TEXT, Legend, drawable
from dashboard.i18n import duration, number, percent, t
from moderation.decision import Outcome
from moderation.engagement import AgreementRow, AppealsCount, MachineRow

_OUTCOMES = {Outcome.APPROVE: GREEN, Outcome.HOLD: ORANGE, Outcome.REJECT: RED}
_FEW = 20


def overruled(rows: Sequence[MachineRow], scope: Scope) -> Figure:
    """Of the machine's decisions that a person looked at, how many the person saw otherwise."""
    lang = scope.lang
    words = [t(f"insights.machine.{row.outcome}", lang) for row in rows]
    numbers = table(
        {
            "outcome": words,
            "decisions": [row.decided for row in rows],
            "looked_at": [row.looked_at for row in rows],
            "overruled": [row.overruled for row in rows],
            "overruled_percent": [percentage(row.share) for row in rows],
        },
        lang,
    )
    if not any(row.decided or row.looked_at for row in rows):
        return Figure(name="overruled", chart=None, table=numbers)
    legend = [Legend(word=word, colour=_OUTCOMES[row.outcome]) for word, row in zip(words, rows, strict=True)]
    columns = {
        "full": "outcome",
        "tip": "overruled",
        "share": "overruled_share",
        "looked": "looked_at",
        "all": "decisions",
    }
    bars = [
        Bar(
            name=word,
            parts=((word, row.share or 0.0),),
            end=_looked(row, lang),
            tips={
                "tip": number(row.overruled, lang),
                "share": written_share(row.share, lang),
                "looked": number(row.looked_at, lang),
                "all": number(row.decided, lang),
            },
            faint=row.looked_at < _FEW,
        )
        for word, row in zip(words, rows, strict=True)
    ]
    chart = named_bars(bars, scope, name="overruled", columns=columns, legend=legend, longest=1.0)
    return Figure(name="overruled", chart=chart, table=numbers, remarks=_few(rows, lang))


def _looked(row: MachineRow, lang: str) -> str:
    if row.share is None:
        return t("insights.nobody_looked", lang, n=row.decided)
    return t("insights.share_of", lang, share=percent(row.share, lang), n=row.looked_at)


def _few(rows: Sequence[MachineRow], lang: str) -> tuple[str, ...]:
    small = any(0 < row.looked_at < _FEW for row in rows)
    return (t("insights.remark.hold", lang), *((t("insights.remark.small_decisions", lang, n=_FEW),) if small else ()))


def agreement(rows: Sequence[AgreementRow], scope: Scope) -> Figure:
    """How often two people said the same of one comment; the thin line is between what the share may truly lie."""
    lang = scope.lang
    words = [t(f"insights.double.{row.double}", lang) for row in rows]
    numbers = table(
        {
            "sample": words,
            "pairs": [row.pairs for row in rows],
            "agreed": [row.agreed for row in rows],
            "agreed_percent": [percentage(row.share) for row in rows],
            "least_percent": [None if row.bounds is None else percentage(row.bounds[0]) for row in rows],
            "most_percent": [None if row.bounds is None else percentage(row.bounds[1]) for row in rows],
        },
        lang,
    )
    known = [(word, row) for word, row in zip(words, rows, strict=True) if row.pairs]
    if not known:
        return Figure(name="agreement", chart=None, table=numbers)
    columns = {"full": "sample", "tip": "agreed_share", "bounds": "bounds", "count": "pairs"}
    bars = [_agreed(word, row, lang) for word, row in known]
    chart = named_bars(bars, scope, name="agreement", columns=columns, longest=1.0, above=_bounds(known))
    return Figure(
        name="agreement",
        chart=chart,
        table=numbers,
        remarks=(t("insights.remark.bounds", lang),),
    )


def _agreed(word: str, row: AgreementRow, lang: str) -> Bar:
    low, high = row.bounds or (0.0, 1.0)
    return Bar(
        name=word,
        parts=((t("insights.column.agreed", lang), row.share or 0.0),),
        end=t("insights.share_of", lang, share=percent(row.share or 0.0, lang), n=row.pairs),
        mark=high,
        tips={
            "tip": written_share(row.share, lang),
            "bounds": t("insights.usual.range", lang, low=percent(low, lang), high=percent(high, lang)),
            "count": number(row.pairs, lang),
        },
    )


def _bounds(known: Sequence[tuple[str, AgreementRow]]) -> Any:
    """A line over each bar; the number stands behind its end."""
    bounds = [row.bounds or (0.0, 1.0) for _, row in known]
    drawn = pd.DataFrame(
        {
            "key": [f"{place:03d}" for place in range(len(known))],
            "low": [low for low, _ in bounds],
            "high": [high for _, high in bounds],
        }
    )
    base = alt.Chart(drawable(drawn)).mark_rule(strokeWidth=2, color=TEXT, yOffset=BELOW)
    return base.encode(x=alt.X("low:Q"), x2="high:Q", y=alt.Y("key:N", sort=list(drawn["key"])))


def appeals(counted: AppealsCount, scope: Scope) -> Figure:
    """What has become of the appeals lodged in the period."""
    lang = scope.lang
    outcomes = {"granted": GREEN, "turned_down": RED, "lapsed": GREY, "open": ORANGE}
    counts = {name: int(getattr(counted, name)) for name in outcomes}
    words = {name: t(f"insights.appeal.{name}", lang) for name in outcomes}
    numbers = table({"outcome": [*words.values()], "appeals": [*counts.values()]}, lang)
    if not counted.lodged:
        return Figure(name="appeals", chart=None, table=numbers)
    legend = [Legend(word=words[name], colour=hue) for name, hue in outcomes.items()]
    bars = [
        Bar(
            name=words[name],
            parts=((words[name], count),),
            end=number(count, lang),
            tips={"tip": number(count, lang)},
        )
        for name, count in counts.items()
    ]
    chart = named_bars(bars, scope, name="appeals", columns={"full": "outcome", "tip": "appeals"}, legend=legend)
    took = counted.median_seconds
    remarks = () if took is None else (t("insights.remark.answered", lang, took=duration(took, lang)),)
    return Figure(name="appeals", chart=chart, table=numbers, remarks=remarks)
