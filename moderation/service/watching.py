"""A moderator's watch-list: the articles and sections that they look after, as a queue of its own.

It is the moderator's own preference, as their language is; no state that anyone audits.
"""

from __future__ import annotations

from collections.abc import Sequence

from moderation.errors import Invalid
from moderation.queue import WatchList
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk

MAX_WATCHED = 100


def watch_list(desk: Desk, caller: Caller, *, site: str) -> WatchList:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        return uow.watches.of(authority.site_for(uow, actor, site).id, authority.person(actor))


def watch(
    desk: Desk, caller: Caller, *, site: str, article_ids: Sequence[int], section_ids: Sequence[int]
) -> WatchList:
    """The whole list anew; what is not of the site is left out. Invalid: more than 100."""
    if len(article_ids) + len(section_ids) > MAX_WATCHED:
        raise Invalid(field="watched", reason="too_many", high=MAX_WATCHED)
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        place, staff_id = authority.site_for(uow, actor, site), authority.person(actor)
        uow.watches.replace(place.id, staff_id, article_ids=article_ids, section_ids=section_ids)
        return uow.watches.of(place.id, staff_id)
