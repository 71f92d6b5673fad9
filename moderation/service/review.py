"""Moderators: the next comment, the decision, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from moderation.audit import Event, EventType
from moderation.comment import Comment
from moderation.decision import Cause, Decision, Outcome, Reason, Recorded
from moderation.errors import (
    ClaimedByOther,
    Conflict,
    NotFound,
    StaleVersion,
)
from moderation.ports import UnitOfWork
from moderation.queue import (
    AHEAD,
    AWAY,
    LEASE,
    SKIP_FOR,
    Card,
    Case,
    Entry,
    Facets,
    Factor,
    Order,
    QueueCounts,
    QueueFilter,
    asking,
    kept_until,
)
from moderation.roles import Actor, Caller, Permission
from moderation.service import authority, picks, verdicts
from moderation.service.desk import Desk
from moderation.service.recording import milliseconds, record, recorded
from moderation.service.settled import settled

_ANY = QueueFilter()
_LOOKED_AT = 100
_ASKING = {Cause.SECOND_OPINION: Factor.SECOND_OPINION, Cause.APPEAL: Factor.APPEAL}


@settled
def next_card(
    desk: Desk, caller: Caller, *, site: str, where: QueueFilter = _ANY, order: Order = Order.PRIORITY
) -> Card | None:
    """Lease the comment that comes first; a moderator who holds one already gets it again. None: nothing waits."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        part, staff_id = authority.part_for(uow, actor, site), authority.person(actor)
        return _next(uow, part.site.id, part.sections, staff_id, where=where, order=order, now=now)


class Dealt(NamedTuple):
    """What became of a decision, the comment that comes next, and if it was asked for the one after it."""

    recorded: Recorded
    card: Card | None
    ahead: Card | None


@settled
def look_ahead(
    desk: Desk, caller: Caller, *, site: str, holding: int, where: QueueFilter = _ANY, order: Order = Order.PRIORITY
) -> Card | None:
    """Lease the comment that comes after the one the caller is `holding`, so that it can be ready when that is decided.

    Whatever `next_card` or `decide_and_next` gives then is this one, unless it was let go or left the queue.
    """
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        part, staff_id = authority.part_for(uow, actor, site), authority.person(actor)
        site_id, sections = part.site.id, part.sections
        return _next(uow, site_id, sections, staff_id, where=where, order=order, now=now, besides=holding, lease=AHEAD)


def _next(
    uow: UnitOfWork,
    site_id: int,
    sections: tuple[int, ...] | None,
    staff_id: int,
    *,
    where: QueueFilter,
    order: Order,
    now: datetime,
    leaving: int | None = None,
    besides: int | None = None,
    lease: timedelta = LEASE,
) -> Card | None:
    next_id = uow.queue.ask_next(
        site_id,
        staff_id=staff_id,
        where=_kept_to(sections, where),
        order=order,
        until=now + lease,
        now=now,
        leaving=leaving,
        besides=besides,
    )
    held = uow.cards.ask_held(staff_id=staff_id, now=now, leaving=leaving, besides=besides)
    comment_id = next_id()
    return None if comment_id is None else _card(uow, held(comment_id), sections, staff_id=staff_id, now=now)


def _kept_to(sections: tuple[int, ...] | None, where: QueueFilter) -> QueueFilter:
    """What the person asked for, within what they may touch of the site."""
    return where if sections is None else replace(where, limited=True)


@settled
def open_card(desk: Desk, caller: Caller, comment_id: int, *, besides: int | None = None) -> Card:
    """One comment by its id; one `besides` stays leased.

    It is leased if it waits, is free and may be decided by the caller; `card.claimed` tells.
    """
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        staff_id = authority.person(actor)
        case = _case(uow.cards.case(comment_id), actor)
        if verdicts.may_decide(uow, case, actor):
            uow.queue.claim(comment_id, staff_id=staff_id, until=now + LEASE, now=now, besides=besides)
        sections = authority.sections_for(actor, case.comment.site_id)
        card = uow.cards.card(comment_id, staff_id=staff_id, now=now)
        return _card(uow, card, sections, staff_id=staff_id, now=now)


def _comment(uow: UnitOfWork, comment_id: int, actor: Actor) -> Comment:
    comment = uow.comments.get(comment_id)
    if comment is None:
        raise NotFound(what="comment")
    authority.check_reach(actor, comment.site_id, comment.section_id)
    return comment


