"""Reading what was counted beforehand, together with what has come since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import ColumnElement, Connection, Engine, func, select

from db.schema import article_tallies, desk_tallies
from db.stores.rollups.by_article import columns_of
from db.stores.rollups.clock import OF_MONTHS, Clock, Kind, clock_of
from db.stores.rollups.columns import numbers_where
from db.stores.rollups.desk import DeskCount, measures_of
from db.stores.rollups.families import ARTICLES, Family
from db.stores.rollups.months import Months, Span
from db.stores.rollups.readers import open_month
from db.stores.rollups.store import Addition, RollupStore, is_whole, waits_of
from db.stores.rollups.vectors import Ints
from db.types import from_milliseconds, to_milliseconds
from moderation.engagement import Period
from moderation.ports import RollupState

TAIL = 20_000
"""With more events than this behind, everything is counted directly until the tallies have caught up."""


_MONTHS = tuple(of_month for _, of_month in OF_MONTHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a period, counted by tallies of a kind or, where that is None, directly."""

    kind: Kind | None
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    clock: Clock
    tail: Addition


# What has come since, by site. A page asks many questions of one moment, each in a transaction; and two that find the
# tallies at one place and the log at one end see the same database, as whatever changes it is in the log.
_kept: WeakKeyDictionary[Engine, dict[int, tuple[tuple[RollupState, int], _Ready]]] = WeakKeyDictionary()


