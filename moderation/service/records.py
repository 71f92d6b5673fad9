"""Commenters' records counted anew, for a desk where something wrote that did not count."""

from __future__ import annotations

from moderation.audit import Event, EventType
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.settled import settled


@settled
def recount(desk: Desk, caller: Caller, *, site: str | None = None) -> int:
    """Put right what the records say of a site's commenters; how many were wrong. All who write to the site wait.

    Where none was wrong nothing is changed, and the log is told nothing.
    """
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.POLICY_MANAGE, now=now)
        place = authority.site_for(uow, actor, site)
        uow.log.hold(place.id)
        found = uow.commenters.recount(place.id)
        if found:
            kind, subject = EventType.COMMENTERS_RECOUNTED, f"site:{place.id}"
            event = Event(type=kind, actor=actor.name, subject=subject, at=now, data={"commenters": found})
            uow.log.append(place.id, [event])
        return found
