"""The desk and a commenter: what is known of them, and measures, each with its event and a way back."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from moderation.addresses import domain_of
from moderation.article import Commenter, Site
from moderation.audit import Event, EventType
from moderation.comment import Status
from moderation.decision import Reason
from moderation.errors import Forbidden, Invalid, NotFound
from moderation.measure import MAX_NOTE, Measure, MeasureKind, Profile, Remark, Reporting, check_bounds, gravest
from moderation.parsing import plain
from moderation.ports import UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.search import FoundPage, SearchFilter
from moderation.service import authority, broad, search, sweeping, verdicts
from moderation.service.desk import Desk
from moderation.service.settled import settled
from moderation.service.sweeping import Sweep

# So many comments tell how somebody writes.
LATEST = 10


def profile(desk: Desk, caller: Caller, commenter_id: int, *, site: str) -> Profile:
    """For staff; NotFound where the site has no such commenter, or the caller's sections nothing that they wrote."""
    with desk.read() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=now)
        part = authority.part_for(uow, actor, site)
        commenter = _commenter(uow, part.site, commenter_id)
        measures = uow.commenters.measures(commenter_id)
        afar = broad.from_afar(desk, uow, commenter)
        standing = gravest([*measures, *afar], now)
        if part.sections is not None:
            return _within(uow, commenter, part, part.sections, standing)
        address = uow.emails.of(commenter_id)
        sees_sites = Permission.COMMENTERS_BROAD in actor.permissions
        return Profile(
            commenter=commenter,
            record=uow.commenters.records([commenter_id])[commenter_id],
            reporting=uow.commenters.reporting(commenter),
            reported=uow.commenters.reported(commenter_id),
            measures=tuple(measures),
            standing=standing,
            remarks=tuple(uow.commenter_notes.of(commenter_id)),
            from_afar=tuple(afar),
            address=address if Permission.PERSONAL_MANAGE in actor.permissions else None,
            domain=domain_of(address) if address else None,
            elsewhere=tuple(broad.elsewhere(desk, uow, commenter)) if sees_sites else (),
        )


def _within(
    uow: UnitOfWork, commenter: Commenter, part: authority.Part, sections: tuple[int, ...], standing: Measure | None
) -> Profile:
    """For who works on some sections: what happened there, and whether a measure is in force, but not why."""
    if not search.wrote(uow, part, commenter):
        raise NotFound(what="commenter")
    return Profile(
        commenter=commenter,
        record=uow.commenters.record_within(commenter.id, sections),
        reporting=Reporting(),
        reported=uow.commenters.reported(commenter.id, within=sections),
        measures=(),
        standing=standing,
        within_sections=True,
    )


def _commenter(uow: UnitOfWork, place: Site, commenter_id: int) -> Commenter:
    found = uow.commenters.get(commenter_id)
    if found is None or found.site_id != place.id:
        raise NotFound(what="commenter")
    return found


def may_act(desk: Desk, caller: Caller, *, site: str) -> bool:
    """Whether measures of this site are the caller's to take; they are not for who works on some of its sections."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        part = authority.part_for(uow, actor, site)
        return part.sections is None and Permission.COMMENTERS_MANAGE in actor.permissions


def _check_whole(actor: Actor, site_id: int) -> None:
    """A measure holds on the whole site, so it is for who works on the whole site."""
    if authority.sections_for(actor, site_id) is not None:
        raise Forbidden(permission="limits", by=actor.name)


def measures_for_site(
    desk: Desk, caller: Caller, external_id: str, *, site: str | None = None
) -> tuple[Commenter, list[Measure], Measure | None]:
    """For the site itself: a commenter by its own id, all measures newest first, and the one in force."""
    with desk.read() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STANDING_READ, now=now)
        place = authority.site_for(uow, actor, site)
        found = uow.commenters.by_external(place.id, external_id)
        if found is None:
            raise NotFound(what="commenter")
        measures = [*uow.commenters.measures(found.id), *broad.from_afar(desk, uow, found)]
        measures.sort(key=lambda one: one.id, reverse=True)
        return found, measures, gravest(measures, now)


def latest(desk: Desk, caller: Caller, commenter_id: int, *, site: str, rejected: bool = False) -> FoundPage:
    """The newest of what they wrote, or of what was rejected of it, as far as the caller may read it."""
    where = SearchFilter(commenter_id=commenter_id, status=Status.REJECTED if rejected else None)
    return search.find(desk, caller, site=site, where=where, limit=LATEST)


def to_sweep(desk: Desk, caller: Caller, commenter_id: int, *, site: str) -> Sweep:
    """Their comments that readers see or that wait, as one batch takes them."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        part = authority.part_for(uow, actor, site)
        return sweeping.sweep(uow, part, SearchFilter(commenter_id=commenter_id))


