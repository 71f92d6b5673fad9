"""What a moderator sees of one comment, and what a decision on it must know, each asked of the database in one go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, false, func, select

from db.schema import articles, commenter_records, commenters, comments, decisions, flags, queue, scores, sections
from db.stores._prepared import Prepared
from db.stores._records import COUNTS, Records
from db.stores.appeals import COUNT as APPEALS
from db.stores.appeals import AppealStore
from db.stores.commenters import commenter_of
from db.stores.comments import COLUMNS, CommentStore, comment_of, scores_of
from db.stores.decisions import DecisionStore, recorded_of, standing_id
from db.stores.opinions import COUNT as OPINIONS
from db.stores.opinions import OpinionStore
from db.stores.policies import PolicyStore
from db.stores.queue import entry_of
from db.stores.sites import SECTION, article_of
from moderation.article import Record
from moderation.decision import Cause, Decision
from moderation.flag import FlagKind
from moderation.queue import Card, Case

_parent, _author, _reply = comments.alias("parent"), commenters.alias("author"), comments.alias("reply")
_PARENT = [_parent.c[column.name] for column in COLUMNS]

_judged = comments.join(
    scores, (scores.c.comment_id == comments.c.id) & (scores.c.revision == comments.c.revision)
).outerjoin(queue, queue.c.comment_id == comments.c.id)
_reported = flags.c.kind == FlagKind.REPORTED.value
_reports = select(func.count()).where(flags.c.comment_id == comments.c.id, _reported)
_CASE = Prepared(
    select(
        *COLUMNS,
        scores,
        queue,
        _reports.scalar_subquery().label("reports"),
        OPINIONS.correlate(comments).scalar_subquery().label("opinions"),
        APPEALS.correlate(comments).scalar_subquery().label("appeals"),
    )
    .select_from(_judged)
    .where(comments.c.id == bindparam("id")),
    parts=(len(COLUMNS), len(scores.c), len(queue.c), 3),
)

_standing = decisions.alias("standing")

_replies = select(func.count()).select_from(_reply).where(_reply.c.parent_id == comments.c.id)
_flagged = select(func.count()).select_from(flags).where(flags.c.comment_id == comments.c.id)
_card = select(
    _replies.scalar_subquery().label("replies"),
    _flagged.scalar_subquery().label("flags"),
    OPINIONS.correlate(comments).scalar_subquery().label("opinions"),
    APPEALS.correlate(comments).scalar_subquery().label("appeals"),
    *[func.coalesce(commenter_records.c[name], 0).label(name) for name in COUNTS],
    *COLUMNS,
    scores,
    queue,
    articles,
    SECTION,
    commenters,
    _standing,
    false().label("undone"),
    *_PARENT,
    _author,
).select_from(
    _judged.join(articles, articles.c.id == comments.c.article_id)
    .outerjoin(sections, sections.c.id == articles.c.section_id)
    .join(commenters, commenters.c.id == comments.c.commenter_id)
    .outerjoin(commenter_records, commenter_records.c.commenter_id == comments.c.commenter_id)
    .join(_standing, _standing.c.id == standing_id(comments.c.id))
    .outerjoin(_parent, _parent.c.id == comments.c.parent_id)
    .outerjoin(_author, _author.c.id == _parent.c.commenter_id)
)
_CARD_PARTS = (
    4 + len(COUNTS),
    len(COLUMNS),
    len(scores.c),
    len(queue.c),
    len(articles.c) + 1,
    len(commenters.c),
    len(decisions.c) + 1,
    len(COLUMNS),
    len(commenters.c),
)
_CARD = Prepared(_card.where(comments.c.id == bindparam("id")), parts=_CARD_PARTS)
_held = queue.alias("held")
# Who was just given one holds no other as a rule, and no comment has the id 0.
_HELD = (
    select(_held.c.comment_id)
    .where(
        _held.c.claimed_by == bindparam("staff_id"),
        _held.c.comment_id != bindparam("leaving"),
        _held.c.comment_id != bindparam("besides"),
    )
    .limit(1)
)
_HELD_CARD = Prepared(_card.where(comments.c.id == _HELD.scalar_subquery()), parts=_CARD_PARTS)


class CardStore:
    def __init__(
        self,
        connection: Connection,
        stored: CommentStore,
        *,
        records: Records,
        decided: DecisionStore,
        opinions: OpinionStore,
        appeals: AppealStore,
        policies: PolicyStore,
    ) -> None:
        self._connection, self._comments, self._decisions = connection, stored, decided
        self._opinions, self._appeals, self._records = opinions, appeals, records
        self._policies = policies

    def case(self, comment_id: int) -> Case | None:
        return self.ask_case(comment_id)()

    def ask_case(self, comment_id: int) -> Callable[[], Case | None]:
        row = _CASE.ask(self._connection, id=comment_id)
        return lambda: self._case(comment_id, row())

    def _case(self, comment_id: int, row: Any | None) -> Case | None:
        if row is None:
            return None
        comment, judged, entry, counted = row
        return Case(
            comment=comment_of(comment),
            scores=scores_of(judged),
            entry=entry_of(entry) if entry else None,
            reports=counted.reports,
            opinions=self._opinions.on(comment_id) if counted.opinions else (),
            appeal=self._appeals.open_on(comment_id) if counted.appeals else None,
        )

    def card(self, comment_id: int, *, staff_id: int, now: datetime) -> Card | None:
        self._records.settle()
        row = _CARD.first(self._connection, id=comment_id)
        return None if row is None else self._card(row, staff_id=staff_id, now=now)

    def ask_held(
        self, *, staff_id: int, now: datetime, leaving: int | None, besides: int | None
    ) -> Callable[[int], Card | None]:
        self._records.settle()
        held = _HELD_CARD.ask(self._connection, staff_id=staff_id, leaving=leaving or 0, besides=besides or 0)

        def of(comment_id: int) -> Card | None:
            row = held()
            if row is None or row[1].id != comment_id:
                # They held more than one.
                return self.card(comment_id, staff_id=staff_id, now=now)
            return self._card(row, staff_id=staff_id, now=now)

        return of

    def _card(self, row: Any, *, staff_id: int, now: datetime) -> Card:
        counted, comment, judged, waiting, article, commenter, verdict, parent, author = row
        entry = entry_of(waiting) if waiting else None
        stands = recorded_of(verdict)
        return Card(
            comment=comment_of(comment),
            article=article_of(article),
            commenter=commenter_of(commenter),
            record=Record(
                visible=counted.visible,
                rejected=counted.rejected,
                pending=counted.pending,
                reported=counted.reported,
            ),
            scores=scores_of(judged),
            verdict=stands,
            flags=self._comments.flags(comment.id) if counted.flags else (),
            revisions=self._comments.revisions(comment.id) if comment.revision > 1 else (),
            parent=comment_of(parent) if parent else None,
            parent_commenter=commenter_of(author) if author else None,
            replies=counted.replies,
            opinions=self._opinions.on(comment.id) if counted.opinions else (),
            appeal=self._appeals.open_on(comment.id) if counted.appeals else None,
            # At its first version nothing but its arrival was decided: so are most, and nothing is asked for them.
            earlier=self._decisions.by_people([comment.id]).get(comment.id, ()) if comment.version > 1 else (),
            entry=entry,
            claimed=entry is not None and entry.held_by(staff_id, now),
            allowed_domains=self._allowed(comment.site_id, stands.decision),
        )

    def _allowed(self, site_id: int, decision: Decision) -> tuple[str, ...]:
        policy = self._policies.behind(site_id, decision) if Cause.LINK in decision.causes else None
        return policy.allowed_domains if policy else ()
