"""The days that a page looks at: a preset, or any from and to, by the site's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import get_timezone_location

from dashboard.i18n import date as written_date
from dashboard.i18n import t
from dashboard.i18n.languages import locale
from dashboard.ui.components import address
from moderation.engagement import Grain, Period

EARLIEST = date(2005, 1, 1)
HOURLY_DAYS = 3
WEEKS = 13
"""Of a look back week by week: a quarter of a year."""


class Preset(StrEnum):
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CUSTOM = "custom"


_DAYS = {Preset.TODAY: 1, Preset.WEEK: 7, Preset.MONTH: 30, Preset.QUARTER: 90, Preset.YEAR: 365}


def preset_days(preset: Preset, today: date) -> tuple[date, date]:
    """First and last day, both included."""
    return today - timedelta(days=_DAYS[preset] - 1), today


def period(first: date, last: date, zone: str) -> Period:
    """From midnight to midnight where the newsroom is; up to three days are counted by the hour."""
    start, end = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    grain = Grain.HOUR if (last - first).days < HOURLY_DAYS else Grain.DAY
    return Period(start=start, end=end, grain=grain, time_zone=zone)


def midnight(day: date, zone: str) -> datetime:
    """An instant in UTC: differences between two times of one zone would count by the wall clock."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def week_starts(today: date, first: int) -> list[date]:
    """The first days of the last weeks, the present one included, and of the next; `first` 0 is Monday."""
    begun = today - timedelta(days=(today.weekday() - first) % 7)
    return [begun + timedelta(weeks=number) for number in range(1 - WEEKS, 2)]


def city(zone: str, lang: str) -> str:
    """Whose clocks: القاهرة, Cairo."""
    return get_timezone_location(ZoneInfo(zone), locale=locale(lang), return_city=True)


def in_order(days: tuple[date | None, date | None], zone: str, lang: str) -> bool:
    """Says on the page what is wrong with two days of which the last comes first; a missing one is no matter."""
    first, last = days
    if first is None or last is None or first <= last:
        return True
    since, until = (written_date(day, lang, zone) for day in (first, last))
    st.warning(t("insights.error.reversed", lang, since=since, until=until))
    return False


def choose_days(now: datetime, zone: str, lang: str) -> tuple[date, date] | None:
    """Draws the choice; None, with the reason on the page, while it names no days."""
    today = now.astimezone(ZoneInfo(zone)).date()
    address.recall("period", address.one_of(list(Preset)), Preset.WEEK)
    preset = st.segmented_control(
        t("insights.filter.period", lang),
        list(Preset),
        format_func=lambda one: t(f"insights.period.{one}", lang),
        key="period",
        required=True,
        wrap=True,
        on_change=address.keep,
        args=("period",),
    )
    if preset is not Preset.CUSTOM and preset is not None:
        return preset_days(preset, today)
    return _chosen_days(today, zone, lang)


def _chosen_days(today: date, zone: str, lang: str) -> tuple[date, date] | None:
    week_ago, _ = preset_days(Preset.WEEK, today)
    columns = st.columns(2)
    for column, key, default in zip(columns, ("since", "until"), (week_ago, today), strict=True):
        address.recall(key, address.a_day(EARLIEST, today), default)
        column.date_input(
            t(f"insights.filter.{key}", lang),
            key=key,
            min_value=EARLIEST,
            max_value=today,
            format="YYYY-MM-DD",
            on_change=address.keep,
            args=(key,),
        )
    first, last = st.session_state["since"], st.session_state["until"]
    if first is None or last is None:
        st.info(t("insights.error.missing", lang))
        return None
    if first > last:
        since, until = (written_date(day, lang, zone) for day in (first, last))
        st.warning(t("insights.error.reversed", lang, since=since, until=until))
        return None
    return first, last
