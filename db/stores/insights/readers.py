"""Who writes: new and returning commenters, how much the most active write, contributors, reporters."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from sqlalchemy import Connection, func, select

from db.schema import commenters, comments, flags, picks
from db.stores.insights.buckets import Buckets
from db.stores.insights.conditions import about, quarter, received, summed, within
from db.types import to_milliseconds
from moderation.comment import VISIBLE, Status
from moderation.engagement import Concentration, ContributorRow, InsightFilter, Period, ReporterRow, ReturnRow
from moderation.engagement.readers import most_active
from moderation.flag import FlagKind

_ACTIVE, _LEAST, _REJECTED_AT_MOST, _LISTED = 200, 3, 0.1, 20


class ReaderStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def returns(self, site_id: int, period: Period, where: InsightFilter) -> tuple[ReturnRow, tuple[ReturnRow, ...]]:
        """Of the whole period, and of each bucket."""
        buckets = Buckets(period)
        at = quarter(comments.c.created_at)
        wrote = received(site_id, period, _of_readers(where))
        firsts = self._firsts(site_id, period, where)
        present: dict[int, set[int]] = defaultdict(set)
        for moment, commenter_id in self._connection.execute(
            select(at, comments.c.commenter_id).where(*wrote).distinct()
        ):
            present[buckets.index(moment)].add(commenter_id)
        new: Counter[int] = Counter()
        for index, ids in present.items():
            start = buckets.moments[index]
            end = buckets.moments[index + 1] if index + 1 < len(buckets.moments) else to_milliseconds(period.end)
            new[index] = sum(start <= firsts[commenter_id] < end for commenter_id in ids)
        everyone = set().union(*present.values())
        begun = to_milliseconds(period.start)
        whole = ReturnRow(
            start=period.start, commenters=len(everyone), new=sum(firsts[one] >= begun for one in everyone)
        )
        return whole, tuple(
            ReturnRow(start=start, commenters=len(present[index]), new=new[index])
            for index, start in enumerate(buckets.starts)
        )

    def _firsts(self, site_id: int, period: Period, where: InsightFilter) -> dict[int, int]:
        """When each commenter of the period wrote first on the site, in milliseconds."""
        theirs = select(comments.c.commenter_id).where(*received(site_id, period, _of_readers(where)))
        query = (
            select(comments.c.commenter_id, func.min(comments.c.created_at))
            .where(comments.c.commenter_id.in_(theirs))
            .group_by(comments.c.commenter_id)
        )
        return {commenter_id: to_milliseconds(first) for commenter_id, first in self._connection.execute(query)}

    def concentration(self, site_id: int, period: Period, where: InsightFilter) -> Concentration:
        times = func.count()
        query = (
            select(times)
            .where(*received(site_id, period, _of_readers(where)))
            .group_by(comments.c.commenter_id)
            .order_by(times.desc())
        )
        counts = list(self._connection.execute(query).scalars())
        return Concentration(
            commenters=len(counts),
            comments=sum(counts),
            top1=sum(counts[: most_active(len(counts), 1)]),
            top10=sum(counts[: most_active(len(counts), 10)]),
        )

    def contributors(self, site_id: int, period: Period, where: InsightFilter) -> tuple[ContributorRow, ...]:
        times = func.count()
        query = (
            select(
                comments.c.commenter_id,
                commenters.c.name,
                times.label("comments"),
                summed(comments.c.status.in_([status.value for status in sorted(VISIBLE)])).label("visible"),
                summed(comments.c.status == Status.REJECTED.value).label("rejected"),
                func.count(picks.c.comment_id).label("picks"),
            )
            .select_from(comments)
            .join(commenters, commenters.c.id == comments.c.commenter_id)
            .outerjoin(picks, (picks.c.comment_id == comments.c.id) & (picks.c.revision == comments.c.revision))
            .where(*received(site_id, period, _of_readers(where)))
            .group_by(comments.c.commenter_id, commenters.c.name)
            .order_by(times.desc(), comments.c.commenter_id)
            .limit(_ACTIVE)
        )
        good = [
            ContributorRow(
                commenter_id=row.commenter_id,
                name=row.name,
                comments=row.comments,
                visible=row.visible,
                rejected=row.rejected,
                picks=row.picks,
            )
            for row in self._connection.execute(query)
            if row.comments >= _LEAST and row.rejected <= _REJECTED_AT_MOST * row.comments
        ]
        return tuple(sorted(good, key=lambda one: (-one.picks, -one.visible, one.commenter_id))[:_LISTED])

    def reporters(self, site_id: int, period: Period, where: InsightFilter) -> tuple[ReporterRow, ...]:
        """Who reported most in the period."""
        by_person = comments.c.decided_by_machine.is_(False)
        times = func.count()
        counted = (
            select(
                flags.c.source,
                times.label("reports"),
                summed(by_person & (comments.c.status == Status.REJECTED.value)).label("upheld"),
                summed(by_person & (comments.c.status == Status.APPROVED.value)).label("turned_down"),
            )
            .select_from(flags)
            .join(comments, comments.c.id == flags.c.comment_id)
            .where(
                flags.c.kind == FlagKind.REPORTED.value,
                *within(flags.c.site_id == site_id, flags.c.created_at, period.start, period.end),
                *about(_of_readers(where)),
            )
            .group_by(flags.c.source)
            .order_by(times.desc(), flags.c.source)
            .limit(_LISTED)
            .subquery()
        )
        theirs = (commenters.c.site_id == site_id) & (commenters.c.external_id == counted.c.source)
        query = (
            select(counted, func.coalesce(commenters.c.name, "").label("name"))
            .outerjoin(commenters, theirs)
            .order_by(counted.c.reports.desc(), counted.c.source)
        )
        return tuple(
            ReporterRow(
                reporter=row.source, name=row.name, reports=row.reports, upheld=row.upheld, turned_down=row.turned_down
            )
            for row in self._connection.execute(query)
        )


def _of_readers(where: InsightFilter) -> InsightFilter:
    """Language and status are of comments; who a reader is does not change with them."""
    return replace(where, language=None, status=None)
