"""Counts for charts. Comments are grouped by quarter hours, which fit every time zone, and folded into the newsroom's
hours and days afterwards."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Connection, case, distinct, exists, func, select, type_coerce

from db.schema import articles, comments, decisions, queue, sections
from db.types import to_milliseconds
from moderation.comment import Status
from moderation.engagement import (
    CivilityRow,
    DeskRow,
    Grain,
    GroupRow,
    InsightFilter,
    Insights,
    Overview,
    Period,
    VolumeRow,
)

_QUARTER = 900_000
_CIVIL_UNDER = 0.5
_ARTICLES = 15
_is_civil = case((comments.c.toxic < _CIVIL_UNDER, 1), else_=0)
_is_rejected = case((comments.c.status == Status.REJECTED.value, 1), else_=0)
_undoing = decisions.alias("undoing")
_waits = exists().where(queue.c.comment_id == comments.c.id)
_TALLIED = (Status.PUBLISHED, Status.APPROVED, Status.PENDING, Status.REJECTED, Status.ERASED)


def bucket_starts(period: Period) -> list[datetime]:
    """The starts of the hours or days that the period touches, in the newsroom's time zone, across clock changes."""
    zone = ZoneInfo(period.time_zone)
    if period.grain is Grain.HOUR:
        return _hours(period, zone)
    first = period.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = []
    day = first.date()
    # A day is what the calendar says: 23 or 25 hours where the clocks change.
    while (start := datetime(day.year, day.month, day.day, tzinfo=zone)) < period.end:
        starts.append(start)
        day += timedelta(days=1)
    return starts


def _hours(period: Period, zone: ZoneInfo) -> list[datetime]:
    local = period.start.astimezone(zone)
    # Arithmetic on one zone's wall clock would repeat or lose the hour in which clocks change; instants do not.
    at = period.start - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    starts = []
    while at < period.end:
        starts.append(at.astimezone(zone))
        at += timedelta(hours=1)
    return starts


class InsightStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insights(self, site_id: int, period: Period, where: InsightFilter) -> Insights:
        buckets = _Buckets(period)
        received = _of_site(site_id, period, where)
        return Insights(
            period=period,
            overview=self._overview(site_id, period, where),
            volume=self._volume(buckets, received),
            sections=self._groups(received, comments.c.section_id, sections.c.id, sections.c.name),
            articles=self._groups(received, comments.c.article_id, articles.c.id, articles.c.title),
            desk=self._desk(buckets, site_id, period, where),
            civility=self._civility(buckets, received),
        )

    def _overview(self, site_id: int, period: Period, where: InsightFilter) -> Overview:
        received = _of_site(site_id, period, where)
        row = self._connection.execute(
            select(
                func.count().label("comments"),
                func.count(distinct(comments.c.commenter_id)).label("commenters"),
                func.sum(_is_rejected).label("rejected"),
                func.sum(_is_civil).label("civil"),
                func.sum(case((comments.c.decided_by_machine & ~_waits, 1), else_=0)).label("machine"),
                func.sum(case((_waits, 1), else_=0)).label("waiting"),
            ).where(*received)
        ).one()
        waits = sorted(wait for _, wait in self._waits(site_id, period, where))
        return Overview(
            comments=row.comments,
            commenters=row.commenters,
            rejected=row.rejected or 0,
            waiting=row.waiting or 0,
            machine_share=row.machine / row.comments if row.comments else None,
            civil=row.civil / row.comments if row.comments else None,
            median_seconds=_quantile(waits, 0.5),
        )

    def _volume(self, buckets: _Buckets, received: list[ColumnElement[bool]]) -> tuple[VolumeRow, ...]:
        quarter = _quarter(comments.c.created_at)
        query = select(quarter, comments.c.status, func.count()).where(*received).group_by(quarter, comments.c.status)
        tally: dict[tuple[int, Status], int] = defaultdict(int)
        for at, status, times in self._connection.execute(query):
            tally[(buckets.index(at), Status(status))] += times
        return tuple(
            VolumeRow(start=start, status=status, comments=tally[(index, status)])
            for index, start in enumerate(buckets.starts)
            for status in _TALLIED
        )

    def _groups(
        self,
        received: list[ColumnElement[bool]],
        column: ColumnElement[Any],
        key: ColumnElement[Any],
        name: ColumnElement[str],
    ) -> tuple[GroupRow, ...]:
        counted = (
            select(
                column.label("key"),
                func.count().label("comments"),
                func.sum(_is_rejected).label("rejected"),
                func.sum(_is_civil).label("civil"),
            )
            .where(*received)
            .group_by(column)
            .order_by(func.count().desc(), column)
            .limit(_ARTICLES)
            .subquery()
        )
        query = (
            select(counted, func.coalesce(name, "").label("name"))
            .select_from(counted.outerjoin(key.table, key == counted.c.key))
            .order_by(counted.c.comments.desc(), counted.c.key)
        )
        return tuple(
            GroupRow(
                id=row.key,
                name=row.name,
                comments=row.comments,
                rejected=row.rejected,
                civil=row.civil / row.comments,
            )
            for row in self._connection.execute(query)
        )

    def _desk(self, buckets: _Buckets, site_id: int, period: Period, where: InsightFilter) -> tuple[DeskRow, ...]:
        quarter = _quarter(decisions.c.decided_at)
        by_person = case((decisions.c.staff_id.is_not(None), 1), else_=0)
        # A held comment is not decided yet, and an undone decision was not one in the end.
        decided = [*_decided_in(site_id, period, where), ~decisions.c.review]
        query = select(quarter, by_person, func.count()).where(*decided).group_by(quarter, by_person)
        if where.article_id is not None or where.section_id is not None:
            query = query.join(comments, comments.c.id == decisions.c.comment_id)
        tally: dict[tuple[int, int], int] = defaultdict(int)
        for at, person, times in self._connection.execute(query):
            tally[(buckets.index(at), person)] += times
        waits: dict[int, list[float]] = defaultdict(list)
        for at, wait in self._waits(site_id, period, where):
            waits[buckets.index(at)].append(wait)
        return tuple(
            DeskRow(
                start=start,
                machine=tally[(index, 0)],
                people=tally[(index, 1)],
                p50=_quantile(sorted(waits[index]), 0.5),
                p90=_quantile(sorted(waits[index]), 0.9),
            )
            for index, start in enumerate(buckets.starts)
        )

    def _waits(self, site_id: int, period: Period, where: InsightFilter) -> Iterable[tuple[int, float]]:
        """(quarter of the decision, seconds waited) of each first decision that a person made."""
        query = select(_quarter(decisions.c.decided_at), decisions.c.waited_ms).where(
            *_decided_in(site_id, period, where), decisions.c.staff_id.is_not(None), decisions.c.waited_ms.is_not(None)
        )
        if where.article_id is not None or where.section_id is not None:
            query = query.join(comments, comments.c.id == decisions.c.comment_id)
        return [(at, wait / 1_000) for at, wait in self._connection.execute(query)]

    def _civility(self, buckets: _Buckets, received: list[ColumnElement[bool]]) -> tuple[CivilityRow, ...]:
        quarter = _quarter(comments.c.created_at)
        query = select(quarter, func.count(), func.sum(_is_civil)).where(*received).group_by(quarter)
        counted: dict[int, int] = defaultdict(int)
        civil: dict[int, int] = defaultdict(int)
        for at, times, kind in self._connection.execute(query):
            counted[buckets.index(at)] += times
            civil[buckets.index(at)] += kind
        return tuple(
            CivilityRow(
                start=start, comments=counted[index], civil=civil[index] / counted[index] if counted[index] else None
            )
            for index, start in enumerate(buckets.starts)
        )


class _Buckets:
    """From a quarter hour to the bucket that it lies in."""

    def __init__(self, period: Period) -> None:
        self.starts = bucket_starts(period)
        self._quarters = [to_milliseconds(start) // _QUARTER for start in self.starts]

    def index(self, quarter: int) -> int:
        return max(bisect_right(self._quarters, quarter) - 1, 0)


def _quarter(column: ColumnElement[Any]) -> ColumnElement[int]:
    return type_coerce(column, BigInteger) // _QUARTER


def _of_site(site_id: int, period: Period, where: InsightFilter) -> list[ColumnElement[bool]]:
    conditions = [
        comments.c.site_id == site_id,
        comments.c.created_at >= period.start,
        comments.c.created_at < period.end,
    ]
    return conditions + _about(where)


def _decided_in(site_id: int, period: Period, where: InsightFilter) -> list[ColumnElement[bool]]:
    conditions = [
        decisions.c.site_id == site_id,
        decisions.c.decided_at >= period.start,
        decisions.c.decided_at < period.end,
        ~exists().where(_undoing.c.undoes == decisions.c.id),
    ]
    return conditions + _about(where)


def _about(where: InsightFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if where.article_id is not None:
        conditions.append(comments.c.article_id == where.article_id)
    if where.section_id is not None:
        conditions.append(comments.c.section_id == where.section_id)
    return conditions


def _quantile(ordered: list[float], share: float) -> float | None:
    """The smallest value that at least `share` of the values do not exceed."""
    return ordered[max(ceil(share * len(ordered)) - 1, 0)] if ordered else None
