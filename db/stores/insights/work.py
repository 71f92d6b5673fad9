"""How the desk is doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, func, select

from db.schema import appeals, comments, decisions, opinions, queue, scores, staff
from db.stores.insights.buckets import Buckets
from db.stores.insights.conditions import about, decided, narrowed, summed, within
from db.stores.insights.decided import Decided
from db.types import to_milliseconds
from moderation.appeal import AppealStatus
from moderation.comment import Status
from moderation.decision import Outcome
from moderation.engagement import (
    AgeRow,
    AgreementRow,
    AppealsCount,
    Double,
    FlowRow,
    InsightFilter,
    MachineRow,
    Period,
    QueueNow,
    ShiftRow,
)
from moderation.engagement.waits import quantile, step_of
from moderation.engagement.work import AGES, SHIFT_GAP_HOURS
from moderation.shift import HARSH


class WorkStore:
    def __init__(self, connection: Connection, decided_: Decided) -> None:
        self._connection, self._decided = connection, decided_

    def queue(self, site_id: int, where: InsightFilter, *, now: datetime) -> QueueNow:
        edges = [now - timedelta(minutes=below) for below in AGES]
        classes = [queue.c.entered_at > edges[0]]
        classes += [(queue.c.entered_at <= newer) & (queue.c.entered_at > older) for newer, older in pairwise(edges)]
        classes.append(queue.c.entered_at <= edges[-1])
        query = select(func.min(queue.c.entered_at), *[summed(one) for one in classes]).where(
            queue.c.site_id == site_id
        )
        found = self._connection.execute(narrowed(query, queue.c.comment_id, where)).one()
        classed = [int(times) for times in found[1:]]
        ages = tuple(AgeRow(below=below, comments=times) for below, times in zip((*AGES, None), classed, strict=True))
        return QueueNow(waiting=sum(classed), oldest=found[0], ages=ages)

    def flow(self, site_id: int, period: Period, where: InsightFilter) -> tuple[FlowRow, ...]:
        buckets = Buckets(period)
        arrived: Counter[int] = Counter()
        left: Counter[int] = Counter()
        for at, count in self._decided.of(site_id, period, where):
            arrived[buckets.index(at)] += count.measures["arrived"]
            left[buckets.index(at)] += count.measures["left"]
        return tuple(
            FlowRow(start=start, arrived=arrived[index], left=left[index]) for index, start in enumerate(buckets.starts)
        )

    def machine(self, site_id: int, period: Period, where: InsightFilter) -> tuple[MachineRow, ...]:
        summed_: Counter[str] = Counter()
        for _, count in self._decided.of(site_id, period, where, buckets=False):
            summed_.update(count.measures)
        return tuple(
            MachineRow(
                outcome=outcome,
                decided=summed_[f"said_{outcome}"],
                looked_at=summed_[f"looked_{outcome}"],
                overruled=summed_[f"overruled_{outcome}"],
            )
            for outcome in Outcome
        )

    def agreement(self, site_id: int, period: Period, where: InsightFilter) -> tuple[AgreementRow, ...]:
        given = within(opinions.c.site_id == site_id, opinions.c.given_at, period.start, period.end)
        by_opinion = (
            select(func.count(), summed(opinions.c.outcome == decisions.c.outcome))
            .select_from(opinions)
            .join(decisions, decisions.c.id == opinions.c.settled_by)
            .where(*given, opinions.c.withdrawn_at.is_(None))
        )
        lodged = within(appeals.c.site_id == site_id, appeals.c.opened_at, period.start, period.end)
        by_appeal = (
            select(func.count(), summed(decisions.c.outcome == Outcome.REJECT.value))
            .select_from(appeals)
            .join(decisions, decisions.c.id == appeals.c.settled_by)
            .where(*lodged, appeals.c.against.is_not(None))
        )
        rows = []
        for double, query, of in (
            (Double.OPINION, by_opinion, opinions.c.comment_id),
            (Double.APPEAL, by_appeal, appeals.c.comment_id),
        ):
            pairs, agreed = self._connection.execute(narrowed(query, of, where)).one()
            rows.append(AgreementRow(double=double, pairs=pairs, agreed=agreed))
        return tuple(rows)

    def appeals(self, site_id: int, period: Period, where: InsightFilter) -> AppealsCount:
        query = (
            select(
                appeals.c.opened_at,
                appeals.c.revision,
                comments.c.revision.label("present"),
                comments.c.status,
                decisions.c.outcome,
                decisions.c.decided_at,
            )
            .select_from(appeals)
            .join(comments, comments.c.id == appeals.c.comment_id)
            .outerjoin(decisions, decisions.c.id == appeals.c.settled_by)
            .where(*within(appeals.c.site_id == site_id, appeals.c.opened_at, period.start, period.end), *about(where))
        )
        rows = self._connection.execute(query).all()
        counted = Counter(_became(row) for row in rows)
        answered = Counter(
            step_of(to_milliseconds(row.decided_at) - to_milliseconds(row.opened_at)) for row in rows if row.decided_at
        )
        return AppealsCount(
            lodged=len(rows),
            granted=counted[AppealStatus.GRANTED],
            turned_down=counted[AppealStatus.TURNED_DOWN],
            lapsed=counted[AppealStatus.LAPSED],
            open=counted[AppealStatus.OPEN],
            median_seconds=quantile(answered, 0.5),
        )

    def shifts(self, site_id: int, period: Period, *, staff_id: int | None) -> tuple[ShiftRow, ...]:
        name = func.coalesce(func.nullif(staff.c.display_name, ""), staff.c.name)
        query = (
            select(
                decisions.c.staff_id, name.label("name"), decisions.c.decided_at, decisions.c.outcome, scores.c.reject
            )
            .select_from(decisions)
            .join(staff, staff.c.id == decisions.c.staff_id)
            .join(comments, comments.c.id == decisions.c.comment_id)
            .join(scores, (scores.c.comment_id == comments.c.id) & (scores.c.revision == comments.c.revision))
            .where(*decided(site_id, period), decisions.c.staff_id.is_not(None))
            .order_by(name, decisions.c.staff_id, decisions.c.decided_at)
        )
        if staff_id is not None:
            query = query.where(decisions.c.staff_id == staff_id)
        shifts: list[list[Any]] = []
        for row in self._connection.execute(query):
            if shifts and _goes_on(shifts[-1][-1], row):
                shifts[-1].append(row)
            else:
                shifts.append([row])
        return tuple(_shift(rows) for rows in shifts)


def _became(row: Any) -> AppealStatus:
    if row.outcome is not None:
        return AppealStatus.GRANTED if row.outcome == Outcome.APPROVE else AppealStatus.TURNED_DOWN
    gone = row.status == Status.ERASED or row.revision != row.present
    return AppealStatus.LAPSED if gone else AppealStatus.OPEN


def _goes_on(last: Any, row: Any) -> bool:
    return bool(last.staff_id == row.staff_id and row.decided_at - last.decided_at < timedelta(hours=SHIFT_GAP_HOURS))


def _shift(rows: Sequence[Any]) -> ShiftRow:
    return ShiftRow(
        staff_id=rows[0].staff_id,
        name=rows[0].name,
        start=rows[0].decided_at,
        end=rows[-1].decided_at,
        decided=len(rows),
        rejected=sum(row.outcome == Outcome.REJECT for row in rows),
        harsh=sum(row.reject >= HARSH for row in rows),
    )
