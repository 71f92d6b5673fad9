"""Batches: appended, never changed; one that takes another back names it."""

from __future__ import annotations

from sqlalchemy import Connection, Row, exists, func, insert, select

from db.schema import batches, decisions
from moderation.decision import Outcome, Reason
from moderation.search import Batch

_undoing = batches.alias("undoing")
_DECIDED = select(func.count()).select_from(decisions).where(decisions.c.batch_id == batches.c.id).scalar_subquery()
_ALL = select(batches, exists().where(_undoing.c.undoes == batches.c.id).label("undone"), _DECIDED.label("decided"))


class BatchStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, batch: Batch) -> None:
        self._connection.execute(
            insert(batches).values(
                id=batch.id,
                site_id=batch.site_id,
                actor=batch.actor,
                outcome=batch.outcome.value,
                reasons=" ".join(batch.reasons),
                size=batch.size,
                undoes=batch.undoes,
                created_at=batch.created_at,
            )
        )

    def get(self, batch_id: int) -> Batch | None:
        row = self._connection.execute(_ALL.where(batches.c.id == batch_id)).first()
        return _batch_of(row) if row else None

    def recent(self, site_id: int, *, actor: str | None, limit: int) -> list[Batch]:
        query = _ALL.where(batches.c.site_id == site_id, batches.c.undoes.is_(None))
        if actor is not None:
            query = query.where(batches.c.actor == actor)
        rows = self._connection.execute(query.order_by(batches.c.id.desc()).limit(limit))
        return [_batch_of(row) for row in rows]


def _batch_of(row: Row[tuple[object, ...]]) -> Batch:
    return Batch(
        id=row.id,
        site_id=row.site_id,
        actor=row.actor,
        outcome=Outcome(row.outcome),
        reasons=tuple(Reason(reason) for reason in row.reasons.split()),
        size=row.size,
        created_at=row.created_at,
        undoes=row.undoes,
        undone=bool(row.undone),
        decided=row.decided,
    )
