"""Moderators: the next comment, the decision, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from moderation.audit import Event, EventType
from moderation.comment import Comment, Status
from moderation.decision import Cause, Decision, Outcome, Reason, Recorded, status_after
from moderation.errors import (
    ClaimedByOther,
    Conflict,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    StaleVersion,
)
from moderation.parsing import plain
from moderation.ports import UnitOfWork
from moderation.queue import LEASE, SKIP_FOR, Card, Entry, Facets, QueueCounts, QueueFilter, RecentDecision
from moderation.roles import Actor, Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.recording import Change, milliseconds, record, recorded
from moderation.service.settled import settled

MAX_NOTE = 2_000
_ANY = QueueFilter()


@settled
def next_card(desk: Desk, caller: Caller, *, site: str, where: QueueFilter = _ANY) -> Card | None:
    """Lease the comment that matters most; a moderator who holds one already gets it again. None: nothing waits."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        staff_id = authority.person(actor)
        place = authority.site_for(uow, actor, site)
        comment_id = uow.queue.claim_next(place.id, staff_id=staff_id, where=where, until=now + LEASE, now=now)
        if comment_id is None:
            return None
        uow.queue.release(staff_id, except_for=comment_id)
        return _card(uow, _comment(uow, comment_id), staff_id=staff_id, now=now)


@settled
def open_card(desk: Desk, caller: Caller, comment_id: int) -> Card:
    """One comment by its id, leased if it waits and is free; `card.claimed` tells."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        staff_id = authority.person(actor)
        comment = _comment(uow, comment_id)
        uow.queue.claim(comment_id, staff_id=staff_id, until=now + LEASE, now=now)
        return _card(uow, comment, staff_id=staff_id, now=now)


def _comment(uow: UnitOfWork, comment_id: int) -> Comment:
    comment = uow.comments.get(comment_id)
    if comment is None:
        raise NotFound(what="comment")
    return comment


def _card(uow: UnitOfWork, comment: Comment, *, staff_id: int, now: datetime) -> Card:
    scores = uow.comments.scores(comment.id, comment.revision)
    verdict = uow.decisions.verdict(comment.id)
    if scores is None or verdict is None:
        raise NotFound(what="comment")
    parent = uow.comments.get(comment.parent_id) if comment.parent_id is not None else None
    entry = uow.queue.get(comment.id)
    record_ = uow.commenters.records([comment.commenter_id])[comment.commenter_id]
    return Card(
        comment=comment,
        article=uow.articles.get(comment.article_id),
        commenter=uow.commenters.get(comment.commenter_id),
        record=replace(record_, reported=uow.commenters.reported(comment.commenter_id)),
        scores=scores,
        verdict=verdict,
        flags=uow.comments.flags(comment.id),
        revisions=uow.comments.revisions(comment.id) if comment.revision > 1 else (),
        parent=parent,
        parent_commenter=uow.commenters.get(parent.commenter_id) if parent else None,
        replies=uow.comments.replies(comment.id),
        entry=entry,
        claimed=_holds(entry, staff_id, now),
    )


def _holds(entry: Entry | None, staff_id: int, now: datetime) -> bool:
    return (
        entry is not None
        and entry.claimed_by == staff_id
        and entry.claimed_until is not None
        and entry.claimed_until > now
    )


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
) -> Recorded:
    """A person's decision on the version they saw. The version comes first, so that a loser hears what happened."""
    if len(note) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        comment = _comment(uow, comment_id)
        _check_version(uow, comment, seen_version)
        entry = uow.queue.get(comment_id)
        _check_lease(uow, entry, actor, now)
        _check_legal(comment, outcome, reasons)
        change = _change(uow, comment, _decision(actor, outcome, reasons, note), actor)
        change = replace(change, waited_ms=milliseconds(now - entry.entered_at) if entry else None)
        return recorded(record(desk, uow, [change], site_id=comment.site_id, at=now)[0], now)


def _decision(actor: Actor, outcome: Outcome, reasons: Sequence[Reason], note: str) -> Decision:
    return Decision(
        outcome=outcome,
        causes=(Cause.HUMAN,),
        reasons=tuple(dict.fromkeys(reasons)),
        actor=actor.name,
        note=plain(note),
    )


def _change(uow: UnitOfWork, comment: Comment, decision: Decision, actor: Actor) -> Change:
    scores = uow.comments.scores(comment.id, comment.revision)
    if scores is None:
        raise NotFound(what="scores")
    return Change(
        type=EventType.COMMENT_DECIDED,
        decision=decision,
        status=status_after(decision),
        scores=scores,
        comment=comment,
        seen_version=comment.version,
        staff_id=authority.person(actor),
        reports=uow.comments.reports(comment.id),
    )


