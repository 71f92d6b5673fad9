"""Comments counted by time, section, article, language and status: what most figures are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from db.schema import comments
from db.stores.insights.conditions import about, is_civil, milliseconds, quarter, waits, within
from moderation.engagement import InsightFilter

KEYS: dict[str, ColumnElement[Any]] = {
    "at": quarter(comments.c.created_at),
    "section_id": comments.c.section_id,
    "article_id": comments.c.article_id,
    "language": comments.c.language,
    "status": comments.c.status,
}
MEASURES: dict[str, ColumnElement[Any]] = {
    "comments": func.count(),
    "civil": func.sum(is_civil),
    "replies": func.sum(case((comments.c.parent_id.is_not(None), 1), else_=0)),
    "characters": func.sum(func.length(comments.c.body)),
    "machine": func.sum(case((comments.c.decided_by_machine & ~waits, 1), else_=0)),
    "waiting": func.sum(case((waits, 1), else_=0)),
    "first": func.min(milliseconds(comments.c.created_at)),
    "last": func.max(milliseconds(comments.c.created_at)),
}


class Tallies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(
        self,
        site_id: int,
        start: datetime,
        end: datetime,
        where: InsightFilter,
        *,
        by: Sequence[str] = (),
        count: Sequence[str] = ("comments",),
    ) -> list[Any]:
        """Rows with the keys of `by` and the measures of `count`, of comments written from `start` until before `end`.

        `at` is the start of a quarter hour in milliseconds. Without keys there is one row, which may count nothing.
        """
        keys = [KEYS[name].label(name) for name in by]
        query = (
            select(*keys, *[MEASURES[name].label(name) for name in count])
            .where(*within(comments.c.site_id == site_id, comments.c.created_at, start, end), *about(where))
            .group_by(*keys)
        )
        return list(self._connection.execute(query).all())
