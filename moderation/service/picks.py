"""Editors' picks: a good comment is set off, and the site asks which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from moderation.audit import Event, EventType
from moderation.comment import VISIBLE, Comment
from moderation.decision import Recorded
from moderation.errors import IllegalTransition, NotFound, StaleVersion
from moderation.pick import Pick
from moderation.ports import UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.settled import settled

LISTED = 100


@settled
def pick(desk: Desk, caller: Caller, comment_id: int, *, seen_version: int) -> None:
    """Set off a comment that readers see, at the version that one saw. Once is enough; again changes nothing."""
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        comment = _comment(uow, comment_id, actor)
        if comment.version != seen_version:
            raise StaleVersion(seen=seen_version, version=comment.version, edited=comment.revision > 1)
        if comment.status not in VISIBLE:
            raise IllegalTransition(what="pick")
        if not uow.picks.among([comment_id]):
            uow.picks.add(comment, by=actor.name, at=desk.now())
            _seal(uow, EventType.COMMENT_PICKED, comment, actor, desk.now())


@settled
def unpick(desk: Desk, caller: Caller, comment_id: int) -> None:
    """Set it off no longer; what is no pick stays none."""
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        comment = _comment(uow, comment_id, actor)
        if uow.picks.among([comment_id]):
            uow.picks.drop(comment_id)
            _seal(uow, EventType.COMMENT_UNPICKED, comment, actor, desk.now())


def go_with(uow: UnitOfWork, approval: Recorded, comment: Comment, actor: Actor, now: datetime) -> None:
    """With an approval that is taken back goes the pick that its maker made with it or since; others' stay."""
    if uow.picks.drop_since(comment.id, approval.decided_at, by=approval.decision.actor):
        _seal(uow, EventType.COMMENT_UNPICKED, comment, actor, now)


def _comment(uow: UnitOfWork, comment_id: int, actor: Actor) -> Comment:
    comment = uow.comments.locked(comment_id)
    if comment is None:
        raise NotFound(what="comment")
    authority.check_reach(actor, comment.site_id, comment.section_id)
    return comment


def _seal(uow: UnitOfWork, type_: EventType, comment: Comment, actor: Actor, now: datetime) -> None:
    facts: dict[str, object] = {"version": comment.version, "revision": comment.revision}
    event = Event(type=type_, actor=actor.name, subject=f"comment:{comment.id}", at=now, data=facts)
    uow.log.append(comment.site_id, [event])


def picked_among(desk: Desk, caller: Caller, comment_ids: Sequence[int]) -> set[int]:
    """Which of these are picks."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        return uow.picks.among(sorted(authority.reached(uow, actor, comment_ids)))


def picks_of(desk: Desk, caller: Caller, article_external_id: str, *, site: str | None = None) -> list[Pick]:
    """For the site: an article's picks whose grace is over, newest first, at most 100. NotFound: no such article."""
    with desk.read() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.PICKS_READ, now=now)
        place = authority.site_for(uow, actor, site)
        article_id = uow.articles.by_external(place.id, article_external_id)
        if article_id is None:
            raise NotFound(what="article")
        until = uow.policies.grace(place.id, since=now).told_until(now)
        return uow.picks.of_article(article_id, until=until, limit=LISTED)
