"""What is older than its period, and how it goes: most is made empty or anonymous where it is, the rest deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from db.schema import (
    appeals,
    commenter_emails,
    commenter_notes,
    commenters,
    comments,
    decisions,
    domain_measures,
    flags,
    handovers,
    invitations,
    measures,
    opinions,
    queue,
    retention,
    revisions,
    sessions,
    sign_in_challenges,
    sign_in_failures,
    sign_in_links,
)
from db.stores._findable import NAMES, Findable
from db.stores._words import decision_words, without_words
from db.stores.comments import COLUMNS, comment_of
from moderation.article import ERASED, EXPIRED
from moderation.comment import Comment, Status
from moderation.flag import FlagKind
from moderation.measure import MeasureKind
from moderation.retention import Kind, Period

Keys = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Asked:
    site_id: int | None
    before: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class _Going:
    """Which rows of a table are due, and what becomes of one, its primary key bound by name with an underscore; by
    what they were found, if by anything."""

    table: Table
    due: Callable[[_Asked], list[ColumnElement[bool]]]
    act: Callable[[], list[Any]]
    found: Findable | None = None

    def query(self, asked: _Asked) -> Select[Any]:
        return select(*self.table.primary_key.columns).where(*self.due(asked))


def _keyed(statement: Any, table: Table) -> Any:
    return statement.where(*[column == bindparam(f"_{column.name}") for column in table.primary_key.columns])


def _removed(table: Table, due: Callable[[_Asked], list[ColumnElement[bool]]]) -> _Going:
    return _Going(table, due, lambda: [_keyed(delete(table), table)])


def _changed(table: Table, due: Callable[[_Asked], list[ColumnElement[bool]]], **values: Any) -> _Going:
    return _Going(table, due, lambda: [_keyed(update(table).values(**values), table)])


def _reported(asked: _Asked) -> list[ColumnElement[bool]]:
    return [
        flags.c.site_id == asked.site_id,
        flags.c.kind == FlagKind.REPORTED.value,
        flags.c.created_at < asked.before,
    ]


def _anonymous(column: Any) -> ColumnElement[bool]:
    return or_(column.startswith(EXPIRED, autoescape=True), column.startswith(ERASED, autoescape=True))


def _alias(column: Any) -> ColumnElement[str]:
    return literal(EXPIRED) + cast(column, String)


def _quiet(asked: _Asked) -> list[ColumnElement[bool]]:
    """Neither wrote, changed a comment, appealed nor reported since, and nothing in force against them, which must
    find them when they come back."""
    theirs = comments.c.commenter_id == commenters.c.id
    wrote = exists().where(theirs, comments.c.created_at >= asked.before)
    changed = exists().where(theirs, comments.c.edited_at >= asked.before)
    appealed = exists().where(theirs, appeals.c.comment_id == comments.c.id, appeals.c.opened_at >= asked.before)
    reported = exists().where(
        flags.c.site_id == commenters.c.site_id,
        flags.c.source == commenters.c.external_id,
        flags.c.created_at >= asked.before,
    )
    measured = exists().where(
        measures.c.commenter_id == commenters.c.id,
        measures.c.kind != MeasureKind.WARN.value,
        measures.c.lifted_at.is_(None),
        or_(measures.c.until.is_(None), measures.c.until > asked.now),
    )
    return [
        commenters.c.site_id == asked.site_id,
        commenters.c.first_seen_at < asked.before,
        not_(_anonymous(commenters.c.external_id)),
        not_(wrote),
        not_(changed),
        not_(appealed),
        not_(reported),
        not_(measured),
    ]


def _made_anonymous() -> list[Any]:
    who = select(commenters.c.external_id, commenters.c.site_id).where(commenters.c.id == bindparam("_id")).subquery()
    theirs = (flags.c.site_id == select(who.c.site_id).scalar_subquery()) & (
        flags.c.source == select(who.c.external_id).scalar_subquery()
    )
    return [
        # One reader reports one comment once, so that the alias is as unique as the id was.
        update(flags).where(theirs).values(source=literal(EXPIRED) + cast(bindparam("_id"), String)),
        delete(commenter_emails).where(commenter_emails.c.commenter_id == bindparam("_id")),
        _keyed(update(commenters).values(external_id=_alias(commenters.c.id), name="", folded=""), commenters),
    ]


def _over(table: Table, asked: _Asked) -> list[ColumnElement[bool]]:
    # A warning has no end: it is told, and over.
    told = and_(table.c.kind == MeasureKind.WARN.value, table.c.starts_at < asked.before)
    ended = or_(table.c.lifted_at < asked.before, table.c.until < asked.before, told)
    return [table.c.site_id == asked.site_id, table.c.note != "", ended]


def _settled(asked: _Asked) -> list[ColumnElement[bool]]:
    of_site = [appeals.c.site_id == asked.site_id, appeals.c.opened_at < asked.before]
    return [*of_site, appeals.c.settled_by.is_not(None), appeals.c.text != ""]


def _opined(asked: _Asked) -> list[ColumnElement[bool]]:
    over = or_(opinions.c.settled_by.is_not(None), opinions.c.withdrawn_at.is_not(None))
    return [opinions.c.site_id == asked.site_id, opinions.c.given_at < asked.before, over, opinions.c.note != ""]


_GOING: dict[Kind, tuple[_Going, ...]] = {
    Kind.EARLIER_VERSIONS: (
        _removed(revisions, lambda one: [revisions.c.site_id == one.site_id, revisions.c.replaced_at < one.before]),
    ),
    Kind.REPORT_NOTES: (_changed(flags, lambda one: [*_reported(one), flags.c.note != ""], note=""),),
    Kind.REPORTERS: (
        _changed(flags, lambda one: [*_reported(one), not_(_anonymous(flags.c.source))], source=_alias(flags.c.id)),
    ),
    Kind.APPEAL_TEXTS: (_changed(appeals, _settled, text="", salt=None),),
    Kind.DECISION_NOTES: (
        _Going(
            decisions,
            lambda one: [decisions.c.site_id == one.site_id, decisions.c.decided_at < one.before, decision_words()],
            lambda: [_keyed(without_words(), decisions)],
        ),
        _changed(opinions, _opined, note=""),
    ),
    Kind.COMMENTER_NOTES: (
        _removed(
            commenter_notes,
            lambda one: [commenter_notes.c.site_id == one.site_id, commenter_notes.c.left_at < one.before],
        ),
        _changed(measures, partial(_over, measures), note=""),
        _changed(domain_measures, partial(_over, domain_measures), note=""),
    ),
    Kind.QUIET_COMMENTERS: (_Going(commenters, _quiet, _made_anonymous, NAMES),),
    Kind.HANDOVERS: (
        _removed(handovers, lambda one: [handovers.c.site_id == one.site_id, handovers.c.left_at < one.before]),
    ),
    Kind.SIGN_INS: (
        _removed(sign_in_failures, lambda one: [sign_in_failures.c.at < one.before]),
        _removed(sessions, lambda one: [sessions.c.expires_at < one.before]),
        _removed(sign_in_links, lambda one: [sign_in_links.c.expires_at < one.before]),
        _removed(invitations, lambda one: [invitations.c.expires_at < one.before]),
        _removed(sign_in_challenges, lambda one: [sign_in_challenges.c.expires_at < one.before]),
    ),
}


class RetentionStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def periods(self) -> dict[Kind, Period]:
        rows = self._connection.execute(select(retention))
        return {
            Kind(row.kind): Period(kind=Kind(row.kind), days=row.days, set_by=row.set_by, set_at=row.set_at)
            for row in rows
        }

    def put(self, period: Period) -> None:
        values = {"days": period.days, "set_by": period.set_by, "set_at": period.set_at}
        changed = self._connection.execute(
            update(retention).where(retention.c.kind == period.kind.value).values(**values)
        )
        if changed.rowcount == 0:
            self._connection.execute(retention.insert().values(kind=period.kind.value, **values))

    def count(self, kind: Kind, site_id: int | None, *, before: datetime, now: datetime) -> int:
        asked = _Asked(site_id, before, now)
        if kind is Kind.REJECTED_TEXTS:
            return self._counted(_rejected(asked))
        return sum(self._counted(going.query(asked)) for going in _GOING[kind])

    def _counted(self, query: Select[Any]) -> int:
        return self._connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()

    def drop(self, kind: Kind, site_id: int | None, *, before: datetime, now: datetime, limit: int) -> int:
        asked, gone = _Asked(site_id, before, now), 0
        for going in _GOING[kind]:
            gone += self._drop(going, asked, limit - gone)
        return gone

    def _drop(self, going: _Going, asked: _Asked, limit: int) -> int:
        if limit <= 0:
            return 0
        # Locked: another process that is at it as well goes on with the next, and none is counted twice.
        due = going.query(asked).limit(limit).with_for_update(of=going.table)
        rows = self._connection.execute(due).all()
        keys = [{f"_{name}": value for name, value in row._mapping.items()} for row in rows]
        ids = [row[0] for row in rows]
        with going.found.changing(self._connection, ids) if going.found else nullcontext():
            for statement in going.act() if keys else ():
                self._connection.execute(statement, keys)
        if going.found and len(keys) < limit:
            going.found.purge(self._connection)
        return len(keys)

    def rejected(self, site_id: int, *, before: datetime, limit: int) -> list[Comment]:
        due = _rejected(_Asked(site_id, before, before)).order_by(comments.c.id).limit(limit).with_for_update()
        return [comment_of(row) for row in self._connection.execute(due)]


def _rejected(asked: _Asked) -> Select[Any]:
    """Their last decision is older, and nobody has to look at them: an appeal brings a comment back into the queue."""
    decided = exists().where(decisions.c.comment_id == comments.c.id, decisions.c.decided_at >= asked.before)
    waiting = exists().where(queue.c.comment_id == comments.c.id)
    return select(*COLUMNS).where(
        comments.c.site_id == asked.site_id,
        comments.c.status == Status.REJECTED.value,
        comments.c.received_at < asked.before,
        not_(decided),
        not_(waiting),
    )
