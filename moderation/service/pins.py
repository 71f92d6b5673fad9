"""Notes pinned to days: what happened when, so that a chart explains itself a year later."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from moderation.audit import Event, EventType
from moderation.engagement import Period, Pin
from moderation.engagement.around import MAX_NOTE
from moderation.errors import Invalid, NotFound
from moderation.parsing import plain
from moderation.ports import UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.insights import check_period, pins_of
from moderation.service.settled import settled


def pinned(desk: Desk, caller: Caller, *, site: str, period: Period) -> tuple[Pin, ...]:
    """On the days that the period touches, in their order."""
    check_period(period)
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.INSIGHTS_READ, now=desk.now())
        return tuple(pins_of(uow, authority.part_for(uow, actor, site).site.id, period))


@settled
def pin(desk: Desk, caller: Caller, *, site: str, day: date, text: str) -> Pin:
    said = " ".join(plain(text).split())
    if not said:
        raise Invalid(field="note", reason="missing")
    if len(said) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.INSIGHTS_READ, now=now)
        place = authority.part_for(uow, actor, site).site
        made = Pin(id=desk.new_id(), day=day, text=said, by=actor.name, made_at=now)
        uow.pins.add(place.id, made)
        _seal(desk, uow, place.id, EventType.NOTE_PINNED, made, actor)
        return made


@settled
def unpin(desk: Desk, caller: Caller, pin_id: int, *, site: str) -> None:
    """Anyone's: it is the newsroom's note. NotFound if it is not there, or another site's."""
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.INSIGHTS_READ, now=desk.now())
        place = authority.part_for(uow, actor, site).site
        found = uow.pins.get(place.id, pin_id)
        if found is None or not uow.pins.remove(place.id, pin_id):
            raise NotFound(what="pin")
        _seal(desk, uow, place.id, EventType.NOTE_UNPINNED, found, actor)


def _seal(desk: Desk, uow: UnitOfWork, site_id: int, type_: EventType, found: Pin, actor: Actor) -> None:
    # A note may quote a reader, so the log binds it without holding it.
    facts: dict[str, object] = {
        "day": found.day.isoformat(),
        "note": sha256(f"{found.id}:{found.text}".encode()).hexdigest(),
    }
    uow.log.append(site_id, [Event(type=type_, actor=actor.name, subject=f"pin:{found.id}", at=desk.now(), data=facts)])
