"""What of comments is counted, and by what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func

from db.schema import comments
from db.stores.insights.conditions import is_civil, is_rejected, quarter, waits

KEYS: dict[str, ColumnElement[Any]] = {
    "at": quarter(comments.c.created_at),
    "section_id": comments.c.section_id,
    "article_id": comments.c.article_id,
    "language": comments.c.language,
    "status": comments.c.status,
}
MEASURES: dict[str, ColumnElement[Any]] = {
    "comments": func.count(),
    "civil": func.sum(is_civil),
    "rejected": func.sum(is_rejected),
    "replies": func.sum(case((comments.c.parent_id.is_not(None), 1), else_=0)),
    "characters": func.sum(func.length(comments.c.body)),
    "machine": func.sum(case((comments.c.decided_by_machine & ~waits, 1), else_=0)),
    "waiting": func.sum(case((waits, 1), else_=0)),
}
