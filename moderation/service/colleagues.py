"""What the people of the desk call each other. The log names their accounts, whose names never change."""

from __future__ import annotations

from collections import Counter

from moderation.audit import Event, EventType
from moderation.roles import Caller, Permission, Session
from moderation.service import accounts, authority
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk


def names(desk: Desk, caller: Session) -> dict[str, str]:
    """Display names by account, of all who work here or did, but those that two people share."""
    with desk.read() as uow:
        authority.staff_of(uow, caller, now=desk.now())
        everybody = uow.accounts.all()
    bearers = Counter(one.display_name for one in everybody)
    return {one.name: one.display_name for one in everybody if bearers[one.display_name] == 1}


def rename(desk: Desk, caller: Caller, account: str, display_name: str) -> None:
    """NotFound where there is no such account. The name itself is not told to the log, which forgets nothing."""
    display_name = accounts.shown_name(display_name)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        person = accounts.named(uow, account)
        if person.display_name == display_name:
            return
        uow.accounts.set_display_name(person.id, display_name)
        event = Event(type=EventType.STAFF_RENAMED, actor=actor.name, subject=f"staff:{account}", at=now, data={})
        tell_desk(uow, event)
