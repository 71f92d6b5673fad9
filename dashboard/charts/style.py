"""How the desk's charts look in both directions: colours, axes that read right to left, months and digits, tooltips."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd
from altair.utils.schemapi import disable_debug_mode
from babel.dates import format_date

from dashboard.i18n import direction, moment, number, percent, t
from dashboard.i18n.catalog import isolated
from dashboard.i18n.digits import digits_of
from dashboard.i18n.languages import locale
from moderation.comment import Status
from moderation.engagement import Grain, Period

# Altair would check each part of a chart against its schema as it is made, which takes longer than all the rest. The
# whole chart is still checked when it is written.
disable_debug_mode()

# Okabe and Ito's palette: told apart with every common colour blindness, and readable on white as on near-black.
BLUE, GREEN, ORANGE, RED, GREY, PURPLE = "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#8A8F98", "#CC79A7"
# Words drawn as marks do not follow the theme; this grey stands off from both.
TEXT = "#7A808A"
STATUS_COLOURS: dict[Status, str] = {
    Status.APPROVED: GREEN,
    Status.PUBLISHED: BLUE,
    Status.PENDING: ORANGE,
    Status.REJECTED: RED,
    Status.ERASED: GREY,
}

HEIGHT = 240
TITLE_LIMIT = 90
_MAX_TICKS = 8
_HOURS = (1, 2, 3, 6, 12, 24)
_DAYS = (1, 2, 7, 14, 28, 56, 91, 182, 364)
_LEAST = {
    Grain.HOUR: timedelta(hours=1),
    Grain.DAY: timedelta(days=1),
    Grain.WEEK: timedelta(days=7),
    Grain.MONTH: timedelta(days=28),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """One entry of a chart's legend; the colour is hexadecimal."""

    word: str
    colour: str


def is_rtl(lang: str) -> bool:
    return direction(lang) == "rtl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One bucket, in UTC: two hours that share a name when clocks go back stay two."""

    start: datetime
    end: datetime
    grain: Grain

    @property
    def middle(self) -> datetime:
        """Where its point and its label stand: a day's in the middle, an hour's at the moment that it names."""
        return self.start if self.grain is Grain.HOUR else self.start + (self.end - self.start) / 2


def spans(starts: Sequence[datetime], period: Period) -> list[Span]:
    """In the order of the rows. The last bucket ends with the period, or where it would if the period cuts it short."""
    instants = [start.astimezone(UTC) for start in starts]
    least = _LEAST[period.grain]
    ends = [*instants[1:], max(period.end.astimezone(UTC), instants[-1] + least)] if instants else []
    return [Span(start=start, end=end, grain=period.grain) for start, end in zip(instants, ends, strict=True)]


def when(at: datetime, period: Period, lang: str) -> str:
    """A bucket in a tooltip: its day, and its hour where buckets are hours."""
    hourly = period.grain is Grain.HOUR
    return isolated(moment(at, lang, period.time_zone) if hourly else day_label(at, period, lang, year=True))


def stamp(at: datetime, period: Period) -> str:
    """For tables: sorts as text and reads back in any spreadsheet."""
    local = at.astimezone(ZoneInfo(period.time_zone))
    return f"{local:%Y-%m-%d %H:%M}" if period.grain is Grain.HOUR else f"{local:%Y-%m-%d}"


def day_label(at: datetime, period: Period, lang: str, *, year: bool = False) -> str:
    """A month is named by itself, a week by its first day."""
    local = at.astimezone(ZoneInfo(period.time_zone)).date()
    day = "" if period.grain is Grain.MONTH else "d "
    return digits_of(format_date(local, day + ("MMMM y" if year or not day else "MMM"), locale=locale(lang)), lang)


