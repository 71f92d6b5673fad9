"""Of when and of what a figure speaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.comment import Status


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` up to, not including, `end`; both aware. Buckets follow the calendar of `time_zone` (IANA name).

    `week_starts`: 0 is Monday, 5 Saturday, 6 Sunday; asked only where the grain is a week.
    """

    start: datetime
    end: datetime
    grain: Grain
    time_zone: str
    week_starts: int = 0


def is_known(start: datetime, end: datetime, *, began: datetime | None, now: datetime) -> bool:
    """Whether a bucket can be counted: not before the site's first comment, nor one that has not begun yet."""
    return began is not None and began < end and start <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightFilter:
    """None is any. `status` is the comment's present one. `within`: sections, of which the comment must be in one."""

    section_id: int | None = None
    article_id: int | None = None
    language: str | None = None
    status: Status | None = None
    within: tuple[int, ...] | None = None
