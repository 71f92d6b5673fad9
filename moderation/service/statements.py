"""Rejections for statements of reasons, streamed; that somebody took them out is an event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from moderation.article import Site
from moderation.audit import Event, EventType, instant
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.logs import in_order
from moderation.service.settled import settled
from moderation.statement import Restriction

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrictions:
    site: Site
    rows: Iterator[Restriction]


def restrictions(
    desk: Desk, caller: Caller, *, site: str | None, since: datetime | None = None, until: datetime | None = None
) -> Restrictions:
    """Every rejection that was not taken back, decided from `since` up to, not including, `until`; oldest first."""
    in_order(since, until)
    place = _tell(desk, caller, site=site, since=since, until=until)
    return Restrictions(site=place, rows=_stream(desk, caller, place, since, until))


@settled
def _tell(desk: Desk, caller: Caller, *, site: str | None, since: datetime | None, until: datetime | None) -> Site:
    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=at)
        place = authority.site_for(uow, actor, site)
        asked = {name: instant(moment) for name, moment in (("since", since), ("until", until)) if moment}
        event = Event(
            type=EventType.LOG_EXPORTED,
            actor=actor.name,
            subject=f"log:{place.id}",
            at=at,
            data={"filter": asked, "form": "dsa"},
        )
        uow.log.append(place.id, [event])
        return place


def _stream(
    desk: Desk, caller: Caller, place: Site, since: datetime | None, until: datetime | None
) -> Iterator[Restriction]:
    # A short transaction a page: who reads slowly holds up nobody, and whose session has ended gets no further.
    after = 0
    while True:
        with desk.read() as uow:
            authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
            rows = uow.restrictions.page(place.id, since=since, until=until, after=after, limit=_PAGE)
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].decision_id
