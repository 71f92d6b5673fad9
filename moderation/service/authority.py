"""Who is calling, and may they? Asked in the transaction of every use case, so that a change of role works at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.article import Site
from moderation.errors import Forbidden, Invalid, NotFound, Unauthenticated
from moderation.limits import limits_of
from moderation.ports import SignedIn, UnitOfWork
from moderation.roles import GRANTS, Actor, Caller, Key, Operator, Permission, Role, Session, Staff

NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of a site a caller may touch: `sections` by their ids, None for all of it."""

    site: Site
    sections: tuple[int, ...] | None


def identify(uow: UnitOfWork, caller: Caller, *, now: datetime) -> Actor:
    """Unauthenticated where nobody is known by that; Forbidden while the person must set up a second factor first."""
    if isinstance(caller, Operator):
        return Actor(name=f"operator:{caller.name}", permissions=frozenset(Permission))
    if isinstance(caller, Key):
        return _keyholder(uow, caller, now)
    found = signed_in(uow, caller, now=now)
    person = found.staff
    name = person.actor
    if person.lacks_factor:
        raise Forbidden(permission="second_factor", by=name)
    # An admin answers for the whole desk: limits from an earlier role rest meanwhile.
    limited = found.limited and person.role is not Role.ADMIN
    limits = limits_of(uow.limits.of(person.id)) if limited else None
    # What reaches beyond one site is not for who works on some.
    granted = GRANTS[person.role] - {Permission.COMMENTERS_BROAD} if limits else GRANTS[person.role]
    return Actor(name=name, permissions=granted, staff_id=person.id, limits=limits)


def _keyholder(uow: UnitOfWork, caller: Key, now: datetime) -> Actor:
    key = uow.keys.by_secret(caller.secret_hash)
    if key is None:
        raise Unauthenticated(kind="key")
    if not key.works(now):
        raise Unauthenticated(kind="key", key="expired" if key.revoked_at is None else "revoked")
    return Actor(
        name=f"key:{key.prefix}",
        permissions=key.scopes,
        key_id=key.id,
        key_used_at=key.last_used_at,
        site_id=key.site_id,
    )


def signed_in(uow: UnitOfWork, session: Session, *, now: datetime) -> SignedIn:
    found = uow.accounts.signed_in(session.token_hash, now=now)
    if found is None:
        raise Unauthenticated(kind="session")
    return found


def staff_of(uow: UnitOfWork, session: Session, *, now: datetime, enrolling: bool = False) -> Staff:
    """`enrolling`: allowed to who must set up a second factor before anything else."""
    person = signed_in(uow, session, now=now).staff
    if person.lacks_factor and not enrolling:
        raise Forbidden(permission="second_factor", by=person.actor)
    return person


def require(uow: UnitOfWork, caller: Caller, permission: Permission, *, now: datetime) -> Actor:
    actor = identify(uow, caller, now=now)
    if permission not in actor.permissions:
        raise Forbidden(permission=str(permission), by=actor.name)
    return actor


def note_use(uow: UnitOfWork, actor: Actor, *, now: datetime) -> None:
    if is_use_to_note(actor, now=now) and actor.key_id is not None:
        uow.keys.touch(actor.key_id, now=now)


def is_use_to_note(actor: Actor, *, now: datetime) -> bool:
    """When a key was last used is remembered to the minute, so that a busy site does not write it with each request."""
    return actor.key_id is not None and (actor.key_used_at is None or now - actor.key_used_at > NOTED_EVERY)


def person(actor: Actor) -> int:
    """The staff id behind an actor; leases and decisions belong to people."""
    if actor.staff_id is None:
        raise Forbidden(permission="person", by=actor.name)
    return actor.staff_id


def site_for(uow: UnitOfWork, actor: Actor, name: str | None) -> Site:
    """The whole site that is meant: a key's own, else the named one, else the only one.

    Forbidden to who is limited to some of its sections: a use case that can leave out the others asks `part_for`.
    """
    part = part_for(uow, actor, name)
    if part.sections is not None:
        raise Forbidden(permission="limits", by=actor.name)
    return part.site


def part_for(uow: UnitOfWork, actor: Actor, name: str | None) -> Part:
    """The site that is meant, with what of it the actor may touch; Forbidden where that is nothing."""
    site = _meant(uow, actor, name)
    sections = sections_for(actor, site.id)
    if sections == ():
        raise Forbidden(permission="limits", by=actor.name)
    return Part(site=site, sections=sections)


def sections_for(actor: Actor, site_id: int) -> tuple[int, ...] | None:
    """None is the whole site, none of them nothing of it."""
    if actor.limits is None or actor.limits.whole(site_id):
        return None
    return actor.limits.sections_of(site_id)


def reached(uow: UnitOfWork, actor: Actor, comment_ids: Sequence[int]) -> set[int]:
    """Those of the comments that lie within the actor's sites and sections."""
    if actor.limits is None:
        return set(comment_ids)
    found = [one.comment for one in uow.search.rows(comment_ids)]
    return {one.id for one in found if actor.limits.covers(one.site_id, one.section_id)}


def site_or_all(uow: UnitOfWork, actor: Actor, name: str | None) -> int | None:
    """The id of the whole site that is named; None for all of them, which who is limited may not ask about."""
    if name is not None:
        return site_for(uow, actor, name).id
    if actor.limits is not None:
        raise Forbidden(permission="limits", by=actor.name)
    return None


def reads_log(actor: Actor, log_id: int) -> bool:
    """A log is a whole site's; the desk's own tells of everybody and so is for who is not limited."""
    return actor.limits is None or actor.limits.whole(log_id)


def check_reach(actor: Actor, site_id: int, section_id: int | None) -> None:
    """Forbidden where a comment lies outside the actor's sites and sections."""
    if actor.limits is not None and not actor.limits.covers(site_id, section_id):
        raise Forbidden(permission="limits", by=actor.name)


def _meant(uow: UnitOfWork, actor: Actor, name: str | None) -> Site:
    if actor.site_id is not None:
        site = uow.sites.get(actor.site_id)
        if site is None or (name is not None and name != site.name):
            raise Forbidden(permission="site", by=actor.name)
        return site
    if name is None:
        sites = uow.sites.all()
        if len(sites) != 1:
            raise Invalid(field="site", reason="missing")
        return sites[0]
    site = uow.sites.by_name(name)
    if site is None:
        raise NotFound(what="site", name=name)
    return site
