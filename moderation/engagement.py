"""What editors ask of the comments of a period, as rows for charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.comment import Status


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` up to, not including, `end`; both aware. Buckets follow the calendar of `time_zone` (IANA name)."""

    start: datetime
    end: datetime
    grain: Grain
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightFilter:
    section_id: int | None = None
    article_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRow:
    """Comments received in a bucket by their present status. A bucket without comments has rows of 0."""

    start: datetime
    status: Status
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """Comments of one section or article in the period; `civil` is the share whose toxicity is under one half."""

    id: int | None
    name: str
    comments: int
    rejected: int
    civil: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """Who decided, per bucket of the decision's time. `p50`/`p90` are seconds from queue to a person's decision."""

    start: datetime
    machine: int
    people: int
    p50: float | None
    p90: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CivilityRow:
    """`civil` is the share of comments whose toxicity is under one half, None where there are no comments."""

    start: datetime
    comments: int
    civil: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The period in numbers; `machine_share` counts comments that no person decided on, None where there are none."""

    comments: int
    commenters: int
    rejected: int
    waiting: int
    machine_share: float | None
    civil: float | None
    median_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    period: Period
    overview: Overview
    volume: tuple[VolumeRow, ...]
    sections: tuple[GroupRow, ...]
    articles: tuple[GroupRow, ...]
    desk: tuple[DeskRow, ...]
    civility: tuple[CivilityRow, ...]
