"""A moderator's watch-list: the articles and sections that they look after, as a queue of its own.

It is the moderator's own preference, as their language is; no state that anyone audits.
"""

from __future__ import annotations

from collections.abc import Sequence

from moderation.errors import Invalid
from moderation.ports import UnitOfWork
from moderation.queue import WatchList
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.authority import Part
from moderation.service.desk import Desk

MAX_WATCHED = 100


def watch_list(desk: Desk, caller: Caller, *, site: str) -> WatchList:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        part = authority.part_for(uow, actor, site)
        return _kept_to(uow, part, uow.watches.of(part.site.id, authority.person(actor)))


def watch(
    desk: Desk, caller: Caller, *, site: str, article_ids: Sequence[int], section_ids: Sequence[int]
) -> WatchList:
    """The whole list anew; what is not of the site is left out. Invalid: more than 100."""
    if len(article_ids) + len(section_ids) > MAX_WATCHED:
        raise Invalid(field="watched", reason="too_many", high=MAX_WATCHED)
    with desk.begin() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        part, staff_id = authority.part_for(uow, actor, site), authority.person(actor)
        uow.watches.replace(part.site.id, staff_id, article_ids=article_ids, section_ids=section_ids)
        return _kept_to(uow, part, uow.watches.of(part.site.id, staff_id))


def _kept_to(uow: UnitOfWork, part: Part, known: WatchList) -> WatchList:
    """Without what lies outside the person's sections, whose names are not theirs to read."""
    if part.sections is None:
        return known
    own = {key: name for key, name in known.sections if key in part.sections}
    names = {name for key, name in uow.articles.sections(part.site.id) if key in part.sections}
    articles = ((key, title, uow.articles.find(key)) for key, title in known.articles)
    return WatchList(
        articles=tuple((key, title) for key, title, found in articles if found and found.section in names),
        sections=tuple(own.items()),
    )
