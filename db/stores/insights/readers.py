"""Who writes: new and returning commenters, how much the most active write, contributors, reporters."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    distinct,
    func,
    literal_column,
    select,
    text,
    type_coerce,
)

from db.schema import HIDDEN, commenters, comments, flags, picks
from db.stores._counting import counted_as
from db.stores._sql import chunks
from db.stores.insights.buckets import Buckets
from db.stores.insights.conditions import about, milliseconds, narrowed, quarter, received, summed, within
from db.stores.rollups.vectors import Readers, united
from db.stores.rollups.who import WhoWrote
from db.types import Instant, from_milliseconds, to_milliseconds
from moderation.comment import Status
from moderation.engagement import Concentration, ContributorRow, InsightFilter, Period, ReporterRow, ReturnRow
from moderation.engagement.readers import most_active
from moderation.flag import FlagKind

_ACTIVE, _LEAST, _REJECTED_AT_MOST, _LISTED = 200, 3, 0.1, 20
# With more in a period it is quicker to read what the most active ever reported than all of the period once more.
_MANY_REPORTS = 5_000


class ReaderStore:
    def __init__(self, connection: Connection, who: WhoWrote) -> None:
        self._connection, self._who = connection, who

    def commenters(self, site_id: int, period: Period, where: InsightFilter) -> int:
        """How many wrote what the filter asks for."""
        if self._who.serves(site_id, period, where):
            parts = self._who.wrote(site_id, period, where, buckets=False)
            return len(united(part.present for part in parts))
        query = select(func.count(distinct(comments.c.commenter_id))).where(*received(site_id, period, where))
        return self._connection.execute(query).scalar_one()

    def returns(self, site_id: int, period: Period, where: InsightFilter) -> tuple[ReturnRow, tuple[ReturnRow, ...]]:
        """Of the whole period, and of each bucket."""
        where = _of_readers(where)
        if self._who.serves(site_id, period, where):
            return self._returns_beforehand(site_id, period, where)
        buckets = Buckets(period)
        at = quarter(comments.c.created_at)
        wrote = received(site_id, period, where)
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

    def _returns_beforehand(
        self, site_id: int, period: Period, where: InsightFilter
    ) -> tuple[ReturnRow, tuple[ReturnRow, ...]]:
        buckets = Buckets(period)
        present: dict[int, Readers] = defaultdict(Readers)
        first: dict[int, Readers] = defaultdict(Readers)
        for part in self._who.wrote(site_id, period, where, buckets=True):
            present[buckets.index(part.at)] |= part.present
        for at, readers in self._who.first(site_id, period, buckets=True):
            first[buckets.index(at)] |= readers
        everyone, newcomers = united(present.values()), united(first.values())
        whole = ReturnRow(
            start=period.start, commenters=len(everyone), new=everyone.intersection_cardinality(newcomers)
        )
        if buckets.starts and buckets.starts[0] < period.start:
            # Who wrote first in the first bucket, but before the period, is new in it all the same.
            before = replace(period, start=from_milliseconds(buckets.moments[0]), end=period.start)
            for _, readers in self._who.first(site_id, before, buckets=True):
                first[0] |= readers
        return whole, tuple(
            ReturnRow(
                start=start,
                commenters=len(present[index]),
                new=present[index].intersection_cardinality(first[index]),
            )
            for index, start in enumerate(buckets.starts)
        )

    def _firsts(self, site_id: int, period: Period, where: InsightFilter) -> dict[int, int]:
        """When each commenter of the period wrote first on the site, in milliseconds."""
        theirs = select(comments.c.commenter_id).where(*received(site_id, period, where))
        query = (
            select(comments.c.commenter_id, func.min(comments.c.created_at))
            .where(comments.c.commenter_id.in_(theirs))
            .group_by(comments.c.commenter_id)
        )
        return {commenter_id: to_milliseconds(first) for commenter_id, first in self._connection.execute(query)}

    def concentration(self, site_id: int, period: Period, where: InsightFilter) -> Concentration:
        where = _of_readers(where)
        if self._who.serves(site_id, period, where):
            wrote = self._who.times(site_id, period, where)
            return _concentration(len(wrote), wrote.of_most)
        times = func.count()
        query = (
            select(times)
            .where(*received(site_id, period, where))
            .group_by(comments.c.commenter_id)
            .order_by(times.desc())
        )
        counts = list(self._connection.execute(query).scalars())
        return _concentration(len(counts), lambda many: sum(counts[:many]))

    def contributors(self, site_id: int, period: Period, where: InsightFilter) -> tuple[ContributorRow, ...]:
        where = _of_readers(where)
        active = self._active(site_id, period, where)
        times = {commenter_id: many for commenter_id, many in active if many >= _LEAST}
        picked = self._picked(site_id, period, where, list(times))
        found: list[ContributorRow] = []
        # What readers do not see of theirs is counted for as many as can still come among the first.
        for some in chunks(sorted(times, key=lambda one: (-picked[one], -times[one])), _LISTED):
            best = found[_LISTED - 1 :]
            if best and (best[0].picks, best[0].visible) > (picked[some[0]], times[some[0]]):
                break
            found += self._contributed(site_id, period, where, {one: times[one] for one in some}, picked)
            found.sort(key=lambda one: (-one.picks, -one.visible, one.commenter_id))
        return tuple(found[:_LISTED])

    def _contributed(
        self, site_id: int, period: Period, where: InsightFilter, times: dict[int, int], picked: Counter[int]
    ) -> list[ContributorRow]:
        """Those of whose comments few were rejected."""
        hidden = self._hidden(site_id, period, where, list(times))
        query = select(commenters.c.id, commenters.c.name).where(commenters.c.id.in_(times))
        names = {row.id: row.name for row in self._connection.execute(query)}
        return [
            ContributorRow(
                commenter_id=one,
                name=names[one],
                comments=many,
                visible=many - hidden[one].total(),
                rejected=hidden[one][Status.REJECTED.value],
                picks=picked[one],
            )
            for one, many in times.items()
            if hidden[one][Status.REJECTED.value] <= _REJECTED_AT_MOST * many
        ]

    def _active(self, site_id: int, period: Period, where: InsightFilter) -> list[tuple[int, int]]:
        """(commenter, comments) of those with most comments, the most first."""
        if self._who.serves(site_id, period, where):
            return self._active_beforehand(site_id, period, where)
        times = func.count()
        query = (
            select(comments.c.commenter_id, times)
            .where(*received(site_id, period, where))
            .group_by(comments.c.commenter_id)
            .order_by(times.desc(), comments.c.commenter_id)
            .limit(_ACTIVE)
        )
        return [(row[0], row[1]) for row in self._connection.execute(query)]

    def _active_beforehand(self, site_id: int, period: Period, where: InsightFilter) -> list[tuple[int, int]]:
        # Of those with as many comments as the last of them, who came first is taken first.
        most = self._who.times(site_id, period, where).most(_ACTIVE, least=_LEAST)
        ids = self._who.commenters(site_id, [number for number, _ in most])
        found = [(ids[number], times) for number, times in most]
        return sorted(found, key=lambda one: (-one[1], one[0]))[:_ACTIVE]

    def _hidden(
        self, site_id: int, period: Period, where: InsightFilter, ids: Sequence[int]
    ) -> dict[int, Counter[str]]:
        """What readers do not see, by status: few of all, in an index of their own, which does not hold the site; but
        of that a commenter has one."""
        _, *asked = received(site_id, period, where)
        who, status = comments.c.commenter_id, comments.c.status
        theirs = [who.in_(ids), *asked]
        query = select(who, status, func.count()).where(*theirs, text(HIDDEN)).group_by(who, status)
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for commenter_id, hidden, times in self._connection.execute(query):
            found[commenter_id][hidden] = times
        # The index does not hold as what these count, and they are fewer still.
        counted = comments.c.counts_as
        query = select(who, counted, func.count()).where(*theirs, counted.is_not(None)).group_by(who, counted)
        for commenter_id, hidden, times in self._connection.execute(query):
            found[commenter_id].update({hidden: times, Status.ERASED.value: -times})
        return found

    def _picked(self, site_id: int, period: Period, where: InsightFilter, ids: Sequence[int]) -> Counter[int]:
        """From the picks, which are few, to their comments. As sums no index serves the columns on the other way, which
        SQLite would take through all comments of the period."""
        nothing = literal_column("0", Integer())
        _, *asked = received(site_id, period, where)
        query = (
            select(comments.c.commenter_id)
            .select_from(picks)
            .join(comments, (picks.c.comment_id == comments.c.id) & (picks.c.revision == comments.c.revision))
            .where(picks.c.site_id == site_id, *asked, (comments.c.commenter_id + nothing).in_(ids))
        )
        return Counter(self._connection.execute(query).scalars())

    def reporters(self, site_id: int, period: Period, where: InsightFilter) -> tuple[ReporterRow, ...]:
        """Who reported most in the period. Their reports alone are followed to what became of the comments."""
        where = _of_readers(where)
        counted, all_reports = self._most_reports(site_id, period, where)
        moment: ColumnElement[Any] = flags.c.created_at
        if all_reports > _MANY_REPORTS:
            # As a sum no index serves it: SQLite would read all of the period for the reports of a few people.
            moment = type_coerce(milliseconds(moment) + literal_column("0"), Instant())
        theirs = (commenters.c.site_id == flags.c.site_id) & (commenters.c.external_id == flags.c.source)
        by_person = comments.c.decided_by_machine.is_(False)
        query = (
            select(
                flags.c.source,
                func.coalesce(func.max(commenters.c.name), "").label("name"),
                summed(by_person & (counted_as == Status.REJECTED.value)).label("upheld"),
                summed(by_person & (counted_as == Status.APPROVED.value)).label("turned_down"),
            )
            .select_from(flags)
            .join(comments, comments.c.id == flags.c.comment_id)
            .outerjoin(commenters, theirs)
            .where(*_reported(site_id, period, moment), flags.c.source.in_(counted), *about(where))
            .group_by(flags.c.source)
        )
        found = {row.source: row for row in self._connection.execute(query)}
        return tuple(
            ReporterRow(
                reporter=source,
                name=found[source].name,
                reports=many,
                upheld=found[source].upheld,
                turned_down=found[source].turned_down,
            )
            for source, many in counted.items()
        )

    def _most_reports(self, site_id: int, period: Period, where: InsightFilter) -> tuple[dict[str, int], int]:
        """Of who reported most; and on SQLite all reports of the period. There they are given as one list: to sort them
        in order to group them takes three times as long."""
        source, times = flags.c.source, func.count()
        asked = _reported(site_id, period, flags.c.created_at)

        def of(*columns: ColumnElement[Any]) -> Select[Any]:
            return narrowed(select(*columns).select_from(flags), flags.c.comment_id, where).where(*asked)

        if self._connection.dialect.name == "sqlite":
            counted = Counter(json.loads(self._connection.execute(of(func.json_group_array(source))).scalar_one()))
            least = min(sorted(counted.values())[-_LISTED:], default=0)
            most = sorted((one for one in counted.items() if one[1] >= least), key=lambda one: (-one[1], one[0]))
            return dict(most[:_LISTED]), counted.total()
        query = of(source, times).group_by(source).order_by(times.desc(), source).limit(_LISTED)
        return {row[0]: row[1] for row in self._connection.execute(query)}, 0


def _reported(site_id: int, period: Period, moment: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    of_site = (flags.c.site_id == site_id) & (flags.c.kind == FlagKind.REPORTED.value)
    return within(of_site, moment, period.start, period.end)


def _concentration(commenters: int, of_most: Callable[[int], int]) -> Concentration:
    """`of_most` says how many comments so many of the most active wrote together."""
    return Concentration(
        commenters=commenters,
        comments=of_most(commenters),
        top1=of_most(most_active(commenters, 1)),
        top10=of_most(most_active(commenters, 10)),
    )


def _of_readers(where: InsightFilter) -> InsightFilter:
    """Language and status are of comments; who a reader is does not change with them."""
    return replace(where, language=None, status=None)
