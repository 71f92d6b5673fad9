"""What a stretch of the log adds to the tallies of comments.

New comments add one each (arrivals.py). What happened to an older comment makes its hour, and its article's
day, be counted anew; the difference to what stands there is what is added. Counted are the comments that came in before
the stretch's end, in whatever state they are now: whatever has happened to them later is in the log and comes again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, bindparam, cast, func, select

from db.schema import articles, audit_events, comment_tallies, comments
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores.insights.conditions import milliseconds, quarter
from db.stores.rollups.anew import Anew, came, came_before, first
from db.stores.rollups.arrivals import NOT_REJECTED, Arrivals, Stretch
from db.stores.rollups.clock import ABOVE, WHOLE, Clock, Kind
from db.stores.rollups.families import (
    ARTICLES,
    COMMENTS,
    COUNTED,
    FAMILIES,
    OF_ARTICLES,
    REASONS,
    Cell,
    Counts,
    Family,
    of_articles,
)
from moderation.audit import EventType

_CHANGING = [
    str(type_)
    for type_ in (
        EventType.COMMENT_EDITED,
        EventType.COMMENT_JOINED,
        EventType.COMMENT_WITHDRAWN,
        EventType.COMMENT_DECIDED,
        EventType.COMMENT_ERASED,
        EventType.DECISION_UNDONE,
        EventType.APPEAL_LODGED,
    )
]
_OF_MANY = [EventType.ARTICLE_SAVED.value, EventType.COMMENTS_RESCORED.value]
_of_stretch = (
    audit_events.c.log_id == bindparam("site"),
    audit_events.c.position >= bindparam("start"),
    audit_events.c.position < bindparam("end"),
    among(audit_events.c.type, "types"),
)
_HAPPENED = Prepared(select(audit_events.c.type).where(*_of_stretch).distinct())
_MANY = Prepared(
    select(audit_events.c.type, audit_events.c.subject, audit_events.c.body).where(*_of_stretch).distinct()
)
_quarter = quarter(comments.c.created_at)


@dataclass(slots=True)
class Dirty:
    """What must be counted anew: starts of hours, and articles by the start of the day."""

    hours: set[int] = field(default_factory=set)
    days: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    moved: set[int] = field(default_factory=set)
    """Starts of days with comments of articles that are in another section than these stand in."""


class CommentCounts:
    def __init__(self, connection: Connection, clock: Clock, *, opened: int) -> None:
        """`opened`: where the months begin that have no cells of their own yet."""
        self._connection, self._clock, self._opened = connection, clock, opened

    def of(self, stretch: Stretch, dirty: Dirty, arrivals: Arrivals) -> dict[Family, Counts]:
        """What to add, by cells of every kind."""
        found = self._new(arrivals, dirty)
        anew = {family: self._with_sums(self._anew(family, stretch, dirty)) for family in COUNTED}
        for family, counts in (anew | {ARTICLES: of_articles(anew[COMMENTS])}).items():
            for cell, numbers in counts.items():
                add(found[family], cell, numbers)
        return found

    def between(self, site_id: int, start: int, end: int, *, before: int) -> dict[Family, Counts]:
        """Of comments written in a span of time that holds whole months, by cells of every kind."""
        source, counted = came_before(self._connection, site_id, before)
        at = milliseconds(comments.c.created_at)
        conditions = [comments.c.site_id == site_id, at >= start, at < end, counted]
        found = {family: self._with_sums(self._grouped(family, source, conditions)) for family in COUNTED}
        return found | {ARTICLES: of_articles(found[COMMENTS])}

    def _with_sums(self, counts: Counts) -> Counts:
        summed: Counts = {}
        starts: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for cell, numbers in counts.items():
            if not any(numbers):
                continue
            summed[cell] = numbers
            place = cell[:2]
            above = starts.get(place)
            if above is None:
                kinds = ABOVE[Kind(cell[0])]
                above = starts[place] = [(kind.value, self._clock.start(kind, cell[1])) for kind in kinds]
            for higher_place in above:
                higher = higher_place + cell[2:]
                have = summed.get(higher)
                summed[higher] = numbers if have is None else [a + b for a, b in zip(have, numbers, strict=False)]
        return summed

    def _new(self, arrivals: Arrivals, dirty: Dirty) -> dict[Family, Counts]:
        """Of the arrivals one each, but where everything is counted anew."""
        found: dict[Family, Counts] = {family: {} for family in FAMILIES}
        of_hours = arrivals.only(~np.isin(arrivals.coded[Kind.HOUR].values(), list(dirty.hours)))
        rejected = of_hours.only(~of_hours.where("reasons", NOT_REJECTED))
        # The kinds by their words: an enumeration's costs more than all else that is done for a cell.
        for kind in map(str, WHOLE):
            if kind == Kind.MONTH:
                of_hours, rejected = self._over(of_hours), self._over(rejected)
            cells = of_hours.counted((kind, "section_id", "language", "status"), tuple(COMMENTS.counts)[1:])
            for (start, section_id, *keys), numbers in cells:
                found[COMMENTS][kind, start, section_id, 0, *keys] = numbers
            for cell, numbers in rejected.counted((kind, *REASONS.keys), ()):
                found[REASONS][kind, *cell] = numbers
        of_days = arrivals.only(~self._of_dirty_days(arrivals, dirty))
        for kind in map(str, OF_ARTICLES):
            if kind == Kind.ARTICLE_MONTH:
                of_days = self._over(of_days)
            for family in (COMMENTS, ARTICLES):
                for cell, numbers in of_days.counted((kind, *family.keys), tuple(family.counts)[1:]):
                    found[family][kind, *cell] = numbers
        return found

    def _over(self, arrivals: Arrivals) -> Arrivals:
        return arrivals.only(arrivals["at"] < self._opened)

    def _of_dirty_days(self, arrivals: Arrivals, dirty: Dirty) -> NDArray[np.bool_]:
        days = arrivals.coded[Kind.ARTICLE_DAY].values()
        found = np.zeros(len(arrivals), np.bool_)
        for day, wanted in dirty.days.items():
            found |= (days == day) & np.isin(arrivals["article_id"], list(wanted))
        return found

    def _anew(self, family: Family, stretch: Stretch, dirty: Dirty) -> Counts:
        """What the dirty cells count now, less what stands in them."""
        places: list[tuple[Kind, int, Sequence[int]]] = [(Kind.HOUR, hour, ()) for hour in dirty.hours]
        if Kind.ARTICLE_DAY in family.bases:
            places += [(Kind.ARTICLE_DAY, day, sorted(wanted)) for day, wanted in dirty.days.items()]
        counts: Counts = {}
        if places:
            anew = Anew(self._connection, self._clock, family, stretch.site_id, stretch.end)
            for cell, numbers in anew.differences(places):
                add(counts, cell, numbers)
        return counts

    def _grouped(self, family: Family, source: FromClause, conditions: list[ColumnElement[bool]]) -> Counts:
        """The counts of each cell, of the kinds that the family counts from comments."""
        asked, width = list(family.keys.values()), 1 + len(family.keys)
        query = (
            select(_quarter, *asked, *family.counts.values())
            .select_from(family.of(source))
            .where(*conditions, *family.where)
            .group_by(_quarter, *asked)
        )
        counts: Counts = {}
        starts: dict[tuple[str, int], int] = {}
        bases = [(kind, kind.value, kept) for kind, kept in family.bases.items()]
        # Hardly two new comments are of one cell, so this runs once for each of them: no calls that could be spared.
        found = self._connection.execute(query)
        rows = found.cursor.fetchall()
        found.close()
        for row in rows:
            at, numbers = row[0], list(row[width:])
            keys = row[1:width]
            for kind, name, kept in bases:
                start = starts.get((name, at))
                if start is None:
                    start = starts[name, at] = self._clock.start(kind, at)
                cell = (name, start, *kept(keys))
                have = counts.get(cell)
                counts[cell] = numbers if have is None else [a + b for a, b in zip(have, numbers, strict=False)]
        return counts

    def dirty(self, stretch: Stretch) -> Dirty:
        dirty = Dirty()
        place = {"site": stretch.site_id, "start": stretch.start, "end": stretch.end}
        happened = {row.type for row in _HAPPENED.all(self._connection, **place, types=[*_CHANGING, *_OF_MANY])}
        counted = first.c.position < stretch.start
        if happened.intersection(_CHANGING):
            source = audit_events.join(comments, comments.c.id == of_comment()).join(first, came)
            self._mark(dirty, source, [*stretch.events, audit_events.c.type.in_(_CHANGING), counted])
        others = _MANY.all(self._connection, **place, types=_OF_MANY) if happened.intersection(_OF_MANY) else ()
        for type_, subject, body in others:
            if type_ == EventType.COMMENTS_RESCORED:
                told = json.loads(body)["data"]
                within = comments.c.id.between(int(told["first"]), int(told["last"]))
                self._mark(dirty, comments.join(first, came), [_of(stretch), within, counted])
            elif self._moved(stretch.site_id, int(subject.removeprefix("article:"))):
                its = comments.c.article_id == int(subject.removeprefix("article:"))
                dirty.moved |= self._mark(dirty, comments.join(first, came), [its, counted])
        return dirty

    def _mark(self, dirty: Dirty, source: FromClause, conditions: list[ColumnElement[bool]]) -> set[int]:
        """The starts of the days that were marked."""
        query = select(_quarter, comments.c.article_id).select_from(source).where(*conditions).distinct()
        days = set()
        for at, article_id in self._connection.execute(query):
            dirty.hours.add(self._clock.start(Kind.HOUR, at))
            day = self._clock.start(Kind.ARTICLE_DAY, at)
            dirty.days[day].add(article_id)
            days.add(day)
        return days

    def _moved(self, site_id: int, article_id: int) -> bool:
        """Whether the article's comments stand in the tallies under another section than it has now."""
        oldest = (
            select(milliseconds(comments.c.created_at))
            .where(comments.c.article_id == article_id)
            .order_by(comments.c.id)
            .limit(1)
        )
        at = self._connection.execute(oldest).scalar()
        if at is None:
            return False
        now = select(func.coalesce(articles.c.section_id, 0)).where(articles.c.id == article_id).scalar_subquery()
        stands = (
            select(comment_tallies.c.section_id)
            .where(
                comment_tallies.c.site_id == site_id,
                comment_tallies.c.kind == Kind.ARTICLE_DAY.value,
                comment_tallies.c.at == self._clock.start(Kind.ARTICLE_DAY, at),
                comment_tallies.c.article_id == article_id,
                comment_tallies.c.section_id != now,
            )
            .limit(1)
        )
        return self._connection.execute(stands).first() is not None


def _of(stretch: Stretch) -> ColumnElement[bool]:
    return comments.c.site_id == stretch.site_id


def of_comment() -> ColumnElement[int]:
    """The id in an event's subject (`comment:17`)."""
    return cast(func.substr(audit_events.c.subject, len("comment:") + 1), BigInteger)


def add(counts: Counts, cell: Cell, numbers: Sequence[int]) -> None:
    """Lists of counts are shared between cells, so none is changed in its place."""
    have = counts.get(cell)
    counts[cell] = list(numbers) if have is None else [a + b for a, b in zip(have, numbers, strict=True)]
