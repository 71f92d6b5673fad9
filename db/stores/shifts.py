"""What a moderator did lately, who holds what, and the notes left at the end of a shift."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, insert, select

from db.schema import articles, comments, decisions, handovers, queue, scores, staff
from db.stores._prepared import Prepared
from moderation.shift import Colleague, Handover, Read

# The person's own newest, by their index; a site's decisions of half a day may be all that it has.
_OWN = (
    select(*[decisions.c[name] for name in ("id", "comment_id", "site_id", "decided_at", "undoes", "batch_id")])
    .where(decisions.c.staff_id == bindparam("staff_id"))
    .order_by(decisions.c.id.desc())
    .limit(bindparam("most"))
    .subquery()
)
_READS = Prepared(
    select(_OWN.c.decided_at, case((_OWN.c.batch_id.is_(None), scores.c.reject)).label("reject"))
    .join(comments, comments.c.id == _OWN.c.comment_id)
    .join(scores, (scores.c.comment_id == comments.c.id) & (scores.c.revision == comments.c.revision))
    .where(_OWN.c.site_id == bindparam("site_id"), _OWN.c.undoes.is_(None), _OWN.c.decided_at > bindparam("since"))
    .order_by(_OWN.c.id.desc())
)
_COLLEAGUES = Prepared(
    select(staff.c.display_name, staff.c.name, articles.c.title, queue.c.comment_id)
    .join(staff, staff.c.id == queue.c.claimed_by)
    .join(articles, articles.c.id == queue.c.article_id)
    .where(
        queue.c.claimed_by.is_not(None),
        queue.c.claimed_by != bindparam("staff_id"),
        queue.c.claimed_until > bindparam("now"),
        # Few are claimed at a time, and their index knows no sites.
        queue.c.site_id + 0 == bindparam("site_id"),
    )
    # Of two the longer lease is of the one that is read; the other comes next.
    .order_by(staff.c.name, queue.c.claimed_until.desc())
)


class ShiftStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reads(self, site_id: int, staff_id: int, *, since: datetime, limit: int) -> list[Read]:
        rows = _READS.all(self._connection, site_id=site_id, staff_id=staff_id, since=since, most=limit)
        return [Read(at=row.decided_at, reject=row.reject) for row in rows]

    def colleagues(self, site_id: int, staff_id: int, *, now: datetime) -> list[Colleague]:
        rows = _COLLEAGUES.all(self._connection, site_id=site_id, staff_id=staff_id, now=now)
        first = {row.name: row for row in reversed(rows)}
        return [
            Colleague(name=row.display_name or row.name, article=row.title, comment_id=row.comment_id)
            for row in reversed(first.values())
        ]

    def add_handover(self, site_id: int, left: Handover) -> None:
        self._connection.execute(
            insert(handovers).values(id=left.id, site_id=site_id, actor=left.by, note=left.note, left_at=left.at)
        )

    def handovers(self, site_id: int, *, since: datetime, limit: int) -> list[Handover]:
        query = (
            select(handovers)
            .where(handovers.c.site_id == site_id, handovers.c.left_at > since)
            .order_by(handovers.c.id.desc())
            .limit(limit)
        )
        return [
            Handover(id=row.id, by=row.actor, note=row.note, at=row.left_at) for row in self._connection.execute(query)
        ]
