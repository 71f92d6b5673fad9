"""What is held about one commenter, for them to read, and its erasure.

Erasing takes away who they are and what they wrote: name, the site's id, texts with their earlier versions and salts,
what they said in appeals and reports, what was noted about them. What stays says nothing of a person: that there was a
comment, when, in which section, what became of it. So counts, charts and the log stay as they were, and the log still
verifies (docs/decisions/0014).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from moderation.article import ERASED, Commenter
from moderation.audit import Event, EventType, instant
from moderation.errors import NotFound
from moderation.ports import Held, UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.erasing import erase_comment, tidy
from moderation.service.pacing import let_others_write
from moderation.service.settled import settled

# A transaction's worth: the desk goes on meanwhile, and an interruption loses at most these.
_AT_ONCE = 100
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    comments: int


@settled
def held(desk: Desk, caller: Caller, external_id: str, *, site: str) -> dict[str, object]:
    """Everything about the commenter as JSON values; that somebody asked is an event."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=desk.now())
        known = uow.commenters.by_external(authority.site_for(uow, actor, site).id, external_id)
        # Of who wrote much this takes seconds, in which others must be able to write.
        stored = uow.personal.held(known) if known else None
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=now)
        found = _commenter(uow, actor, external_id, site)
        stored = stored or uow.personal.held(found)
        _tell(uow, EventType.COMMENTER_EXPORTED, found, actor, now, comments=len(stored.comments))
    return _as_json(found, stored)


def _commenter(uow: UnitOfWork, actor: Actor, external_id: str, site: str) -> Commenter:
    """Who has only ever reported becomes a commenter without comments, whom the log can name by a number."""
    place = authority.site_for(uow, actor, site)
    found = uow.commenters.by_external(place.id, external_id)
    if found is None and (since := uow.personal.reports_since(place.id, external_id)) is not None:
        uow.commenters.ensure(place.id, {external_id: None}, at=since)
        found = uow.commenters.by_external(place.id, external_id)
    if found is None:
        raise NotFound(what="commenter")
    return found


def _as_json(found: Commenter, stored: Held) -> dict[str, object]:
    return {
        "external_id": found.external_id,
        "name": found.name,
        "email": stored.email,
        "first_seen_at": instant(found.first_seen_at),
        "comments": stored.comments,
        "reports_made": stored.reports,
        "appeals": stored.appeals,
        "measures": stored.measures,
        "notes": stored.notes,
    }


def erase(desk: Desk, caller: Caller, external_id: str, *, site: str, progress: Progress | None = None) -> Erasure:
    """For ever. May be called again after an interruption: what is left is erased then.

    `progress` is told (comments erased, of how many). Comments that come in meanwhile are erased as well.
    """
    total = _to_erase(desk, caller, external_id, site=site)
    done = 0
    while erased := _erase_some(desk, caller, external_id, site=site):
        done += erased
        let_others_write()
        if progress is not None:
            progress(done, max(total, done))
    _forget(desk, caller, external_id, site=site, comments=done)
    tidy(desk, caller)
    return Erasure(comments=done)


@settled
def _to_erase(desk: Desk, caller: Caller, external_id: str, *, site: str) -> int:
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=desk.now())
        return uow.personal.count(_commenter(uow, actor, external_id, site).id)


@settled
def _erase_some(desk: Desk, caller: Caller, external_id: str, *, site: str) -> int:
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=now)
        found = _commenter(uow, actor, external_id, site)
        comments = uow.personal.comments(found.id, limit=_AT_ONCE)
        events = [erase_comment(uow, one, EventType.COMMENT_ERASED, actor.name, now) for one in comments]
        if events:
            uow.log.append(found.site_id, events)
        return len(comments)


@settled
def _forget(desk: Desk, caller: Caller, external_id: str, *, site: str, comments: int) -> None:
    """Who it was. A comment that the same reader sends later is a stranger's."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=now)
        found = _commenter(uow, actor, external_id, site)
        uow.personal.forget(found, alias=f"{ERASED}{desk.new_id()}")
        _tell(uow, EventType.COMMENTER_ERASED, found, actor, now, comments=comments)


def _tell(uow: UnitOfWork, type_: EventType, found: Commenter, actor: Actor, now: datetime, *, comments: int) -> None:
    event = Event(type=type_, actor=actor.name, subject=f"commenter:{found.id}", at=now, data={"comments": comments})
    uow.log.append(found.site_id, [event])
