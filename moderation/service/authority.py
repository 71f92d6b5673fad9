"""Who is calling, and may they? Asked in the transaction of every use case, so that a change of role works at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from moderation.article import Site
from moderation.errors import Forbidden, NotFound, Unauthenticated
from moderation.ports import UnitOfWork
from moderation.roles import GRANTS, Actor, Caller, Key, Operator, Permission, Session, Staff

SESSION_IDLE = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)


def identify(uow: UnitOfWork, caller: Caller, *, now: datetime) -> Actor:
    if isinstance(caller, Operator):
        return Actor(name=f"operator:{caller.name}", permissions=frozenset(Permission))
    if isinstance(caller, Key):
        key = uow.accounts.key(caller.secret_hash)
        if key is None:
            raise Unauthenticated(kind="key")
        granted = frozenset({Permission.COMMENTS_SUBMIT})
        return Actor(
            name=f"key:{key.prefix}",
            permissions=granted,
            key_id=key.id,
            key_used_at=key.last_used_at,
            site_id=key.site_id,
        )
    person = staff_of(uow, caller, now=now)
    return Actor(name=f"{person.role}:{person.name}", permissions=GRANTS[person.role], staff_id=person.id)


def staff_of(uow: UnitOfWork, session: Session, *, now: datetime) -> Staff:
    found = uow.accounts.staff_of_session(session.token_hash, now=now, idle_since=now - SESSION_IDLE)
    if found is None:
        raise Unauthenticated(kind="session")
    return found[0]


def require(uow: UnitOfWork, caller: Caller, permission: Permission, *, now: datetime) -> Actor:
    actor = identify(uow, caller, now=now)
    if permission not in actor.permissions:
        raise Forbidden(permission=str(permission))
    return actor


def note_use(uow: UnitOfWork, actor: Actor, *, now: datetime) -> None:
    """Remember when a key was last used, to the minute, so that a busy site does not write it with each comment."""
    if actor.key_id is not None and (actor.key_used_at is None or now - actor.key_used_at > NOTED_EVERY):
        uow.accounts.touch_key(actor.key_id, now=now)


def person(actor: Actor) -> int:
    """The staff id behind an actor; leases and decisions belong to people."""
    if actor.staff_id is None:
        raise Forbidden(permission="person")
    return actor.staff_id


def site_for(uow: UnitOfWork, actor: Actor, name: str | None) -> Site:
    """The site that is meant: a key's own, else the named one, else the only one."""
    if actor.site_id is not None:
        site = uow.sites.get(actor.site_id)
        if site is None or (name is not None and name != site.name):
            raise Forbidden(permission="site")
        return site
    if name is None:
        sites = uow.sites.all()
        if len(sites) != 1:
            raise NotFound(what="site")
        return sites[0]
    site = uow.sites.by_name(name)
    if site is None:
        raise NotFound(what="site", name=name)
    return site
