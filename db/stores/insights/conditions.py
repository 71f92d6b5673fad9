"""Which comments and decisions a question is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, exists, func, select, type_coerce

from db.schema import comments, decisions, queue
from db.stores._counting import counted_as
from db.stores.insights.buckets import QUARTER
from moderation.comment import Status
from moderation.decision import Outcome
from moderation.engagement import InsightFilter, Period

is_civil = case((comments.c.civil, 1), else_=0)
is_rejected = case((counted_as == Status.REJECTED.value, 1), else_=0)
waits = exists().where(queue.c.comment_id == comments.c.id)
_undoing = decisions.alias("undoing")
_earlier = decisions.alias("earlier")
_taking_back = decisions.alias("taking_back")
stands = decisions.c.undoes.is_(None) & ~exists().where(_undoing.c.undoes == decisions.c.id)
"""Of a decision that was neither taken back nor takes another back."""

said_before = (
    select(_earlier.c.id)
    .where(
        _earlier.c.comment_id == decisions.c.comment_id,
        _earlier.c.comment_version < decisions.c.comment_version,
        _earlier.c.undoes.is_(None),
        ~exists().where(_taking_back.c.undoes == _earlier.c.id),
    )
    .order_by(_earlier.c.comment_version.desc())
    .limit(1)
    .correlate(decisions)
    .scalar_subquery()
)
"""The id of the decision before a decision, of those that stand."""
AGAINST = {Outcome.APPROVE: Outcome.REJECT, Outcome.REJECT: Outcome.APPROVE, Outcome.HOLD: Outcome.REJECT}
"""What a person says who sees it otherwise; a hold asks for a person, and its opposite is the rejection."""


def quarter(column: ColumnElement[Any]) -> ColumnElement[int]:
    """The start, in milliseconds, of the quarter hour in which the moment lies."""
    return type_coerce(column, BigInteger) // QUARTER * QUARTER


def milliseconds(column: ColumnElement[Any]) -> ColumnElement[int]:
    return type_coerce(column, BigInteger)


def received(site_id: int, period: Period, where: InsightFilter) -> list[ColumnElement[bool]]:
    return [*within(comments.c.site_id == site_id, comments.c.created_at, period.start, period.end), *about(where)]


def within(
    of_site: ColumnElement[bool], moment: ColumnElement[Any], start: datetime, end: datetime
) -> list[ColumnElement[bool]]:
    return [of_site, moment >= start, moment < end]


def decided(site_id: int, period: Period) -> list[ColumnElement[bool]]:
    of_site = decisions.c.site_id == site_id
    return [*within(of_site, decisions.c.decided_at, period.start, period.end), stands]


def about(where: InsightFilter) -> list[ColumnElement[bool]]:
    asked: list[tuple[ColumnElement[Any], Any]] = [
        (comments.c.article_id, where.article_id),
        (comments.c.section_id, where.section_id),
        (comments.c.language, where.language),
        (counted_as, where.status.value if where.status else None),
    ]
    found = [column == value for column, value in asked if value is not None]
    return found if where.within is None else [*found, comments.c.section_id.in_(where.within)]


def narrowed(query: Select[*tuple[Any, ...]], comment_id: ColumnElement[int], where: InsightFilter) -> Select[Any]:
    """The query, which does not speak of comments yet, about those of the filter alone."""
    conditions = about(where)
    return query.join(comments, comments.c.id == comment_id).where(*conditions) if conditions else query


def summed(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
