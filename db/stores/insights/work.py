"""How the desk is doing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, func, select

from db.schema import appeals, comments, decisions, opinions, queue, scores, staff
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores.insights.buckets import Buckets
from db.stores.insights.conditions import about, milliseconds, narrowed, stands, summed, within
from db.stores.insights.decided import Decided
from db.types import from_milliseconds, to_milliseconds
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
    is_known,
)
from moderation.engagement.waits import quantile, step_of
from moderation.engagement.work import AGES, SHIFT_GAP_HOURS
from moderation.shift import HARSH

_HOUR = 3_600_000


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

    def flow(
        self, site_id: int, period: Period, where: InsightFilter, *, began: datetime | None, now: datetime
    ) -> tuple[FlowRow, ...]:
        buckets = Buckets(period)
        arrived: Counter[int] = Counter()
        left: Counter[int] = Counter()
        for at, count in self._decided.of(site_id, period, where):
            arrived[buckets.index(at)] += count.measures["arrived"]
            left[buckets.index(at)] += count.measures["left"]
        known = [is_known(*span, began=began, now=now) for span in zip(buckets.starts, buckets.ends, strict=True)]
        return tuple(
            FlowRow(
                start=start,
                arrived=arrived[index] if known[index] else None,
                left=left[index] if known[index] else None,
            )
            for index, start in enumerate(buckets.starts)
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
        people = select(staff.c.id, func.coalesce(func.nullif(staff.c.display_name, ""), staff.c.name))
        if staff_id is not None:
            people = people.where(staff.c.id == staff_id)
        names = {person: name for person, name in self._connection.execute(people)}
        found: dict[int, list[_Hours]] = {}
        start, end = to_milliseconds(period.start), to_milliseconds(period.end)
        for row in _HOURS.tuples(self._connection, people=list(names), site=site_id, start=start, end=end):
            hours, shifts = _Hours(*row[1:]), found.setdefault(row[0], [])
            if shifts and hours.first - shifts[-1].last < _GAP:
                shifts[-1] = shifts[-1].and_(hours)
            else:
                shifts.append(hours)
        ordered = sorted(found, key=lambda one: (names[one], one))
        return tuple(_shift(one, names[one], hours) for one in ordered for hours in found[one])


class _Hours(NamedTuple):
    """A person's decisions within an hour, or several without a gap; moments in milliseconds."""

    first: int
    last: int
    decided: int
    rejected: int
    harsh: int

    def and_(self, later: _Hours) -> _Hours:
        return _Hours(self.first, later.last, *[mine + its for mine, its in zip(self[2:], later[2:], strict=True)])


_GAP = SHIFT_GAP_HOURS * _HOUR
_looked_up = (
    select(scores.c.reject >= HARSH)
    .join(comments, (comments.c.id == scores.c.comment_id) & (comments.c.revision == scores.c.revision))
    .where(scores.c.comment_id == decisions.c.comment_id)
    .correlate(decisions)
    .scalar_subquery()
)
_made = milliseconds(decisions.c.decided_at)
_hour = _made // _HOUR
# Within an hour there is no gap of four, so hours are enough, a twentieth of the rows. All of it stands in the index of
# people. The site's index holds what the machine decided as well; `+ 0` keeps the planner from it.
_HOURS = Prepared(
    select(
        decisions.c.staff_id,
        func.min(_made),
        func.max(_made),
        func.count(),
        func.sum(case((decisions.c.outcome == Outcome.REJECT.value, 1), else_=0)),
        func.sum(case((func.coalesce(decisions.c.harsh, _looked_up), 1), else_=0)),
    )
    .where(
        among(decisions.c.staff_id, "people"),
        decisions.c.staff_id.is_not(None),
        decisions.c.site_id + 0 == bindparam("site"),
        _made >= bindparam("start"),
        _made < bindparam("end"),
        stands,
    )
    .group_by(decisions.c.staff_id, _hour)
    .order_by(decisions.c.staff_id, _hour)
)


def _became(row: Any) -> AppealStatus:
    if row.outcome is not None:
        return AppealStatus.GRANTED if row.outcome == Outcome.APPROVE else AppealStatus.TURNED_DOWN
    gone = row.status == Status.ERASED or row.revision != row.present
    return AppealStatus.LAPSED if gone else AppealStatus.OPEN


def _shift(staff_id: int, name: str, hours: _Hours) -> ShiftRow:
    return ShiftRow(
        staff_id=staff_id,
        name=name,
        start=from_milliseconds(hours.first),
        end=from_milliseconds(hours.last),
        decided=hours.decided,
        rejected=hours.rejected,
        harsh=hours.harsh,
    )
