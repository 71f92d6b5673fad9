"""Two periods over each other, and the days to which the newsroom pinned a note."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from dashboard.charts.assembled import assembled
from dashboard.charts.figure import NONE, Figure, percentage, series, table, written_share
from dashboard.charts.scope import SMALL, Scope, clickable, explained, tips
from dashboard.charts.series import bucket_name
from dashboard.charts.style import (
    BLUE,
    HEIGHT,
    ORANGE,
    TEXT,
    Legend,
    as_is,
    colour,
    drawable,
    short,
    shortened,
    spans,
    stamp,
    value_axis,
)
from dashboard.i18n import number, t
from moderation.engagement import BesideRow, Comparison, Period, Pin

_NOTE = 24
_TICKS = 8


def beside(compared: Comparison, scope: Scope) -> Figure:
    """Comments by the bucket of both periods."""
    rows = [(row.comments, row.other_comments) for row in compared.rows]
    written = [tuple(NONE if value is None else number(value, scope.lang) for value in pair) for pair in rows]
    return _two("beside", "comments", compared, rows, written, scope)


def beside_civil(compared: Comparison, scope: Scope) -> Figure:
    """Civility by the bucket of both periods."""
    rows = [(row.civil, row.other_civil) for row in compared.rows]
    written = [tuple(written_share(value, scope.lang) for value in pair) for pair in rows]
    return _two("beside_civil", "civil", compared, rows, written, scope)


def _two(
    name: str,
    column: str,
    compared: Comparison,
    values: Sequence[tuple[float | None, float | None]],
    written: Sequence[tuple[str, ...]],
    scope: Scope,
) -> Figure:
    lang, share = scope.lang, column == "civil"
    legend = two_legend(compared, lang)
    numbers = _table(compared, values, legend, share=share, lang=lang)
    known = [value for pair in values for value in pair if value is not None]
    # A count of nought is nothing to draw; a share of nought is.
    if not (known if share else any(known)):
        return Figure(name=name, chart=None, table=numbers)
    drawn = beside_frame(compared, values, written, legend, scope, share=share)
    base = explained(alt.Chart(drawable(drawn)), name, scope)
    columns = {"when": "time", "tip": column} | ({"count": "comments"} if share else {})
    encoded = base.encode(
        x=_places(compared, lang), y=value_axis("value:Q", lang, share=share), tooltip=tips(columns, lang, period=False)
    )
    series = encoded.mark_line(strokeWidth=2).encode(
        color=colour("word:N", legend),
        strokeDash=alt.StrokeDash("word:N", scale=_dashes(legend), legend=None),
    )
    dots = encoded.mark_point(size=45, strokeWidth=1.5, opacity=1).encode(
        stroke=as_is(alt.Stroke, "hue:N"), fill=as_is(alt.Fill, "hue:N"), fillOpacity=as_is(alt.FillOpacity, "filled:Q")
    )
    layers = [*_pinned(compared, scope), series, dots.add_params(clickable())]
    remarks = (t("insights.remark.hollow.comments", lang, n=SMALL),) if share and not drawn["filled"].all() else ()
    return Figure(
        name=name,
        chart=assembled(layers, lang, height=HEIGHT),
        table=numbers,
        legend=legend,
        remarks=remarks,
        ways=tuple(drawn[drawn["place"] == 0]["go"]) if len(compared.rows) == len(_own(compared)) else (),
        picks=True,
    )


def two_legend(compared: Comparison, lang: str) -> tuple[Legend, Legend]:
    own, other = (Scope(period=period, lang=lang).words for period in (compared.period, compared.other))
    return Legend(word=own, colour=BLUE), Legend(word=other, colour=ORANGE)


def _own(compared: Comparison) -> list[BesideRow]:
    return [row for row in compared.rows if row.start is not None]


def _table(
    compared: Comparison,
    values: Sequence[tuple[float | None, float | None]],
    legend: tuple[Legend, Legend],
    *,
    share: bool,
    lang: str,
) -> pd.DataFrame:
    numbers = table({"time": [_stamp(row.start, compared.period) for row in compared.rows]}, lang)
    numbers[legend[0].word] = series([percentage(own) if share else own for own, _ in values])
    numbers[t("insights.column.other_time", lang)] = [_stamp(row.other_start, compared.other) for row in compared.rows]
    numbers[f"{legend[1].word} "] = series([percentage(other) if share else other for _, other in values])
    return numbers


def _stamp(at: datetime | None, period: Period) -> str:
    return "" if at is None else stamp(at, period)


def beside_frame(
    compared: Comparison,
    values: Sequence[tuple[float | None, float | None]],
    written: Sequence[tuple[str, ...]],
    legend: tuple[Legend, Legend],
    scope: Scope,
    *,
    share: bool = False,
) -> pd.DataFrame:
    """Two rows a bucket, `place` 0 for this period and 1 for the other; none where a period has fewer buckets."""
    rows = []
    own = _placed([row.start for row in compared.rows], replace(scope, period=compared.period))
    other = _placed([row.other_start for row in compared.rows], replace(scope, period=compared.other))
    for row, pair, said in zip(compared.rows, values, written, strict=True):
        sides = (row.start, row.comments, own), (row.other_start, row.other_comments, other)
        for place, (start, comments, placed) in enumerate(sides):
            if start is not None:
                value = pair[place]
                rows.append(
                    {
                        "number": row.number,
                        "place": place,
                        "word": legend[place].word,
                        "value": float("nan") if value is None else float(value),
                        "tip": said[place],
                        "count": number(comments or 0, scope.lang),
                        "hue": legend[place].colour,
                        "filled": 0 if share and (comments or 0) < SMALL else 1,
                        **placed[start],
                    }
                )
    return pd.DataFrame(rows)


def _placed(starts: Sequence[datetime | None], scope: Scope) -> dict[datetime, dict[str, object]]:
    """Of each bucket of one period its name, and the way to its comments."""
    known = [start for start in starts if start is not None]
    return {
        start: {"when": bucket_name(span, scope), "go": scope.go_bucket(span.start, span.end)}
        for start, span in zip(known, spans(known, scope.period), strict=True)
    }


def _places(compared: Comparison, lang: str) -> alt.X:
    """Buckets by their number, under the names of this period's, or of the other's where it is longer."""
    names = {
        row.number: short(row.start, compared.period, lang)
        if row.start is not None
        else ("" if row.other_start is None else short(row.other_start, compared.other, lang))
        for row in compared.rows
    }
    step = -(-len(names) // _TICKS) or 1
    shown = list(names)[::step]
    words = json.dumps({str(one): names[one] for one in shown})
    axis = alt.Axis(title=None, values=shown, labelExpr=f"{words}[datum.value]", labelOverlap=True, grid=False)
    last = max(names, default=0)
    first = min(names, default=0)
    return alt.X("number:Q", axis=axis, scale=alt.Scale(domain=[first - 0.5, last + 0.5], nice=False))


def _dashes(legend: Sequence[Legend]) -> alt.Scale:
    """The other period is told by its dashes as well as by its colour."""
    return alt.Scale(domain=[entry.word for entry in legend], range=[[1, 0], [5, 4]])


def _pinned(compared: Comparison, scope: Scope) -> list[Any]:
    """A line at each note's day, in the colour of words, with the note's beginning beside it."""
    rows = pin_frame(compared, scope.lang)
    if rows.empty:
        return []
    base = alt.Chart(drawable(rows)).encode(x=_places(compared, scope.lang))
    rule = base.mark_rule(strokeDash=[2, 2], strokeWidth=1.5, color=TEXT)
    note = base.mark_text(align="left", dx=4, y=8, color=TEXT, limit=150)
    pointed = [alt.Tooltip("day:N", title=t("insights.column.day", scope.lang)), *_note_tip(scope.lang)]
    return [rule.encode(tooltip=pointed), note.encode(text="label:N", tooltip=pointed)]


def _note_tip(lang: str) -> list[alt.Tooltip]:
    return [alt.Tooltip("text:N", title=t("insights.column.note", lang))]


def pin_frame(compared: Comparison, lang: str) -> pd.DataFrame:
    """Each note at the bucket of its day: `number`, `label`, `text`, `day`."""
    rows = []
    for pin in compared.pins:
        place = _place_of(pin, compared)
        if place is not None:
            day = Scope(period=compared.period, lang=lang).written(pin.day)
            rows.append({"number": place, "label": shortened(pin.text, _NOTE), "text": pin.text, "day": day})
    return pd.DataFrame(rows, columns=["number", "label", "text", "day"])


def _place_of(pin: Pin, compared: Comparison) -> int | None:
    """The first bucket of the day, or the one that the day lies in."""
    own, other = [row.start for row in compared.rows], [row.other_start for row in compared.rows]
    for starts, period in ((own, compared.period), (other, compared.other)):
        first, last = Scope(period=period, lang="").days
        if first <= pin.day <= last:
            zone = ZoneInfo(period.time_zone)
            days = [start.astimezone(zone).date() for start in starts if start is not None]
            place = bisect_left(days, pin.day)
            return compared.rows[place if pin.day in days else place - 1].number
    return None
