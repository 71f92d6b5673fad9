"""A period at a glance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import nsmallest
from typing import Any

from sqlalchemy import Connection, select

from db.schema import articles, comments, sections
from db.stores.insights.buckets import Buckets
from db.stores.insights.decided import Decided
from db.stores.insights.readers import ReaderStore
from db.stores.insights.tallies import Tallies
from db.stores.rollups.by_article import Counted
from db.stores.rollups.desk import DeskCount
from moderation.comment import Status
from moderation.engagement import (
    CivilityRow,
    DeskRow,
    GroupRow,
    InsightFilter,
    Overview,
    Period,
    VolumeRow,
)
from moderation.engagement.waits import quantile

LISTED = 15
_TALLIED = (Status.PUBLISHED, Status.APPROVED, Status.PENDING, Status.REJECTED, Status.ERASED)


class OverviewStore:
    def __init__(self, connection: Connection, tallies: Tallies, decided_: Decided, readers: ReaderStore) -> None:
        self._connection, self._tallies, self._decided, self._readers = connection, tallies, decided_, readers

    def overview(self, site_id: int, period: Period, where: InsightFilter) -> Overview:
        rows = self._tallies.of(
            site_id, period, where, by=("status",), count=("comments", "civil", "machine", "waiting")
        )
        counted = sum(row.comments for row in rows)
        waits: Counter[int] = Counter()
        for _, one in self._decided.of(site_id, period, where, buckets=False):
            waits.update(one.waits)
        return Overview(
            comments=counted,
            commenters=self._readers.commenters(site_id, period, where),
            rejected=sum(row.comments for row in rows if row.status == Status.REJECTED),
            waiting=sum(row.waiting for row in rows),
            machine_share=sum(row.machine for row in rows) / counted if counted else None,
            civil=sum(row.civil for row in rows) / counted if counted else None,
            median_seconds=quantile(waits, 0.5),
        )

    def began(self, site_id: int) -> datetime | None:
        """When the site's first comment was written."""
        written = select(comments.c.created_at).where(comments.c.site_id == site_id)
        return self._connection.execute(written.order_by(comments.c.created_at).limit(1)).scalar()

    def volume(self, site_id: int, period: Period, where: InsightFilter) -> tuple[VolumeRow, ...]:
        buckets = Buckets(period)
        tally: Counter[tuple[int, str]] = Counter()
        for row in self._tallies.of(site_id, period, where, by=("at", "status")):
            tally[(buckets.index(row.at), row.status)] += row.comments
        return tuple(
            VolumeRow(start=start, status=status, comments=tally[(index, status.value)])
            for index, start in enumerate(buckets.starts)
            for status in _TALLIED
        )

    def groups(self, site_id: int, period: Period, where: InsightFilter, *, by: str) -> tuple[GroupRow, ...]:
        """The fifteen sections or articles (`by` is `section_id` or `article_id`) with most comments."""
        found = self._largest(site_id, period, where, by)
        names = self.names(by, [key for key in found if key is not None])
        return tuple(
            GroupRow(
                id=key,
                name=names.get(key, "") if key is not None else "",
                comments=one.comments,
                rejected=one.rejected,
                civil=one.civil / one.comments,
            )
            for key, one in found.items()
        )

    def _largest(self, site_id: int, period: Period, where: InsightFilter, by: str) -> Mapping[Any, Counted]:
        if by == "article_id":
            return self._tallies.articles(site_id, period, where).most(LISTED)
        found = self._tallies.sections(site_id, period, where)
        keys = nsmallest(LISTED, found, key=lambda key: (-found[key].comments, key is not None, key or 0))
        return {key: found[key] for key in keys}

    def names(self, by: str, ids: Iterable[int]) -> dict[int, str]:
        key, name = (sections.c.id, sections.c.name) if by == "section_id" else (articles.c.id, articles.c.title)
        wanted = list(ids)
        if not wanted:
            return {}
        return {row[0]: row[1] for row in self._connection.execute(select(key, name).where(key.in_(wanted)))}

    def desk(self, site_id: int, period: Period, where: InsightFilter) -> tuple[DeskRow, ...]:
        buckets = Buckets(period)
        found: dict[int, DeskCount] = defaultdict(DeskCount)
        for at, count in self._decided.of(site_id, period, where):
            found[buckets.index(at)].add(count)
        return tuple(
            DeskRow(
                start=start,
                machine=found[index].measures["machine"],
                people=found[index].measures["people"],
                p50=quantile(found[index].waits, 0.5),
                p90=quantile(found[index].waits, 0.9),
                waits=found[index].waits.total(),
            )
            for index, start in enumerate(buckets.starts)
        )

    def civility(self, site_id: int, period: Period, where: InsightFilter) -> tuple[CivilityRow, ...]:
        buckets = Buckets(period)
        counted: Counter[int] = Counter()
        civil: Counter[int] = Counter()
        for row in self._tallies.of(site_id, period, where, by=("at",), count=("comments", "civil")):
            counted[buckets.index(row.at)] += row.comments
            civil[buckets.index(row.at)] += row.civil
        return tuple(
            CivilityRow(
                start=start, comments=counted[index], civil=civil[index] / counted[index] if counted[index] else None
            )
            for index, start in enumerate(buckets.starts)
        )
