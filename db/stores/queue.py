"""The queue: one narrow row for each comment that waits for a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from db.schema import articles, queue, sections, skips, staff_limits, watches
from db.stores._prepared import Prepared
from db.stores._sql import insert_ignoring, insert_rows
from db.stores.insights.conditions import milliseconds
from db.types import Instant, to_milliseconds
from moderation.limits import LimitKind
from moderation.queue import (
    AGEING,
    COUNT_CAP,
    Entry,
    Facets,
    Factor,
    Order,
    Priority,
    QueueCounts,
    QueueFilter,
    Watched,
    place,
)
from moderation.score import Label
from moderation.text.compact import compact_encoder

_encode = compact_encoder()
_FACETS = 100
_AGEING = literal_column(str(AGEING // timedelta(milliseconds=1)), BigInteger())
_INSERTED = (
    "comment_id", "site_id", "article_id", "section_id", "language", "top_label", "top_score", "reject", "doubt",
    "rank", "factors", "entered_at",
)  # fmt: skip


_GET = Prepared(select(queue).where(queue.c.comment_id == bindparam("id")))
_REMOVE = Prepared(delete(queue).where(queue.c.comment_id == bindparam("id")))
_RELEASE = Prepared(
    update(queue)
    .where(
        queue.c.claimed_by == bindparam("staff_id"),
        queue.c.comment_id != bindparam("except_for"),
        queue.c.comment_id != bindparam("leaving"),
        queue.c.comment_id != bindparam("besides"),
    )
    .values(claimed_by=None, claimed_until=None)
)
_waiting = queue.alias("waiting")
_watches_it = or_(
    (watches.c.kind == Watched.ARTICLE.value) & (watches.c.item_id == _waiting.c.article_id),
    (watches.c.kind == Watched.SECTION.value) & (watches.c.item_id == _waiting.c.section_id),
)
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "article_id": _waiting.c.article_id == bindparam("article_id"),
    "section_id": _waiting.c.section_id == bindparam("section_id"),
    "label": _waiting.c.top_label == bindparam("label"),
    "language": _waiting.c.language == bindparam("language"),
    "older_than": _waiting.c.entered_at <= bindparam("older_than"),
    "newer_than": _waiting.c.entered_at >= bindparam("newer_than"),
    "limited": exists().where(
        staff_limits.c.staff_id == bindparam("staff_id"),
        staff_limits.c.kind == LimitKind.SECTION.value,
        staff_limits.c.item_id == _waiting.c.section_id,
    ),
    "watched": exists().where(watches.c.staff_id == bindparam("staff_id"), _watches_it),
}
# Each is the order of an index, forwards or backwards. Ids grow with time.
_ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    Order.PRIORITY: (_waiting.c.rank, _waiting.c.comment_id),
    Order.NEWEST: (_waiting.c.comment_id.desc(),),
    Order.OLDEST: (_waiting.c.comment_id,),
    Order.UNCERTAIN: (_waiting.c.doubt, _waiting.c.comment_id),
    Order.SCORE: (_waiting.c.reject.desc(), _waiting.c.comment_id.desc()),
}
_MINE = _waiting.c.claimed_by == bindparam("staff_id")
_LAPSED = _waiting.c.claimed_by.is_not(None) & (_waiting.c.claimed_until <= bindparam("now"))
_FREE = _waiting.c.claimed_by.is_(None)
_SKIPPED = exists().where(
    skips.c.staff_id == bindparam("staff_id"),
    skips.c.comment_id == _waiting.c.comment_id,
    skips.c.until > bindparam("now"),
)
_LEASED = update(queue).values(claimed_by=bindparam("staff_id"), claimed_until=bindparam("until"))
_CLAIM = Prepared(
    _LEASED.where(
        queue.c.comment_id == bindparam("id"),
        queue.c.claimed_by.is_(None)
        | (queue.c.claimed_by == bindparam("staff_id"))
        | (queue.c.claimed_until <= bindparam("now")),
    )
)

_RENEW = Prepared(
    update(queue)
    .where(
        queue.c.claimed_by == bindparam("staff_id"),
        or_(queue.c.comment_id == bindparam("id"), queue.c.comment_id == bindparam("besides")),
    )
    .values(
        claimed_until=case(
            (queue.c.comment_id == bindparam("id"), bindparam("until", type_=Instant())),
            else_=bindparam("besides_until", type_=Instant()),
        )
    )
    .returning(queue.c.comment_id)
)


@cache
def _claim_next(conditions: tuple[str, ...], order: Order) -> Prepared:
    """The claim in a queue narrowed so: of what the person holds, else what another let lapse, else what is free."""
    first = (
        select(_waiting.c.comment_id)
        .where(*[_CONDITIONS[name] for name in conditions])
        # No comment has the id 0. What a person leaves may not be theirs any more: their lease may have lapsed.
        .where(_waiting.c.comment_id != bindparam("leaving"), _waiting.c.comment_id != bindparam("besides"))
        .order_by(*_ORDERS[order])
        .limit(1)
    )
    # Few are claimed at a time, and their index knows no sites: a sum keeps SQLite from walking the site's whole queue.
    claimed = first.where(_waiting.c.site_id + 0 == bindparam("site_id"))
    free = first.where(_waiting.c.site_id == bindparam("site_id"), _FREE, ~_SKIPPED)
    # Two moderators who ask at once must not wait for each other; SQLite has one writer anyway.
    locked = [one.with_for_update(skip_locked=True) for one in (claimed.where(_LAPSED, ~_SKIPPED), free)]
    chosen = func.coalesce(*[one.scalar_subquery() for one in (claimed.where(_MINE), *locked)])
    # Planning it takes three times as long as running it.
    return Prepared(_LEASED.where(queue.c.comment_id == chosen).returning(queue.c.comment_id), one_plan=True)


@cache
def _counts(conditions: tuple[str, ...]) -> Prepared:
    asked = [_CONDITIONS[name] for name in conditions]
    narrowed = [_waiting.c.site_id == bindparam("site_id"), *asked]
    capped = select(_waiting.c.comment_id).where(*narrowed).limit(COUNT_CAP + 1).subquery()
    others = select(func.count()).where(
        _waiting.c.claimed_by.is_not(None),
        _waiting.c.claimed_by != bindparam("staff_id"),
        _waiting.c.claimed_until > bindparam("now"),
        # Few are claimed at a time, and their index knows no sites: as a sum no other index serves.
        _waiting.c.site_id + 0 == bindparam("site_id"),
        *asked,
    )
    oldest = select(_waiting.c.entered_at).where(*narrowed).order_by(_waiting.c.entered_at).limit(1)
    return Prepared(
        select(
            select(func.count()).select_from(capped).scalar_subquery().label("waiting"),
            others.scalar_subquery().label("with_others"),
            oldest.scalar_subquery().label("oldest"),
        )
    )


def entry_of(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        comment_id=row.comment_id,
        site_id=row.site_id,
        article_id=row.article_id,
        section_id=row.section_id,
        language=row.language,
        top_label=Label(row.top_label),
        top_score=row.top_score,
        reject=row.reject,
        priority=priority_of(row.factors),
        entered_at=row.entered_at,
        claimed_by=row.claimed_by,
        claimed_until=row.claimed_until,
    )


def priority_of(factors: str) -> Priority:
    """Once, waiting was a factor of its own and the same for all."""
    named = ((Factor(name), points) for name, points in json.loads(factors))
    return Priority(factors=tuple(pair for pair in named if pair[0] is not Factor.WAITING))


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "comment_id": entry.comment_id,
        "site_id": entry.site_id,
        "article_id": entry.article_id,
        "section_id": entry.section_id,
        "language": entry.language,
        "top_label": entry.top_label.value,
        "top_score": entry.top_score,
        "reject": entry.reject,
        "doubt": entry.doubt,
        "rank": place(entry.priority, entry.entered_at),
        "factors": _encode(entry.priority.factors),
        "entered_at": entry.entered_at,
        "claimed_by": entry.claimed_by,
        "claimed_until": entry.claimed_until,
    }


def _asked(where: QueueFilter) -> dict[str, Any]:
    """The filter's values by the names of their conditions."""
    given = {name: getattr(where, name) for name in _CONDITIONS}
    return {
        name: str(value) if name == "label" else value for name, value in given.items() if value not in (None, False)
    }


class QueueStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_new(self, entries: Sequence[Entry]) -> None:
        rows = [
            (
                entry.comment_id,
                entry.site_id,
                entry.article_id,
                entry.section_id,
                entry.language,
                str(entry.top_label),
                entry.top_score,
                entry.reject,
                entry.doubt,
                place(entry.priority, entry.entered_at),
                _encode(entry.priority.factors),
                to_milliseconds(entry.entered_at),
            )
            for entry in entries
        ]
        insert_rows(self._connection, queue, _INSERTED, rows)

    def add(self, entry: Entry) -> None:
        renewed = {
            name: value
            for name, value in _values(entry).items()
            if name not in ("comment_id", "site_id", "entered_at", "claimed_by", "claimed_until")
        }
        # What waits already keeps the time at which it came.
        renewed["rank"] = milliseconds(queue.c.entered_at) // _AGEING - entry.priority.points
        if entry.claimed_by is not None:
            renewed |= {"claimed_by": entry.claimed_by, "claimed_until": entry.claimed_until}
        changed = self._connection.execute(
            update(queue).where(queue.c.comment_id == entry.comment_id).values(**renewed)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(queue).values(**_values(entry)))
        if entry.claimed_by is not None:
            self.release(entry.claimed_by, except_for=entry.comment_id)

    def remove(self, comment_id: int) -> None:
        _REMOVE.defer(self._connection, id=comment_id)

    def get(self, comment_id: int) -> Entry | None:
        row = _GET.first(self._connection, id=comment_id)
        return entry_of(row) if row else None

    def claim(
        self, comment_id: int, *, staff_id: int, until: datetime, now: datetime, besides: int | None = None
    ) -> bool:
        claimed = _CLAIM.run(self._connection, id=comment_id, staff_id=staff_id, until=until, now=now) == 1
        if claimed:
            self._release_later(staff_id, comment_id, leaving=None, besides=besides)
        return claimed

    def ask_next(
        self,
        site_id: int,
        *,
        staff_id: int,
        where: QueueFilter,
        order: Order,
        until: datetime,
        now: datetime,
        leaving: int | None = None,
        besides: int | None = None,
    ) -> Callable[[], int | None]:
        asked = _asked(where)
        given = asked | {"site_id": site_id, "staff_id": staff_id, "until": until, "now": now}
        given |= {"leaving": leaving or 0, "besides": besides or 0}
        claim = _claim_next(tuple(asked), order)
        claimed = claim.ask(self._connection, **given)

        def comment_id() -> int | None:
            # On PostgreSQL what this person held may be decided from another window while this one waits for it.
            row = claimed() or claim.first(self._connection, **given)
            found = int(row.comment_id) if row else None
            # What is left is removed later, when its comment is locked: locked before that, it is half of a deadlock.
            self._release_later(staff_id, found, leaving=leaving, besides=besides)
            return found

        return comment_id

    def _release_later(self, staff_id: int, kept: int | None, *, leaving: int | None, besides: int | None) -> None:
        _RELEASE.defer(
            self._connection, staff_id=staff_id, except_for=kept or 0, leaving=leaving or 0, besides=besides or 0
        )

    def renew(self, comment_id: int, *, staff_id: int, until: datetime, besides: int, besides_until: datetime) -> bool:
        given = {"id": comment_id, "staff_id": staff_id, "until": until}
        rows = _RENEW.all(self._connection, **given, besides=besides, besides_until=besides_until)
        return any(row.comment_id == comment_id for row in rows)

    def release(self, staff_id: int, *, except_for: int | None = None) -> int:
        return _RELEASE.run(self._connection, staff_id=staff_id, except_for=except_for or 0, leaving=0, besides=0)

    def skip(self, site_id: int, comment_id: int, *, staff_id: int, now: datetime, until: datetime) -> None:
        self._connection.execute(
            update(queue)
            .where(queue.c.comment_id == comment_id, queue.c.claimed_by == staff_id)
            .values(claimed_by=None, claimed_until=None)
        )
        self._connection.execute(delete(skips).where(skips.c.staff_id == staff_id, skips.c.until <= now))
        row = {"staff_id": staff_id, "comment_id": comment_id, "site_id": site_id, "until": until}
        insert_ignoring(self._connection, skips, [row])
        self._connection.execute(
            update(skips).where(skips.c.staff_id == staff_id, skips.c.comment_id == comment_id).values(until=until)
        )

    def unskip(self, comment_id: int, *, staff_id: int | None = None) -> None:
        skipped = delete(skips).where(skips.c.comment_id == comment_id)
        self._connection.execute(skipped if staff_id is None else skipped.where(skips.c.staff_id == staff_id))

    def bring_back(
        self, site_id: int, *, staff_id: int, until: datetime, comment_id: int | None = None
    ) -> list[tuple[int, datetime]]:
        theirs = (skips.c.site_id == site_id) & (skips.c.staff_id == staff_id) & (skips.c.until <= until)
        if comment_id is not None:
            theirs &= skips.c.comment_id == comment_id
        gone = self._connection.execute(delete(skips).where(theirs).returning(skips.c.comment_id, skips.c.until))
        return sorted((row.comment_id, row.until) for row in gone)

    def skipped(
        self, site_id: int, *, staff_id: int, now: datetime, until: datetime, limit: int
    ) -> list[tuple[int, datetime]]:
        query = (
            select(skips.c.comment_id, skips.c.until)
            .join(queue, queue.c.comment_id == skips.c.comment_id)
            .where(skips.c.staff_id == staff_id, skips.c.site_id == site_id, skips.c.until > now)
            .where(skips.c.until <= until)
            .order_by(skips.c.until.desc(), skips.c.comment_id.desc())
            .limit(limit)
        )
        return [(row.comment_id, row.until) for row in self._connection.execute(query)]

    def counts(self, site_id: int, *, staff_id: int, where: QueueFilter, now: datetime) -> QueueCounts:
        asked = _asked(where)
        given = asked | {"site_id": site_id, "staff_id": staff_id, "now": now}
        [row] = _counts(tuple(asked)).all(self._connection, **given)
        return QueueCounts(
            waiting=min(row.waiting, COUNT_CAP),
            capped=row.waiting > COUNT_CAP,
            with_others=row.with_others,
            oldest=row.oldest,
        )

    def facets(self, site_id: int, *, within: Sequence[int] | None = None) -> Facets:
        # A queue of a million must not be grouped for a list of choices: the first ten thousand say enough.
        columns = [queue.c.article_id, queue.c.section_id, queue.c.language, queue.c.top_label]
        waiting = select(*columns).where(queue.c.site_id == site_id)
        if within is not None:
            waiting = waiting.where(queue.c.section_id.in_(within))
        first = waiting.limit(COUNT_CAP).subquery()
        # Read once for all four.
        groups = self._connection.execute(select(*first.c, func.count()).group_by(*first.c)).all()

        def grouped(place: int) -> list[tuple[Any, int]]:
            times: Counter[Any] = Counter()
            for group in groups:
                if group[place] is not None:
                    times[group[place]] += group[-1]
            return times.most_common(_FACETS)

        by_article, by_section = grouped(0), grouped(1)
        titles = self._names(articles.c.id, articles.c.title, [key for key, _ in by_article])
        names = self._names(sections.c.id, sections.c.name, [key for key, _ in by_section])
        return Facets(
            articles=tuple((key, titles[key], times) for key, times in by_article),
            sections=tuple((key, names[key], times) for key, times in by_section),
            languages=tuple(grouped(2)),
            labels=tuple((Label(key), times) for key, times in grouped(3)),
        )

    def _names(self, key: ColumnElement[int], name: ColumnElement[str], wanted: list[int]) -> dict[int, str]:
        if not wanted:
            return {}
        return {row[0]: row[1] for row in self._connection.execute(select(key, name).where(key.in_(wanted)))}
