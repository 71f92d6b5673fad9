"""The hours, days, weeks and months of a period by the newsroom's calendar, across clock changes."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.types import to_milliseconds
from moderation.engagement import Grain, Period

QUARTER = 900_000
"""Quarter hours, in milliseconds, fit every time zone."""
HOUR = 3_600_000


def bucket_starts(period: Period) -> list[datetime]:
    """The starts of the buckets that the period touches, in the newsroom's time zone."""
    zone = ZoneInfo(period.time_zone)
    if period.grain is Grain.HOUR:
        return _hours(period, zone)
    starts = []
    day = first_day(period.start.astimezone(zone).date(), period)
    # A day is what the calendar says: 23 or 25 hours where the clocks change.
    while (start := datetime(day.year, day.month, day.day, tzinfo=zone)) < period.end:
        starts.append(start)
        day = next_day(day, period.grain)
    return starts


def first_day(day: date, period: Period) -> date:
    """Of the bucket in which the day lies."""
    if period.grain is Grain.WEEK:
        return day - timedelta(days=(day.weekday() - period.week_starts) % 7)
    return day.replace(day=1) if period.grain is Grain.MONTH else day


def next_day(day: date, grain: Grain) -> date:
    if grain is Grain.MONTH:
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if grain is Grain.WEEK else 1)


def _hours(period: Period, zone: ZoneInfo) -> list[datetime]:
    local = period.start.astimezone(zone)
    # Arithmetic on one zone's wall clock would repeat or lose the hour in which clocks change; instants do not.
    at = period.start - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    starts = []
    while at < period.end:
        starts.append(at.astimezone(zone))
        at += timedelta(hours=1)
    return starts


class Buckets:
    """From a moment in milliseconds to the bucket that it lies in."""

    def __init__(self, period: Period) -> None:
        self.starts = bucket_starts(period)
        self.ends = [*self.starts[1:], period.end]
        self.moments = [to_milliseconds(start) for start in self.starts]

    def index(self, at: int) -> int:
        return max(bisect_right(self.moments, at) - 1, 0)
