"""A commenter's latest comments: of somebody who wrote a million not all are counted for each of theirs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, select

from db.schema import comments
from moderation.article import LOOKED_BACK

_past = comments.alias("past")


def latest_of(commenter_id: ColumnElement[int], *columns: str) -> Select[Any]:
    """These columns of the newest of theirs. Their index has id, commenter and status; for others each row is read."""
    return (
        select(*[_past.c[name] for name in columns])
        .where(_past.c.commenter_id == commenter_id)
        .order_by(_past.c.created_at.desc())
        .limit(LOOKED_BACK)
    )
