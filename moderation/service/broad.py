"""Measures that reach further than one commenter of one site: against a domain of e-mail, or on all sites of the desk.

Who is the same person on two sites is known by the address, and by the site's id only where the sites share accounts
(docs/decisions/0024). Addresses are in no event; a domain may name a person, so the log binds it without holding it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from moderation import addresses
from moderation.article import Commenter
from moderation.audit import Event, EventType, instant
from moderation.decision import Reason
from moderation.errors import Conflict, Forbidden, Invalid, NotFound
from moderation.measure import Elsewhere, Measure, MeasureKind, Reach, check_bounds
from moderation.parsing import plain
from moderation.ports import UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.search import SearchFilter
from moderation.service import authority, sweeping
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk
from moderation.service.settled import settled
from moderation.service.sweeping import Sweep

_SAMPLE = 8
_LISTED = 200


def in_reach(desk: Desk, uow: UnitOfWork, site_id: int, commenter_ids: Collection[int]) -> dict[int, list[Measure]]:
    """What of these measures reaches whom, to be weighed with what was taken against them alone."""
    return uow.broad.against(site_id, commenter_ids, shared_accounts=desk.shared_accounts)


def from_afar(desk: Desk, uow: UnitOfWork, commenter: Commenter) -> list[Measure]:
    found = in_reach(desk, uow, commenter.site_id, [commenter.id]).get(commenter.id, [])
    return sorted(found, key=lambda one: one.id, reverse=True)


def elsewhere(desk: Desk, uow: UnitOfWork, commenter: Commenter) -> list[Elsewhere]:
    return uow.broad.elsewhere(commenter, shared_accounts=desk.shared_accounts)


def check_everywhere(desk: Desk, uow: UnitOfWork, actor: Actor, commenter: Commenter, kind: MeasureKind) -> None:
    """Whether this person can be known on other sites, and whether the actor may act there."""
    if Permission.COMMENTERS_BROAD not in actor.permissions:
        raise Forbidden(permission=Permission.COMMENTERS_BROAD.value)
    if kind is MeasureKind.WARN:
        raise Invalid(field="everywhere", reason="not_listed")
    if not desk.shared_accounts and uow.emails.of(commenter.id) is None:
        raise Invalid(field="everywhere", reason="unknown_elsewhere")


def listed(desk: Desk, caller: Caller, *, site: str) -> list[Measure]:
    """Those against domains that hold or held on this site, newest first."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTERS_MANAGE, now=desk.now())
        return uow.broad.of_site(authority.site_for(uow, actor, site).id, limit=_LISTED)


def reach(desk: Desk, caller: Caller, domain: str, *, site: str, everywhere: bool = False) -> Reach:
    """Whom it would hit today. Raises Invalid where it is no domain."""
    wanted = addresses.domain(domain, field="domain")
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTERS_BROAD, now=desk.now())
        place = authority.site_for(uow, actor, site)
        return uow.emails.reach(None if everywhere else place.id, wanted, sample=_SAMPLE)


def to_sweep(desk: Desk, caller: Caller, domain: str, *, site: str, everywhere: bool = False) -> dict[str, Sweep]:
    """Their comments that readers see or that wait, as batches take them: one for each site that has any."""
    wanted = addresses.domain(domain, field="domain")
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTERS_BROAD, now=desk.now())
        authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        names = [one.name for one in uow.sites.all()] if everywhere else [authority.site_for(uow, actor, site).name]
        parts = {name: authority.part_for(uow, actor, name) for name in names}
        found = {name: sweeping.sweep(uow, part, SearchFilter(domain=wanted)) for name, part in parts.items()}
    return {name: one for name, one in found.items() if one.chosen}


@settled
def take(
    desk: Desk,
    caller: Caller,
    domain: str,
    kind: MeasureKind,
    *,
    site: str,
    reason: Reason,
    note: str = "",
    until: datetime | None = None,
    everywhere: bool = False,
) -> Measure:
    """Against every commenter whose address is of this domain or of one below it, known today or not, from now on."""
    wanted = addresses.domain(domain, field="domain")
    if kind is MeasureKind.WARN:
        raise Invalid(field="kind", reason="not_listed")
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTERS_BROAD, now=now)
        place = authority.site_for(uow, actor, site)
        check_bounds(kind, note, now=now, until=until)
        measure = Measure(
            id=desk.new_id(),
            site_id=place.id,
            domain=wanted,
            everywhere=everywhere,
            kind=kind,
            reason=reason,
            note=plain(note),
            set_by=actor.name,
            starts_at=now,
            until=until,
        )
        uow.broad.add(measure)
        seal(uow, EventType.MEASURE_TAKEN, measure, actor.name, now)
        return measure


@settled
def lift(desk: Desk, caller: Caller, measure_id: int) -> Measure:
    """Ends it now; Conflict where it has ended already. Comments decided meanwhile stay as they are."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTERS_BROAD, now=now)
        return ended(uow, uow.broad.get(measure_id), uow.broad.lift, actor.name, now=now)


def ended(
    uow: UnitOfWork, measure: Measure | None, lift: Callable[[Measure], bool], actor: str, *, now: datetime
) -> Measure:
    """The measure with its end, stored by `lift` and told in the log."""
    if measure is None:
        raise NotFound(what="measure")
    lifted = replace(measure, lifted_at=now, lifted_by=actor)
    if not measure.in_force(now) or not lift(lifted):
        raise Conflict(what="measure")
    seal(uow, EventType.MEASURE_LIFTED, lifted, actor, now)
    return lifted


def seal(uow: UnitOfWork, type_: EventType, measure: Measure, actor: str, now: datetime) -> None:
    """Into the log of the site where it was taken; what holds on all sites into the desk's own as well."""
    facts: dict[str, object] = {
        "measure": str(measure.id),
        "kind": measure.kind,
        "reason": measure.reason,
        "until": instant(measure.until) if measure.until else None,
    }
    if measure.everywhere:
        facts["everywhere"] = True
    # A note may name a person or quote one, and so may a domain.
    for name, words in (("note", measure.note), ("domain", measure.domain)):
        if words:
            facts[name] = sha256(f"{measure.id}:{words}".encode()).hexdigest()
    subject = f"measure:{measure.id}" if measure.commenter_id is None else f"commenter:{measure.commenter_id}"
    event = Event(type=type_, actor=actor, subject=subject, at=now, data=facts)
    uow.log.append(measure.site_id, [event])
    if measure.everywhere:
        tell_desk(uow, event)
