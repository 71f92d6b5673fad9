"""What a stretch of the log adds to the tallies of readers: who wrote how often, and who wrote first when.

A new comment adds one. What the desk decides changes nothing here, so an older comment is counted anew only where its
article moved to another section, with all of its day. Whoever is new gets the next number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import BigInteger, Connection, bindparam, delete, func, literal, select

from db.schema import comments, reader_numbers, reader_tallies
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores._sql import insert_rows, put_rows
from db.stores.insights.conditions import milliseconds
from db.stores.rollups.anew import came_before
from db.stores.rollups.arrivals import (
    Arrivals,
    Stretch,
    Times,
)
from db.stores.rollups.clock import WHOLE, Clock, Kind
from db.stores.rollups.columns import numbers_of, packed
from db.stores.rollups.vectors import NOTHING, Ints, Vector, grouped, increased, total, unpacked

WROTE, FIRST = "wrote", "first"
NOBODY, NEVER = -1, 2**62
"""In place of a reader's number and of when they wrote first, where that is not known."""
NO_SECTION, EVERY_SECTION = 0, -1
OF_SECTIONS = (Kind.DAY, Kind.MONTH)
"""The hours of a section are ten times the cells of all hours, and what they would spare is hours counted directly."""
numbered = (reader_numbers.c.site_id == comments.c.site_id) & (reader_numbers.c.commenter_id == comments.c.commenter_id)
number_or_nobody = func.coalesce(reader_numbers.c.number, literal(NOBODY, BigInteger()))
_ASKED = (
    milliseconds(comments.c.created_at),
    func.coalesce(comments.c.section_id, NO_SECTION),
    comments.c.commenter_id,
    number_or_nobody,
    func.coalesce(reader_numbers.c.first_at, literal(NEVER, BigInteger())),
)

_EVERY_DAY = (WROTE, Kind.DAY.value, EVERY_SECTION)
_Reader = tuple[int, int, int]
Place = tuple[str, str, int, int]
"""(what, kind, section, at) of a cell."""
Cells = dict[Place, Vector]


@dataclass(frozen=True, slots=True)
class ReaderAddition:
    """`cells` to add; `new` readers as (commenter, number, first comment), `moved` ones likewise, who
    wrote earlier than was known."""

    cells: Cells = field(default_factory=dict)
    new: Sequence[_Reader] = ()
    moved: Sequence[_Reader] = ()

    def newest_month(self, clock: Clock) -> int:
        """The start of the newest with comments, 0 where there are none."""
        days = [at for what, kind, section, at in self.cells if (what, kind, section) == _EVERY_DAY]
        return clock.start(Kind.MONTH, max(days)) if days else 0


@dataclass(frozen=True, slots=True)
class _Written:
    """Comments, a row each: when, of which section, by whom; the readers by numbers that the new have already."""

    at: Ints
    section: Ints
    number: Ints


