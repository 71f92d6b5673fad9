"""Rejections that stand, for statements of reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, exists, func, select

from db.schema import comments, decisions, flags
from moderation.comment import VISIBLE
from moderation.decision import Cause, Outcome, Reason
from moderation.flag import FlagKind
from moderation.statement import Restriction

_undoing = decisions.alias("undoing")
_later, _undoing_later = decisions.alias("later"), decisions.alias("undoing_later")
_earlier = decisions.alias("earlier")
_LIFTED = (
    select(func.min(_later.c.decided_at))
    .where(
        _later.c.comment_id == decisions.c.comment_id,
        _later.c.comment_version > decisions.c.comment_version,
        _later.c.status_after.in_([status.value for status in sorted(VISIBLE)]),
        _later.c.undoes.is_(None),
        ~exists().where(_undoing_later.c.undoes == _later.c.id),
    )
    .correlate(decisions)
    .scalar_subquery()
    .label("lifted_at")
)
_HELD_FOR = (
    select(_earlier.c.causes)
    .where(
        _earlier.c.comment_id == decisions.c.comment_id,
        _earlier.c.comment_version < decisions.c.comment_version,
        _earlier.c.outcome == Outcome.HOLD,
        _earlier.c.staff_id.is_(None),
    )
    .order_by(_earlier.c.comment_version.desc())
    .limit(1)
    .correlate(decisions)
    .scalar_subquery()
    .label("held_for")
)
_REPORTED = (
    exists()
    .where(
        flags.c.comment_id == decisions.c.comment_id,
        flags.c.kind == FlagKind.REPORTED,
        flags.c.created_at <= decisions.c.decided_at,
    )
    .label("reported")
)


class RestrictionStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self, site_id: int, *, since: datetime | None, until: datetime | None, after: int, limit: int
    ) -> Sequence[Restriction]:
        query = (
            select(decisions, comments.c.language, comments.c.created_at, _LIFTED, _HELD_FOR, _REPORTED)
            .join(comments, comments.c.id == decisions.c.comment_id)
            .where(*_standing(site_id, since, until), decisions.c.id > after)
            .order_by(decisions.c.id)
            .limit(limit)
        )
        return [_restriction(row) for row in self._connection.execute(query)]


def _standing(site_id: int, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        decisions.c.site_id == site_id,
        decisions.c.outcome == Outcome.REJECT,
        decisions.c.undoes.is_(None),
        ~exists().where(_undoing.c.undoes == decisions.c.id),
    ]
    if since is not None:
        found.append(decisions.c.decided_at >= since)
    if until is not None:
        found.append(decisions.c.decided_at < until)
    return found


def _restriction(row: Row[tuple[object, ...]]) -> Restriction:
    return Restriction(
        decision_id=row.id,
        reasons=tuple(Reason(reason) for reason in row.reasons.split()),
        causes=tuple(Cause(cause) for cause in row.causes.split()),
        by_machine=row.staff_id is None,
        held_for=tuple(Cause(cause) for cause in (row.held_for or "").split()),
        reported=bool(row.reported),
        language=row.language,
        written_at=row.created_at,
        decided_at=row.decided_at,
        lifted_at=row.lifted_at,
    )
