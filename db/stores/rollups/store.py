"""Tallies kept up to a place in the log: what to add is worked out by a reader, and put in by a short transaction."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, and_, bindparam, delete, func, insert, literal, select, update

from db.schema import DESK_MEASURES, comments, decisions, desk_tallies, logs, rollups
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores._sql import add_rows, put_rows
from db.stores.insights.conditions import milliseconds
from db.stores.rollups.arrivals import Arrivals, Stretch
from db.stores.rollups.clock import OF_MONTHS, Clock, Kind, clock_of
from db.stores.rollups.comments import CommentCounts, Dirty
from db.stores.rollups.desk import DecisionCounts, DeskCount, DeskCounts, measures_of
from db.stores.rollups.families import ARTICLES, FAMILIES, Counts, Family
from db.stores.rollups.months import forget_editions, give_editions
from db.stores.rollups.readers import ReaderAddition, ReaderCounts, close, forget, open_month, put_in
from db.types import Id, from_milliseconds, to_milliseconds
from moderation.ports import RollupState

FORM = 3
"""Grows when the same comments would be counted otherwise than before; then everything is counted anew."""


def is_whole(state: RollupState) -> bool:
    return state.form == FORM and state.until is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What to add to a site's tallies, and the state that they are of then."""

    site_id: int
    before: RollupState
    after: RollupState
    comments: dict[Family, Counts]
    desk: DeskCounts
    readers: ReaderAddition


@dataclass(frozen=True, slots=True)
class Came:
    """What came in with a stretch of a site's log, by the calendar of a zone."""

    stretch: Stretch
    zone: str
    arrivals: Arrivals

    def is_next(self, state: RollupState) -> bool:
        """Whether it is what comes after the state, and something at all."""
        start, end = self.stretch.start, self.stretch.end
        return (start, self.zone) == (state.position, state.zone) and end > start


class RollupStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self, site_id: int) -> RollupState | None:
        row = _STATE.first(self._connection, site=site_id)
        if row is None:
            return None
        return RollupState(position=row.position, zone=row.zone, form=row.form, until=row.until)

    def head(self, site_id: int) -> int:
        found = _HEAD.first(self._connection, site=site_id)
        return found.size if found else 0

    def current(self, site_id: int, *, zone: str) -> bool:
        state = self.state(site_id)
        return state is not None and is_whole(state) and state.zone == zone

    def came(self, site_id: int, start: int, *, zone: str, limit: int) -> Came:
        """What came in with at most so many events from this place of the log on; for `more` of a later transaction.

        What happens to it in between stands in the log after the stretch, and is counted when that is followed.
        """
        end = max(start, min(self.head(site_id), start + limit))
        stretch = Stretch(site_id=site_id, start=start, end=end)
        return Came(stretch, zone, Arrivals.of(self._connection, stretch, clock_of(zone)))

    def more(self, site_id: int, state: RollupState, *, limit: int, came: Came | None = None) -> Addition:
        """What at most so many events after the state add to it, or those that `came`, if it is of the same place."""
        if came is None or not came.is_next(state):
            came = self.came(site_id, state.position, zone=state.zone, limit=limit)
        stretch, arrivals, clock = came.stretch, came.arrivals, clock_of(state.zone)
        opened = open_month(self._connection, clock, site_id)
        counting = CommentCounts(self._connection, clock, opened=opened)
        dirty = Dirty() if arrivals.alone else counting.dirty(stretch)
        return Addition(
            site_id=site_id,
            before=state,
            after=RollupState(position=stretch.end, zone=state.zone, form=state.form, until=None),
            comments=counting.of(stretch, dirty, arrivals),
            desk=DecisionCounts(self._connection, clock).of(stretch, arrivals),
            readers=ReaderCounts(self._connection, clock, site_id, opened=opened).of(stretch, arrivals, dirty.moved),
        )

    def month(self, site_id: int, state: RollupState) -> Addition:
        """What the month that begins at `state.until` holds, for a site that is counted anew."""
        clock = clock_of(state.zone)
        start = to_milliseconds(state.until) if state.until else 0
        end = clock.after(Kind.ARTICLE_MONTH, start)
        _, last = self.span(site_id)
        opened = open_month(self._connection, clock, site_id)
        position = state.position
        return Addition(
            site_id=site_id,
            before=state,
            after=RollupState(
                position=position,
                zone=state.zone,
                form=state.form,
                until=None if end > last else from_milliseconds(end),
            ),
            comments=CommentCounts(self._connection, clock, opened=opened).between(
                site_id, start, end, before=position
            ),
            desk=DecisionCounts(self._connection, clock).between(site_id, start, end, before=position),
            readers=ReaderCounts(self._connection, clock, site_id, opened=opened).between(start, end, before=position),
        )

    def span(self, site_id: int) -> tuple[int, int]:
        """The moments of the first and of the last comment or decision, in milliseconds; zeros where there is none."""
        edges = []
        for table, column in ((comments, comments.c.created_at), (decisions, decisions.c.decided_at)):
            at = milliseconds(column)
            # Each by itself is found at an end of an index.
            ends = [select(end(at)).where(table.c.site_id == site_id).scalar_subquery() for end in (func.min, func.max)]
            edges += [row for row in self._connection.execute(select(*ends)) if row[0] is not None]
        return (min(row[0] for row in edges), max(row[1] for row in edges)) if edges else (0, 0)

    def begin_anew(self, site_id: int, *, zone: str) -> RollupState:
        """Empty the site's tallies; what is counted now is up to the present head of the log."""
        for table in _TABLES:
            self._connection.execute(delete(table).where(table.c.site_id == site_id))
        forget(self._connection, site_id)
        forget_editions(self._connection, site_id)
        self._connection.execute(delete(rollups).where(rollups.c.site_id == site_id))
        first, last = self.span(site_id)
        start = clock_of(zone).start(Kind.ARTICLE_MONTH, first)
        state = RollupState(
            position=self.head(site_id), zone=zone, form=FORM, until=from_milliseconds(start) if last else None
        )
        self._connection.execute(
            insert(rollups).values(site_id=site_id, position=state.position, zone=zone, form=FORM, until=state.until)
        )
        return state

    def add(self, addition: Addition) -> bool:
        """False, and nothing is added, if another has moved the state meanwhile."""
        before, after = addition.before, addition.after
        moved = _MOVED.run(
            self._connection,
            site=addition.site_id,
            was_at=before.position,
            zone=before.zone,
            form=before.form,
            was_until=to_milliseconds(before.until) if before.until else 0,
            position=after.position,
            until=after.until,
        )
        if moved != 1:
            return False
        clock, site_id = clock_of(after.zone), addition.site_id
        opened = open_month(self._connection, clock, site_id)
        for family, counts in addition.comments.items():
            self._add_comments(site_id, family, counts, opened=opened)
        self._add_desk(site_id, addition.desk)
        months = put_in(self._connection, site_id, addition.readers, opened=opened)
        articles = addition.comments[ARTICLES]
        months.update(cell[1] for cell in articles if cell[0] == Kind.ARTICLE_MONTH and cell[1] < opened)
        now = max(opened, addition.readers.newest_month(clock))
        give_editions(self._connection, site_id, months | self._close(site_id, clock, opened, now))
        return True

    def _close(self, site_id: int, clock: Clock, start: int, end: int) -> set[int]:
        """Give the months from one that was open to before the one that is cells of their own; gives their starts."""
        if start >= end:
            return set()
        months = close(self._connection, clock, site_id, start, end)
        for family in FAMILIES:
            for month in sorted(months):
                self._close_month(site_id, clock, family, month)
        return months

    def _close_month(self, site_id: int, clock: Clock, family: Family, month: int) -> None:
        table = family.table
        for of_days, of_month in OF_MONTHS:
            of_kind = (table.c.site_id == site_id, table.c.kind == of_month.value, table.c.at == month)
            self._connection.execute(delete(table).where(*of_kind))
            days = (table.c.site_id == site_id, table.c.kind == of_days.value)
            within = (table.c.at >= month, table.c.at < clock.after(of_month, month))
            keys, counts = ([table.c[name] for name in names] for names in (family.keys, family.counts))
            place = (literal(site_id, Id), literal(of_month.value), literal(month, BigInteger()))
            summed = select(*place, *keys, *[func.sum(one) for one in counts]).where(*days, *within).group_by(*keys)
            names = ("site_id", "kind", "at", *family.keys, *family.counts)
            self._connection.execute(insert(table).from_select(list(names), summed))

    def _add_comments(self, site_id: int, family: Family, counts: Counts, *, opened: int) -> None:
        rows = sorted(
            (site_id, *cell, *numbers)
            for cell, numbers in counts.items()
            if any(numbers) and (cell[1] < opened or cell[0] not in _MONTHS)
        )
        keys = ("site_id", "kind", "at", *family.keys)
        add_rows(self._connection, family.table, keys, tuple(family.counts), rows)
        lessened = [row for row in rows if row[len(keys)] < 0]
        if lessened:
            table = family.table
            empty = delete(table).where(and_(*[table.c[key] == bindparam(f"k_{key}") for key in keys]))
            named = [{f"k_{key}": value for key, value in zip(keys, row, strict=False)} for row in lessened]
            self._connection.execute(empty.where(table.c.comments == 0), named)

    def _add_desk(self, site_id: int, given: DeskCounts) -> None:
        kinds, moments = ({place[part] for place in given} for part in (0, 1))
        # What is given stays as it is: where another transaction came first, the same is added once more.
        sums: DeskCounts = defaultdict(DeskCount)
        for row in _DESK.all(self._connection, site=site_id, kinds=sorted(kinds), moments=sorted(moments)):
            sums[Kind(row.kind), row.at].add(DeskCount(measures=measures_of(row), waits=waits_of(row.waits)))
        kept, emptied = [], []
        for (kind, at), added in given.items():
            one = sums[kind, at]
            one.add(added)
            measures = [one.measures[name] for name in DESK_MEASURES]
            waits = json.dumps({str(step): times for step, times in sorted(one.waits.items()) if times})
            if any(measures):
                kept.append((site_id, kind.value, at, *measures, waits))
            else:
                emptied.append((kind, at))
        put_rows(self._connection, desk_tallies, ("site_id", "kind", "at"), (*DESK_MEASURES, "waits"), kept)
        for kind, at in emptied:
            _DESK_EMPTIED.run(self._connection, site=site_id, kind=kind.value, at=at)


