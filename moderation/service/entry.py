"""The rules of entry: time-outs of sessions, and whose second factor is required. A change works at once."""

from __future__ import annotations

from moderation.audit import Event, EventType
from moderation.errors import Conflict
from moderation.roles import Caller, Permission
from moderation.rules_of_entry import EntryRules, check
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk
from moderation.service.settled import settled


def rules(desk: Desk, caller: Caller) -> EntryRules:
    with desk.read() as uow:
        authority.require(uow, caller, Permission.STAFF_MANAGE, now=desk.now())
        return uow.rules.get()


@settled
def set_rules(desk: Desk, caller: Caller, wanted: EntryRules, *, seen: EntryRules | None = None) -> None:
    """For sessions that are open as well; what was the same already is told to nobody.

    Conflict where the rules are not those that were `seen`: all of them are set, and a colleague's would be lost.
    """
    check(wanted)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        before = uow.rules.get()
        if before == wanted:
            return
        if seen is not None and before != seen:
            raise Conflict(what="entry_rules")
        uow.rules.set(wanted)
        data = {"from": _told(before), "to": _told(wanted)}
        event = Event(type=EventType.ENTRY_RULES_CHANGED, actor=actor.name, subject="entry:rules", at=now, data=data)
        tell_desk(uow, event)


def _told(rules: EntryRules) -> dict[str, object]:
    return {
        "idle_minutes": int(rules.idle.total_seconds()) // 60,
        "length_hours": int(rules.length.total_seconds()) // 3600,
        "factor_roles": sorted(rules.factor_roles),
    }
