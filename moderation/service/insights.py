"""Editors: what readers discuss, when, how much, how civilly, and how fast the desk works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from moderation.engagement import Grain, InsightFilter, Insights, Period
from moderation.errors import Invalid
from moderation.ports import UnitOfWork
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk

MAX_DAYS = {Grain.HOUR: 31, Grain.DAY: 3_700}
_ALL = InsightFilter()
_ARTICLES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be filtered by: (id, name) pairs; the 200 newest articles."""

    sections: tuple[tuple[int, str], ...]
    articles: tuple[tuple[int, str], ...]


def insights(desk: Desk, caller: Caller, *, site: str, period: Period, where: InsightFilter = _ALL) -> Insights:
    if period.end <= period.start:
        raise Invalid(field="period", reason="ends_before_it_starts")
    if period.end - period.start > timedelta(days=MAX_DAYS[period.grain]):
        raise Invalid(field="period", reason="too_long", high=MAX_DAYS[period.grain])
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.INSIGHTS_READ, now=desk.now())
        return uow.insights.insights(authority.site_for(uow, actor, site).id, period, where)


def choices(desk: Desk, caller: Caller, *, site: str) -> Choices:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.INSIGHTS_READ, now=desk.now())
        return choices_of(uow, authority.site_for(uow, actor, site).id)


def choices_of(uow: UnitOfWork, site_id: int) -> Choices:
    return Choices(
        sections=tuple(uow.articles.sections(site_id)),
        articles=tuple(uow.articles.newest(site_id, limit=_ARTICLES)),
    )