def _card(
    uow: UnitOfWork, card: Card | None, sections: tuple[int, ...] | None, *, staff_id: int, now: datetime
) -> Card:
    """With what its author wrote in these sections alone as their record."""
    if card is None:
        raise NotFound(what="comment")
    if card.entry is not None and card.entry.held_by_other(staff_id, now):
        card = replace(card, held_by=_holder(uow, card.entry))
    if sections is None:
        return card
    card = replace(card, record=uow.commenters.record_within(card.commenter.id, sections))
    # What it answers may stand under another article.
    hidden = card.parent is not None and card.parent.section_id not in sections
    return replace(card, parent=None, parent_commenter=None) if hidden else card


def _case(case: Case | None, actor: Actor) -> Case:
    if case is None:
        raise NotFound(what="comment")
    authority.check_reach(actor, case.comment.site_id, case.comment.section_id)
    return case


@settled
def decide(
    desk: Desk,
    caller: Caller,
    comment_id: int,
    outcome: Outcome,
    *,
    seen_version: int,
    reasons: Sequence[Reason] = (),
    note: str = "",
    message: str = "",
) -> Recorded:
    """A person's decision on the version they saw. The version comes first, so that a loser hears what happened."""
    with desk.begin() as uow:
        now = desk.now()
        # Asked along with who is asking, and looked at when it is known that they may.
        asked = uow.cards.ask_case(comment_id)
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        case = decidable(uow, asked(), actor, seen_version=seen_version, now=now)
        verdicts.check_impartial(uow, case, actor)
        return _decide(desk, uow, case, _decision(actor, case, outcome, reasons, note, message=message), actor, now)


@settled
def decide_and_next(
    desk: Desk,
    caller: Caller,
    comment_id: int,
    outcome: Outcome,
    *,
    seen_version: int,
    reasons: Sequence[Reason] = (),
    note: str = "",
    message: str = "",
    where: QueueFilter = _ANY,
    order: Order = Order.PRIORITY,
    ahead: bool = False,
) -> Dealt:
    """`decide`, then `next_card` on the same site, in one transaction: one wait for the disk instead of two.

    With `ahead` also `look_ahead` from there.
    """
    with desk.begin() as uow:
        now = desk.now()
        asked = uow.cards.ask_case(comment_id)
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        case = decidable(uow, asked(), actor, seen_version=seen_version, now=now)
        verdicts.check_impartial(uow, case, actor)
        decision = _decision(actor, case, outcome, reasons, note, message=message)
        # The log's head is locked from the decision to the commit, so the next card is sought before.
        staff_id = authority.person(actor)
        site_id = case.comment.site_id
        sections = authority.sections_for(actor, site_id)
        after = partial(_next, uow, site_id, sections, staff_id, where=where, order=order, now=now, leaving=comment_id)
        card = after()
        then = after(besides=card.comment.id, lease=AHEAD) if ahead and card is not None else None
        return Dealt(recorded=_decide(desk, uow, case, decision, actor, now), card=card, ahead=then)


def check_decidable(desk: Desk, caller: Caller, comment_id: int, *, seen_version: int) -> None:
    """Raises what `decide` would: that the comment changed since it was seen, or that a colleague has it."""
    with desk.read() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        decidable(uow, uow.cards.case(comment_id), actor, seen_version=seen_version, now=now)


def decidable(uow: UnitOfWork, found: Case | None, actor: Actor, *, seen_version: int, now: datetime) -> Case:
    """The case that was found, if it is as the person saw it and nobody else is at it."""
    case = _case(found, actor)
    _check_version(uow, case.comment, seen_version, actor)
    _check_lease(uow, case.entry, actor, now)
    return case


def _decide(desk: Desk, uow: UnitOfWork, case: Case, decision: Decision, actor: Actor, now: datetime) -> Recorded:
    waited = milliseconds(now - case.entry.entered_at) if case.entry else None
    change = verdicts.deciding(case, decision, actor)._replace(waited_ms=waited)
    row = record(desk, uow, [change], site_id=case.comment.site_id, at=now)[0]
    if case.opinions:
        uow.opinions.settle(case.comment.id, by=row.id)
    if case.appeal is not None:
        uow.appeals.settle(case.comment.id, by=row.id)
    if case.opinions or case.appeal is not None:
        # What comes back one day waits for anybody.
        uow.queue.unskip(case.comment.id)
    return recorded(row, now)


