"""Which week's report has left the house: the log knows, so that no other process and no restart sends it again."""

from __future__ import annotations

import json
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from moderation.audit import Event, EventType
from moderation.ports import EventFilter
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.settled import settled

_LOOKED_AT = 20
_WEEK = timedelta(days=7)


def last_week_sent(desk: Desk, caller: Caller, *, site: str) -> date | None:
    """The first day of the newest week whose report the same caller has noted once that week was over.

    Who sends it by hand on the way has sent a part of it.
    """
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        place = authority.site_for(uow, actor, site)
        # By actor, for which there is an index; by type alone the whole log would be walked.
        where = EventFilter(actor=actor.name, type=EventType.REPORT_SENT.value, people_only=True)
        newest = uow.log.page(place.id, where, before=None, limit=_LOOKED_AT)
    zone = ZoneInfo(place.time_zone)
    weeks = ((date.fromisoformat(str(json.loads(one.body)["data"]["week"])), one.at.astimezone(zone)) for one in newest)
    return max((week for week, at in weeks if at.date() >= week + _WEEK), default=None)


@settled
def note_sent(desk: Desk, caller: Caller, *, site: str, week: date, recipients: int) -> None:
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=now)
        place = authority.site_for(uow, actor, site)
        facts = {"week": week.isoformat(), "recipients": recipients}
        event = Event(type=EventType.REPORT_SENT, actor=actor.name, subject=f"site:{place.id}", at=now, data=facts)
        uow.log.append(place.id, [event])
