"""Editors' picks: one row for each comment that is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from db.schema import comments, picks
from db.stores._prepared import Prepared
from moderation.comment import VISIBLE, Comment
from moderation.pick import Pick

_DROP = Prepared(delete(picks).where(picks.c.comment_id == bindparam("id")))
_STANDING = (
    (comments.c.id == picks.c.comment_id)
    & (comments.c.revision == picks.c.revision)
    & comments.c.status.in_([status.value for status in sorted(VISIBLE)])
)


class PickStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def among(self, comment_ids: Sequence[int]) -> set[int]:
        query = select(picks.c.comment_id).join(comments, _STANDING).where(picks.c.comment_id.in_(comment_ids))
        return {row.comment_id for row in self._connection.execute(query)}

    def of_article(self, article_id: int, *, until: datetime, limit: int) -> list[Pick]:
        query = (
            select(picks.c.comment_id, comments.c.external_id, picks.c.picked_at)
            .join(comments, _STANDING)
            .where(picks.c.article_id == article_id, picks.c.picked_at <= until)
            .order_by(picks.c.picked_at.desc(), picks.c.comment_id.desc())
            .limit(limit)
        )
        return [
            Pick(comment_id=row.comment_id, external_id=row.external_id, picked_at=row.picked_at)
            for row in self._connection.execute(query)
        ]

    def add(self, comment: Comment, *, by: str, at: datetime) -> None:
        self.drop(comment.id)
        self._connection.execute(
            insert(picks).values(
                comment_id=comment.id,
                site_id=comment.site_id,
                article_id=comment.article_id,
                revision=comment.revision,
                actor=by,
                picked_at=at,
            )
        )

    def drop(self, comment_id: int) -> None:
        _DROP.defer(self._connection, id=comment_id)

    def drop_since(self, comment_id: int, since: datetime, *, by: str) -> bool:
        theirs = (picks.c.comment_id == comment_id) & (picks.c.actor == by) & (picks.c.picked_at >= since)
        return self._connection.execute(delete(picks).where(theirs)).rowcount == 1
