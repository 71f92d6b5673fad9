"""Editors: what readers discuss, when, how much, how civilly, what to do about it, and how fast the desk works.

Which of these answers which question, and by which value: `moderation/engagement/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from moderation.article import Site
from moderation.engagement import (
    Agenda,
    BesideRow,
    CivilityRow,
    Comparison,
    Conversation,
    Grain,
    InsightFilter,
    Insights,
    Period,
    Pin,
    Readers,
    Talk,
    Work,
    Workload,
    is_known,
)
from moderation.errors import Invalid
from moderation.ports import UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.service import authority
from moderation.service.authority import Part
from moderation.service.desk import Desk

MAX_DAYS = {Grain.HOUR: 31, Grain.DAY: 3_700, Grain.WEEK: 3_700, Grain.MONTH: 3_700}
WORKLOAD_DAYS = 31
_ALL = InsightFilter()
_ARTICLES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be filtered by: (id, name) pairs; the 200 newest articles."""

    sections: tuple[tuple[int, str], ...]
    articles: tuple[tuple[int, str], ...]


def insights(desk: Desk, caller: Caller, *, site: str, period: Period, where: InsightFilter = _ALL) -> Insights:
    with _asked(desk, caller, site, period, where) as (uow, place, where):
        return uow.insights.insights(place.id, period, where)


def talk(desk: Desk, caller: Caller, *, site: str, period: Period, where: InsightFilter = _ALL) -> Talk:
    with _asked(desk, caller, site, period, where) as (uow, place, where):
        return uow.insights.talk(place.id, period, where, now=desk.now())


def conversation(desk: Desk, caller: Caller, *, site: str, period: Period, where: InsightFilter = _ALL) -> Conversation:
    with _asked(desk, caller, site, period, where) as (uow, place, where):
        return uow.insights.conversation(place.id, period, where)


def agenda(desk: Desk, caller: Caller, *, site: str, period: Period, where: InsightFilter = _ALL) -> Agenda:
    with _asked(desk, caller, site, period, where) as (uow, place, where):
        return uow.insights.agenda(place.id, period, where)


def work(desk: Desk, caller: Caller, *, site: str, period: Period, where: InsightFilter = _ALL) -> Work:
    """Of the desk as a whole; no figure of it is a person's."""
    with _asked(desk, caller, site, period, where) as (uow, place, where):
        return uow.insights.work(place.id, period, where, now=desk.now())


def readers(desk: Desk, caller: Caller, *, site: str, period: Period, where: InsightFilter = _ALL) -> Readers:
    with _asked(desk, caller, site, period, where) as (uow, place, where):
        return uow.insights.readers(place.id, period, where)


def compare(
    desk: Desk, caller: Caller, *, site: str, period: Period, other: Period, where: InsightFilter = _ALL
) -> Comparison:
    """Two periods bucket by bucket: the first of the one beside the first of the other."""
    check_period(other)
    with _asked(desk, caller, site, period, where) as (uow, place, where):
        began, now = uow.insights.began(place.id), desk.now()
        first, second = (
            list(_side(uow.insights.civility(place.id, one, where), one, began=began, now=now))
            for one in (period, other)
        )
        return Comparison(
            period=period,
            other=other,
            overview=uow.insights.overview(place.id, period, where),
            other_overview=uow.insights.overview(place.id, other, where),
            rows=tuple(
                _beside(number, one, two)
                for number, (one, two) in enumerate(zip_longest(first, second, fillvalue=_NOTHING))
            ),
            pins=tuple(sorted({*pins_of(uow, place.id, period), *pins_of(uow, place.id, other)}, key=_by_day)),
        )


_Side = tuple[datetime | None, int | None, float | None]
_NOTHING: _Side = (None, None, None)


def _side(rows: Sequence[CivilityRow], period: Period, *, began: datetime | None, now: datetime) -> Iterator[_Side]:
    """Start, comments and civility of each bucket of one period."""
    ends = [*(row.start for row in rows[1:]), period.end]
    for row, end in zip(rows, ends, strict=True):
        known = is_known(row.start, end, began=began, now=now)
        yield row.start, row.comments if known else None, row.civil


def _beside(number: int, one: _Side, two: _Side) -> BesideRow:
    return BesideRow(
        number=number,
        start=one[0],
        comments=one[1],
        civil=one[2],
        other_start=two[0],
        other_comments=two[1],
        other_civil=two[2],
    )


def _by_day(pin: Pin) -> tuple[object, int]:
    return pin.day, pin.id


def pins_of(uow: UnitOfWork, site_id: int, period: Period) -> list[Pin]:
    """On the days of the newsroom's calendar that the period touches."""
    zone = ZoneInfo(period.time_zone)
    last = (period.end - timedelta(microseconds=1)).astimezone(zone).date()
    return uow.pins.between(site_id, period.start.astimezone(zone).date(), last)


def workload(desk: Desk, caller: Caller, *, site: str, period: Period) -> Workload:
    """Shifts of the period, a month at most: everyone's for who leads the desk, one's own for anyone who moderates."""
    check_period(period, most=WORKLOAD_DAYS)
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        part = authority.part_for(uow, actor, site)
        everyone = Permission.WORKLOAD_READ in actor.permissions and part.sections is None
        whose = None if everyone else authority.person(actor)
        return Workload(everyone=everyone, shifts=tuple(uow.insights.shifts(part.site.id, period, staff_id=whose)))


@contextmanager
def _asked(
    desk: Desk, caller: Caller, site: str, period: Period, where: InsightFilter
) -> Iterator[tuple[UnitOfWork, Site, InsightFilter]]:
    """The site and what is asked of it, kept to the sections that the caller is limited to."""
    check_period(period)
    with desk.read() as uow:
        part = authority.part_for(uow, _editor(uow, caller, desk.now()), site)
        yield uow, part.site, where if part.sections is None else replace(where, within=part.sections)


def _editor(uow: UnitOfWork, caller: Caller, now: datetime) -> Actor:
    return authority.require(uow, caller, Permission.INSIGHTS_READ, now=now)


def check_period(period: Period, *, most: int | None = None) -> None:
    """Invalid for one that ends before it starts, or is longer than its grain allows."""
    high = MAX_DAYS[period.grain] if most is None else most
    if period.end <= period.start:
        raise Invalid(field="period", reason="ends_before_it_starts")
    if period.end - period.start > timedelta(days=high, hours=1):
        raise Invalid(field="period", reason="too_long", high=high)


def mark(desk: Desk, caller: Caller, *, site: str) -> tuple[int, tuple[int, ...] | None]:
    """Another value as soon as anything changed that a figure could show; cheap, and asks for the permission as well.

    Every change of state seals an event in the site's log, so its size is half of it; the other half are the sections
    that the caller is kept to, as others' figures are not theirs.
    """
    with desk.read() as uow:
        part = authority.part_for(uow, _editor(uow, caller, desk.now()), site)
        size = next((head.size for head in uow.log.heads() if head.log_id == part.site.id), 0)
        return size, part.sections


def choices(desk: Desk, caller: Caller, *, site: str) -> Choices:
    with desk.read() as uow:
        actor = _editor(uow, caller, desk.now())
        return choices_of(uow, authority.part_for(uow, actor, site))


def choices_of(uow: UnitOfWork, part: Part) -> Choices:
    known = uow.articles.sections(part.site.id)
    return Choices(
        sections=tuple(one for one in known if part.sections is None or one[0] in part.sections),
        articles=tuple(uow.articles.newest(part.site.id, limit=_ARTICLES, within=part.sections)),
    )
