"""A person's words within decisions, the one part of them that may go (docs/decisions/0014)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Update, or_, update

from db.schema import decisions


def decision_words() -> ColumnElement[bool]:
    # Its very text is the condition of a partial index.
    return or_(decisions.c.note != "", decisions.c.message != "")


def without_words() -> Update:
    """To be narrowed down; the triggers allow this change of a decision and no other."""
    return update(decisions).values(note="", message="")
