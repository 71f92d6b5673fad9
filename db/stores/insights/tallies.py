"""Comments counted by time, section, article, language and status: what most figures are made of.

From the tallies made beforehand where these are whole; what came after them, and what of a span is no whole hour or
day, is counted directly. The figures are the same either way, and a test holds them equal.
"""

from __future__ import annotations

from collections import Counter, namedtuple
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from db.schema import comments, decisions
from db.stores._counting import counted_as, made_it_so
from db.stores.insights.conditions import received
from db.stores.insights.measures import KEYS, MEASURES
from db.stores.rollups.by_article import NONE, ByArticle, Counted, columns_of
from db.stores.rollups.clock import KINDS, WHOLE, Kind
from db.stores.rollups.families import COMMENTS, REASONS
from db.stores.rollups.reading import Beforehand, Segment
from db.stores.rollups.vectors import Ints
from moderation.comment import Status
from moderation.engagement import InsightFilter, Period


class Tallies:
    def __init__(self, connection: Connection, beforehand: Beforehand) -> None:
        self._connection, self._beforehand = connection, beforehand

    def of(
        self,
        site_id: int,
        period: Period,
        where: InsightFilter,
        *,
        by: Sequence[str] = (),
        count: Sequence[str] = ("comments",),
    ) -> list[Any]:
        """Rows with the keys of `by` and the measures of `count`.

        `at` is a moment, in milliseconds, of the hour or day in whose bucket of the period the comments lie.
        """
        found: dict[tuple[Any, ...], list[int]] = {}
        for segment in self._segments(site_id, period, where, by):
            for keys, numbers in self._in(segment, site_id, where, by, count):
                have = found.setdefault(keys, [0] * len(count))
                for place, number in enumerate(numbers):
                    have[place] += int(number)
        row = namedtuple("row", (*by, *count))  # type: ignore[misc]
        # Of a section that the only article has just left, nothing is there and something is taken off.
        return [row(*keys, *numbers) for keys, numbers in found.items() if any(numbers)]

    def _segments(self, site_id: int, period: Period, where: InsightFilter, by: Sequence[str]) -> list[Segment]:
        kinds: tuple[Kind, ...] = KINDS[period.grain] if "at" in by else WHOLE
        if "article_id" in by:
            kinds = (Kind.ARTICLE_DAY, Kind.ARTICLE_MONTH)
        # An article's comments are few, and found by an index of their own; several sections are not counted before.
        whole = where.article_id is None and where.within is None
        return self._beforehand.segments(site_id, period, kinds if whole else ())

    def _in(
        self, segment: Segment, site_id: int, where: InsightFilter, by: Sequence[str], count: Sequence[str]
    ) -> Iterator[tuple[tuple[Any, ...], Sequence[int]]]:
        if segment.kind is None:
            yield from self._directly(site_id, segment.period, where, by, count)
            return
        for found, numbers in self._beforehand.read(COMMENTS, segment, site_id, filters(where), by, count):
            yield (
                tuple((key or None) if name == "section_id" else key for name, key in zip(by, found, strict=True)),
                numbers,
            )

    def _directly(
        self, site_id: int, period: Period, where: InsightFilter, by: Sequence[str], count: Sequence[str]
    ) -> Iterator[tuple[tuple[Any, ...], Sequence[int]]]:
        keys = [KEYS[name].label(name) for name in by]
        query = (
            select(*keys, *[MEASURES[name].label(name) for name in count])
            .where(*received(site_id, period, where))
            .group_by(*keys)
        )
        for row in self._connection.execute(query):
            yield tuple(row[: len(by)]), [number or 0 for number in row[len(by) :]]

    def articles(self, site_id: int, period: Period, where: InsightFilter) -> ByArticle:
        if where.language is not None or where.status is not None:
            found = self._with_rejected(site_id, period, where, "article_id")
            return ByArticle.of([columns_of((article_id, *one) for article_id, one in found.items())])
        segments = self._segments(site_id, period, where, ("article_id",))
        return ByArticle.of(self._articles_in(segment, site_id, where) for segment in segments)

    def _articles_in(self, segment: Segment, site_id: int, where: InsightFilter) -> Ints:
        if segment.kind is not None:
            return self._beforehand.articles(segment, site_id, filters(where))
        found = self._directly(site_id, segment.period, where, ("article_id",), Counted._fields)
        return columns_of((*keys, *numbers) for keys, numbers in found)

    def sections(self, site_id: int, period: Period, where: InsightFilter) -> dict[int | None, Counted]:
        """By their ids, None for comments of no section."""
        return self._with_rejected(site_id, period, where, "section_id")

    def _with_rejected(self, site_id: int, period: Period, where: InsightFilter, by: str) -> dict[Any, Counted]:
        found: dict[Any, Counted] = {}
        for row in self.of(site_id, period, where, by=(by, "status"), count=("comments", "civil")):
            one = Counted(row.comments, row.civil, row.comments if row.status == Status.REJECTED else 0)
            key = getattr(row, by)
            found[key] = one.and_(found.get(key, NONE))
        return {key: one for key, one in found.items() if one.comments}

    def reasons(self, site_id: int, period: Period, where: InsightFilter) -> Counter[str]:
        """Rejected comments by the reasons of the decision that made them so, as it says them."""
        counted: Counter[str] = Counter()
        whole = where.article_id is None and where.status is None and where.within is None
        kinds = WHOLE if whole else ()
        for segment in self._beforehand.segments(site_id, period, kinds):
            if segment.kind is None:
                counted.update(self._reasons_directly(site_id, segment.period, where))
                continue
            for (reasons,), (times,) in self._beforehand.read(
                REASONS, segment, site_id, filters(where), ("reasons",), ("comments",)
            ):
                counted[reasons] += int(times)
        return +counted

    def _reasons_directly(self, site_id: int, period: Period, where: InsightFilter) -> dict[str, int]:
        query = (
            select(decisions.c.reasons, func.count())
            .select_from(decisions)
            .join(comments, made_it_so)
            .where(*received(site_id, period, where), counted_as == Status.REJECTED.value)
            .group_by(decisions.c.reasons)
        )
        return {reasons: times for reasons, times in self._connection.execute(query)}


def filters(where: InsightFilter) -> dict[str, Any]:
    """By the names of the tallies' columns."""
    given = {"section_id": where.section_id, "language": where.language, "status": where.status and where.status.value}
    return {name: value for name, value in given.items() if value is not None}