def _decision(
    actor: Actor, case: Case, outcome: Outcome, reasons: Sequence[Reason], note: str, *, message: str
) -> Decision:
    verdicts.check_said(outcome, reasons, note, message)
    verdicts.check_legal(case.comment)
    verdicts.check_agreed(case, outcome, actor)
    appealed = case.appeal is not None
    return verdicts.human(actor, outcome, reasons, note, message=message, opinions=case.opinions, appealed=appealed)


def _check_version(uow: UnitOfWork, comment: Comment, seen_version: int, by: Actor, **what: str) -> None:
    if comment.version != seen_version:
        raise _stale(uow, comment, by, seen=seen_version, **what)


def _stale(uow: UnitOfWork, comment: Comment, by: Actor, **facts: object) -> StaleVersion:
    """With what became of the comment."""
    verdict = uow.decisions.latest([comment.id])[comment.id]
    return StaleVersion(
        version=comment.version,
        status=comment.status.value,
        outcome=verdict.decision.outcome.value,
        decided_by=verdict.decision.actor,
        own=verdict.decision.actor == by.name,
        edited=comment.revision > 1 and verdict.decision.by_machine,
        **facts,
    )


def _check_lease(uow: UnitOfWork, entry: Entry | None, actor: Actor, now: datetime) -> None:
    if entry is not None and entry.held_by_other(actor.staff_id, now):
        raise ClaimedByOther(by=_holder(uow, entry))


def _holder(uow: UnitOfWork, entry: Entry) -> str:
    holder = next((one for one in uow.accounts.all() if one.id == entry.claimed_by), None)
    return (holder.display_name or holder.name) if holder else ""


@settled
def skip(desk: Desk, caller: Caller, comment_id: int) -> None:
    """Give the comment to the others; it stays away from this moderator for half an hour.

    Raises StaleVersion where it waits no longer.
    """
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        staff_id = authority.person(actor)
        comment = _comment(uow, comment_id, actor)
        if uow.queue.get(comment_id) is None:
            raise _stale(uow, comment, actor, what="skip")
        uow.queue.skip(comment.site_id, comment_id, staff_id=staff_id, now=now, until=now + SKIP_FOR)
        uow.log.append(comment.site_id, [_event(EventType.COMMENT_SKIPPED, comment, actor, now)])


def _event(kind: EventType, comment: Comment, actor: Actor, now: datetime) -> Event:
    subject = f"comment:{comment.id}"
    return Event(type=kind, actor=actor.name, subject=subject, at=now, data={"version": comment.version})


@settled
def unskip(desk: Desk, caller: Caller, comment_id: int) -> None:
    """Take back one's own skip: the comment comes back into one's hands, if it still waits and nobody else has it."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        staff_id = authority.person(actor)
        comment = _comment(uow, comment_id, actor)
        if not uow.queue.claim(comment_id, staff_id=staff_id, until=now + LEASE, now=now):
            entry = uow.queue.get(comment_id)
            if entry is None:
                raise Conflict(what="skip_decided")
            raise ClaimedByOther(by=_holder(uow, entry), what="skip")
        # What waits for another person than the caller stays away.
        if not uow.queue.bring_back(comment.site_id, staff_id=staff_id, until=now + SKIP_FOR, comment_id=comment_id):
            raise Conflict(what="skip_over")
        uow.log.append(comment.site_id, [_event(EventType.COMMENT_UNSKIPPED, comment, actor, now)])


@settled
def bring_back(desk: Desk, caller: Caller, *, site: str) -> int:
    """What the caller skipped comes back to them at once; how many. What waits for another person stays away, as long
    as there is one."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        place = authority.part_for(uow, actor, site).site
        gone = uow.queue.bring_back(place.id, staff_id=authority.person(actor), until=now + SKIP_FOR)
        # A skip that had ended by itself, or whose comment was decided meanwhile, brings nothing back.
        back = [uow.comments.get(one) for one, until in gone if until > now and uow.queue.get(one) is not None]
        back += _come_back(uow, place.id, actor, now)
        events = [_event(EventType.COMMENT_UNSKIPPED, one, actor, now) for one in back if one is not None]
        uow.log.append(place.id, events)
        return len(events)


