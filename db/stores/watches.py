"""Watch-lists: the articles and sections that a moderator looks after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from db.schema import articles, sections, watches
from moderation.queue import Watched, WatchList


class WatchStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, site_id: int, staff_id: int) -> WatchList:
        return WatchList(
            articles=self._named(Watched.ARTICLE, articles.c.id, articles.c.title, site_id, staff_id),
            sections=self._named(Watched.SECTION, sections.c.id, sections.c.name, site_id, staff_id),
        )

    def _named(self, kind: Watched, key: Any, name: Any, site_id: int, staff_id: int) -> tuple[tuple[int, str], ...]:
        query = (
            select(key, name)
            .join(watches, watches.c.item_id == key)
            .where(watches.c.kind == kind.value, watches.c.staff_id == staff_id, watches.c.site_id == site_id)
            .order_by(name, key)
        )
        return tuple((row[0], row[1]) for row in self._connection.execute(query))

    def replace(self, site_id: int, staff_id: int, *, article_ids: Sequence[int], section_ids: Sequence[int]) -> None:
        mine = (watches.c.staff_id == staff_id) & (watches.c.site_id == site_id)
        self._connection.execute(delete(watches).where(mine))
        for kind, table, ids in ((Watched.ARTICLE, articles, article_ids), (Watched.SECTION, sections, section_ids)):
            query = select(table.c.id).where(table.c.site_id == site_id, table.c.id.in_(list(ids)))
            rows = [
                {"staff_id": staff_id, "site_id": site_id, "kind": kind.value, "item_id": row.id}
                for row in self._connection.execute(query)
            ]
            if rows:
                self._connection.execute(insert(watches), rows)
