"""Bars that lie: one a status, section or article, its name above it, so that a long headline needs no margin."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.assembled import assembled
from dashboard.charts.scope import Scope, clickable, explained, tips
from dashboard.charts.style import BLUE, TEXT, Legend, as_is, colour, directed, drawable, is_rtl, shortened
from dashboard.i18n import t

STEP = 42
_BAR, BELOW = 14, 9
_FAINT = 0.4
_LETTER = 0.018
"""Of the width, in a column of a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`parts` are (word of the legend, length); `end` is written after the bar, `mark` a tick for what is usual.

    `tips` are texts for whoever points at it. A `faint` bar rests on too few comments. `key`
    is its place's number where it has none of its own.
    """

    name: str
    parts: Sequence[tuple[str, float]]
    end: str
    tips: Mapping[str, str] = field(default_factory=dict)
    mark: float | None = None
    go: str | None = None
    faint: bool = False
    key: str | None = None

    @property
    def total(self) -> float:
        return sum(length for _, length in self.parts)


def frame(bars: Sequence[Bar], lang: str) -> pd.DataFrame:
    """One row a part. Bars of one name stay apart by `key`."""
    return pd.DataFrame(
        [
            {
                "key": bar.key or f"{place:03d}",
                "full": bar.name,
                "segment": word,
                "part": length,
                "total": bar.total,
                "end": directed(bar.end, lang),
                "mark": float("nan") if bar.mark is None else bar.mark,
                "go": bar.go,
                "solid": _FAINT if bar.faint else 1,
                **bar.tips,
            }
            for place, bar in enumerate(bars)
            for word, length in bar.parts
        ]
    )


def named_bars(
    bars: Sequence[Bar],
    scope: Scope,
    *,
    name: str,
    columns: Mapping[str, str],
    legend: Sequence[Legend] = (),
    longest: float | None = None,
    above: Any = None,
) -> Any:
    """`columns`: fields of the tips to headings, `full` being the name. `longest`: the scale's end, else the bars'.

    `above` is a layer more, which shares the scales and names its bars by `key`.
    """
    rows, lang = frame(bars, scope.lang), scope.lang
    groups = rows.drop_duplicates("key")
    tooltips = tips(columns, lang)
    y = alt.Y("key:N", sort=list(groups["key"]), axis=_names_axis(groups, lang))
    scale = alt.Scale(reverse=is_rtl(lang), domain=[0, _reach(bars, longest)], nice=False)
    hue = legend or (Legend(word=bars[0].parts[0][0], colour=BLUE),)
    drawn = explained(alt.Chart(drawable(rows)), name, scope).mark_bar(size=_BAR, yOffset=BELOW)
    layers = [
        drawn.encode(
            x=alt.X("part:Q", scale=scale, axis=None, stack="zero"),
            y=y,
            color=colour("segment:N", hue),
            opacity=as_is(alt.Opacity, "solid:Q"),
            tooltip=tooltips,
        ),
        _ends(groups, name, scope).encode(x=alt.X("total:Q", scale=scale), y=y, text="end:N", tooltip=tooltips),
    ]
    if groups["mark"].notna().any():
        marked = groups[groups["mark"].notna()]
        ticks = explained(alt.Chart(drawable(marked)), name, scope).mark_tick(
            thickness=3, size=22, yOffset=BELOW, color=TEXT
        )
        layers.insert(1, ticks.encode(x=alt.X("mark:Q", scale=scale), y=y, tooltip=tooltips))
    if any(bar.go for bar in bars):
        layers[0] = layers[0].add_params(clickable())
    if above is not None:
        layers.append(above)
    return assembled(layers, lang, height={"step": STEP})


def _reach(bars: Sequence[Bar], longest: float | None) -> float:
    """Where the scale ends: with room for what is written after each bar, as an axis would say the same thing twice."""
    ends = [max(bar.total, bar.mark or 0.0) for bar in bars]
    needed = [end / (1 - min(_LETTER * len(bar.end), 0.5)) for end, bar in zip(ends, bars, strict=True)]
    return max(1.25 * (longest or max(1e-9, *ends)), *needed)


def _ends(groups: pd.DataFrame, name: str, scope: Scope) -> Any:
    rtl = is_rtl(scope.lang)
    # Behind the tick of what is usual, where that lies farther out than the bar.
    beyond = groups.assign(total=groups[["total", "mark"]].max(axis=1))
    return explained(alt.Chart(drawable(beyond)), name, scope).mark_text(
        align="right" if rtl else "left", dx=-6 if rtl else 6, dy=BELOW, baseline="middle", color=TEXT
    )


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


def no_section(name: str, lang: str) -> str:
    return name or t("insights.no_section", lang)
