"""The hours, days and months of a newsroom's calendar, as moments in milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from db.stores.insights.buckets import QUARTER, hour_after, hour_start
from db.types import from_milliseconds, to_milliseconds
from moderation.engagement import Grain


class Kind(StrEnum):
    """What a row of a tally counts."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    ARTICLE_DAY = "article:day"
    ARTICLE_MONTH = "article:month"


ABOVE = {Kind.HOUR: (Kind.DAY, Kind.MONTH), Kind.ARTICLE_DAY: (Kind.ARTICLE_MONTH,)}
"""What a finer kind adds up to."""
OF_MONTHS = ((Kind.DAY, Kind.MONTH), (Kind.ARTICLE_DAY, Kind.ARTICLE_MONTH))
"""Of what a month is the sum."""
KINDS = {
    Grain.HOUR: (Kind.HOUR,),
    Grain.DAY: (Kind.HOUR, Kind.DAY),
    Grain.WEEK: (Kind.HOUR, Kind.DAY),
    Grain.MONTH: (Kind.HOUR, Kind.DAY, Kind.MONTH),
}
"""Those that lie in one bucket of a period each."""
WHOLE = KINDS[Grain.MONTH]


class Clock:
    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self._steps: dict[Kind, Callable[[int], int]] = {
            Kind.HOUR: self._hour,
            Kind.DAY: self._day,
            Kind.MONTH: self._month,
            Kind.ARTICLE_DAY: self._day,
            Kind.ARTICLE_MONTH: self._month,
        }
        # A quarter hour lies in one hour, day and month of every calendar. So many are those of a month of each kind.
        self._starts = lru_cache(20_000)(self._start)

    def start(self, kind: Kind, at: int) -> int:
        """Of the hour, day or month in which the moment lies."""
        return self._starts(kind, at // QUARTER * QUARTER)

    def after(self, kind: Kind, start: int) -> int:
        """Where the next one starts. Two steps forward and one back to a start skip no clock change."""
        if kind is Kind.HOUR:
            return hour_after(start, self.zone)
        long = timedelta(days=32) if kind in (Kind.MONTH, Kind.ARTICLE_MONTH) else timedelta(hours=26)
        return self.start(kind, start + long // timedelta(milliseconds=1))

    def first(self, kind: Kind, at: int) -> int:
        """The first start at or after the moment."""
        start = self.start(kind, at)
        return start if start == at else self.after(kind, start)

    def _start(self, kind: Kind, at: int) -> int:
        return self._steps[kind](at)

    def _hour(self, at: int) -> int:
        return hour_start(at, self.zone)

    def _day(self, at: int) -> int:
        local = from_milliseconds(at).astimezone(self.zone)
        return to_milliseconds(datetime(local.year, local.month, local.day, tzinfo=self.zone))

    def _month(self, at: int) -> int:
        local = from_milliseconds(at).astimezone(self.zone)
        return to_milliseconds(datetime(local.year, local.month, 1, tzinfo=self.zone))


@lru_cache(16)
def clock_of(zone: str) -> Clock:
    """The same for all who ask, so that what it has worked out is kept."""
    return Clock(zone)
