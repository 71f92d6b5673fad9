"""Second opinions: given, withdrawn, settled by a decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from db.schema import commenters, comments, opinions
from db.stores._prepared import Prepared
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.opinion import Opinion, OwnOpinion

_SUMMARY_LENGTH = 200
OPEN = opinions.c.withdrawn_at.is_(None) & opinions.c.settled_by.is_(None)
_ON_THIS_TEXT = (
    (opinions.c.comment_id == comments.c.id)
    & (opinions.c.revision == comments.c.revision)
    & (comments.c.status != Status.ERASED.value)
)
# How many are open on the comment of the query around it.
COUNT = select(func.count()).select_from(opinions).where(_ON_THIS_TEXT, OPEN)
_ON = Prepared(
    select(opinions)
    .join(comments, _ON_THIS_TEXT)
    .where(opinions.c.comment_id == bindparam("id"), OPEN)
    .order_by(opinions.c.id)
)
_OWN = Prepared(
    select(
        opinions,
        func.substr(comments.c.body, 1, _SUMMARY_LENGTH).label("body"),
        commenters.c.name.label("commenter_name"),
    )
    .join(comments, _ON_THIS_TEXT)
    .join(commenters, commenters.c.id == comments.c.commenter_id)
    .where(opinions.c.staff_id == bindparam("staff_id"), opinions.c.site_id == bindparam("site_id"), OPEN)
    .order_by(opinions.c.id.desc())
    .limit(bindparam("most"))
)


def _opinion_of(row: Row[tuple[object, ...]]) -> Opinion:
    return Opinion(
        id=row.id,
        site_id=row.site_id,
        comment_id=row.comment_id,
        revision=row.revision,
        staff_id=row.staff_id,
        actor=row.actor,
        outcome=Outcome(row.outcome),
        reasons=tuple(Reason(reason) for reason in row.reasons.split()),
        note=row.note,
        given_at=row.given_at,
    )


class OpinionStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, opinion: Opinion) -> None:
        self._connection.execute(
            insert(opinions).values(
                id=opinion.id,
                site_id=opinion.site_id,
                comment_id=opinion.comment_id,
                revision=opinion.revision,
                staff_id=opinion.staff_id,
                actor=opinion.actor,
                outcome=opinion.outcome.value,
                reasons=" ".join(opinion.reasons),
                note=opinion.note,
                given_at=opinion.given_at,
            )
        )

    def on(self, comment_id: int) -> tuple[Opinion, ...]:
        return tuple(_opinion_of(row) for row in _ON.all(self._connection, id=comment_id))

    def open(self, opinion_id: int) -> Opinion | None:
        query = select(opinions).join(comments, _ON_THIS_TEXT).where(opinions.c.id == opinion_id, OPEN)
        row = self._connection.execute(query).first()
        return _opinion_of(row) if row else None

    def of(self, site_id: int, staff_id: int, *, limit: int) -> list[OwnOpinion]:
        found = _OWN.all(self._connection, staff_id=staff_id, site_id=site_id, most=limit)
        return [OwnOpinion(opinion=_opinion_of(row), body=row.body, commenter_name=row.commenter_name) for row in found]

    def withdraw(self, opinion_id: int, *, at: datetime) -> bool:
        changed = self._connection.execute(
            update(opinions).where(opinions.c.id == opinion_id, OPEN).values(withdrawn_at=at)
        )
        return changed.rowcount == 1

    def settle(self, comment_id: int, *, by: int) -> None:
        self._connection.execute(
            update(opinions).where(opinions.c.comment_id == comment_id, OPEN).values(settled_by=by)
        )

    def unsettle(self, decision_id: int) -> None:
        self._connection.execute(update(opinions).where(opinions.c.settled_by == decision_id).values(settled_by=None))
