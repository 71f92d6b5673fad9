"""A second opinion: a moderator says what they would decide, and the comment waits until another agrees.

Whoever sees it otherwise gives an opinion as well, and a third decides between the two; whoever manages the policy
decides alone. A changed text ends the opinions on the earlier one, a decision settles them, and undoing it opens them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from moderation.audit import Event, EventType
from moderation.decision import Outcome, Reason
from moderation.errors import Conflict, Forbidden, IllegalTransition
from moderation.opinion import Opinion, agreeing
from moderation.parsing import plain
from moderation.ports import UnitOfWork
from moderation.queue import AWAY, LEASE, Factor, asking
from moderation.roles import Caller, Permission
from moderation.service import authority, review, verdicts
from moderation.service.desk import Desk
from moderation.service.settled import settled


@settled
def give(
    desk: Desk,
    caller: Caller,
    comment_id: int,
    outcome: Outcome,
    *,
    seen_version: int,
    reasons: Sequence[Reason] = (),
    note: str = "",
) -> Opinion:
    """What the caller would decide on the version they saw. Conflict where they said so before, or another agrees."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        staff_id = authority.person(actor)
        uow.comments.locked(comment_id)
        case = review.decidable(uow, uow.cards.case(comment_id), actor, seen_version=seen_version, now=now)
        verdicts.check_impartial(uow, case, actor)
        verdicts.check_said(outcome, reasons, note)
        if case.entry is None:
            raise IllegalTransition(what="opinion")
        if verdicts.has_own_opinion(case, actor):
            raise Conflict(what="own_opinion")
        if agreeing(case.opinions, outcome):
            raise Conflict(what="opinions_agree")
        opinion = Opinion(
            id=desk.new_id(),
            site_id=case.comment.site_id,
            comment_id=comment_id,
            revision=case.comment.revision,
            staff_id=staff_id,
            actor=actor.name,
            outcome=outcome,
            reasons=tuple(dict.fromkeys(reasons)),
            note=plain(note),
            given_at=now,
        )
        uow.opinions.add(opinion)
        uow.queue.add(
            replace(
                case.entry,
                priority=asking(case.entry.priority, Factor.SECOND_OPINION),
                claimed_by=None,
                claimed_until=None,
            )
        )
        uow.queue.skip(opinion.site_id, comment_id, staff_id=staff_id, now=now, until=now + AWAY)
        _seal(uow, EventType.OPINION_GIVEN, opinion, now)
        return opinion


@settled
def withdraw(desk: Desk, caller: Caller, opinion_id: int) -> Opinion:
    """Take back one's own while it is open; the comment comes back into one's hands if nobody else has it."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        staff_id = authority.person(actor)
        opinion = uow.opinions.open(opinion_id)
        if opinion is None:
            raise Conflict(what="opinion_settled")
        if not authority.reached(uow, actor, [opinion.comment_id]):
            raise Forbidden(permission="limits", by=actor.name)
        if opinion.staff_id != staff_id:
            raise Forbidden(permission="own_decision", by=actor.name)
        if not uow.opinions.withdraw(opinion_id, at=now):
            raise Conflict(what="opinion_settled")
        uow.queue.unskip(opinion.comment_id, staff_id=staff_id)
        entry = uow.queue.get(opinion.comment_id)
        if entry is not None:
            left = bool(uow.opinions.on(opinion.comment_id))
            priority = asking(entry.priority, Factor.SECOND_OPINION, asked=left)
            uow.queue.add(replace(entry, priority=priority, claimed_by=None, claimed_until=None))
            uow.queue.claim(opinion.comment_id, staff_id=staff_id, until=now + LEASE, now=now)
        _seal(uow, EventType.OPINION_WITHDRAWN, opinion, now)
        return opinion


def _seal(uow: UnitOfWork, type_: EventType, opinion: Opinion, now: datetime) -> None:
    facts: dict[str, object] = {
        "opinion": str(opinion.id),
        "revision": opinion.revision,
        "outcome": opinion.outcome,
        "reasons": opinion.reasons,
    }
    if opinion.note:
        # A note may quote the reader, so the log binds it without holding it.
        facts["note"] = sha256(f"{opinion.id}:{opinion.note}".encode()).hexdigest()
    subject = f"comment:{opinion.comment_id}"
    uow.log.append(opinion.site_id, [Event(type=type_, actor=opinion.actor, subject=subject, at=now, data=facts)])