def _check_version(uow: UnitOfWork, comment: Comment, seen_version: int) -> None:
    if comment.version == seen_version:
        return
    verdict = uow.decisions.latest([comment.id])[comment.id]
    raise StaleVersion(
        seen=seen_version,
        version=comment.version,
        status=comment.status.value,
        outcome=verdict.decision.outcome.value,
        decided_by=verdict.decision.actor,
        edited=comment.revision > 1 and verdict.decision.by_machine,
    )


def _check_lease(uow: UnitOfWork, entry: Entry | None, actor: Actor, now: datetime) -> None:
    if entry is None or entry.claimed_by in (None, actor.staff_id):
        return
    if entry.claimed_until is not None and entry.claimed_until > now:
        holder = next((one for one in uow.accounts.all() if one.id == entry.claimed_by), None)
        raise ClaimedByOther(by=holder.display_name if holder else "")


def _check_legal(comment: Comment, outcome: Outcome, reasons: Sequence[Reason]) -> None:
    if outcome is Outcome.HOLD:
        raise Invalid(field="outcome", reason="not_listed")
    if comment.status is Status.ERASED:
        raise IllegalTransition(status=comment.status.value)
    if outcome is Outcome.REJECT and not reasons:
        raise Invalid(field="reasons", reason="missing")


@settled
def skip(desk: Desk, caller: Caller, comment_id: int) -> None:
    """Give the comment to the others; it stays away from this moderator for half an hour."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        staff_id = authority.person(actor)
        comment = _comment(uow, comment_id)
        if uow.queue.get(comment_id) is None:
            return
        uow.queue.skip(comment.site_id, comment_id, staff_id=staff_id, until=now + SKIP_FOR)
        event = Event(
            type=EventType.COMMENT_SKIPPED,
            actor=actor.name,
            subject=f"comment:{comment_id}",
            at=now,
            data={"version": comment.version},
        )
        uow.log.append(comment.site_id, [event])


@settled
def undo(desk: Desk, caller: Caller, decision_id: int) -> Recorded:
    """Take back one's own decision (an admin: anyone's) while it is the comment's last; the card comes back too."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        taken_back = uow.decisions.get(decision_id)
        if taken_back is None:
            raise NotFound(what="decision")
        _check_undoable(actor, taken_back)
        comment = _comment(uow, taken_back.comment_id)
        _check_version(uow, comment, taken_back.comment_version + 1)
        change = _undoing(uow, comment, taken_back, actor)
        return recorded(record(desk, uow, [change], site_id=comment.site_id, at=now)[0], now)


def _check_undoable(actor: Actor, taken_back: Recorded) -> None:
    if taken_back.undoes is not None or taken_back.decision.by_machine:
        raise IllegalTransition(what="decision")
    if taken_back.decision.actor != actor.name and Permission.POLICY_MANAGE not in actor.permissions:
        raise Forbidden(permission="own_decision")
    if taken_back.undone:
        raise Conflict(what="undo")


def _undoing(uow: UnitOfWork, comment: Comment, taken_back: Recorded, actor: Actor) -> Change:
    before = taken_back.status_before or Status.PENDING
    outcomes = {Status.PENDING: Outcome.HOLD, Status.REJECTED: Outcome.REJECT}
    decision = Decision(
        outcome=outcomes.get(before, Outcome.APPROVE),
        causes=(Cause.UNDO,),
        reasons=(Reason.OTHER,) if before is Status.REJECTED else (),
        actor=actor.name,
        review=True,
    )
    change = _change(uow, comment, decision, actor)
    return replace(
        change,
        type=EventType.DECISION_UNDONE,
        status=before,
        undoes=taken_back.id,
        keep_for=authority.person(actor),
    )


def recent(desk: Desk, caller: Caller, *, site: str, limit: int = 20) -> list[RecentDecision]:
    """The caller's own decisions, newest first."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        place = authority.site_for(uow, actor, site)
        return uow.decisions.recent(place.id, authority.person(actor), limit=min(limit, 100))


def counts(desk: Desk, caller: Caller, *, site: str, where: QueueFilter = _ANY) -> QueueCounts:
    with desk.read() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        place = authority.site_for(uow, actor, site)
        return uow.queue.counts(place.id, staff_id=authority.person(actor), where=where, now=now)


def facets(desk: Desk, caller: Caller, *, site: str) -> Facets:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        return uow.queue.facets(authority.site_for(uow, actor, site).id)


@settled
def release(desk: Desk, caller: Caller) -> int:
    """Give back all leases, as at the end of a shift; how many there were."""
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        return uow.queue.release(authority.person(actor))
