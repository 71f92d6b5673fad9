"""The queue: one narrow row for each comment that waits for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, delete, exists, func, insert, select, update

from db.schema import articles, queue, sections, skips
from db.stores._sql import insert_ignoring, insert_rows
from db.types import to_milliseconds
from moderation.queue import COUNT_CAP, Entry, Facets, Factor, Priority, QueueCounts, QueueFilter
from moderation.score import Label
from moderation.text.compact import compact_encoder

_encode = compact_encoder()
_FACETS = 100
_INSERTED = (
    "comment_id", "site_id", "article_id", "section_id", "language", "top_label", "top_score", "rank", "factors",
    "entered_at",
)  # fmt: skip


_GET = select(queue).where(queue.c.comment_id == bindparam("id"))
_REMOVE = delete(queue).where(queue.c.comment_id == bindparam("id"))
_FORGET_SKIPS = delete(skips).where(skips.c.comment_id == bindparam("id"))
_LAPSE = (
    update(queue)
    .where(queue.c.claimed_by.is_not(None), queue.c.claimed_until <= bindparam("now"))
    .values(claimed_by=None, claimed_until=None)
)
_CLAIM = (
    update(queue)
    .where(queue.c.comment_id == bindparam("which"))
    .values(claimed_by=bindparam("staff_id"), claimed_until=bindparam("until"))
)
_RELEASE = (
    update(queue)
    .where(queue.c.claimed_by == bindparam("staff_id"), queue.c.comment_id != bindparam("except_for"))
    .values(claimed_by=None, claimed_until=None)
)
_FIRST = (
    select(queue.c.comment_id)
    .where(queue.c.site_id == bindparam("site_id"))
    .order_by(queue.c.rank, queue.c.comment_id)
    .limit(1)
    # Two moderators who ask at once must not wait for each other; SQLite has one writer anyway.
    .with_for_update(skip_locked=True)
)
_HELD = _FIRST.where(queue.c.claimed_by == bindparam("staff_id"))
_FREE = _FIRST.where(
    queue.c.claimed_by.is_(None),
    ~exists().where(
        skips.c.staff_id == bindparam("staff_id"),
        skips.c.comment_id == queue.c.comment_id,
        skips.c.until > bindparam("now"),
    ),
)


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        comment_id=row.comment_id,
        site_id=row.site_id,
        article_id=row.article_id,
        section_id=row.section_id,
        language=row.language,
        top_label=Label(row.top_label),
        top_score=row.top_score,
        priority=Priority(
            points=-row.rank, factors=tuple((Factor(name), points) for name, points in json.loads(row.factors))
        ),
        entered_at=row.entered_at,
        claimed_by=row.claimed_by,
        claimed_until=row.claimed_until,
    )


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "comment_id": entry.comment_id,
        "site_id": entry.site_id,
        "article_id": entry.article_id,
        "section_id": entry.section_id,
        "language": entry.language,
        "top_label": entry.top_label.value,
        "top_score": entry.top_score,
        "rank": -entry.priority.points,
        "factors": _encode(entry.priority.factors),
        "entered_at": entry.entered_at,
        "claimed_by": entry.claimed_by,
        "claimed_until": entry.claimed_until,
    }


def _matching(where: QueueFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, wanted in (
        (queue.c.article_id, where.article_id),
        (queue.c.section_id, where.section_id),
        (queue.c.top_label, where.label.value if where.label else None),
        (queue.c.language, where.language),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    if where.older_than is not None:
        conditions.append(queue.c.entered_at <= where.older_than)
    if where.newer_than is not None:
        conditions.append(queue.c.entered_at >= where.newer_than)
    return conditions


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
                -entry.priority.points,
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
        if entry.claimed_by is not None:
            renewed |= {"claimed_by": entry.claimed_by, "claimed_until": entry.claimed_until}
        changed = self._connection.execute(
            update(queue).where(queue.c.comment_id == entry.comment_id).values(**renewed)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(queue).values(**_values(entry)))

    def remove(self, comment_id: int) -> None:
        self._connection.execute(_REMOVE, {"id": comment_id})
        self._connection.execute(_FORGET_SKIPS, {"id": comment_id})

    def get(self, comment_id: int) -> Entry | None:
        row = self._connection.execute(_GET, {"id": comment_id}).first()
        return _entry(row) if row else None

    def claim(self, comment_id: int, *, staff_id: int, until: datetime, now: datetime) -> bool:
        free = (queue.c.claimed_by.is_(None)) | (queue.c.claimed_by == staff_id) | (queue.c.claimed_until <= now)
        changed = self._connection.execute(
            update(queue).where(queue.c.comment_id == comment_id, free).values(claimed_by=staff_id, claimed_until=until)
        )
        return changed.rowcount == 1

    def claim_next(
        self, site_id: int, *, staff_id: int, where: QueueFilter, until: datetime, now: datetime
    ) -> int | None:
        self._connection.execute(_LAPSE, {"now": now})
        asked = {"site_id": site_id, "staff_id": staff_id, "now": now}
        matching = _matching(where)
        comment_id = self._first(_HELD, matching, asked) or self._first(_FREE, matching, asked)
        if comment_id is not None:
            self._connection.execute(_CLAIM, {"which": comment_id, "staff_id": staff_id, "until": until})
        return comment_id

    def _first(
        self, query: Select[tuple[int]], matching: list[ColumnElement[bool]], asked: dict[str, object]
    ) -> int | None:
        row = self._connection.execute(query.where(*matching) if matching else query, asked).first()
        return row.comment_id if row else None

    def release(self, staff_id: int, *, except_for: int | None = None) -> int:
        # No comment has the id 0.
        return self._connection.execute(_RELEASE, {"staff_id": staff_id, "except_for": except_for or 0}).rowcount

    def skip(self, site_id: int, comment_id: int, *, staff_id: int, until: datetime) -> None:
        self._connection.execute(
            update(queue)
            .where(queue.c.comment_id == comment_id, queue.c.claimed_by == staff_id)
            .values(claimed_by=None, claimed_until=None)
        )
        row = {"staff_id": staff_id, "comment_id": comment_id, "site_id": site_id, "until": until}
        insert_ignoring(self._connection, skips, [row])
        self._connection.execute(
            update(skips).where(skips.c.staff_id == staff_id, skips.c.comment_id == comment_id).values(until=until)
        )

    def counts(self, site_id: int, *, staff_id: int, where: QueueFilter, now: datetime) -> QueueCounts:
        matching = select(queue.c.comment_id).where(queue.c.site_id == site_id, *_matching(where)).limit(COUNT_CAP + 1)
        waiting = self._connection.execute(select(func.count()).select_from(matching.subquery())).scalar_one()
        others = self._connection.execute(
            select(func.count()).where(
                queue.c.claimed_by.is_not(None),
                queue.c.claimed_by != staff_id,
                queue.c.claimed_until > now,
                queue.c.site_id == site_id,
                *_matching(where),
            )
        ).scalar_one()
        oldest = self._connection.execute(
            select(queue.c.entered_at)
            .where(queue.c.site_id == site_id, *_matching(where))
            .order_by(queue.c.entered_at)
            .limit(1)
        ).scalar_one_or_none()
        return QueueCounts(
            waiting=min(waiting, COUNT_CAP), capped=waiting > COUNT_CAP, with_others=others, oldest=oldest
        )

    def facets(self, site_id: int) -> Facets:
        # A queue of a million must not be grouped for a list of choices: the first ten thousand say enough.
        first = select(queue).where(queue.c.site_id == site_id).limit(COUNT_CAP).subquery()

        def grouped(column: ColumnElement[Any]) -> list[tuple[Any, int]]:
            times = func.count()
            query = select(column, times).where(column.is_not(None)).group_by(column).order_by(times.desc())
            return [(row[0], row[1]) for row in self._connection.execute(query.limit(_FACETS))]

        by_article, by_section = grouped(first.c.article_id), grouped(first.c.section_id)
        titles = self._names(articles.c.id, articles.c.title, [key for key, _ in by_article])
        names = self._names(sections.c.id, sections.c.name, [key for key, _ in by_section])
        return Facets(
            articles=tuple((key, titles[key], times) for key, times in by_article),
            sections=tuple((key, names[key], times) for key, times in by_section),
            languages=tuple(grouped(first.c.language)),
            labels=tuple((Label(key), times) for key, times in grouped(first.c.top_label)),
        )

    def _names(self, key: ColumnElement[int], name: ColumnElement[str], wanted: list[int]) -> dict[int, str]:
        if not wanted:
            return {}
        return {row[0]: row[1] for row in self._connection.execute(select(key, name).where(key.in_(wanted)))}