@settled
def take(
    desk: Desk,
    caller: Caller,
    commenter_id: int,
    kind: MeasureKind,
    *,
    site: str,
    reason: Reason,
    note: str = "",
    until: datetime | None = None,
    everywhere: bool = False,
) -> Measure:
    """From now on; what is in force already stays, and the gravest decides.

    With `everywhere` it holds on all sites, against whoever is known there by the same address or, where the sites
    share accounts, by the same id.
    """
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTERS_MANAGE, now=now)
        place = authority.site_for(uow, actor, site)
        commenter = _commenter(uow, place, commenter_id)
        check_bounds(kind, note, now=now, until=until)
        if everywhere:
            broad.check_everywhere(desk, uow, actor, commenter, kind)
        measure = Measure(
            id=desk.new_id(),
            site_id=place.id,
            commenter_id=commenter.id,
            everywhere=everywhere,
            kind=kind,
            reason=reason,
            note=plain(note),
            set_by=actor.name,
            starts_at=now,
            until=until,
        )
        uow.commenters.add_measure(measure)
        broad.seal(uow, EventType.MEASURE_TAKEN, measure, actor.name, now)
        return measure


@settled
def lift(desk: Desk, caller: Caller, measure_id: int) -> Measure:
    """Ends it now; Conflict where it has ended already. Comments decided meanwhile stay as they are."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTERS_MANAGE, now=now)
        measure = uow.commenters.measure(measure_id)
        if measure is not None:
            _check_whole(actor, measure.site_id)
        if measure is not None and measure.broad:
            authority.require(uow, caller, Permission.COMMENTERS_BROAD, now=now)
        return broad.ended(uow, measure, uow.commenters.lift, actor.name, now=now)


@settled
def note(desk: Desk, caller: Caller, commenter_id: int, text: str, *, site: str) -> Remark:
    """Tell colleagues something about a commenter."""
    text = plain(text)
    if not text:
        raise Invalid(field="note", reason="empty")
    if len(text) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTERS_MANAGE, now=now)
        commenter = _commenter(uow, authority.site_for(uow, actor, site), commenter_id)
        remark = Remark(
            id=desk.new_id(),
            site_id=commenter.site_id,
            commenter_id=commenter.id,
            text=text,
            actor=actor.name,
            left_at=now,
        )
        uow.commenter_notes.add(remark)
        _seal_note(uow, EventType.COMMENTER_NOTED, remark, actor.name, now)
        return remark


@settled
def remove_note(desk: Desk, caller: Caller, remark_id: int) -> None:
    """One's own, or anybody's for whoever manages the policy."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTERS_MANAGE, now=now)
        remark = uow.commenter_notes.get(remark_id)
        if remark is None:
            raise NotFound(what="note")
        _check_whole(actor, remark.site_id)
        verdicts.check_own(actor, remark.actor)
        uow.commenter_notes.remove(remark_id)
        _seal_note(uow, EventType.COMMENTER_NOTE_REMOVED, remark, actor.name, now)


def _seal_note(uow: UnitOfWork, type_: EventType, remark: Remark, actor: str, now: datetime) -> None:
    # A note may quote the reader, so the log binds it without holding it.
    bound = sha256(f"{remark.id}:{remark.text}".encode()).hexdigest()
    facts = {"note_id": str(remark.id), "note": bound}
    event = Event(type=type_, actor=actor, subject=f"commenter:{remark.commenter_id}", at=now, data=facts)
    uow.log.append(remark.site_id, [event])
