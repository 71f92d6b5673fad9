"""Rows for the nightly files. What has changed is read from the log, which has an event of every change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    type_coerce,
)

from db.schema import articles, audit_events, commenters, comments, decisions, flags, logs, scores, sections, sites
from db.stores._counting import counted_as
from moderation.article import EXPIRED
from moderation.audit import EventType
from moderation.comment import Status
from moderation.flag import FlagKind
from moderation.ports.warehouse import Changed
from moderation.retention import Kind as Keeping
from moderation.score import LABELS
from moderation.tables import Daily

_QUARTER = 900_000
_AT_ONCE = 5_000
_COMMENT, _ARTICLE = "comment:", "article:"
_WHEN: dict[Daily, ColumnElement[Any]] = {
    Daily.COMMENTS: comments.c.created_at,
    Daily.TEXTS: comments.c.created_at,
    Daily.DECISIONS: decisions.c.decided_at,
    Daily.EVENTS: audit_events.c.at,
}
_undoing = decisions.alias("undoing")
_undone = decisions.alias("undone")


class WarehouseStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def size(self, site_id: int) -> int:
        return self._connection.execute(select(logs.c.size).where(logs.c.id == site_id)).scalar() or 0

    def changed(self, site_id: int, *, since: int, until: int) -> Changed:
        event = audit_events.c
        within = (event.log_id == site_id, event.position >= since, event.position < until)
        rescored = select(literal(1)).where(*within, event.type == EventType.COMMENTS_RESCORED.value).limit(1)
        if self._connection.execute(rescored).scalar():
            return Changed(everything=True)
        ours = comments.c.site_id == site_id
        of_comments = self._quarters(
            comments.c.created_at, select().where(*within, comments.c.id == _numbered(_COMMENT), ours)
        ) | self._quarters(comments.c.created_at, _moved(*within))
        made = (decisions.c.site_id == site_id, decisions.c.position >= since, decisions.c.position < until)
        of_decisions = self._quarters(decisions.c.decided_at, select().where(*made)) | self._quarters(
            _undone.c.decided_at, select().where(*made, _undone.c.id == decisions.c.undoes)
        )
        return Changed(
            moments={
                Daily.COMMENTS: of_comments,
                Daily.TEXTS: of_comments | self._anonymous(site_id, *within),
                Daily.DECISIONS: of_decisions,
                Daily.EVENTS: self._quarters(event.at, select().where(*within)),
            }
        )

    def _anonymous(self, site_id: int, *within: ColumnElement[bool]) -> frozenset[datetime]:
        """Of all who were made anonymous, if some of them were now: the events say how many and not who."""
        event = audit_events.c
        applied, to_whom = EventType.RETENTION_APPLIED.value, f"retention:{Keeping.QUIET_COMMENTERS}"
        gone = (event.type == applied, event.subject == to_whom)
        if not self._connection.execute(select(literal(1)).where(*within, *gone).limit(1)).scalar():
            return frozenset()
        anonymous = commenters.c.external_id.startswith(EXPIRED, autoescape=True)
        theirs = (commenters.c.id == comments.c.commenter_id, comments.c.site_id == site_id, anonymous)
        return self._quarters(comments.c.created_at, select().where(*theirs))

    def _quarters(self, column: ColumnElement[Any], of: Select[Any]) -> frozenset[datetime]:
        quarter = type_coerce(column, BigInteger) // _QUARTER
        rows = self._connection.execute(of.add_columns(quarter).distinct())
        return frozenset(datetime.fromtimestamp(at * _QUARTER // 1_000, UTC) for (at,) in rows)

    def next(self, table: Daily, site_id: int, *, since: datetime) -> datetime | None:
        column = _WHEN[table]
        owner = audit_events.c.log_id if table is Daily.EVENTS else column.table.c.site_id
        query = select(column).where(owner == site_id, column >= since).order_by(column).limit(1)
        found: datetime | None = self._connection.execute(query).scalar()
        return found

    def rows(self, table: Daily, site_id: int, *, since: datetime, until: datetime) -> Iterator[tuple[object, ...]]:
        column = _WHEN[table]
        query = _QUERIES[table]().where(column >= since, column < until).order_by(column)
        owner = audit_events.c.log_id if table is Daily.EVENTS else column.table.c.site_id
        yield from self._streamed(query.where(owner == site_id))

    def articles(self, site_id: int) -> Iterator[tuple[object, ...]]:
        columns = [articles.c.id, sites.c.name, *(articles.c[one] for one in ("external_id", "title", "url"))]
        query = (
            select(*columns, sections.c.name, _raw(articles.c.published_at))
            .join(sites, sites.c.id == articles.c.site_id)
            .outerjoin(sections, sections.c.id == articles.c.section_id)
            .where(articles.c.site_id == site_id)
            .order_by(articles.c.id)
        )
        yield from self._streamed(query)

    def _streamed(self, query: Select[Any]) -> Iterator[tuple[object, ...]]:
        with self._connection.execution_options(yield_per=_AT_ONCE).execute(query) as result:
            for row in result:
                yield tuple(row)


def _moved(*within: ColumnElement[bool]) -> Select[Any]:
    """Comments of the articles that went to another section; theirs goes with it."""
    event = audit_events.c
    # Nothing else in such an event's body has that word in quotes.
    moved = (event.type == EventType.ARTICLE_SAVED.value, event.body.contains('"section"'))
    return select().where(*within, *moved, comments.c.article_id == _numbered(_ARTICLE))


def _numbered(kind: str) -> ColumnElement[Any]:
    """The number of an event's subject of that kind; NULL for others."""
    subject = audit_events.c.subject
    # A CASE, because PostgreSQL may work out a cast before it asks for the condition beside it.
    return case((subject.startswith(kind), cast(func.substr(subject, len(kind) + 1), BigInteger)))


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """As it is stored, in milliseconds: half a million moments a file need not become objects on the way."""
    return type_coerce(column, BigInteger)