class ReaderCounts:
    def __init__(self, connection: Connection, clock: Clock, site_id: int, *, opened: int) -> None:
        """`opened`: where the months begin that have no cells of their own yet."""
        self._connection, self._clock, self._site_id, self._opened = connection, clock, site_id, opened

    def of(self, stretch: Stretch, arrivals: Arrivals, moved_days: Iterable[int]) -> ReaderAddition:
        """`moved_days` start the days of comments whose article has moved."""
        at, section, commenter = (arrivals[name] for name in ("at", "section_id", "commenter_id"))
        number, first = self._known(commenter)
        written, new, moved, firsts = self._numbered(at, section, commenter, number, first)
        days = sorted(moved_days)
        cells = self._cells(self._outside(written, days)) if days else self._cells(written)
        self._add_firsts(cells, firsts)
        for day in days:
            self._anew(cells, day, before=stretch.end, new={commenter: number for commenter, number, _ in new})
        return ReaderAddition({place: cell for place, cell in cells.items() if len(cell.numbers)}, new, moved)

    def between(self, start: int, end: int, *, before: int) -> ReaderAddition:
        """Of comments written in a span of time that holds whole months; earlier ones have been counted."""
        written, new, moved, firsts = self._numbered(*self._span(start, end, before=before))
        cells = self._cells(written)
        self._add_firsts(cells, firsts)
        return ReaderAddition(cells, new, moved)

    def _span(self, start: int, end: int, *, before: int) -> Ints:
        """A row for each of `_ASKED`."""
        source, counted = came_before(self._connection, self._site_id, before)
        at = milliseconds(comments.c.created_at)
        query = (
            select(*[packed(one) for one in _ASKED])
            .select_from(source.outerjoin(reader_numbers, numbered))
            .where(comments.c.site_id == self._site_id, at >= start, at < end, counted)
        )
        return numbers_of(self._connection.execute(query).one())

    def _known(self, commenters: Ints) -> tuple[Ints, Ints]:
        """The number of who wrote each and when they wrote first, asked once of each person."""
        readers, places = np.unique(commenters, return_inverse=True)
        [texts] = _KNOWN.tuples(self._connection, site=self._site_id, commenters=readers.tolist())
        who, *found = numbers_of(texts)
        known = np.full((2, len(readers)), [[NOBODY], [NEVER]], np.int64)
        known[:, np.searchsorted(readers, who)] = found
        number, first = known[:, places]
        return number, first

    def _numbered(
        self, at: Ints, section: Ints, commenter: Ints, number: Ints, first: Ints
    ) -> tuple[_Written, list[_Reader], list[_Reader], list[tuple[int, int, int]]]:
        """The comments, the new readers, those who wrote earlier than was known, and (at, number, ±1) of first ones."""
        readers, places = np.unique(commenter, return_inverse=True)
        earliest = np.full(len(readers), NEVER, np.int64)
        np.minimum.at(earliest, places, at)
        numbers, known = np.full(len(readers), NOBODY, np.int64), np.full(len(readers), NEVER, np.int64)
        numbers[places], known[places] = number, first
        # In the order of their first comments, so that who came at one time has numbers near each other.
        fresh = np.flatnonzero(numbers == NOBODY)
        fresh = fresh[np.lexsort((readers[fresh], earliest[fresh]))]
        numbers[fresh] = self._next() + np.arange(len(fresh))
        earlier = np.flatnonzero((earliest < known) & (known != NEVER))
        new, moved = (
            list(zip(readers[some].tolist(), numbers[some].tolist(), earliest[some].tolist(), strict=True))
            for some in (fresh, earlier)
        )
        firsts = [(when, number, 1) for _, number, when in (*new, *moved)]
        taken_off = zip(known[earlier].tolist(), numbers[earlier].tolist(), strict=True)
        firsts += [(when, number, -1) for when, number in taken_off]
        return _Written(at, section, numbers[places]), new, moved, firsts

    def _next(self) -> int:
        found = _HIGHEST.scalar(self._connection, site=self._site_id)
        return 0 if found is None else int(found) + 1

    def _cells(self, written: _Written) -> Cells:
        cells: Cells = {}
        numbers, ones = written.number.astype(np.uint32), np.ones(len(written.number), np.int64)
        times, over = Times(self._clock, written.at), written.at < self._opened
        for kind in WHOLE:
            begun, these = times.starts(kind).values(), over if kind is Kind.MONTH else slice(None)
            for (at,), vector in grouped(numbers[these], ones[these], begun[these]):
                cells[WROTE, kind.value, EVERY_SECTION, at] = vector
            if kind not in OF_SECTIONS:
                continue
            sections = written.section[these]
            for (at, section), vector in grouped(numbers[these], ones[these], begun[these], sections):
                cells[WROTE, kind.value, section, at] = vector
        return cells

    def _add_firsts(self, cells: Cells, firsts: list[tuple[int, int, int]]) -> None:
        moments, numbers, signs = np.array(firsts, np.int64).reshape(-1, 3).T
        times, over = Times(self._clock, moments), moments < self._opened
        for kind in WHOLE:
            begun, these = times.starts(kind).values(), over if kind is Kind.MONTH else slice(None)
            for (at,), vector in grouped(numbers.astype(np.uint32)[these], signs[these], begun[these]):
                cells[FIRST, kind.value, EVERY_SECTION, at] = vector

    def _outside(self, written: _Written, days: Sequence[int]) -> _Written:
        keep = ~np.isin(Times(self._clock, written.at).starts(Kind.DAY).values(), days)
        return _Written(written.at[keep], written.section[keep], written.number[keep])

    def _anew(self, cells: Cells, day: int, *, before: int, new: Mapping[int, int]) -> None:
        """What the day counts now, less what stands in it."""
        at, section, commenter, number, _ = self._span(day, self._clock.after(Kind.DAY, day), before=before)
        number = np.where(number == NOBODY, [new.get(one, NOBODY) for one in commenter.tolist()], number)
        found = self._cells(_Written(at, section, number))
        stands = {
            (WROTE, kind.value, section_id, moment): vector
            for kind in (Kind.HOUR, Kind.DAY)
            for moment, section_id, vector in self._standing(kind, day)
        }
        for place, vector in stands.items():
            _add(cells, place, _less(vector))
            if place[1] == Kind.DAY:
                _add(cells, self._month_of(place), _less(vector))
        for place, vector in found.items():
            _add(cells, place, vector)

    def _month_of(self, place: Place) -> Place:
        return place[0], Kind.MONTH.value, place[2], self._clock.start(Kind.MONTH, place[3])

    def _standing(self, kind: Kind, day: int) -> list[tuple[int, int, Vector]]:
        table = reader_tallies
        query = select(table.c.at, table.c.section_id, table.c.readers, table.c.counts).where(
            table.c.site_id == self._site_id,
            table.c.what == WROTE,
            table.c.kind == kind.value,
            table.c.at >= day,
            table.c.at < self._clock.after(Kind.DAY, day),
        )
        return [
            (at, section, unpacked(readers, counts)) for at, section, readers, counts in self._connection.execute(query)
        ]


def _less(vector: Vector) -> Vector:
    return Vector(vector.numbers, -vector.counts.astype(np.int64))


