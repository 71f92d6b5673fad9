"""Decisions: appended, never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import ColumnElement, Connection, Row, bindparam, exists, false, func, select, update

from db.schema import articles, commenters, comments, decisions, opinions
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores._sql import insert_rows
from db.stores._words import decision_words, without_words
from db.types import Id, to_milliseconds
from moderation.comment import Status
from moderation.decision import Cause, Decision, Outcome, Reason, Recorded
from moderation.ports import FeedItem, Judged, NewDecision
from moderation.queue import RecentDecision
from moderation.text.compact import compact_encoder

_encode = compact_encoder()
_undoing = decisions.alias("undoing")
_UNDONE_EXISTS = exists().where(_undoing.c.undoes == decisions.c.id)
_UNDONE = _UNDONE_EXISTS.label("undone")
_SUMMARY_LENGTH = 200
_INSERTED = (
    "id", "site_id", "comment_id", "comment_version", "outcome", "causes", "reasons", "detail", "actor", "staff_id",
    "note", "message", "review", "inputs", "status_before", "status_after", "waited_ms", "undoes", "batch_id",
    "position", "decided_at", "harsh",
)  # fmt: skip

_newest = (
    select(decisions.c.comment_id, func.max(decisions.c.comment_version).label("version"))
    .where(among(decisions.c.comment_id, "ids"))
    .group_by(decisions.c.comment_id)
    .subquery()
)
_LATEST = Prepared(
    select(decisions, _UNDONE).join(
        _newest, (_newest.c.comment_id == decisions.c.comment_id) & (_newest.c.version == decisions.c.comment_version)
    )
)
_GET = Prepared(select(decisions, _UNDONE).where(decisions.c.id == bindparam("id")))


def standing_id(comment_id: ColumnElement[int]) -> ColumnElement[int]:
    """The id of a comment's last decision that was not taken back."""
    one = decisions.alias("one")
    query = (
        select(one.c.id)
        .where(one.c.comment_id == comment_id, one.c.undoes.is_(None), ~exists().where(_undoing.c.undoes == one.c.id))
        .order_by(one.c.comment_version.desc())
        .limit(1)
    )
    return query.correlate_except(one, _undoing).scalar_subquery()


_VERDICT = Prepared(select(decisions, _UNDONE).where(decisions.c.id == standing_id(bindparam("id", type_=Id))))
_OF_COMMENTS = Prepared(
    select(decisions, _UNDONE)
    .where(among(decisions.c.comment_id, "ids"))
    .order_by(decisions.c.comment_id, decisions.c.comment_version)
)
_BY_PEOPLE = Prepared(
    select(decisions, _UNDONE)
    .where(among(decisions.c.comment_id, "ids"), decisions.c.staff_id.is_not(None), decisions.c.undoes.is_(None))
    .order_by(decisions.c.comment_id, decisions.c.comment_version.desc())
)
_INPUTS = Prepared(
    select(decisions.c.comment_id, decisions.c.inputs)
    .where(among(decisions.c.comment_id, "ids"), decisions.c.inputs != "")
    .order_by(decisions.c.comment_id, decisions.c.comment_version)
)
_RECENT = Prepared(
    select(
        decisions,
        _UNDONE,
        func.substr(comments.c.body, 1, _SUMMARY_LENGTH).label("body"),
        comments.c.version.label("comment_now"),
        commenters.c.name.label("commenter_name"),
        articles.c.title.label("article_title"),
    )
    .join(comments, comments.c.id == decisions.c.comment_id)
    .join(commenters, commenters.c.id == comments.c.commenter_id)
    .join(articles, articles.c.id == comments.c.article_id)
    .where(
        decisions.c.staff_id == bindparam("staff_id"),
        decisions.c.site_id == bindparam("site_id"),
        decisions.c.undoes.is_(None),
    )
    .order_by(decisions.c.id.desc())
    .limit(bindparam("most"))
)
_OF_BATCH = Prepared(
    select(decisions, false().label("undone"))
    .join(comments, comments.c.id == decisions.c.comment_id)
    .where(
        decisions.c.batch_id == bindparam("batch_id"),
        decisions.c.undoes.is_(None),
        comments.c.version == decisions.c.comment_version + 1,
    )
    .order_by(decisions.c.id)
)


def recorded_of(row: Row[tuple[object, ...]]) -> Recorded:
    return Recorded(
        id=row.id,
        comment_id=row.comment_id,
        comment_version=row.comment_version,
        decision=Decision(
            outcome=Outcome(row.outcome),
            causes=tuple(Cause(cause) for cause in row.causes.split()),
            reasons=tuple(Reason(reason) for reason in row.reasons.split()),
            actor=row.actor,
            detail=json.loads(row.detail),
            note=row.note,
            message=row.message,
            review=row.review,
        ),
        status_before=Status(row.status_before) if row.status_before else None,
        status_after=Status(row.status_after),
        decided_at=row.decided_at,
        undoes=row.undoes,
        undone=bool(row.undone),
        staff_id=row.staff_id,
        waited_ms=row.waited_ms,
    )


def _by_comment(rows: Sequence[Row[tuple[object, ...]]]) -> dict[int, tuple[Recorded, ...]]:
    return {key: tuple(map(recorded_of, own)) for key, own in groupby(rows, key=attrgetter("comment_id"))}


class DecisionStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, site_id: int, rows: Sequence[NewDecision], *, at: datetime) -> None:
        decided = to_milliseconds(at)
        insert_rows(
            self._connection,
            decisions,
            _INSERTED,
            [
                (
                    new.id,
                    site_id,
                    new.comment_id,
                    new.comment_version,
                    str(new.decision.outcome),
                    " ".join(new.decision.causes),
                    " ".join(new.decision.reasons),
                    _encode(new.decision.detail) if new.decision.detail else "{}",
                    new.decision.actor,
                    new.staff_id,
                    new.decision.note,
                    new.decision.message,
                    new.decision.review,
                    new.inputs,
                    str(new.status_before) if new.status_before else None,
                    str(new.status_after),
                    new.waited_ms,
                    new.undoes,
                    new.batch_id,
                    new.position,
                    decided,
                    new.harsh,
                )
                for new in rows
            ],
            together=True,
        )

    def get(self, decision_id: int) -> Recorded | None:
        row = _GET.first(self._connection, id=decision_id)
        return recorded_of(row) if row else None

    def latest(self, comment_ids: Sequence[int]) -> dict[int, Recorded]:
        return {row.comment_id: recorded_of(row) for row in _LATEST.all(self._connection, ids=comment_ids)}

    def of_comments(self, comment_ids: Sequence[int]) -> dict[int, tuple[Recorded, ...]]:
        return _by_comment(_OF_COMMENTS.all(self._connection, ids=comment_ids))

    def verdict(self, comment_id: int) -> Recorded | None:
        row = _VERDICT.first(self._connection, id=comment_id)
        return recorded_of(row) if row else None

    def by_people(self, comment_ids: Sequence[int]) -> dict[int, tuple[Recorded, ...]]:
        return _by_comment(_BY_PEOPLE.all(self._connection, ids=comment_ids))

    def inputs(self, comment_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        rows = _INPUTS.all(self._connection, ids=comment_ids)
        return {key: tuple(row.inputs for row in own) for key, own in groupby(rows, key=attrgetter("comment_id"))}

    def recent(self, site_id: int, staff_id: int, *, limit: int) -> list[RecentDecision]:
        return [
            RecentDecision(
                recorded=recorded_of(row),
                body=row.body,
                commenter_name=row.commenter_name,
                article_title=row.article_title,
                undoable=row.comment_now == row.comment_version + 1,
            )
            for row in _RECENT.all(self._connection, staff_id=staff_id, site_id=site_id, most=limit)
        ]

    def of_batch(self, batch_id: int) -> list[Recorded]:
        return [recorded_of(row) for row in _OF_BATCH.all(self._connection, batch_id=batch_id)]

    def forget_words(self, comment_id: int) -> None:
        self._connection.execute(without_words().where(decisions.c.comment_id == comment_id, decision_words()))
        self._connection.execute(update(opinions).where(opinions.c.comment_id == comment_id).values(note=""))

    def count_of_batch(self, batch_id: int) -> int:
        query = select(func.count()).select_from(decisions).where(decisions.c.batch_id == batch_id)
        return self._connection.execute(query).scalar_one()

    def after(self, site_id: int, position: int, *, limit: int) -> list[FeedItem]:
        query = (
            select(decisions, comments.c.external_id, _undoing.c.decided_at.label("undone_at"))
            .join(comments, comments.c.id == decisions.c.comment_id)
            .outerjoin(_undoing, _undoing.c.undoes == decisions.c.id)
            .where(decisions.c.site_id == site_id, decisions.c.position > position)
            .order_by(decisions.c.position)
            .limit(limit)
        )
        return [
            FeedItem(
                position=row.position,
                external_id=row.external_id,
                comment_id=row.comment_id,
                status=Status(row.status_after),
                outcome=row.outcome,
                reasons=tuple(row.reasons.split()),
                actor_kind=row.actor.partition(":")[0],
                version=row.comment_version + 1,
                decided_at=row.decided_at,
                message=row.message,
                answers_appeal=Cause.APPEAL.value in row.causes.split(),
                undone_at=row.undone_at,
            )
            for row in self._connection.execute(query)
        ]

    def judged(self, site_id: int | None, *, before: int | None, limit: int) -> list[Judged]:
        query = (
            select(
                decisions.c.id,
                decisions.c.comment_id,
                decisions.c.outcome,
                decisions.c.reasons,
                comments.c.body,
                comments.c.language,
            )
            .join(comments, comments.c.id == decisions.c.comment_id)
            .where(
                decisions.c.staff_id.is_not(None),
                decisions.c.undoes.is_(None),
                ~_UNDONE_EXISTS,
                decisions.c.outcome.in_([Outcome.APPROVE, Outcome.REJECT]),
                comments.c.status != Status.ERASED,
                comments.c.edited_at.is_(None) | (comments.c.edited_at <= decisions.c.decided_at),
            )
            .order_by(decisions.c.id.desc())
            .limit(limit)
        )
        if site_id is not None:
            query = query.where(decisions.c.site_id == site_id)
        if before is not None:
            query = query.where(decisions.c.id < before)
        return [
            Judged(
                decision_id=row.id,
                comment_id=row.comment_id,
                body=row.body,
                language=row.language,
                rejected=row.outcome == Outcome.REJECT,
                reasons=tuple(Reason(reason) for reason in row.reasons.split()),
            )
            for row in self._connection.execute(query)
        ]
