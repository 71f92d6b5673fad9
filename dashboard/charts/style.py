"""How the desk's charts look in both directions: colours, axes that read right to left, months and digits, tooltips."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
from babel.dates import format_date

from dashboard.i18n import direction, moment, number, percent, t
from dashboard.i18n.catalog import isolated
from dashboard.i18n.digits import digits_of
from dashboard.i18n.languages import locale
from moderation.comment import Status
from moderation.engagement import Grain, Period

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """One entry of a chart's legend; the colour is hexadecimal."""

    word: str
    colour: str


def is_rtl(lang: str) -> bool:
    return direction(lang) == "rtl"


def wall_clock(at: datetime, tz: str) -> datetime:
    """The site's local time, said to be UTC: Vega draws UTC the same in every browser, whatever zone that is in."""
    return at.astimezone(ZoneInfo(tz)).replace(tzinfo=UTC)


def bucket(grain: Grain) -> timedelta:
    return timedelta(hours=1) if grain is Grain.HOUR else timedelta(days=1)


def when(at: datetime, period: Period, lang: str) -> str:
    """A bucket in a tooltip: its day, and its hour where buckets are hours."""
    written = (
        moment(at, lang, period.time_zone) if period.grain is Grain.HOUR else day_label(at, period, lang, year=True)
    )
    return isolated(written)


def stamp(at: datetime, period: Period) -> str:
    """For tables: sorts as text and reads back in any spreadsheet."""
    local = at.astimezone(ZoneInfo(period.time_zone))
    return f"{local:%Y-%m-%d %H:%M}" if period.grain is Grain.HOUR else f"{local:%Y-%m-%d}"


def day_label(at: datetime, period: Period, lang: str, *, year: bool = False) -> str:
    local = at.astimezone(ZoneInfo(period.time_zone)).date()
    return digits_of(format_date(local, "d MMMM y" if year else "d MMM", locale=locale(lang)), lang)


def shortened(title: str, limit: int = TITLE_LIMIT) -> str:
    """One line of at most `limit` characters, isolated so that a Latin name in it does not turn the axis round."""
    line = " ".join(title.split())
    return isolated(line if len(line) <= limit else line[: limit - 1].rstrip() + "…")


def middle(grain: Grain) -> timedelta:
    """Where in a bucket its point and label stand: a day's in the middle, an hour's at the moment that it names."""
    return timedelta(hours=12) if grain is Grain.DAY else timedelta()


def time_axis(starts: Sequence[datetime], period: Period, lang: str, *, field: str = "middle") -> alt.X:
    """Time runs left to right in both languages; labels are written here, because Vega knows no Arabic-Indic dates."""
    shift = middle(period.grain)
    labels = {wall_clock(at, period.time_zone) + shift: text for at, text in _ticks(starts, period, lang)}
    written = json.dumps({str(round(at.timestamp() * 1000)): text for at, text in labels.items()})
    first, last = (wall_clock(at, period.time_zone) for at in (starts[0], starts[-1]))
    domain = [_vega(first), _vega(last + bucket(period.grain))]
    axis = alt.Axis(
        title=None,
        values=[_vega(at) for at in labels],
        labelExpr=f"{written}[time(datum.value)]",
        labelOverlap=True,
        labelFlush=False,
        labelLimit=0,
        grid=False,
    )
    return alt.X(f"{field}:T", axis=axis, scale=alt.Scale(type="utc", domain=domain, nice=False))


def _vega(at: datetime) -> alt.DateTime:
    # Plain numbers, which the grammar allows as well, come out as another time where a mark has points.
    return alt.DateTime(year=at.year, month=at.month, date=at.day, hours=at.hour, minutes=at.minute, utc=True)


def _ticks(starts: Sequence[datetime], period: Period, lang: str) -> list[tuple[datetime, str]]:
    """At most eight starts, on round hours or evenly spaced days, with what stands under them."""
    if period.grain is Grain.DAY:
        step = next((days for days in _DAYS if len(starts) <= days * _MAX_TICKS), len(starts))
        return [(at, isolated(day_label(at, period, lang))) for at in starts[::step]]
    hours = next((hours for hours in _HOURS if len(starts) <= hours * _MAX_TICKS), _HOURS[-1])
    zone = ZoneInfo(period.time_zone)
    chosen = [at for at in starts if at.astimezone(zone).hour % hours == 0]
    return [(at, isolated(_hour_label(at, period, lang))) for at in chosen]


def _hour_label(at: datetime, period: Period, lang: str) -> str:
    local = at.astimezone(ZoneInfo(period.time_zone))
    return day_label(at, period, lang) if local.hour == 0 else digits_of(f"{local:%H:%M}", lang)


def value_axis(field: str, lang: str, *, share: bool = False) -> alt.Y:
    """No title: what is counted stands in the legend, where Arabic need not be turned on its side."""
    axis = alt.Axis(orient="right" if is_rtl(lang) else "left", tickCount=5, title=None, format="%" if share else "~s")
    return alt.Y(field, axis=axis, scale=alt.Scale(domain=[0, 1]) if share else alt.Scale(zero=True))


def colour(field: str, legend: Sequence[Legend]) -> alt.Color:
    """The legend itself is drawn by the screen: Vega's cannot run from right to left, nor wrap on a phone."""
    scale = alt.Scale(domain=[entry.word for entry in legend], range=[entry.colour for entry in legend])
    return alt.Color(field, scale=scale, legend=None)


def tooltip(field: str, key: str, lang: str) -> alt.Tooltip:
    """The field holds text that is already written for people."""
    return alt.Tooltip(f"{field}:N", title=t(key, lang))


def localised(chart: Any, lang: str) -> Any:
    """Numbers on axes with the language's digits and marks; months for any date that Vega writes itself."""
    months = locale(lang).months["format"]["wide"]
    short = locale(lang).months["format"]["abbreviated"]
    days, short_days = (locale(lang).days["format"][width] for width in ("wide", "abbreviated"))
    periods = locale(lang).periods
    return chart.configure(
        locale={
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
    )