class Beforehand:
    """For one transaction."""

    def __init__(self, connection: Connection, *, asked: bool = True) -> None:
        self._connection, self._store, self._asked = connection, RollupStore(connection), asked
        self._ready: dict[int, _Ready | None] = {}
        self._opened: dict[int, int] = {}

    def segments(self, site_id: int, period: Period, kinds: Sequence[Kind]) -> list[Segment]:
        """In order of time. Without kinds, or where the tallies do not serve, the whole period: counted directly."""
        clock = self._clock(site_id, period) if kinds else None
        if clock is None:
            return [Segment(kind=None, period=period)]
        start, end = to_milliseconds(period.start), to_milliseconds(period.end)
        # The newest month has days alone.
        opened = max(self._open(site_id, clock), start) if kinds[-1] in _MONTHS else end
        parts = [*_split(clock, tuple(kinds), start, min(opened, end)), *_split(clock, tuple(kinds[:-1]), opened, end)]
        return [
            Segment(kind=kind, period=replace(period, start=from_milliseconds(a), end=from_milliseconds(b)))
            for kind, a, b in parts
        ]

    def _open(self, site_id: int, clock: Clock) -> int:
        if site_id not in self._opened:
            self._opened[site_id] = open_month(self._connection, clock, site_id)
        return self._opened[site_id]

    def serves(self, site_id: int, period: Period) -> bool:
        return self._clock(site_id, period) is not None

    def _clock(self, site_id: int, period: Period) -> Clock | None:
        """The tallies' own, if they serve for the period."""
        ready = self._for(site_id)
        return ready.clock if ready is not None and ready.clock.zone.key == period.time_zone else None

    def since(self, site_id: int) -> Addition | None:
        """What has come since the tallies, where they serve."""
        ready = self._for(site_id)
        return ready.tail if ready is not None else None

    def _for(self, site_id: int) -> _Ready | None:
        if site_id not in self._ready:
            self._ready[site_id] = self._find(site_id)
        return self._ready[site_id]

    def _find(self, site_id: int) -> _Ready | None:
        state = self._store.state(site_id)
        if not self._asked or state is None or not is_whole(state):
            return None
        head = self._store.head(site_id)
        if head - state.position > TAIL:
            return None
        kept = _kept.setdefault(self._connection.engine, {})
        moment, have = (state, head), kept.get(site_id)
        if have is None or have[0] != moment:
            have = (moment, _Ready(clock=clock_of(state.zone), tail=self._store.more(site_id, state, limit=TAIL)))
            kept[site_id] = have
        return have[1]

    def read(
        self,
        family: Family,
        segment: Segment,
        site_id: int,
        where: dict[str, Any],
        by: Sequence[str],
        count: Sequence[str],
    ) -> Iterator[tuple[tuple[Any, ...], Sequence[int]]]:
        """(keys, counts), some keys twice: what stands in the tallies, and what has come since."""
        table, width = family.table, len(by)
        keys = [table.c[name] for name in by]
        query = select(*keys, *[func.sum(table.c[name]) for name in count]).where(
            *_cells(family, segment, site_id, where)
        )
        for row in self._connection.execute(query.group_by(*keys)):
            yield tuple(row[:width]), [int(number or 0) for number in row[width:]]
        yield from self._since(family, segment, site_id, where, by, count)

    def articles(self, segment: Segment, site_id: int, where: dict[str, Any]) -> Ints:
        """Columns: article, comments, civil, rejected; some articles several times.

        For so many keys of a row or two each the database's adding up would be most of the time.
        """
        table, count = article_tallies, ("comments", "civil", "rejected")
        asked = [table.c[name] for name in ("article_id", *count)]
        if segment.kind is Kind.ARTICLE_MONTH:
            start, end = to_milliseconds(segment.period.start), to_milliseconds(segment.period.end)
            span = Span(site_id=site_id, start=start, end=end)
            stored = Months(self._connection).articles(span, where.get("section_id"))
        else:
            stored = numbers_where(self._connection, asked, _cells(ARTICLES, segment, site_id, where))
        since = self._since(ARTICLES, segment, site_id, where, ("article_id",), count)
        return np.concatenate([stored, columns_of((*keys, *numbers) for keys, numbers in since)], axis=1)

    def _since(
        self,
        family: Family,
        segment: Segment,
        site_id: int,
        where: dict[str, Any],
        by: Sequence[str],
        count: Sequence[str],
    ) -> Iterator[tuple[tuple[Any, ...], Sequence[int]]]:
        ready = self._for(site_id)
        start, end = to_milliseconds(segment.period.start), to_milliseconds(segment.period.end)
        names = ("kind", "at", *family.keys)
        places = [names.index(name) for name in by]
        asked = [(names.index(name), value) for name, value in where.items()]
        counts = [list(family.counts).index(name) for name in count]
        for cell, numbers in (ready.tail.comments[family] if ready else {}).items():
            if cell[0] == segment.kind and start <= cell[1] < end and all(cell[n] == value for n, value in asked):
                yield tuple(cell[n] for n in places), [numbers[n] for n in counts]

    def desk(self, site_id: int, segment: Segment) -> list[tuple[int, DeskCount]]:
        """Decisions by the start of their hour, day or month; some of these come twice."""
        start, end = to_milliseconds(segment.period.start), to_milliseconds(segment.period.end)
        table = desk_tallies
        span = (table.c.site_id == site_id, table.c.kind == segment.kind, table.c.at >= start, table.c.at < end)
        found = [
            (row.at, DeskCount(measures=measures_of(row), waits=waits_of(row.waits)))
            for row in self._connection.execute(select(table).where(*span))
        ]
        ready = self._for(site_id)
        since = ready.tail.desk.items() if ready is not None else ()
        return found + [(at, count) for (of, at), count in since if of is segment.kind and start <= at < end]


def _cells(family: Family, segment: Segment, site_id: int, where: dict[str, Any]) -> list[ColumnElement[bool]]:
    columns = family.table.c
    start, end = to_milliseconds(segment.period.start), to_milliseconds(segment.period.end)
    place = [columns.site_id == site_id, columns.kind == segment.kind, columns.at >= start, columns.at < end]
    return place + [columns[name] == value for name, value in where.items()]


def _split(clock: Clock, kinds: tuple[Kind, ...], start: int, end: int) -> Iterator[tuple[Kind | None, int, int]]:
    """The coarsest kind in the middle, finer ones towards the edges; the very ends are counted directly."""
    if start >= end:
        return
    if not kinds:
        yield None, start, end
        return
    finer, kind = kinds[:-1], kinds[-1]
    first, last = clock.first(kind, start), clock.start(kind, end)
    if first >= last:
        yield from _split(clock, finer, start, end)
        return
    yield from _split(clock, finer, start, first)
    yield kind, first, last
    yield from _split(clock, finer, last, end)
