"""Days as a newsroom counts them: presets, weeks that start where its weeks do, and the hours of a day in its zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from dashboard.i18n import date as written_date
from dashboard.i18n import t
from dashboard.i18n.languages import first_weekday, locale
from moderation.engagement import Grain, Period

EARLIEST = date(2005, 1, 1)
HOURLY_DAYS, DAILY_DAYS, WEEKLY_DAYS = 3, 120, 1_100
"""The longest periods that are counted by the hour, the day and the week; longer ones are by the month."""
WEEKS = 13
"""Of a look back week by week: a quarter of a year."""


class Preset(StrEnum):
    """`week` and `month` are the last seven and thirty days, as addresses have said since the first version."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    FOUR_WEEKS = "28days"
    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CUSTOM = "custom"


_LAST = {
    Preset.TODAY: 1,
    Preset.WEEK: 7,
    Preset.FOUR_WEEKS: 28,
    Preset.MONTH: 30,
    Preset.QUARTER: 90,
    Preset.YEAR: 365,
}


def preset_days(preset: Preset, today: date, *, first_day: int = 0) -> tuple[date, date]:
    """First and last day, both included; `first_day` is the weekday that weeks begin with, 0 for Monday.

    A week or month that is not over ends today: days to come are not empty, they are not there yet.
    """
    if preset is Preset.YESTERDAY:
        return today - timedelta(days=1), today - timedelta(days=1)
    if preset is Preset.THIS_WEEK:
        return today - timedelta(days=(today.weekday() - first_day) % 7), today
    if preset is Preset.THIS_MONTH:
        return today.replace(day=1), today
    return today - timedelta(days=_LAST[preset] - 1), today


def days_in(zone: str, preset: Preset, now: datetime) -> tuple[date, date]:
    """The preset's days by the calendar of the zone (an IANA name)."""
    return preset_days(preset, today_in(zone, now), first_day=first_weekday(zone))


def today_in(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def period(first: date, last: date, zone: str) -> Period:
    """From midnight to midnight where the newsroom is, in so many buckets that a chart can be read."""
    start, end = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    grain = _grain((last - first).days + 1)
    return Period(start=start, end=end, grain=grain, time_zone=zone, week_starts=first_weekday(zone))


def _grain(days: int) -> Grain:
    if days <= HOURLY_DAYS:
        return Grain.HOUR
    return Grain.DAY if days <= DAILY_DAYS else Grain.WEEK if days <= WEEKLY_DAYS else Grain.MONTH


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


def written(days: tuple[date, date], zone: str, lang: str) -> str:
    """From when to when, and by whose clocks."""
    since, until = (written_date(day, lang, zone) for day in days)
    key = "insights.range.day" if since == until else "insights.range"
    return t(key, lang, since=since, until=until, zone=city(zone, lang))
