"""A reader objects to a comment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from moderation.audit import Event, EventType
from moderation.comment import VISIBLE, Comment, Status
from moderation.decision import Outcome, Reason, status_after
from moderation.errors import IllegalTransition, Invalid
from moderation.flag import Flag, FlagKind
from moderation.parsing import plain
from moderation.policy import Context, Hits, decide
from moderation.ports import UnitOfWork
from moderation.queue import Entry, Factor, Priority, asked_of, priority
from moderation.roles import Caller
from moderation.score import Scores
from moderation.service.desk import Desk
from moderation.service.judging import inputs_json, judgement_json
from moderation.service.receipts import Receipt, own_comment, present
from moderation.service.recording import Change, record
from moderation.service.settled import settled

MAX_NOTE = 1_000


@settled
def report(
    desk: Desk,
    caller: Caller,
    external_id: str,
    *,
    reporter_id: str,
    reason: Reason,
    note: str = "",
    site: str | None = None,
) -> Receipt:
    """A reader objects. One reader counts once a comment; enough of them hold it, and a rejected one stays rejected."""
    if len(note) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)

    with desk.begin() as uow:
        at = desk.now()
        actor, found = own_comment(uow, caller, external_id, site=site, at=at)
        # Reports that come together must count each other, and none may undo what a moderator decides meanwhile.
        comment = uow.comments.locked(found.id) or found
        if comment.status is Status.ERASED:
            raise IllegalTransition(status=comment.status.value)
        flag = Flag(kind=FlagKind.REPORTED, reason=reason, source=reporter_id, note=plain(note), created_at=at)
        if uow.comments.add_flag(desk.new_id(), comment, flag):
            _weigh_reports(desk, uow, comment, flag, actor_name=actor.name, at=at)
        return present(uow, comment.id, at=at)


def _weigh_reports(desk: Desk, uow: UnitOfWork, comment: Comment, flag: Flag, *, actor_name: str, at: datetime) -> None:
    event = Event(
        type=EventType.COMMENT_REPORTED,
        actor=actor_name,
        subject=f"comment:{comment.id}",
        at=at,
        data={"reason": flag.reason.value},
    )
    scores = uow.comments.scores(comment.id, comment.revision)
    waiting = uow.queue.get(comment.id)
    if comment.status in VISIBLE and scores is not None:
        change = _report_change(uow, comment, scores)
        # What waits already only moves up; a new version would pull the card from under a moderator's hand.
        if waiting is None or change.status is not comment.status:
            if change.decision.review or change.status is not comment.status:
                asked = asked_of(waiting.priority) if waiting else ()
                record(desk, uow, [change._replace(asked=asked)], site_id=comment.site_id, at=at)
        else:
            uow.queue.add(_raised(waiting, change))
    elif waiting is not None and scores is not None:
        uow.queue.add(_raised(waiting, _report_change(uow, comment, scores)))
    uow.log.append(comment.site_id, [event])


def _report_change(uow: UnitOfWork, comment: Comment, scores: Scores) -> Change:
    """A reported comment's text was judged when it came; only the reports are new."""
    policy = uow.policies.active(comment.site_id)
    human = comment.status is Status.APPROVED
    # Reports up to a person's approval were weighed by that person.
    since = _approved_at(uow, comment) if human else None
    context = Context(reports=uow.comments.reports(comment.id, since=since), human_approved=True)
    decision = decide(scores, context, Hits(), policy)
    status = Status.APPROVED if human and decision.outcome is Outcome.APPROVE else status_after(decision)
    return Change(
        type=EventType.COMMENT_DECIDED,
        decision=decision,
        scores=scores,
        comment=comment,
        seen_version=comment.version,
        inputs=inputs_json(judgement_json(scores), context, Hits(), policy),
        status=status,
        reports=context.reports,
    )


def _approved_at(uow: UnitOfWork, comment: Comment) -> datetime | None:
    """When a person last approved it; what the policy decided on reports since then is no approval."""
    made = uow.decisions.by_people([comment.id]).get(comment.id, ())
    return next((one.decided_at for one in made if one.decision.outcome is Outcome.APPROVE and not one.undone), None)


def _raised(entry: Entry, change: Change) -> Entry:
    raised = priority(change.scores, change.decision, reports=change.reports)
    others = tuple(pair for pair in entry.priority.factors if pair[0] is not Factor.REPORTS)
    reports = tuple(pair for pair in raised.factors if pair[0] is Factor.REPORTS)
    return replace(entry, priority=Priority(factors=others + reports), claimed_by=None, claimed_until=None)
