"""All that is stored of one commenter, to be read together and to be forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, select, update

from db.schema import (
    appeals,
    articles,
    commenter_emails,
    commenter_notes,
    commenters,
    comments,
    decisions,
    flags,
    measures,
    opinions,
    revisions,
    scores,
)
from db.stores._findable import NAMES
from db.stores._words import decision_words, without_words
from db.stores.comments import COLUMNS, comment_of
from moderation.article import Commenter
from moderation.audit import instant
from moderation.comment import Comment, Status
from moderation.flag import FlagKind
from moderation.ports import Held
from moderation.score import LABELS

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
        theirs = comments.c.commenter_id == commenter_id
        query = (
            select(comments, articles.c.external_id.label("article"), articles.c.title)
            .join(articles, articles.c.id == comments.c.article_id)
            .where(theirs)
            .order_by(comments.c.id)
        )
        ids = select(comments.c.id).where(theirs)
        earlier = self._by_comment(revisions, ids, lambda row: row.body)
        judged = self._by_comment(scores, ids, _scores)
        reported = self._by_comment(flags, ids, _report, flags.c.kind == FlagKind.REPORTED.value)
        opined = self._by_comment(opinions, ids, _opinion)
        decided = self._by_comment(decisions, ids, _decision)
        return [
            {
                "external_id": row.external_id,
                "article": row.article,
                "article_title": row.title,
                "written_at": instant(row.created_at),
                "received_at": instant(row.received_at),
                "edited_at": instant(row.edited_at) if row.edited_at else None,
                "status": row.status,
                "language": row.language,
                "body": row.body,
                "earlier_versions": earlier[row.id],
                "scores": judged[row.id],
                "reports": reported[row.id],
                "opinions": opined[row.id],
                "decisions": decided[row.id],
            }
            for row in self._connection.execute(query)
        ]

    def _by_comment(
        self, table: Table, ids: Select[Any], of: Callable[[Any], object], *where: ColumnElement[bool]
    ) -> defaultdict[int, list[object]]:
        query = select(table).where(table.c.comment_id.in_(ids), *where).order_by(*table.primary_key.columns)
        found: defaultdict[int, list[object]] = defaultdict(list)
        for row in self._connection.execute(query):
            found[row.comment_id].append(of(row))
        return found

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


def _scores(row: Any) -> dict[str, object]:
    given = {label.value: getattr(row, label) for label in LABELS}
    return {"revision": row.revision, "model": row.model, **given, "reject": row.reject}


def _report(row: Any) -> dict[str, object]:
    """Who reported, and their own words, are not the commenter's to know."""
    return {"reason": row.reason, "at": instant(row.created_at)}


def _opinion(row: Any) -> dict[str, object]:
    return {"at": instant(row.given_at), "outcome": row.outcome, "reasons": row.reasons.split(), "note": row.note}


def _decision(row: Any) -> dict[str, object]:
    return {
        "at": instant(row.decided_at),
        "outcome": row.outcome,
        "reasons": row.reasons.split(),
        "by": "policy" if row.actor.startswith("policy:") else "person",
        "message": row.message,
        "note": row.note,
    }
