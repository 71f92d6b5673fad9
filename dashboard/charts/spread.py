"""The scores of what was found, a dot for each comment, from which a range can be drawn out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import altair as alt
import pandas as pd

from dashboard.charts.assembled import assembled
from dashboard.charts.figure import Figure, percentage, status_word, table
from dashboard.charts.style import HEIGHT, STATUS_COLOURS, Legend, colour, drawable, is_rtl, tooltip
from dashboard.i18n import percent
from moderation.comment import Status

# The name under which the screen hears of the range.
RANGE = "range"
_BINS = 50


def dots(rows: Sequence[tuple[float, Status]], lang: str) -> Figure:
    """Scores from 0 to 1, dots above each other where they are the same to a fiftieth."""
    known = [status for status in STATUS_COLOURS if any(one is status for _, one in rows)]
    legend = tuple(Legend(word=status_word(status, lang), colour=STATUS_COLOURS[status]) for status in known)
    numbers = table(
        {
            "probability_percent": [percentage(score) for score, _ in rows],
            "status": [status_word(status, lang) for _, status in rows],
        },
        lang,
    )
    if not rows:
        return Figure(name="spread", chart=None, table=numbers)
    frame = spread_frame(rows, lang)
    brush = alt.selection_interval(name=RANGE, encodings=["x"])
    scale = alt.Scale(domain=[0, 1], reverse=is_rtl(lang))
    chart = (
        alt.Chart(drawable(frame))
        .mark_circle(size=28, opacity=0.9)
        .encode(
            x=alt.X("score:Q", scale=scale, axis=alt.Axis(format="%", title=None, tickCount=5)),
            y=alt.Y("place:Q", axis=None),
            color=colour("status:N", legend),
            tooltip=[tooltip("written", "search.filter.least", lang), tooltip("status", "search.filter.state", lang)],
        )
        .add_params(brush)
    )
    return Figure(name="spread", chart=assembled([chart], lang, height=HEIGHT / 2), table=numbers, legend=legend)


def spread_frame(rows: Sequence[tuple[float, Status]], lang: str) -> pd.DataFrame:
    """One row a dot: `score`, its `place` above the others of its bin, the status in words."""
    above: Counter[int] = Counter()
    found = []
    for score, status in sorted(rows, key=lambda row: (row[1], row[0])):
        place = min(int(score * _BINS), _BINS - 1)
        above[place] += 1
        found.append(
            {
                "score": (place + 0.5) / _BINS,
                "place": above[place],
                "status": status_word(status, lang),
                "written": percent(score, lang),
            }
        )
    return pd.DataFrame(found)


def chosen(event: object) -> tuple[int, int] | None:
    """The range that was drawn, in whole percents; None where there is none."""
    selection = getattr(event, "selection", None) or {}
    drawn = selection.get(RANGE, {}).get("score") if hasattr(selection, "get") else None
    if not drawn:
        return None
    low, high = sorted(min(max(float(one), 0.0), 1.0) for one in drawn)
    return int(100 * low), -int(-100 * high // 1)
