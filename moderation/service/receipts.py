"""What became of a comment, and how a use case finds the comment that a site means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from moderation.comment import Comment, Status
from moderation.decision import Cause, Outcome, Reason, Recorded
from moderation.errors import NotFound
from moderation.grace import status_told, version_told
from moderation.ports import UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.score import Scores
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.telling import newest_told


class Receipt(NamedTuple):
    """What became of a comment, for the site that must know whether to show it. `scores` is None once it is erased."""

    external_id: str
    id: int
    created: bool
    status: Status
    outcome: Outcome
    causes: tuple[Cause, ...]
    reasons: tuple[Reason, ...]
    scores: Scores | None
    policy: int | None
    version: int
    revision: int
    language: str
    created_at: datetime


def receipts(uow: UnitOfWork, comments: Sequence[Comment], *, at: datetime) -> dict[str, Receipt]:
    """What the site may know by then of its stored comments, by external id."""
    latest = uow.decisions.latest([comment.id for comment in comments])
    heard = newest_told(uow, comments[0].site_id, latest, at=at)
    scores = uow.comments.scores_of(comments)
    return {
        comment.external_id: _stored_receipt(comment, heard[comment.id], scores.get(comment.id)) for comment in comments
    }


def _stored_receipt(comment: Comment, verdict: Recorded, scores: Scores | None) -> Receipt:
    decision = verdict.decision
    return Receipt(
        external_id=comment.external_id,
        id=comment.id,
        created=False,
        status=status_told(comment, verdict),
        outcome=decision.outcome,
        causes=decision.causes,
        reasons=decision.reasons,
        scores=None if comment.status is Status.ERASED else scores,
        policy=int(decision.actor.partition(":")[2]) if decision.by_machine else None,
        version=version_told(comment, verdict),
        revision=comment.revision,
        language=comment.language,
        created_at=comment.created_at,
    )


def lookup(desk: Desk, caller: Caller, external_id: str, *, site: str | None = None) -> Receipt:
    with desk.read() as uow:
        at = desk.now()
        _, found = own_comment(uow, caller, external_id, site=site, at=at, permission=Permission.COMMENTS_FOLLOW)
        return present(uow, found.id, at=at)


def own_comment(
    uow: UnitOfWork,
    caller: Caller,
    external_id: str,
    *,
    site: str | None,
    at: datetime,
    permission: Permission = Permission.COMMENTS_SUBMIT,
) -> tuple[Actor, Comment]:
    """Who is calling and the comment of their site that they mean; NotFound if it has none of that id."""
    actor = authority.require(uow, caller, permission, now=at)
    place = authority.site_for(uow, actor, site)
    comment = uow.comments.by_external(place.id, [external_id]).get(external_id)
    if comment is None:
        raise NotFound(what="comment")
    return actor, comment


def present(uow: UnitOfWork, comment_id: int, *, at: datetime) -> Receipt:
    comment = uow.comments.get(comment_id)
    if comment is None:
        raise NotFound(what="comment")
    return receipts(uow, [comment], at=at)[comment.external_id]
