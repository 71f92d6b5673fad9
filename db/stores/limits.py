"""Where people of the staff work, if not everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select

from db.schema import staff_limits
from db.stores._prepared import Prepared
from moderation.limits import Limit, LimitKind

_OF = Prepared(select(staff_limits).where(staff_limits.c.staff_id == bindparam("staff_id")))


class LimitStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, staff_id: int) -> list[Limit]:
        rows = _OF.all(self._connection, staff_id=staff_id)
        return sorted(Limit(site_id=row.site_id, kind=LimitKind(row.kind), item_id=row.item_id) for row in rows)

    def all(self) -> dict[int, list[Limit]]:
        found: dict[int, list[Limit]] = {}
        for row in self._connection.execute(select(staff_limits).order_by(staff_limits.c.item_id)):
            limit = Limit(site_id=row.site_id, kind=LimitKind(row.kind), item_id=row.item_id)
            found.setdefault(row.staff_id, []).append(limit)
        return found

    def replace(self, staff_id: int, limits: Iterable[Limit]) -> None:
        self._connection.execute(delete(staff_limits).where(staff_limits.c.staff_id == staff_id))
        rows = [
            {"staff_id": staff_id, "site_id": one.site_id, "kind": one.kind.value, "item_id": one.item_id}
            for one in limits
        ]
        if rows:
            self._connection.execute(insert(staff_limits), rows)
