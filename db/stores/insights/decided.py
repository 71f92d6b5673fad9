"""Decisions counted by time: who made them, what people made of the policy's, how long things waited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from db.schema import decisions
from db.stores.insights.conditions import AGAINST, decided, milliseconds, narrowed, quarter, said_before, summed
from db.stores.rollups.clock import KINDS, WHOLE
from db.stores.rollups.desk import DeskCount
from db.stores.rollups.reading import Beforehand
from moderation.comment import Status
from moderation.decision import Outcome
from moderation.engagement import InsightFilter, Period
from moderation.engagement.waits import step_of

_ALL = InsightFilter()
_was_held = func.coalesce(decisions.c.status_before, "") == Status.PENDING.value
_by_person = decisions.c.staff_id.is_not(None)


class Decided:
    """From the tallies made beforehand where nothing narrows the question; these know no sections nor languages."""

    def __init__(self, connection: Connection, beforehand: Beforehand) -> None:
        self._connection, self._beforehand = connection, beforehand

    def of(
        self, site_id: int, period: Period, where: InsightFilter, *, buckets: bool = True
    ) -> Iterable[tuple[int, DeskCount]]:
        """(a moment of the bucket in milliseconds, what was decided then), some buckets several times.

        Where no `buckets` are asked for, in as few parts as there can be.
        """
        kinds = KINDS[period.grain] if buckets else WHOLE
        for segment in self._beforehand.segments(site_id, period, kinds if where == _ALL else ()):
            if segment.kind is None:
                yield from self._directly(site_id, segment.period, where)
            else:
                yield from self._beforehand.desk(site_id, segment)

    def _directly(self, site_id: int, period: Period, where: InsightFilter) -> Iterable[tuple[int, DeskCount]]:
        found: dict[int, DeskCount] = defaultdict(DeskCount)
        for asked in (self._who, self._flow, self._said, self._looked):
            for at, names, times in asked(site_id, period, where):
                found[at].measures.update(dict.fromkeys(names, times))
        for at, wait in self._waits(site_id, period, where):
            found[at].waits[step_of(wait)] += 1
        return found.items()

    def _grouped(self, query: Select[*tuple[Any, ...]], keys: tuple[Any, ...], where: InsightFilter) -> Iterable[Any]:
        return self._connection.execute(narrowed(query, decisions.c.comment_id, where).group_by(*keys)).all()

    def _who(self, site_id: int, period: Period, where: InsightFilter) -> Iterable[tuple[int, list[str], int]]:
        keys = (quarter(decisions.c.decided_at), case((_by_person, "people"), else_="machine"))
        # A held comment is not decided yet, and an undone decision was not one in the end.
        query = select(*keys, func.count()).where(*decided(site_id, period), ~decisions.c.review)
        return [(at, [who], times) for at, who, times in self._grouped(query, keys, where)]

    def _flow(self, site_id: int, period: Period, where: InsightFilter) -> Iterable[tuple[int, list[str], int]]:
        at = quarter(decisions.c.decided_at)
        query = select(
            at, summed(decisions.c.review & ~_was_held), summed(_by_person & decisions.c.waited_ms.is_not(None))
        ).where(*decided(site_id, period))
        for moment, arrived, left in self._grouped(query, (at,), where):
            yield moment, ["arrived"], arrived
            yield moment, ["left"], left

    def _said(self, site_id: int, period: Period, where: InsightFilter) -> Iterable[tuple[int, list[str], int]]:
        keys = (quarter(decisions.c.decided_at), decisions.c.outcome)
        query = select(*keys, func.count()).where(*decided(site_id, period), ~_by_person)
        return [(at, [f"said_{outcome}"], times) for at, outcome, times in self._grouped(query, keys, where)]

    def _looked(self, site_id: int, period: Period, where: InsightFilter) -> Iterable[tuple[int, list[str], int]]:
        """What the policy had said, and whether a person then saw it otherwise."""
        said = decisions.alias("said")
        keys = (quarter(decisions.c.decided_at), said.c.outcome, decisions.c.outcome)
        query = (
            select(*keys, func.count())
            .select_from(decisions)
            .join(said, said.c.id == said_before)
            .where(*decided(site_id, period), _by_person, said.c.staff_id.is_(None))
        )
        for at, first, then, times in self._grouped(query, keys, where):
            yield at, [f"looked_{first}", *([f"overruled_{first}"] if AGAINST[Outcome(first)] == then else [])], times

    def _waits(self, site_id: int, period: Period, where: InsightFilter) -> Iterable[tuple[int, int]]:
        query = select(milliseconds(decisions.c.decided_at), decisions.c.waited_ms).where(
            *decided(site_id, period), _by_person, decisions.c.waited_ms.is_not(None)
        )
        return self._connection.execute(narrowed(query, decisions.c.comment_id, where)).all()
