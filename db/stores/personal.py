"""All that is stored of one commenter, to be read together and to be forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from db.schema import (
    appeals,
    commenter_emails,
    commenter_notes,
    commenters,
    comments,
    decisions,
    flags,
    measures,
    opinions,
    revisions,
)
from db.stores._findable import NAMES
from db.stores._words import decision_words, without_words
from db.stores.comments import COLUMNS, comment_of
from moderation.article import Commenter
from moderation.audit import instant
from moderation.comment import Comment, Status
from moderation.flag import FlagKind
from moderation.ports import Held

_ADDRESS = select(commenter_emails.c.address)
_WRITTEN = comments.c.status != Status.ERASED.value


class PersonalStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, commenter_id: int) -> int:
        query = select(func.count()).select_from(comments).where(comments.c.commenter_id == commenter_id, _WRITTEN)
        return self._connection.execute(query).scalar_one()

    def comments(self, commenter_id: int, *, limit: int) -> list[Comment]:
        query = select(*COLUMNS).where(comments.c.commenter_id == commenter_id, _WRITTEN).order_by(comments.c.id)
        return [comment_of(row) for row in self._connection.execute(query.limit(limit).with_for_update())]

    def reports_since(self, site_id: int, external_id: str) -> datetime | None:
        theirs = (flags.c.site_id == site_id, flags.c.source == external_id, flags.c.kind == FlagKind.REPORTED.value)
        found: datetime | None = self._connection.execute(select(func.min(flags.c.created_at)).where(*theirs)).scalar()
        return found

    def held(self, found: Commenter) -> Held:
        return Held(
            email=self._connection.execute(_ADDRESS.where(commenter_emails.c.commenter_id == found.id)).scalar(),
            comments=self._comments(found.id),
            reports=self._reports(found),
            appeals=self._appeals(found.id),
            measures=self._measures(found.id),
            notes=self._notes(found.id),
        )

    def _comments(self, commenter_id: int) -> list[dict[str, object]]:
        rows = self._connection.execute(
            select(comments).where(comments.c.commenter_id == commenter_id).order_by(comments.c.id)
        ).all()
        ids = select(comments.c.id).where(comments.c.commenter_id == commenter_id)
        earlier: dict[int, list[str]] = {}
        query = select(revisions).where(revisions.c.comment_id.in_(ids)).order_by(revisions.c.number)
        for row in self._connection.execute(query):
            earlier.setdefault(row.comment_id, []).append(row.body)
        decided: dict[int, list[dict[str, object]]] = {}
        made = select(decisions).where(decisions.c.comment_id.in_(ids)).order_by(decisions.c.id)
        for row in self._connection.execute(made):
            decided.setdefault(row.comment_id, []).append(_decision(row))
        return [
            {
                "external_id": row.external_id,
                "written_at": instant(row.created_at),
                "status": row.status,
                "language": row.language,
                "body": row.body,
                "earlier_versions": earlier.get(row.id, []),
                "decisions": decided.get(row.id, []),
            }
            for row in rows
        ]

    def _reports(self, found: Commenter) -> list[dict[str, object]]:
        query = (
            select(flags, comments.c.external_id)
            .join(comments, comments.c.id == flags.c.comment_id)
            .where(flags.c.site_id == found.site_id, flags.c.source == found.external_id)
            .order_by(flags.c.id)
        )
        return [
            {"comment": row.external_id, "reason": row.reason, "note": row.note, "at": instant(row.created_at)}
            for row in self._connection.execute(query)
        ]

    def _appeals(self, commenter_id: int) -> list[dict[str, object]]:
        query = (
            select(appeals, comments.c.external_id)
            .join(comments, comments.c.id == appeals.c.comment_id)
            .where(comments.c.commenter_id == commenter_id)
            .order_by(appeals.c.id)
        )
        return [
            {"comment": row.external_id, "text": row.text, "at": instant(row.opened_at)}
            for row in self._connection.execute(query)
        ]

    def _measures(self, commenter_id: int) -> list[dict[str, object]]:
        query = select(measures).where(measures.c.commenter_id == commenter_id).order_by(measures.c.id)
        return [
            {
                "kind": row.kind,
                "reason": row.reason,
                "note": row.note,
                "starts_at": instant(row.starts_at),
                "until": instant(row.until) if row.until else None,
                "lifted_at": instant(row.lifted_at) if row.lifted_at else None,
            }
            for row in self._connection.execute(query)
        ]

    def _notes(self, commenter_id: int) -> list[dict[str, object]]:
        query = select(commenter_notes).where(commenter_notes.c.commenter_id == commenter_id)
        rows = self._connection.execute(query.order_by(commenter_notes.c.id))
        return [{"text": row.text, "at": instant(row.left_at)} for row in rows]

    def forget(self, found: Commenter, *, alias: str) -> None:
        theirs = select(comments.c.id).where(comments.c.commenter_id == found.id)
        by_them = (flags.c.site_id == found.site_id) & (flags.c.source == found.external_id)
        for statement in (
            update(flags).where(by_them).values(source=alias, note=""),
            # What other readers wrote about their comments may name them.
            update(flags).where(flags.c.comment_id.in_(theirs)).values(note=""),
            update(measures).where(measures.c.commenter_id == found.id).values(note=""),
            without_words().where(decisions.c.comment_id.in_(theirs), decision_words()),
            update(opinions).where(opinions.c.comment_id.in_(theirs)).values(note=""),
            delete(commenter_emails).where(commenter_emails.c.commenter_id == found.id),
            delete(commenter_notes).where(commenter_notes.c.commenter_id == found.id),
        ):
            self._connection.execute(statement)
        with NAMES.changing(self._connection, [found.id]):
            unnamed = update(commenters).where(commenters.c.id == found.id)
            self._connection.execute(unnamed.values(external_id=alias, name="", folded=""))
        NAMES.purge(self._connection)


def _decision(row: Any) -> dict[str, object]:
    return {
        "at": instant(row.decided_at),
        "outcome": row.outcome,
        "reasons": row.reasons.split(),
        "by": "policy" if row.actor.startswith("policy:") else "person",
        "message": row.message,
        "note": row.note,
    }
