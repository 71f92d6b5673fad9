"""Replies whose parent has come after them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, and_, bindparam, literal, select, update

from db.schema import comments
from db.stores._lists import among
from db.stores._prepared import Prepared
from moderation.ports import Reply

_parent = comments.alias("parent")
# As the index that leads to them says it (`ix_comments_awaiting`).
_awaiting = (comments.c.site_id == bindparam("site_id"), comments.c.parent_id.is_(None))
_has_name = comments.c.parent_external_id.is_not(None)
_named = among(comments.c.parent_external_id, "external_ids")
# Of a list PostgreSQL must be told that it names something; SQLite knows, and told so it goes through all that wait.
_awaited = {"sqlite": (*_awaiting, _named), "postgresql": (*_awaiting, _named, _has_name)}
_has_come = and_(_parent.c.site_id == comments.c.site_id, _parent.c.external_id == comments.c.parent_external_id)
_IS_AWAITED = {
    dialect: Prepared(select(literal(1).label("one")).where(*those).limit(1)) for dialect, those in _awaited.items()
}
_REPLIES = {
    dialect: Prepared(
        select(comments.c.id, _parent.c.id.label("parent_id"), _parent.c.parent_id.label("above"))
        .join(_parent, _has_come)
        .where(*those)
        .order_by(comments.c.id)
        # Two who come upon the same reply at once must not both tell of it.
        .with_for_update(of=comments)
    )
    for dialect, those in _awaited.items()
}
_HAVE_COME = Prepared(
    select(comments.c.parent_external_id)
    .join(_parent, _has_come)
    .where(*_awaiting, _has_name, comments.c.parent_external_id > bindparam("after"), _parent.c.id != comments.c.id)
    .distinct()
    .order_by(comments.c.parent_external_id)
    .limit(bindparam("most"))
)
_JOIN = Prepared(update(comments).where(comments.c.id == bindparam("reply")).values(parent_id=bindparam("parent")))


class ThreadStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask_awaited(self, site_id: int, external_ids: Sequence[str]) -> Callable[[], bool]:
        asked = _IS_AWAITED[self._connection.dialect.name]
        row = asked.ask(self._connection, site_id=site_id, external_ids=external_ids)
        return lambda: row() is not None

    def awaiting(self, site_id: int, external_ids: Sequence[str]) -> list[Reply]:
        asked = _REPLIES[self._connection.dialect.name]
        found = asked.all(self._connection, site_id=site_id, external_ids=external_ids)
        return [Reply(row.id, row.parent_id, row.above) for row in found]

    def have_come(self, site_id: int, *, after: str, limit: int) -> list[str]:
        return [row[0] for row in _HAVE_COME.all(self._connection, site_id=site_id, after=after, most=limit)]

    def join(self, reply_id: int, parent_id: int) -> None:
        _JOIN.defer(self._connection, reply=reply_id, parent=parent_id)
