"""What moderators noted about commenters."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from db.schema import commenter_notes
from moderation.measure import Remark


class CommenterNoteStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, remark: Remark) -> None:
        self._connection.execute(
            insert(commenter_notes).values(
                id=remark.id,
                site_id=remark.site_id,
                commenter_id=remark.commenter_id,
                text=remark.text,
                actor=remark.actor,
                left_at=remark.left_at,
            )
        )

    def of(self, commenter_id: int) -> list[Remark]:
        query = select(commenter_notes).where(commenter_notes.c.commenter_id == commenter_id)
        rows = self._connection.execute(query.order_by(commenter_notes.c.id.desc()))
        return [Remark(**row._mapping) for row in rows]

    def get(self, remark_id: int) -> Remark | None:
        row = self._connection.execute(select(commenter_notes).where(commenter_notes.c.id == remark_id)).first()
        return Remark(**row._mapping) if row else None

    def remove(self, remark_id: int) -> None:
        self._connection.execute(delete(commenter_notes).where(commenter_notes.c.id == remark_id))
