"""What a person's decision, or taking one back, makes of a stored comment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from moderation.appeal import Appeal
from moderation.audit import EventType
from moderation.comment import Comment, Status
from moderation.decision import Cause, Decision, Outcome, Reason, Recorded, status_after
from moderation.errors import Conflict, Forbidden, IllegalTransition, Invalid
from moderation.grace import standing
from moderation.limits import Limit, limits_of
from moderation.opinion import Opinion, agreeing
from moderation.parsing import plain
from moderation.ports import UnitOfWork
from moderation.queue import Case, asked_of
from moderation.roles import Actor, Permission, Role, Staff
from moderation.service import authority
from moderation.service.recording import Change

MAX_NOTE, MAX_MESSAGE = 2_000, 2_000


def check_said(outcome: Outcome, reasons: Sequence[Reason], note: str, message: str = "") -> None:
    """What holds for every comment that it could be said of."""
    if len(note) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)
    if len(message) > MAX_MESSAGE:
        raise Invalid(field="message", reason="too_long", high=MAX_MESSAGE)
    if outcome is Outcome.HOLD:
        raise Invalid(field="outcome", reason="not_listed")
    if outcome is Outcome.REJECT and not reasons:
        raise Invalid(field="reasons", reason="missing")


def check_legal(comment: Comment) -> None:
    if comment.status is Status.ERASED:
        raise IllegalTransition(status=comment.status.value)


def human(
    actor: Actor,
    outcome: Outcome,
    reasons: Sequence[Reason],
    note: str,
    *,
    message: str = "",
    opinions: Sequence[Opinion] = (),
    appealed: bool = False,
) -> Decision:
    """`opinions` are the open ones, which this decision settles; `appealed`: it answers an appeal."""
    asked = [opinion.actor for opinion in opinions]
    causes = [Cause.HUMAN]
    causes += [Cause.SECOND_OPINION] if asked else []
    causes += [Cause.APPEAL] if appealed else []
    return Decision(
        outcome=outcome,
        causes=tuple(causes),
        detail={Cause.SECOND_OPINION.value: asked} if asked else {},
        reasons=tuple(dict.fromkeys(reasons)),
        actor=actor.name,
        note=plain(note),
        message=plain(message),
    )


def check_agreed(case: Case, outcome: Outcome, actor: Actor) -> None:
    """Where a colleague asked for a second opinion, two must agree; whoever answers for the policy decides alone."""
    if not case.opinions or Permission.POLICY_MANAGE in actor.permissions:
        return
    if has_own_opinion(case, actor):
        raise Conflict(what="own_opinion")
    if not agreeing(case.opinions, outcome):
        raise Conflict(what="opinions_differ")


def has_own_opinion(case: Case, actor: Actor) -> bool:
    return any(opinion.staff_id == actor.staff_id for opinion in case.opinions)


def may_decide(uow: UnitOfWork, case: Case, actor: Actor) -> bool:
    """Whether it waits for them as well, and not for another person alone."""
    has_said = has_own_opinion(case, actor) and Permission.POLICY_MANAGE not in actor.permissions
    return not has_said and impartial(uow, case, actor)


def check_impartial(uow: UnitOfWork, case: Case, actor: Actor) -> None:
    if not impartial(uow, case, actor):
        raise Conflict(what="own_decision_appealed")


def impartial(uow: UnitOfWork, case: Case, actor: Actor) -> bool:
    """Whether they may answer the appeal, if there is one."""
    if case.appeal is None or case.appeal.against != actor.staff_id:
        return True
    return not_to_answer(uow, case.comment, case.appeal) is None


def not_to_answer(uow: UnitOfWork, comment: Comment, appeal: Appeal | None) -> int | None:
    """An appeal is answered by another person than the one who rejected, wherever there is another."""
    if appeal is None or appeal.against is None:
        return None
    others = [one for one in uow.accounts.all() if one.id != appeal.against and one.may(Permission.COMMENTS_REVIEW)]
    limits = uow.limits.all()
    return appeal.against if any(_reaches(one, limits.get(one.id, []), comment) for one in others) else None


def _reaches(one: Staff, given: Sequence[Limit], comment: Comment) -> bool:
    limits = None if one.role is Role.ADMIN else limits_of(given)
    return limits is None or limits.covers(comment.site_id, comment.section_id)


def deciding(case: Case, decision: Decision, actor: Actor) -> Change:
    return Change(
        type=EventType.COMMENT_DECIDED,
        decision=decision,
        status=status_after(decision),
        scores=case.scores,
        comment=case.comment,
        seen_version=case.comment.version,
        staff_id=authority.person(actor),
        reports=case.reports,
    )


def check_undoable(actor: Actor, taken_back: Recorded) -> None:
    if taken_back.undoes is not None or taken_back.decision.by_machine:
        raise IllegalTransition(what="decision")
    check_own(actor, taken_back.decision.actor)
    if taken_back.undone:
        raise Conflict(what="undo")


def check_own(actor: Actor, decided_by: str) -> None:
    """People take back what they did themselves; an admin what anyone did."""
    if decided_by != actor.name and Permission.POLICY_MANAGE not in actor.permissions:
        raise Forbidden(permission="own_decision", by=actor.name)


def undoing(
    case: Case, taken_back: Recorded, actor: Actor, *, made: Sequence[Recorded], review: bool = False
) -> Change:
    """`made`: all decisions on the comment, in their order. What waited waits again; with `review` it does anyway."""
    before = taken_back.status_before or Status.PENDING
    outcomes = {Status.PENDING: Outcome.HOLD, Status.REJECTED: Outcome.REJECT}
    outcome = outcomes.get(before, Outcome.APPROVE)
    waited = taken_back.waited_ms
    again = standing([one for one in made if one.id != taken_back.id])
    stands = again.decision if again and again.decision.outcome is outcome else None
    decision = Decision(
        outcome=outcome,
        causes=(Cause.UNDO,),
        # The site tells them to the author, as before.
        reasons=stands.reasons if stands else (Reason.OTHER,) if outcome is Outcome.REJECT else (),
        actor=actor.name,
        review=review or before is Status.PENDING or waited is not None or case.entry is not None,
    )
    change = deciding(case, decision, actor)._replace(type=EventType.DECISION_UNDONE, status=before)
    entered_at = None if waited is None else taken_back.decided_at - timedelta(milliseconds=waited)
    asked = asked_of(case.entry.priority) if case.entry else ()
    return change._replace(undoes=taken_back.id, stands=stands, entered_at=entered_at, asked=asked)
