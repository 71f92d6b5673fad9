"""A commenter objects to a rejection: the notice that tells them how, their appeal, and its answer.

The appeal puts the comment back into the queue, away from whoever rejected it; the next decision on it is the answer.
Undoing that decision opens the appeal again. What is rejected, why, and what was answered is here as the site was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from moderation.appeal import MAX_TEXT, Answered, Appeal, AppealStatus, Notice, open_until, status_of
from moderation.audit import Event, EventType, commitment
from moderation.comment import Comment, Status
from moderation.decision import Cause, Recorded
from moderation.errors import Conflict, IllegalTransition, Invalid, NotFound
from moderation.grace import standing, status_told
from moderation.ports import UnitOfWork
from moderation.queue import AWAY, appealed
from moderation.roles import Actor, Caller, Permission
from moderation.service import verdicts
from moderation.service.desk import Desk
from moderation.service.receipts import own_comment
from moderation.service.recording import entry_of
from moderation.service.settled import settled
from moderation.service.telling import told_of


@settled
def lodge(desk: Desk, caller: Caller, external_id: str, text: str, *, site: str | None = None) -> tuple[Answered, bool]:
    """The appeal against the rejection that stands, and whether this call made it: one rejection has one appeal.

    IllegalTransition where the comment is not rejected; Conflict where the site takes no appeals, the time is over, or
    the desk has decided anew and the site is not told yet.
    """
    if not text.strip():
        raise Invalid(field="text", reason="empty")
    if len(text) > MAX_TEXT:
        raise Invalid(field="text", reason="too_long", high=MAX_TEXT)
    with desk.begin() as uow:
        now = desk.now()
        actor, found = own_comment(uow, caller, external_id, site=site, at=now)
        comment = uow.comments.locked(found.id) or found
        told = told_of(uow, comment, at=now)
        verdict = uow.decisions.verdict(comment.id)
        known = _against(uow, standing(told)) or _against(uow, verdict)
        if known is not None:
            return _answered(uow, known, comment, told), False
        status = status_told(comment, told[-1])
        if verdict is None or status is not Status.REJECTED:
            raise IllegalTransition(status=status.value)
        if comment.status is not Status.REJECTED:
            raise Conflict(what="decided_anew")
        _check_in_time(uow, comment, verdict, now)
        appeal = Appeal(
            id=desk.new_id(),
            site_id=comment.site_id,
            comment_id=comment.id,
            decision_id=verdict.id,
            revision=comment.revision,
            against=verdict.staff_id,
            text=text,
            opened_at=now,
        )
        salt = desk.salt()
        uow.appeals.add(appeal, salt=salt)
        _queue(uow, comment, appeal, now)
        _seal(uow, appeal, actor, commitment(salt, text))
        return _answered(uow, appeal, comment, told), True


def _against(uow: UnitOfWork, verdict: Recorded | None) -> Appeal | None:
    return None if verdict is None else uow.appeals.against(verdict.id)


def _check_in_time(uow: UnitOfWork, comment: Comment, verdict: Recorded, now: datetime) -> None:
    until = open_until(verdict.decided_at, uow.policies.active(comment.site_id).appeal_days)
    if until is None:
        raise Conflict(what="appeals_closed")
    if now >= until:
        raise Conflict(what="appeal_late")


def _queue(uow: UnitOfWork, comment: Comment, appeal: Appeal, now: datetime) -> None:
    scores = uow.comments.scores(comment.id, comment.revision)
    if scores is None:
        raise IllegalTransition(status=comment.status.value)
    given = appealed(scores, reports=uow.comments.reports(comment.id))
    uow.queue.add(entry_of(comment, scores, given, site_id=comment.site_id, at=now))
    away = verdicts.not_to_answer(uow, comment, appeal)
    if away is not None:
        uow.queue.skip(comment.site_id, comment.id, staff_id=away, now=now, until=now + AWAY)


def _seal(uow: UnitOfWork, appeal: Appeal, actor: Actor, bound: str) -> None:
    facts = {"appeal": str(appeal.id), "decision": str(appeal.decision_id), "text": bound}
    event = Event(
        type=EventType.APPEAL_LODGED,
        actor=actor.name,
        subject=f"comment:{appeal.comment_id}",
        at=appeal.opened_at,
        data=facts,
    )
    uow.log.append(appeal.site_id, [event])


def appeal_of(desk: Desk, caller: Caller, external_id: str, *, site: str | None = None) -> Answered:
    """The comment's last appeal; NotFound where there was none."""
    with desk.read() as uow:
        now = desk.now()
        _, comment = own_comment(uow, caller, external_id, site=site, at=now, permission=Permission.COMMENTS_FOLLOW)
        found = uow.appeals.last(comment.id)
        if found is None:
            raise NotFound(what="appeal")
        return _answered(uow, found, comment, told_of(uow, comment, at=now))


def notice(desk: Desk, caller: Caller, external_id: str, *, site: str | None = None) -> Notice:
    """For a comment that is rejected as far as the site was told; NotFound for any other and for one that is erased."""
    with desk.read() as uow:
        now = desk.now()
        _, comment = own_comment(uow, caller, external_id, site=site, at=now, permission=Permission.COMMENTS_FOLLOW)
        told = told_of(uow, comment, at=now)
        status, verdict = status_told(comment, told[-1]), standing(told)
        article = uow.articles.find(comment.article_id)
        place = uow.sites.get(comment.site_id)
        if status is not Status.REJECTED or verdict is None or article is None or place is None:
            raise NotFound(what="notice")
        last = uow.appeals.last(comment.id)
        known = _answered(uow, last, comment, told) if last else None
        return Notice(
            comment_id=comment.id,
            external_id=comment.external_id,
            language=place.language,
            time_zone=place.time_zone,
            site_title=place.title,
            article_title=article.title,
            created_at=comment.created_at,
            verdict=verdict,
            appeal_until=open_until(verdict.decided_at, uow.policies.active(place.id).appeal_days),
            appeal=known if known and _is_of(known, verdict) else None,
        )


def _is_of(known: Answered, verdict: Recorded) -> bool:
    """Whether it is against this rejection, or was turned down by it; another one's says nothing of this."""
    return verdict.id in (known.appeal.decision_id, known.answer.id if known.answer else None)


def _answered(uow: UnitOfWork, appeal: Appeal, comment: Comment, told: Sequence[Recorded]) -> Answered:
    answer = _answer(uow, appeal, told)
    if answer is None and appeal.settled_by is not None:
        # It was answered before whatever its author did since; until the site is told so it is as it was.
        return Answered(appeal=appeal, status=AppealStatus.OPEN)
    erased = comment.status is Status.ERASED
    return Answered(
        appeal=appeal, answer=answer, status=status_of(appeal, answer, revision=comment.revision, erased=erased)
    )


def _answer(uow: UnitOfWork, appeal: Appeal, told: Sequence[Recorded]) -> Recorded | None:
    """The decision that settled it, as far as told; or one that did, where its undoing is not told yet."""
    settling = next((one for one in told if one.id == appeal.settled_by), None)
    answers = [one for one in told if Cause.APPEAL in one.decision.causes and not one.undone]
    against = uow.decisions.get(appeal.decision_id) if answers and settling is None else None
    if against is None:
        return settling
    return next((one for one in reversed(answers) if one.comment_version > against.comment_version), None)