_STATE = Prepared(select(rollups).where(rollups.c.site_id == bindparam("site")))
_MOVED = Prepared(
    update(rollups)
    .where(
        rollups.c.site_id == bindparam("site"),
        rollups.c.position == bindparam("was_at"),
        rollups.c.zone == bindparam("zone"),
        rollups.c.form == bindparam("form"),
        func.coalesce(milliseconds(rollups.c.until), literal(0, BigInteger())) == bindparam("was_until"),
    )
    .values(position=bindparam("position"), until=bindparam("until"))
)
_HEAD = Prepared(select(logs.c.size).where(logs.c.id == bindparam("site")))
_desk_of_site = desk_tallies.c.site_id == bindparam("site")
_DESK = Prepared(
    select(desk_tallies).where(_desk_of_site, among(desk_tallies.c.kind, "kinds"), among(desk_tallies.c.at, "moments"))
)
_DESK_EMPTIED = Prepared(
    delete(desk_tallies).where(
        _desk_of_site, desk_tallies.c.kind == bindparam("kind"), desk_tallies.c.at == bindparam("at")
    )
)
_MONTHS = {of_month.value for _, of_month in OF_MONTHS}
_TABLES = (*[family.table for family in FAMILIES], desk_tallies)


def waits_of(text: str) -> Counter[int]:
    return Counter({int(step): times for step, times in json.loads(text).items()})
