"""Scores given anew to comments that are stored already, thousands at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from db.schema import comments, queue, scores
from db.stores._prepared import Prepared
from db.stores.queue import priority_of
from db.wire import cursor_of, flush, reported
from moderation.comment import Status
from moderation.ports import Placed, Scored, Unscored
from moderation.queue import Priority, doubt_of, place
from moderation.score import CIVIL_UNDER, LABELS
from moderation.text.compact import compact_encoder

_encode = compact_encoder()

_stale = (
    (scores.c.comment_id == comments.c.id) & (scores.c.revision == comments.c.revision),
    # The sum keeps SQLite from taking the index on sites and then sorting all of a site's comments for each page.
    (comments.c.site_id + 0 == bindparam("site_id"))
    & (scores.c.model != bindparam("model"))
    & (comments.c.status != Status.ERASED.value),
)
_COUNT = Prepared(select(func.count()).select_from(comments.join(scores, _stale[0])).where(_stale[1]))
_AFTER = Prepared(
    select(comments.c.id)
    .select_from(comments.join(scores, _stale[0]))
    .where(_stale[1])
    .order_by(comments.c.id)
    .offset(bindparam("others"))
    .limit(1)
)
_PAGE = Prepared(
    select(comments.c.id.label("comment_id"), comments.c.revision, comments.c.body)
    .select_from(comments.join(scores, _stale[0]))
    .where(_stale[1], comments.c.id > bindparam("after"))
    .order_by(comments.c.id)
    .limit(bindparam("rows"))
)
_civil = scores.c.toxic < CIVIL_UNDER
_COPIED = Prepared(
    update(comments)
    .values(civil=_civil)
    .where(
        _stale[0],
        comments.c.id.between(bindparam("first"), bindparam("last")),
        scores.c.model == bindparam("model"),
        comments.c.status != Status.ERASED.value,
        comments.c.civil != _civil,
    )
)
_WAITING = Prepared(
    select(queue.c.comment_id, queue.c.factors, queue.c.entered_at).where(
        queue.c.comment_id.between(bindparam("first"), bindparam("last"))
    )
)


class RescoringStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, site_id: int, *, model: str) -> int:
        return int(_COUNT.scalar(self._connection, site_id=site_id, model=model))

    def at_least(self, number: int, site_id: int, *, model: str) -> bool:
        return bool(_AFTER.all(self._connection, site_id=site_id, model=model, others=number - 1))

    def page(self, site_id: int, *, model: str, after: int, limit: int) -> Unscored:
        rows = _PAGE.tuples(self._connection, site_id=site_id, model=model, after=after, rows=limit)
        return Unscored(*zip(*rows, strict=True)) if rows else Unscored((), (), ())

    def store(self, batch: Scored) -> None:
        size = len(batch.comment_ids)
        if not size:
            return
        self._update(
            "scores",
            dict.fromkeys((*LABELS, "reject"), "float8") | {"model": "text"},
            {"comment_id": "bigint", "revision": "int"},
            [*batch.scores, [batch.model] * size, batch.comment_ids, batch.revisions],
        )
        # What the comments say of them follows within the database, where it changes: few rows of many.
        _COPIED.run(
            self._connection,
            model=batch.model,
            first=batch.comment_ids[0],
            last=batch.comment_ids[-1],
        )

    def waiting(self, first: int, last: int) -> list[tuple[int, Priority, datetime]]:
        rows = _WAITING.all(self._connection, first=first, last=last)
        return [(comment_id, priority_of(factors), entered_at) for comment_id, factors, entered_at in rows]

    def rank(self, placed: Sequence[Placed]) -> None:
        """Their new places; when they came and who holds them stays."""
        if not placed:
            return
        self._update(
            "queue",
            {
                "top_label": "text",
                "top_score": "float8",
                "reject": "float8",
                "doubt": "float8",
                "rank": "int",
                "factors": "text",
            },
            {"comment_id": "bigint"},
            list(zip(*[_ranked(one) for one in placed], strict=True)),
        )

    def _update(
        self, table: str, values: dict[str, str], keys: dict[str, str], columns: Sequence[Sequence[Any]]
    ) -> None:
        """`columns` of values, then keys. PostgreSQL takes them as one statement, SQLite row by row, prepared once.

        Names come from this file alone.
        """
        cursor = cursor_of(self._connection)
        flush(self._connection)
        if self._connection.dialect.name != "postgresql":
            sets = ", ".join(f"{name} = ?" for name in values)
            found = " AND ".join(f"{name} = ?" for name in keys)
            text = f"UPDATE {table} SET {sets} WHERE {found}"  # noqa: S608  # nosec B608
            with reported(self._connection, text):
                cursor.executemany(text, zip(*columns, strict=True))
            return
        named = values | keys
        sets = ", ".join(f"{name} = given.{name}" for name in values)
        found = " AND ".join(f"{table}.{name} = given.{name}" for name in keys)
        arrays = ", ".join(f"%s::{kind}[]" for kind in named.values())
        text = f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given ({', '.join(named)}) WHERE {found}"  # noqa: S608  # nosec B608
        with reported(self._connection, text):
            cursor.execute(text, [list(column) for column in columns])


def _ranked(one: Placed) -> tuple[Any, ...]:
    return (
        one.label.value,
        one.score,
        one.reject,
        doubt_of(one.reject),
        place(one.priority, one.entered_at),
        _encode(one.priority.factors),
        one.comment_id,
    )