def _come_back(uow: UnitOfWork, site_id: int, actor: Actor, now: datetime) -> list[Comment]:
    """What waited for another person, who is not there any more, is the caller's to decide."""
    staff_id = authority.person(actor)
    kept = uow.queue.skipped(site_id, staff_id=staff_id, now=now, until=now + AWAY, limit=_LOOKED_AT)
    cases = [case for one, _ in kept if (case := uow.cards.case(one)) is not None]
    own = [case.comment for case in cases if verdicts.may_decide(uow, case, actor)]
    for comment in own:
        uow.queue.unskip(comment.id, staff_id=staff_id)
    return own


@settled
def undo(desk: Desk, caller: Caller, decision_id: int) -> Recorded:
    """Take back one's own decision (an admin: anyone's) while it is the comment's last.

    The card comes back too, unless its author appeals against the caller's own rejection: that a colleague answers.
    """
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        taken_back = uow.decisions.get(decision_id)
        if taken_back is None:
            raise NotFound(what="decision")
        verdicts.check_undoable(actor, taken_back)
        case = _case(uow.cards.case(taken_back.comment_id), actor)
        _check_version(uow, case.comment, taken_back.comment_version + 1, actor, what="undo")
        made = uow.decisions.of_comments([case.comment.id])[case.comment.id]
        change = verdicts.undoing(case, taken_back, actor, made=made, review=True)
        if verdicts.impartial(uow, case, actor):
            change = change._replace(keep_for=authority.person(actor))
        row = record(desk, uow, [change], site_id=case.comment.site_id, at=now)[0]
        _reopen(uow, taken_back, case.comment, actor, now)
        if taken_back.decision.outcome is Outcome.APPROVE:
            picks.go_with(uow, taken_back, case.comment, actor, now)
        return recorded(row, now)


def _reopen(uow: UnitOfWork, taken_back: Recorded, comment: Comment, actor: Actor, now: datetime) -> None:
    """Whoever asked and was answered by the decision asks again, and it waits for another than them."""
    causes = taken_back.decision.causes
    away: list[int | None] = []
    if Cause.SECOND_OPINION in causes:
        uow.opinions.unsettle(taken_back.id)
        # An admin decides also on what they gave an opinion on, and has it in their hands again.
        away += [one.staff_id for one in uow.opinions.on(comment.id) if one.staff_id != actor.staff_id]
    if Cause.APPEAL in causes:
        uow.appeals.unsettle(taken_back.id)
        away.append(verdicts.not_to_answer(uow, comment, uow.appeals.open_on(comment.id)))
    for staff_id in away:
        if staff_id is not None:
            uow.queue.skip(comment.site_id, comment.id, staff_id=staff_id, now=now, until=now + AWAY)
    entry = uow.queue.get(taken_back.comment_id)
    if entry is None:
        return
    for cause, factor in _ASKING.items():
        if cause in causes:
            entry = replace(entry, priority=asking(entry.priority, factor))
            uow.queue.add(entry)


def counts(desk: Desk, caller: Caller, *, site: str, where: QueueFilter = _ANY) -> QueueCounts:
    with desk.read() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        part = authority.part_for(uow, actor, site)
        narrowed = _kept_to(part.sections, where)
        return uow.queue.counts(part.site.id, staff_id=authority.person(actor), where=narrowed, now=now)


def facets(desk: Desk, caller: Caller, *, site: str) -> Facets:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        part = authority.part_for(uow, actor, site)
        return uow.queue.facets(part.site.id, within=part.sections)


def messages(desk: Desk, caller: Caller, *, site: str) -> tuple[str, ...]:
    """What the policy offers to be sent to commenters."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        return uow.policies.active(authority.part_for(uow, actor, site).site.id).messages


@settled
def renew(desk: Desk, caller: Caller, comment_id: int, *, since: datetime, besides: int | None = None) -> bool:
    """Go on holding what the caller has read `since` then, and one `besides`; whether the first is still theirs."""
    with desk.begin() as uow:
        now = desk.now()
        staff_id = authority.person(authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now))
        until = kept_until(since, now)
        if until is None:
            return False
        # What comes after it lapses sooner, as when it was leased.
        return uow.queue.renew(
            comment_id, staff_id=staff_id, until=until, besides=besides or 0, besides_until=until - (LEASE - AHEAD)
        )


@settled
def release(desk: Desk, caller: Caller) -> int:
    """Give back all leases, as at the end of a shift; how many there were."""
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        return uow.queue.release(authority.person(actor))
