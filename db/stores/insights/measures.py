"""What of comments is counted, and by what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func

from db.schema import comments
from db.stores._counting import counted_as
from db.stores.insights.conditions import is_civil, is_rejected, quarter, waits

KEYS: dict[str, ColumnElement[Any]] = {
    "at": quarter(comments.c.created_at),
    "section_id": comments.c.section_id,
    "article_id": comments.c.article_id,
    "language": comments.c.language,
    "status": counted_as,
}
OF_EACH: dict[str, ColumnElement[int]] = {
    "civil": is_civil,
    "rejected": is_rejected,
    "replies": case((comments.c.parent_id.is_not(None), 1), else_=0),
    "characters": func.length(comments.c.body),
    "machine": case((comments.c.decided_by_machine & ~waits, 1), else_=0),
    "waiting": case((waits, 1), else_=0),
}
"""What a comment adds to each measure; to that of comments it adds one."""
MEASURES: dict[str, ColumnElement[Any]] = {
    "comments": func.count(),
    **{name: func.sum(one) for name, one in OF_EACH.items()},
}
