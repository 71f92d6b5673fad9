"""What is stored of one comment beside the log: texts with their salts, and decisions with what they were made by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Row, select, union_all

from db.schema import appeals, comments, decisions, opinions, revisions
from moderation.story import Salted, Told


class StoryStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def texts(self, comment_id: int) -> Sequence[Salted]:
        written = union_all(
            select(comments.c.body, comments.c.salt, comments.c.revision).where(comments.c.id == comment_id),
            select(revisions.c.body, revisions.c.salt, revisions.c.number).where(revisions.c.comment_id == comment_id),
        )
        lodged = select(appeals.c.text, appeals.c.salt, appeals.c.id).where(appeals.c.comment_id == comment_id)
        own, of_appeals = self._connection.execute(written), self._connection.execute(lodged)
        return [
            *(Salted(text=text, salt=salt, revision=number) for text, salt, number in own),
            *(Salted(text=text, salt=salt, appeal=key) for text, salt, key in of_appeals),
        ]

    def decisions(self, comment_id: int) -> Mapping[int, Told]:
        rows = self._connection.execute(select(decisions).where(decisions.c.comment_id == comment_id))
        return {row.id: _told(row) for row in rows}

    def opinions(self, comment_id: int) -> Mapping[int, str]:
        query = select(opinions.c.id, opinions.c.note).where(opinions.c.comment_id == comment_id)
        return {row.id: row.note for row in self._connection.execute(query)}


def _told(row: Row[tuple[object, ...]]) -> Told:
    """Words as they stand there: what nobody here wrote is evidence, and must not stop the story from being told."""
    maybe = {"undoes": row.undoes, "batch": row.batch_id}
    said = {
        "outcome": row.outcome,
        "status": row.status_after,
        "causes": row.causes.split(),
        "reasons": row.reasons.split(),
        "version": row.comment_version,
    }
    return Told(
        said=said | {name: str(number) for name, number in maybe.items() if number is not None},
        actor=row.actor,
        position=row.position,
        at=row.decided_at,
        note=row.note,
        message=row.message,
        inputs=row.inputs,
    )
