"""Open sessions: seen and ended by the person or by an admin; an ended one is refused at its next question."""

from __future__ import annotations

from datetime import datetime

from moderation.audit import Event, EventType
from moderation.errors import Forbidden, NotFound
from moderation.ports import OpenSession, UnitOfWork
from moderation.roles import Actor, Caller, Permission, Session, Staff
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk


def own(desk: Desk, caller: Session) -> list[OpenSession]:
    """The one seen last first; the caller's own is among them."""
    with desk.read() as uow:
        person = authority.staff_of(uow, caller, now=desk.now())
        return _open(uow, person, desk.now())


def of(desk: Desk, caller: Caller, name: str) -> list[OpenSession]:
    with desk.read() as uow:
        authority.require(uow, caller, Permission.STAFF_MANAGE, now=desk.now())
        return _open(uow, _named(uow, name), desk.now())


def _open(uow: UnitOfWork, person: Staff, now: datetime) -> list[OpenSession]:
    return uow.accounts.sessions(person.id, now=now)


def _named(uow: UnitOfWork, name: str) -> Staff:
    person = uow.accounts.by_name(name)
    if person is None:
        raise NotFound(what="staff", name=name)
    return person


def end(desk: Desk, caller: Caller, name: str, token_hash: str) -> None:
    """One session of one's own or, with the permission, of anybody. NotFound where it has ended already."""
    with desk.begin() as uow:
        now = desk.now()
        actor, person = _may_end(uow, caller, name, now)
        if token_hash not in {one.token_hash for one in _open(uow, person, now)}:
            raise NotFound(what="session")
        uow.accounts.close_session(token_hash)
        _tell(uow, actor, person, now, ended=1, links=0)


def end_others(desk: Desk, caller: Caller, name: str) -> int:
    """All of that person's sessions but the one that asks, and their one-time links; how many sessions there were."""
    with desk.begin() as uow:
        now = desk.now()
        actor, person = _may_end(uow, caller, name, now)
        kept = caller.token_hash if isinstance(caller, Session) else ""
        ended = sum(one.token_hash != kept for one in _open(uow, person, now))
        uow.accounts.close_sessions_of(person.id, except_for=kept)
        links = uow.accounts.withdraw_links(person.id, now=now)
        uow.factors.close_challenges_of(person.id)
        if ended or links:
            _tell(uow, actor, person, now, ended=ended, links=links)
        return ended


def _may_end(uow: UnitOfWork, caller: Caller, name: str, now: datetime) -> tuple[Actor, Staff]:
    actor = authority.identify(uow, caller, now=now)
    found = uow.accounts.by_name(name)
    own = found is not None and found.id == actor.staff_id
    # Before it is told that there is nobody of that name: only who manages the staff may learn it.
    if not own and Permission.STAFF_MANAGE not in actor.permissions:
        raise Forbidden(permission=str(Permission.STAFF_MANAGE), by=actor.name)
    person = found or _named(uow, name)
    uow.queue.release(person.id)
    return actor, person


def _tell(uow: UnitOfWork, actor: Actor, person: Staff, now: datetime, *, ended: int, links: int) -> None:
    data = {"ended": ended} | ({"links": links} if links else {})
    tell_desk(
        uow,
        Event(type=EventType.SESSION_CLOSED, actor=actor.name, subject=f"staff:{person.name}", at=now, data=data),
    )
