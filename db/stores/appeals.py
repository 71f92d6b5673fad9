"""Appeals: lodged, settled by a decision, opened again when that is undone."""

from __future__ import annotations

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from db.schema import appeals, comments
from db.stores._prepared import Prepared
from moderation.appeal import Appeal
from moderation.comment import Status

OPEN = appeals.c.settled_by.is_(None)
_ON_THIS_TEXT = (
    (appeals.c.comment_id == comments.c.id)
    & (appeals.c.revision == comments.c.revision)
    & (comments.c.status != Status.ERASED.value)
)
# How many are open on the comment of the query around it.
COUNT = select(func.count()).select_from(appeals).where(_ON_THIS_TEXT, OPEN)
_OPEN_ON = Prepared(
    select(appeals)
    .join(comments, _ON_THIS_TEXT)
    .where(appeals.c.comment_id == bindparam("id"), OPEN)
    .order_by(appeals.c.id.desc())
)


def _appeal_of(row: Row[tuple[object, ...]]) -> Appeal:
    return Appeal(
        id=row.id,
        site_id=row.site_id,
        comment_id=row.comment_id,
        decision_id=row.decision_id,
        revision=row.revision,
        against=row.against,
        text=row.text,
        opened_at=row.opened_at,
        settled_by=row.settled_by,
    )


class AppealStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, appeal: Appeal, *, salt: bytes) -> None:
        self._connection.execute(
            insert(appeals).values(
                id=appeal.id,
                site_id=appeal.site_id,
                comment_id=appeal.comment_id,
                decision_id=appeal.decision_id,
                revision=appeal.revision,
                against=appeal.against,
                text=appeal.text,
                salt=salt,
                opened_at=appeal.opened_at,
            )
        )

    def open_on(self, comment_id: int) -> Appeal | None:
        row = _OPEN_ON.first(self._connection, id=comment_id)
        return _appeal_of(row) if row else None

    def against(self, decision_id: int) -> Appeal | None:
        row = self._connection.execute(select(appeals).where(appeals.c.decision_id == decision_id)).first()
        return _appeal_of(row) if row else None

    def last(self, comment_id: int) -> Appeal | None:
        query = select(appeals).where(appeals.c.comment_id == comment_id).order_by(appeals.c.id.desc()).limit(1)
        row = self._connection.execute(query).first()
        return _appeal_of(row) if row else None

    def settle(self, comment_id: int, *, by: int) -> None:
        self._connection.execute(update(appeals).where(appeals.c.comment_id == comment_id, OPEN).values(settled_by=by))

    def unsettle(self, decision_id: int) -> None:
        self._connection.execute(update(appeals).where(appeals.c.settled_by == decision_id).values(settled_by=None))
