"""What readers talk about, held against what was to be expected."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from db.schema import articles, comments, sections
from db.stores.insights.buckets import Buckets, hour_after
from db.stores.insights.conditions import received, summed
from db.stores.insights.overview import OverviewStore
from db.stores.insights.tallies import Tallies
from db.stores.rollups.by_article import NONE
from db.types import from_milliseconds, to_milliseconds
from moderation.engagement import BandRow, Grain, InsightFilter, Period, SectionRow, TakeoffRow, is_known
from moderation.engagement.talk import BAND_WEEKS, LEAST_WEEKS, WINDOW_HOURS

_WINDOW = timedelta(hours=WINDOW_HOURS)
_USUAL = timedelta(hours=24)
_LEAST, _LEAST_TIMES, _LISTED = 10, 2.0, 10
_Span = tuple[datetime, datetime]
_BANDED = {Grain.HOUR: timedelta(hours=1), Grain.DAY: timedelta(days=1)}


class TalkStore:
    def __init__(self, connection: Connection, tallies: Tallies, overview: OverviewStore) -> None:
        self._connection, self._tallies, self._overview = connection, tallies, overview

    def volume(self, site_id: int, period: Period, where: InsightFilter, *, now: datetime) -> tuple[BandRow, ...]:
        began = self._overview.began(site_id)
        buckets = Buckets(period)
        earlier = _earlier(buckets.starts, period)
        expected = self._expected(site_id, period, where, [span for spans in earlier for span in spans])
        counted: Counter[int] = Counter()
        for row in self._tallies.of(site_id, period, where, by=("at",)):
            counted[buckets.index(row.at)] += row.comments
        return tuple(
            _banded(
                start,
                counted[index] if is_known(start, end, began=began, now=now) else None,
                [expected[span] for span in spans if began is not None and span[0] >= began],
                running=start <= now < end,
            )
            for index, (start, end, spans) in enumerate(zip(buckets.starts, buckets.ends, earlier, strict=True))
        )

    def _expected(self, site_id: int, period: Period, where: InsightFilter, spans: Sequence[_Span]) -> Counter[_Span]:
        """Comments within each of the spans, which do not overlap but may be asked for twice."""
        counted: Counter[_Span] = Counter()
        ordered = sorted(set(spans))
        if not ordered:
            return counted
        starts, ends = zip(*[(to_milliseconds(start), to_milliseconds(end)) for start, end in ordered], strict=True)
        whole = replace(period, start=ordered[0][0], end=ordered[-1][1])
        for row in self._tallies.of(site_id, whole, where, by=("at",)):
            place = bisect_right(starts, row.at) - 1
            if place >= 0 and row.at < ends[place]:
                counted[ordered[place]] += row.comments
        return counted

    def takeoff(self, site_id: int, period: Period, where: InsightFilter, *, now: datetime) -> tuple[TakeoffRow, ...]:
        end = min(period.end, now)
        if end <= period.start:
            return ()
        start = end - _WINDOW
        recent = self._tallies.articles(site_id, replace(period, start=start, end=end), where).all()
        many = {article_id: one for article_id, one in recent.items() if one.comments >= _LEAST}
        day = self._of_day(site_id, replace(period, start=start - _USUAL, end=start), where) if many else {}
        spread = _USUAL / _WINDOW
        rows = []
        for article_id, (counted, civil, _) in many.items():
            had, earlier = day.get(article_id, (0, 0))
            usual = had / spread
            times = counted / max(usual, 1.0)
            if times >= _LEAST_TIMES:
                rows.append((article_id, counted, earlier, usual, times, civil / counted))
        rows.sort(key=lambda row: (-row[4], -row[1], row[0]))
        named = self.titles([row[0] for row in rows[:_LISTED]])
        return tuple(
            TakeoffRow(
                article_id=article_id,
                title=named[article_id][0],
                section=named[article_id][1],
                comments=counted,
                before=earlier,
                usual=usual,
                times=times,
                civil=civil,
            )
            for article_id, counted, earlier, usual, times, civil in rows[:_LISTED]
        )

    def _of_day(self, site_id: int, day: Period, where: InsightFilter) -> dict[int, tuple[int, int]]:
        """Comments of each article in the day, and in its last hours; without a filter of one index alone."""
        late = summed(comments.c.created_at >= day.end - _WINDOW)
        query = select(comments.c.article_id, func.count(), late).where(*received(site_id, day, where))
        found = self._connection.execute(query.group_by(comments.c.article_id))
        return {article_id: (times, int(lately)) for article_id, times, lately in found}

    def titles(self, article_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Title and section's name."""
        if not article_ids:
            return {}
        query = (
            select(articles.c.id, articles.c.title, func.coalesce(sections.c.name, ""))
            .outerjoin(sections, sections.c.id == articles.c.section_id)
            .where(articles.c.id.in_(article_ids))
        )
        return {row[0]: (row[1], row[2]) for row in self._connection.execute(query)}

    def sections(self, site_id: int, period: Period, where: InsightFilter) -> tuple[SectionRow, ...]:
        now = self._tallies.sections(site_id, period, where)
        earlier = replace(period, start=period.start - (period.end - period.start), end=period.start)
        before = self._tallies.sections(site_id, earlier, where)
        names = self._overview.names("section_id", {key for key in now | before if key is not None})
        rows = [(key, now.get(key, NONE), before.get(key, NONE)) for key in now | before]
        rows.sort(key=lambda row: (-row[1].comments, row[0] is not None, row[0] or 0))
        return tuple(
            SectionRow(
                id=key,
                name=names.get(key, "") if key is not None else "",
                comments=counted.comments,
                before=had.comments,
                rejected=counted.rejected,
                civil=counted.civil / counted.comments if counted.comments else None,
            )
            for key, counted, had in rows
        )


def _banded(start: datetime, counted: int | None, known: Sequence[int], *, running: bool) -> BandRow:
    told = quantiles(known, n=4, method="inclusive") if len(known) >= LEAST_WEEKS else (None, None, None)
    low, middle, high = told
    return BandRow(start=start, comments=counted, low=low, middle=middle, high=high, weeks=len(known), running=running)


def _earlier(starts: Sequence[datetime], period: Period) -> list[list[_Span]]:
    """For each bucket the same weekday and hour of the eight weeks before, by the wall clock of the newsroom."""
    length = _BANDED.get(period.grain)
    if length is None:
        return [[] for _ in starts]
    zone = ZoneInfo(period.time_zone)
    found = []
    for start in starts:
        wall = start.astimezone(zone).replace(tzinfo=None)
        found.append([_span(wall - timedelta(weeks=number), length, zone) for number in range(1, BAND_WEEKS + 1)])
    # An hour that the clocks left out has no count of its own.
    return [[span for span in spans if span[0] < span[1]] for spans in found]


def _span(wall: datetime, length: timedelta, zone: ZoneInfo) -> _Span:
    start = wall.replace(tzinfo=zone).astimezone(UTC)
    if length >= timedelta(days=1):
        # Where the clocks go on at midnight, as in Cairo, a day begins with its second hour and is a day all the same.
        return start, (wall + length).replace(tzinfo=zone).astimezone(UTC)
    if start.astimezone(zone).replace(tzinfo=None) != wall:
        return start, start
    return start, from_milliseconds(hour_after(to_milliseconds(start), zone))
