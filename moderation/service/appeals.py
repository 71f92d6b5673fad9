"""A commenter objects to a rejection: the notice that tells them how, their appeal, and its answer.

The appeal puts the comment back into the queue, away from whoever rejected it; the next decision on it is the answer.
Undoing that decision opens the appeal again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from moderation.appeal import MAX_TEXT, Answered, Appeal, Notice, open_until, status_of
from moderation.audit import Event, EventType, commitment
from moderation.comment import Comment, Status
from moderation.decision import Recorded
from moderation.errors import Conflict, IllegalTransition, Invalid, NotFound
from moderation.ports import UnitOfWork
from moderation.queue import appealed
from moderation.roles import Actor, Caller, Permission
from moderation.service.desk import Desk
from moderation.service.receipts import own_comment
from moderation.service.recording import entry_of
from moderation.service.settled import settled

# Whoever rejected it has said what they think of it.
_AWAY = timedelta(days=365)


@settled
def lodge(desk: Desk, caller: Caller, external_id: str, text: str, *, site: str | None = None) -> tuple[Answered, bool]:
    """The appeal against the rejection that stands, and whether this call made it: one rejection has one appeal.

    IllegalTransition where the comment is not rejected; Conflict where the site takes no appeals or the time is over.
    """
    if not text.strip():
        raise Invalid(field="text", reason="empty")
    if len(text) > MAX_TEXT:
        raise Invalid(field="text", reason="too_long", high=MAX_TEXT)
    with desk.begin() as uow:
        now = desk.now()
        actor, found = own_comment(uow, caller, external_id, site=site, at=now)
        comment = uow.comments.locked(found.id) or found
        verdict = uow.decisions.verdict(comment.id)
        known = uow.appeals.against(verdict.id) if verdict else None
        if known is not None:
            return _answered(uow, known, comment), False
        if verdict is None or comment.status is not Status.REJECTED:
            raise IllegalTransition(status=comment.status.value)
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
        return _answered(uow, appeal, comment), True


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
    if appeal.against is not None:
        until = now + _AWAY
        uow.queue.skip(comment.site_id, comment.id, staff_id=appeal.against, now=now, until=until)


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
        _, comment = own_comment(
            uow, caller, external_id, site=site, at=desk.now(), permission=Permission.COMMENTS_FOLLOW
        )
        found = uow.appeals.last(comment.id)
        if found is None:
            raise NotFound(what="appeal")
        return _answered(uow, found, comment)


def notice(desk: Desk, caller: Caller, external_id: str, *, site: str | None = None) -> Notice:
    """For a comment that is rejected now; NotFound for one that readers see, that waits or that is erased."""
    with desk.read() as uow:
        _, comment = own_comment(
            uow, caller, external_id, site=site, at=desk.now(), permission=Permission.COMMENTS_FOLLOW
        )
        verdict = uow.decisions.verdict(comment.id)
        article = uow.articles.find(comment.article_id)
        place = uow.sites.get(comment.site_id)
        if comment.status is not Status.REJECTED or verdict is None or article is None or place is None:
            raise NotFound(what="notice")
        last = uow.appeals.last(comment.id)
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
            appeal=_answered(uow, last, comment) if last else None,
        )


def _answered(uow: UnitOfWork, appeal: Appeal, comment: Comment) -> Answered:
    answer = uow.decisions.get(appeal.settled_by) if appeal.settled_by is not None else None
    erased = comment.status is Status.ERASED
    return Answered(
        appeal=appeal, answer=answer, status=status_of(appeal, answer, revision=comment.revision, erased=erased)
    )
