"""What happened around an event: two periods side by side, and notes pinned to days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from moderation.engagement.overview import Overview
from moderation.engagement.period import Period

MAX_NOTE = 200
"""Characters of a pinned note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A note of the newsroom on a day of its own calendar; `by` is an actor's name (`editor:hana`)."""

    id: int
    day: date
    text: str
    by: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideRow:
    """The bucket of this `number` in both periods; a start is None where one period has fewer buckets.

    Comments are None, a gap, before the site's first comment and for buckets that have not begun.
    """

    number: int
    start: datetime | None
    comments: int | None
    civil: float | None
    other_start: datetime | None
    other_comments: int | None
    other_civil: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Question 6. `pins` are those of both periods."""

    period: Period
    other: Period
    overview: Overview
    other_overview: Overview
    rows: tuple[BesideRow, ...]
    pins: tuple[Pin, ...]
