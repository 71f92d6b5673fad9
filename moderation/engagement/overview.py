"""A period at a glance, as rows for charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moderation.comment import Status
from moderation.engagement.period import Period


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
    """Who decided, per bucket of the decision's time. `p50`/`p90` are seconds from queue to a person's decision.

    `waits` is how many decisions the two rest on. Waits are counted by two digits, rounded up
    (`moderation/engagement/waits.py`), so a quantile is at most a tenth more than the exact one, and never less.
    """

    start: datetime
    machine: int
    people: int
    p50: float | None
    p90: float | None
    waits: int = 0


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