def _comments() -> Select[Any]:
    reported = (flags.c.comment_id == comments.c.id, flags.c.kind == FlagKind.REPORTED.value)
    c = comments.c
    return (
        select(
            c.id, sites.c.name, c.article_id, sections.c.name, c.commenter_id, c.parent_id, c.language, counted_as,
            c.decided_by_machine, c.version, c.revision, func.length(c.body),
            select(func.count()).where(*reported).scalar_subquery(),
            _raw(c.created_at), _raw(c.received_at), _raw(c.edited_at),
            scores.c.model, *[scores.c[label] for label in LABELS], scores.c.reject,
        )
        .join(sites, sites.c.id == c.site_id)
        .outerjoin(sections, sections.c.id == c.section_id)
        .outerjoin(scores, (scores.c.comment_id == c.id) & (scores.c.revision == c.revision))
    )  # fmt: skip


def _decisions() -> Select[Any]:
    d = decisions.c
    return select(
        d.id, sites.c.name, d.comment_id, d.comment_version, d.outcome, d.causes, d.reasons, d.actor,
        d.staff_id.is_not(None), ~d.review, d.status_before, d.status_after, d.waited_ms / 1000.0, d.undoes,
        exists().where(_undoing.c.undoes == d.id), d.batch_id, d.position, _raw(d.decided_at),
    ).join(sites, sites.c.id == d.site_id)  # fmt: skip


def _events() -> Select[Any]:
    e = audit_events.c
    columns = [sites.c.name, e.position, e.type, e.actor, e.subject, e.machine, _raw(e.at)]
    return select(*columns).join(sites, sites.c.id == e.log_id)


def _texts() -> Select[Any]:
    return (
        select(comments.c.id, sites.c.name, commenters.c.name, comments.c.body)
        .join(sites, sites.c.id == comments.c.site_id)
        .join(commenters, commenters.c.id == comments.c.commenter_id)
        .where(comments.c.status != Status.ERASED.value)
    )


_QUERIES = {
    Daily.COMMENTS: _comments,
    Daily.DECISIONS: _decisions,
    Daily.EVENTS: _events,
    Daily.TEXTS: _texts,
}
