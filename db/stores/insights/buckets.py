"""The hours, days, weeks and months of a period by the newsroom's calendar, across clock changes."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.types import from_milliseconds, to_milliseconds
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
    # Arithmetic on one zone's wall clock would repeat or lose the hour in which clocks change; instants do not.
    at, end = hour_start(to_milliseconds(period.start), zone), to_milliseconds(period.end)
    starts = []
    while at < end:
        starts.append(from_milliseconds(at).astimezone(zone))
        at = hour_after(at, zone)
    return starts


def hour_start(at: int, zone: ZoneInfo) -> int:
    """Of the hour by the wall clock in which the moment lies, both in milliseconds.

    Where the clocks change by half an hour, as on Lord Howe Island, what is left of an hour belongs to the one before.
    """
    past = _past_the_hour(at, zone)
    start = (at + past) // HOUR * HOUR - past
    return start if _past_the_hour(start, zone) == past else hour_start(start, zone)


def hour_after(start: int, zone: ZoneInfo) -> int:
    at = start + HOUR
    while hour_start(at, zone) == start:
        at += QUARTER
    return at


def _past_the_hour(at: int, zone: ZoneInfo) -> int:
    """By how much the zone's hours begin before those of UTC."""
    offset = from_milliseconds(at).astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(milliseconds=1) % HOUR


class Buckets:
    """From a moment in milliseconds to the bucket that it lies in."""

    def __init__(self, period: Period) -> None:
        self.starts = bucket_starts(period)
        self.ends = [*self.starts[1:], period.end]
        self.moments = [to_milliseconds(start) for start in self.starts]

    def index(self, at: int) -> int:
        return max(bisect_right(self.moments, at) - 1, 0)
