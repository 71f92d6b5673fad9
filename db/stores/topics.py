"""Comments as they are read for topics: an article's by its own index, others by when they were written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from db.schema import comments, search_texts
from moderation.comment import Status
from moderation.topics import Said, Scope

# A section's share of a period is looked for among so many of the period's newest.
_LOOKED_AT = 20_000


class TopicStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def said(self, site_id: int, scope: Scope, *, limit: int) -> list[Said]:
        found = _newest(site_id, scope, limit).subquery()
        query = (
            select(found.c.id, found.c.commenter_id, search_texts.c.folded, found.c.civil, found.c.status)
            .join(search_texts, search_texts.c.comment_id == found.c.id)
            .order_by(found.c.id.desc())
        )
        return [
            Said(row.id, row.commenter_id, row.folded, row.civil, row.status == Status.REJECTED.value)
            for row in self._connection.execute(query)
        ]

    def mark(self, site_id: int, scope: Scope, *, limit: int) -> tuple[int, int, int]:
        found = _newest(site_id, scope, limit).subquery()
        newest, versions = func.coalesce(func.max(found.c.id), 0), func.coalesce(func.sum(found.c.version), 0)
        row = self._connection.execute(select(func.count(), newest, versions).select_from(found)).one()
        return int(row[0]), int(row[1]), int(row[2])


def _newest(site_id: int, scope: Scope, limit: int) -> Select[Any]:
    columns = [comments.c[name] for name in ("id", "commenter_id", "civil", "status", "version")]
    there = comments.c.status != Status.ERASED.value
    if scope.article_id is not None:
        # As a sum no index serves the site: the article's own is the better one.
        of_article = (comments.c.article_id == scope.article_id, comments.c.site_id + 0 == site_id)
        query = select(*columns).where(*of_article, there, *_written(scope))
        return query.order_by(comments.c.id.desc()).limit(limit)
    query = select(*columns, comments.c.section_id).where(comments.c.site_id == site_id, there, *_written(scope))
    newest = query.order_by(comments.c.created_at.desc())
    if scope.section_id is None:
        return newest.limit(limit)
    among = newest.limit(_LOOKED_AT).subquery()
    return select(among).where(among.c.section_id == scope.section_id).order_by(among.c.id.desc()).limit(limit)


def _written(scope: Scope) -> list[ColumnElement[bool]]:
    since = [] if scope.since is None else [comments.c.created_at >= scope.since]
    until = [] if scope.until is None else [comments.c.created_at < scope.until]
    return since + until
