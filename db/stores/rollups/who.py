"""Reading who wrote in a period, and who wrote first then: from the tallies, what has come since, and the edges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, func, select

from db.schema import comments, reader_numbers, reader_tallies
from db.stores._lists import each
from db.stores.insights.buckets import QUARTER
from db.stores.insights.conditions import quarter, received
from db.stores.rollups.clock import KINDS, WHOLE, Kind
from db.stores.rollups.months import Months, Span
from db.stores.rollups.readers import (
    EVERY_SECTION,
    FIRST,
    NOBODY,
    OF_SECTIONS,
    WROTE,
    ReaderAddition,
    number_or_nobody,
    numbered,
)
from db.stores.rollups.reading import Beforehand, Segment
from db.stores.rollups.vectors import Readers, Stored, Vector, grouped, total
from db.types import to_milliseconds
from moderation.engagement import InsightFilter, Period


@dataclass(frozen=True, slots=True)
class Part:
    """Readers of a part of the period; `at` is a moment in it, of one bucket with all of it."""

    at: int
    present: Readers
    vector: Callable[[], Vector]


class WhoWrote:
    """In one transaction, where the tallies serve."""

    def __init__(self, connection: Connection, beforehand: Beforehand) -> None:
        self._connection, self._beforehand, self._months = connection, beforehand, Months(connection)

    def serves(self, site_id: int, period: Period, where: InsightFilter) -> bool:
        """Readers are counted beforehand by sections alone. An article's are few, found by an index of their own."""
        asked = (where.article_id, where.language, where.status, where.within)
        return asked == (None,) * len(asked) and self._beforehand.serves(site_id, period)

    def wrote(self, site_id: int, period: Period, where: InsightFilter, *, buckets: bool) -> Iterator[Part]:
        """Parts that lie in one bucket each, or as few as there can be."""
        for segment in self._segments(site_id, period, where, buckets=buckets):
            yield from self._in(site_id, segment, where)

    def _segments(self, site_id: int, period: Period, where: InsightFilter, *, buckets: bool) -> list[Segment]:
        kinds = self._kinds(period, buckets=buckets)
        if where.section_id is not None:
            kinds = tuple(kind for kind in kinds if kind in OF_SECTIONS)
        return self._beforehand.segments(site_id, period, kinds)

    def _in(self, site_id: int, segment: Segment, where: InsightFilter) -> Iterator[Part]:
        if segment.kind is None:
            return self._directly(site_id, segment.period, where)
        return self._stored(site_id, segment, WROTE, _section(where))

    def first(self, site_id: int, period: Period, *, buckets: bool) -> Iterator[tuple[int, Readers]]:
        """(moment, readers) of those whose first comment on the site was written in the period."""
        for segment in self._beforehand.segments(site_id, period, self._kinds(period, buckets=buckets)):
            if segment.kind is None:
                yield from self._first_directly(site_id, segment.period)
            else:
                for part in self._stored(site_id, segment, FIRST, EVERY_SECTION):
                    yield part.at, part.present

    def times(self, site_id: int, period: Period, where: InsightFilter) -> Vector:
        """How often each wrote in all of the period."""
        parts: list[Vector] = []
        for segment in self._segments(site_id, period, where, buckets=False):
            if segment.kind is Kind.MONTH:
                section = _section(where)
                parts.append(self._months.times(_span(site_id, segment), WROTE, section))
                parts += self._later(site_id, segment, WROTE, section).values()
            else:
                parts += [part.vector() for part in self._in(site_id, segment, where)]
        return total(parts)

    def commenters(self, site_id: int, numbers: Sequence[int]) -> dict[int, int]:
        """By their numbers."""
        found = {number: commenter_id for commenter_id, number, _ in self._since(site_id).new}
        wanted = each(self._connection, numbers)
        theirs = select(reader_numbers.c.commenter_id).where(
            reader_numbers.c.site_id == site_id, reader_numbers.c.number == wanted.c.value
        )
        for number, commenter_id in self._connection.execute(select(wanted.c.value, theirs.scalar_subquery())):
            found.setdefault(number, commenter_id)
        return {number: found[number] for number in numbers}

    def _kinds(self, period: Period, *, buckets: bool) -> tuple[Kind, ...]:
        return KINDS[period.grain] if buckets else WHOLE

    def _since(self, site_id: int) -> ReaderAddition:
        since = self._beforehand.since(site_id)
        return since.readers if since is not None else ReaderAddition()

    def _stored(self, site_id: int, segment: Segment, what: str, section: int) -> Iterator[Part]:
        since = self._later(site_id, segment, what, section)
        for at, one in self._standing(site_id, segment, what, section):
            later = since.pop(at, None)
            if later is None:
                yield Part(at, one.readers, one.vector)
            else:
                yield _of_vector(at, total([one.vector(), later]))
        for at, vector in since.items():
            yield _of_vector(at, vector)

    def _standing(self, site_id: int, segment: Segment, what: str, section: int) -> Iterator[tuple[int, Stored]]:
        """By the starts of hours, days or months, in order."""
        span = _span(site_id, segment)
        if segment.kind is Kind.MONTH:
            yield from self._months.readers(span, what, section)
            return
        table = reader_tallies
        query = select(table.c.at, table.c.readers, table.c.counts).where(
            table.c.site_id == site_id,
            table.c.what == what,
            table.c.kind == str(segment.kind),
            table.c.section_id == section,
            table.c.at >= span.start,
            table.c.at < span.end,
        )
        for row in self._connection.execute(query.order_by(table.c.at)):
            yield row.at, Stored.of(row.readers, row.counts)

    def _later(self, site_id: int, segment: Segment, what: str, section: int) -> dict[int, Vector]:
        """What has come since the tallies, by the same starts."""
        span = _span(site_id, segment)
        return {
            place[3]: vector
            for place, vector in self._since(site_id).cells.items()
            if place[:3] == (what, str(segment.kind), section) and span.start <= place[3] < span.end
        }

    def _directly(self, site_id: int, period: Period, where: InsightFilter) -> Iterator[Part]:
        at = quarter(comments.c.created_at)
        query = (
            select(at, comments.c.commenter_id, number_or_nobody, func.count())
            .select_from(comments.outerjoin(reader_numbers, numbered))
            .where(*received(site_id, period, where))
            .group_by(at, comments.c.commenter_id, number_or_nobody)
        )
        fresh = {commenter_id: number for commenter_id, number, _ in self._since(site_id).new}
        rows = [
            (moment, fresh[commenter_id] if number == NOBODY else number, times)
            for moment, commenter_id, number, times in self._connection.execute(query)
        ]
        moments, numbers, times = np.array(rows, np.int64).reshape(-1, 3).T
        for (moment,), vector in grouped(numbers.astype(np.uint32), times, moments):
            yield _of_vector(moment, vector)

    def _first_directly(self, site_id: int, period: Period) -> Iterator[tuple[int, Readers]]:
        start, end = to_milliseconds(period.start), to_milliseconds(period.end)
        query = select(reader_numbers.c.number, reader_numbers.c.first_at).where(
            reader_numbers.c.site_id == site_id, reader_numbers.c.first_at >= start, reader_numbers.c.first_at < end
        )
        since = self._since(site_id)
        found = {number: at for number, at in self._connection.execute(query)}
        found |= {number: at for _, number, at in (*since.new, *since.moved)}
        by_quarter: dict[int, Readers] = {}
        for number, at in found.items():
            if start <= at < end:
                by_quarter.setdefault(at // QUARTER * QUARTER, Readers()).add(number)
        yield from by_quarter.items()


def _span(site_id: int, segment: Segment) -> Span:
    start, end = to_milliseconds(segment.period.start), to_milliseconds(segment.period.end)
    return Span(site_id=site_id, start=start, end=end)


def _section(where: InsightFilter) -> int:
    return EVERY_SECTION if where.section_id is None else where.section_id


def _of_vector(at: int, vector: Vector) -> Part:
    return Part(at, vector.present(), lambda: vector)