def drawable(frame: pd.DataFrame) -> alt.InlineData:
    """The rows as the chart's own data.

    A data frame would pass through whatever data transformer is switched on for the process at that moment, and
    Streamlit switches its own on while another person's page is drawn. A tuple, because Altair copies lists at each
    step of a chart's making.
    """
    columns = {name: [_plain(cell) for cell in frame[name].astype(object)] for name in frame.columns}
    return alt.InlineData(
        values=tuple(dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    )


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return None if cell is pd.NaT else cell.astimezone(UTC).isoformat()
    return None if isinstance(cell, float) and cell != cell else cell


def shortened(title: str, limit: int = TITLE_LIMIT) -> str:
    """One line of at most `limit` characters, isolated so that a Latin name in it does not turn the axis round."""
    line = " ".join(title.split())
    return isolated(line if len(line) <= limit else line[: limit - 1].rstrip() + "…")


def time_axis(buckets: Sequence[Span], period: Period, lang: str, *, field: str = "middle") -> alt.X:
    """Time runs left to right in both languages. Vega draws instants; their local names are written here."""
    labels = {bucket.middle: text for bucket, text in _ticks(buckets, period, lang)}
    written = json.dumps({str(round(at.timestamp() * 1000)): text for at, text in labels.items()})
    axis = alt.Axis(
        title=None,
        values=[_vega(at) for at in labels],
        labelExpr=f"{written}[time(datum.value)]",
        labelOverlap=True,
        labelFlush=False,
        labelLimit=0,
        grid=False,
    )
    if field == "start":
        # Bars reach from edge to edge by themselves, and Vega would find a domain in conflict with their two ends.
        return alt.X("start:T", axis=axis, scale=alt.Scale(type="utc", nice=False))
    domain = [_vega(buckets[0].start), _vega(buckets[-1].end)]
    return alt.X(f"{field}:T", axis=axis, scale=alt.Scale(type="utc", domain=domain, nice=False))


def _vega(at: datetime) -> alt.DateTime:
    # Plain numbers, which the grammar allows as well, come out as another time where a mark has points.
    return alt.DateTime(year=at.year, month=at.month, date=at.day, hours=at.hour, minutes=at.minute, utc=True)


def _ticks(buckets: Sequence[Span], period: Period, lang: str) -> list[tuple[Span, str]]:
    """Some eight buckets, on round hours or evenly spaced days, with what stands under them."""
    if period.grain is not Grain.HOUR:
        step = next((days for days in _DAYS if len(buckets) <= days * _MAX_TICKS), len(buckets))
        return [(bucket, isolated(day_label(bucket.start, period, lang))) for bucket in buckets[::step]]
    hours = next((hours for hours in _HOURS if len(buckets) <= hours * _MAX_TICKS), _HOURS[-1])
    zone = ZoneInfo(period.time_zone)
    round_ones = [bucket for bucket in buckets if bucket.start.astimezone(zone).hour % hours == 0]
    return [(bucket, isolated(_hour_label(bucket.start, period, lang))) for bucket in round_ones]


def short(at: datetime, period: Period, lang: str) -> str:
    """A bucket in few letters, for the labels of an axis."""
    hourly = period.grain is Grain.HOUR
    return isolated(_hour_label(at, period, lang) if hourly else day_label(at, period, lang))


def directed(text: str, lang: str) -> str:
    """For words that are drawn as marks: Vega draws them left to right, whatever the language."""
    return ("\u2067" if is_rtl(lang) else "\u2066") + text + "\u2069"


def _hour_label(at: datetime, period: Period, lang: str) -> str:
    local = at.astimezone(ZoneInfo(period.time_zone))
    return day_label(at, period, lang) if local.hour == 0 else digits_of(f"{local:%H:%M}", lang)


def value_axis(field: str, lang: str, *, share: bool = False, digits: str | None = None) -> alt.Y:
    """No title: what is counted stands in the legend, where Arabic need not be turned on its side. Counts are whole."""
    axis = alt.Axis(
        orient="right" if is_rtl(lang) else "left", tickCount=5, title=None, format=digits or ("%" if share else ",d")
    )
    if not (share or digits):
        axis.tickMinStep = 1
    return alt.Y(field, axis=axis, scale=alt.Scale(domain=[0, 1]) if share else alt.Scale(zero=True))


def colour(field: str, legend: Sequence[Legend]) -> alt.Color:
    """The legend itself is drawn by the screen: Vega's cannot run from right to left, nor wrap on a phone."""
    scale = alt.Scale(domain=[entry.word for entry in legend], range=[entry.colour for entry in legend])
    return alt.Color(field, scale=scale, legend=None)


def as_is(channel: Any, field: str) -> Any:
    """The field's values are what is drawn: colours, opacities, shapes. Conditions take Altair ten times as long."""
    return channel(field, scale=None, legend=None)


def tooltip(field: str, key: str, lang: str) -> alt.Tooltip:
    """The field holds text that is already written for people."""
    return alt.Tooltip(f"{field}:N", title=t(key, lang))


def locale_of(lang: str) -> dict[str, Any]:
    """Numbers on axes with the language's digits and marks; months for any date that Vega writes itself."""
    months = locale(lang).months["format"]["wide"]
    short = locale(lang).months["format"]["abbreviated"]
    days, short_days = (locale(lang).days["format"][width] for width in ("wide", "abbreviated"))
    periods = locale(lang).periods
    return {
        "number": {
            "decimal": number(0.5, lang)[1],
            "thousands": number(1000, lang)[1],
            "grouping": [3],
            "currency": ["", ""],
            "numerals": [number(digit, lang, places=0) for digit in range(10)],
            "percent": percent(0, lang)[-1],
        },
        "time": {
            "dateTime": "%d %B %Y %H:%M",
            "date": "%d %B %Y",
            "time": "%H:%M",
            "periods": [periods["am"], periods["pm"]],
            # Babel counts days from Monday, Vega from Sunday.
            "days": [days[day] for day in (6, 0, 1, 2, 3, 4, 5)],
            "shortDays": [short_days[day] for day in (6, 0, 1, 2, 3, 4, 5)],
            "months": [months[month] for month in range(1, 13)],
            "shortMonths": [short[month] for month in range(1, 13)],
        },
    }
