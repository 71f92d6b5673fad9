"""As what a comment counts: by its status, or, once it is erased, by what stays true of it."""

from __future__ import annotations

from sqlalchemy import case, func

from db.schema import comments, decisions

counted_as = func.coalesce(comments.c.counts_as, comments.c.status)
"""The status by which a comment is counted."""
made_it_so = (decisions.c.comment_id == comments.c.id) & (
    decisions.c.comment_version == comments.c.version - case((comments.c.counts_as.is_(None), 1), else_=2)
)
"""Of a comment's decisions the one by which it counts as it does: an erasure is a version after it."""
