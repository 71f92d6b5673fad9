"""Who of the staff works where: limits to sites and sections, set by an admin and checked by `authority`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moderation.audit import Event, EventType
from moderation.errors import Conflict, Invalid, NotFound
from moderation.limits import Limit, LimitKind
from moderation.ports import UnitOfWork
from moderation.roles import Caller, Permission, Role
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk
from moderation.service.settled import settled

MAX_LIMITS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`section` is empty where the whole site is meant."""

    limit: Limit
    site: str
    section: str


def limits(desk: Desk, caller: Caller) -> dict[int, list[Limit]]:
    """By the person's id; who is not named works everywhere."""
    with desk.read() as uow:
        authority.require(uow, caller, Permission.STAFF_MANAGE, now=desk.now())
        return uow.limits.all()


def choices(desk: Desk, caller: Caller) -> list[Choice]:
    """All that a person can be limited to, site by site."""
    with desk.read() as uow:
        authority.require(uow, caller, Permission.STAFF_MANAGE, now=desk.now())
        found = []
        for site in uow.sites.all():
            whole = Limit(site_id=site.id, kind=LimitKind.SITE, item_id=site.id)
            found.append(Choice(limit=whole, site=site.title, section=""))
            for key, name in uow.articles.sections(site.id):
                part = Limit(site_id=site.id, kind=LimitKind.SECTION, item_id=key)
                found.append(Choice(limit=part, site=site.title, section=name))
        return found


def named(desk: Desk, caller: Caller, *, sites: Iterable[str], sections: Iterable[tuple[str, str]]) -> list[Limit]:
    """Limits by the names of sites and of sections as (site, section); NotFound names what there is not."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=desk.now())
        found = []
        for name in sites:
            place = authority.site_for(uow, actor, name)
            found.append(Limit(site_id=place.id, kind=LimitKind.SITE, item_id=place.id))
        for name, section in sections:
            place = authority.site_for(uow, actor, name)
            known = {title: key for key, title in uow.articles.sections(place.id)}
            if section not in known:
                raise NotFound(what="section", name=section)
            found.append(Limit(site_id=place.id, kind=LimitKind.SECTION, item_id=known[section]))
        return found


@settled
def place(
    desk: Desk, caller: Caller, name: str, wanted: Sequence[Limit], *, seen: Sequence[Limit] | None = None
) -> list[Limit]:
    """The whole list anew, as it is kept; an empty one lets the person work everywhere. What they hold goes back.

    Conflict where the list is not the one that was `seen`: a colleague has changed it, and that would be lost.
    """
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        person = uow.accounts.by_name(name)
        if person is None:
            raise NotFound(what="staff", name=name)
        checked = check(uow, person.role, wanted)
        before = uow.limits.of(person.id)
        if checked == before:
            return checked
        if seen is not None and sorted(seen) != sorted(before):
            raise Conflict(what="limits")
        uow.limits.replace(person.id, checked)
        uow.queue.release(person.id)
        event = Event(
            type=EventType.STAFF_LIMITED,
            actor=actor.name,
            subject=f"staff:{name}",
            at=now,
            data={"limits": told(checked)},
        )
        tell_desk(uow, event)
        return checked


def check(uow: UnitOfWork, role: Role, wanted: Iterable[Limit]) -> list[Limit]:
    """In order, each once, of sites and sections that there are. Conflict for an admin, who answers for everything.

    A section of a site that is there as a whole says nothing more and is left out.
    """
    given = sorted(set(wanted))
    if len(given) > MAX_LIMITS:
        raise Invalid(field="limits", reason="too_many", high=MAX_LIMITS)
    if given and role is Role.ADMIN:
        raise Conflict(what="admin_limits")
    check_suit(role, given)
    whole = {one.site_id for one in given if one.kind is LimitKind.SITE}
    for one in given:
        _check_known(uow, one)
    return [one for one in given if one.kind is LimitKind.SITE or one.site_id not in whole]


def check_suit(role: Role, limits: Iterable[Limit]) -> None:
    """Conflict for an auditor of sections: auditors read logs, which are whole sites'."""
    if role is Role.AUDITOR and any(one.kind is LimitKind.SECTION for one in limits):
        raise Conflict(what="auditor_limits")


def _check_known(uow: UnitOfWork, one: Limit) -> None:
    site = uow.sites.get(one.site_id)
    if site is None or (one.kind is LimitKind.SITE and one.item_id != site.id):
        raise NotFound(what="site")
    if one.kind is LimitKind.SECTION and one.item_id not in {key for key, _ in uow.articles.sections(site.id)}:
        raise NotFound(what="section")


def told(limits: Iterable[Limit]) -> list[str]:
    """As events hold them."""
    return [f"{one.kind}:{one.item_id}" for one in limits]
