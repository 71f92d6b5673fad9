"""The author changes a comment or takes it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from moderation.audit import EventType
from moderation.comment import Comment, Status
from moderation.decision import Cause, Recorded
from moderation.errors import IllegalTransition
from moderation.measure import Measure
from moderation.policy import Context
from moderation.ports import UnitOfWork
from moderation.roles import Caller
from moderation.service import broad
from moderation.service.desk import Desk
from moderation.service.erasing import erase_comment
from moderation.service.judging import Reading, fold_of, read_by, standing_of
from moderation.service.receipts import Receipt, own_comment, present
from moderation.service.recording import judged, record
from moderation.service.settled import settled
from moderation.text.links import outside


@settled
def edit(
    desk: Desk,
    caller: Caller,
    external_id: str,
    body: str,
    *,
    site: str | None = None,
    edited_at: datetime | None = None,
) -> Receipt:
    """The author changed the text: the old one is kept as a revision, the new one judged afresh.

    An edit of before the one that is there came late, or once more: it changes nothing.
    """
    reading = read_by(desk, [body])[0]
    with desk.begin() as uow:
        at = desk.now()
        _, comment = own_comment(uow, caller, external_id, site=site, at=at)
        if comment.status is Status.ERASED:
            raise IllegalTransition(status=comment.status.value)
        written = max(edited_at or at, comment.created_at)
        is_late = comment.edited_at is not None and written < comment.edited_at
        if comment.body != body and not is_late:
            _rewrite(desk, uow, comment, body, reading, at=at, edited_at=written)
        return present(uow, comment.id, at=at)


def _rewrite(
    desk: Desk, uow: UnitOfWork, comment: Comment, body: str, reading: Reading, *, at: datetime, edited_at: datetime
) -> None:
    policy = uow.policies.active(comment.site_id)
    verdict = uow.decisions.verdict(comment.id)
    context = Context(
        record=uow.commenters.records([comment.commenter_id])[comment.commenter_id],
        repeats=_repeats(uow, comment, reading, edited_at - timedelta(minutes=policy.repeat_minutes), edited_at),
        links=len(outside(reading.domains, policy.allowed_domains)),
        reports=uow.comments.reports(comment.id),
        human_rejected=verdict is not None and _was_rejected_by_a_person(comment, verdict),
        **standing_of(_measures(desk, uow, comment), edited_at),
    )
    # The queue is filtered by the language that it is in now.
    now = replace(comment, language=reading.language)
    change = judged(EventType.COMMENT_EDITED, reading, context, policy, comment=now)
    change = change._replace(facts={"text": reading.commitment, "revision": comment.revision + 1})
    uow.comments.rewrite(
        comment,
        body=body,
        salt=reading.salt,
        folded=reading.folded,
        fold=reading.fold,
        language=reading.language,
        civil=reading.scores.civil,
        asks=reading.asks,
        at=edited_at,
    )
    uow.comments.add_scores(comment.site_id, [(comment.id, comment.revision + 1, reading.scores)])
    # Whoever set the earlier text aside may see this one.
    uow.queue.unskip(comment.id)
    record(desk, uow, [change], site_id=comment.site_id, at=at)


def _measures(desk: Desk, uow: UnitOfWork, comment: Comment) -> list[Measure]:
    afar = broad.in_reach(desk, uow, comment.site_id, [comment.commenter_id])
    return [*uow.commenters.measures(comment.commenter_id), *afar.get(comment.commenter_id, ())]


def _repeats(uow: UnitOfWork, comment: Comment, reading: Reading, since: datetime, until: datetime) -> int:
    """The commenter's other comments of this text; what the comment said before is no other."""
    pair = (comment.commenter_id, reading.fold)
    written = [at for at in uow.commenters.repeats([pair], since=since).get(pair, ()) if at <= until]
    itself = comment.created_at in written and fold_of(comment.body) == reading.fold
    return len(written) - itself


def _was_rejected_by_a_person(comment: Comment, verdict: Recorded) -> bool:
    """Also when it has waited for a person since an earlier edit: two edits must not publish what one may not."""
    if Cause.EDITED in verdict.decision.causes:
        return True
    return comment.status is Status.REJECTED and not verdict.decision.by_machine


@settled
def withdraw(desk: Desk, caller: Caller, external_id: str, *, site: str | None = None) -> Receipt:
    """The author takes the comment back: text, earlier texts and salts are erased, the log stays whole. Idempotent."""
    with desk.begin() as uow:
        at = desk.now()
        actor, comment = own_comment(uow, caller, external_id, site=site, at=at)
        if comment.status is not Status.ERASED:
            event = erase_comment(uow, comment, EventType.COMMENT_WITHDRAWN, actor.name, at)
            uow.log.append(comment.site_id, [event])
        return present(uow, comment.id, at=at)