def _add(cells: Cells, place: Place, vector: Vector) -> None:
    have = cells.get(place)
    cells[place] = vector if have is None else total([have, vector])


_KEYS = ("site_id", "what", "kind", "section_id", "at")
_NOBODY_AT_ALL = NOTHING.present().serialize()
_table = reader_tallies
_its_kind = (
    _table.c.site_id == bindparam("site"),
    _table.c.what == bindparam("what"),
    _table.c.kind == bindparam("kind"),
)
_PLACE = ("what", "kind", "section_id", "at")
_STANDING = Prepared(
    select(*[_table.c[name] for name in _PLACE], _table.c.readers, _table.c.counts).where(
        _table.c.site_id == bindparam("site"), *[among(_table.c[name], name) for name in _PLACE]
    )
)
_span = (_table.c.site_id == bindparam("site"), _table.c.at >= bindparam("start"), _table.c.at < bindparam("end"))
_DAYS = Prepared(
    select(_table.c.what, _table.c.section_id, _table.c.at, _table.c.readers, _table.c.counts).where(
        *_span, _table.c.kind == Kind.DAY.value
    )
)
_CLOSED_BEFORE = Prepared(delete(_table).where(*_span, _table.c.kind == Kind.MONTH.value))
_EMPTIED = Prepared(
    delete(_table).where(*_its_kind, _table.c.section_id == bindparam("section"), _table.c.at == bindparam("at"))
)


_HIGHEST = Prepared(select(func.max(reader_numbers.c.number)).where(reader_numbers.c.site_id == bindparam("site")))
_KNOWN = Prepared(
    select(*[packed(reader_numbers.c[name]) for name in ("commenter_id", "number", "first_at")]).where(
        reader_numbers.c.site_id == bindparam("site"), among(reader_numbers.c.commenter_id, "commenters")
    )
)
_OPEN = Prepared(select(func.max(_table.c.at)).where(*_its_kind, _table.c.section_id == bindparam("section")))


def open_month(connection: Connection, clock: Clock, site_id: int) -> int:
    """The start of the newest month with comments, 0 where there is none.

    It has days alone; only months before it have cells of their own: what grows with each comment of a month would be
    most of what the upkeep writes.
    """
    what, kind, section = _EVERY_DAY
    day = _OPEN.scalar(connection, site=site_id, what=what, kind=kind, section=section)
    return 0 if day is None else clock.start(Kind.MONTH, day)


def put_in(connection: Connection, site_id: int, addition: ReaderAddition, *, opened: int) -> set[int]:
    """Gives the starts of the months whose cells were written, which are those before the open one."""
    numbers = [(site_id, *one) for one in addition.new]
    insert_rows(connection, reader_numbers, ("site_id", "commenter_id", "number", "first_at"), numbers)
    moved = [(site_id, *one) for one in addition.moved]
    put_rows(connection, reader_numbers, ("site_id", "commenter_id"), ("number", "first_at"), moved)
    month = Kind.MONTH.value
    cells = {place: vector for place, vector in addition.cells.items() if place[1] != month or place[3] < opened}
    _put_cells(connection, site_id, cells)
    return {at for _, kind, _, at in cells if kind == month}


def close(connection: Connection, clock: Clock, site_id: int, start: int, end: int) -> set[int]:
    """Give the months of this span cells of their own, as sums of their days; gives their starts."""
    days: dict[tuple[str, int, int], list[Vector]] = defaultdict(list)
    for what, section, at, readers, counts in _DAYS.tuples(connection, site=site_id, start=start, end=end):
        days[what, section, clock.start(Kind.MONTH, at)].append(unpacked(readers, counts))
    _CLOSED_BEFORE.run(connection, site=site_id, start=start, end=end)
    rows = [
        (site_id, what, Kind.MONTH.value, section, at, *total(vectors).packed())
        for (what, section, at), vectors in days.items()
    ]
    put_rows(connection, reader_tallies, _KEYS, ("readers", "counts"), rows)
    return {at for _, _, at in days}


def _put_cells(connection: Connection, site_id: int, cells: Cells) -> None:
    wanted = {name: sorted({place[part] for place in cells}) for part, name in enumerate(_PLACE)}
    standing = _STANDING.tuples(connection, site=site_id, **wanted) if cells else ()
    have = {row[:4]: row[4:] for row in standing}
    stored, emptied = [], []
    for place, vector in cells.items():
        readers, counts = increased(have[place], vector) if place in have else vector.packed()
        if readers != _NOBODY_AT_ALL:
            stored.append((site_id, *place, readers, counts))
        else:
            emptied.append(place)
    put_rows(connection, reader_tallies, _KEYS, ("readers", "counts"), stored)
    for what, kind, section, at in emptied:
        _EMPTIED.run(connection, site=site_id, what=what, kind=kind, section=section, at=at)


def forget(connection: Connection, site_id: int) -> None:
    for table in (reader_tallies, reader_numbers):
        connection.execute(delete(table).where(table.c.site_id == site_id))
