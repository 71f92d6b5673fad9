"""Decisions for the site that asks what changed since it last asked."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.errors import Invalid
from moderation.ports import FeedItem
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk

FEED_LIMIT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFeed:
    """`cursor` is where the next call goes on; `more` says that it would find something now."""

    items: tuple[FeedItem, ...]
    cursor: int
    more: bool


def decisions_after(
    desk: Desk, caller: Caller, cursor: int, *, limit: int = 100, site: str | None = None
) -> DecisionFeed:
    """Decisions sealed after the cursor (-1 for the first), in the order of their commits, none left out."""
    if not 1 <= limit <= FEED_LIMIT:
        raise Invalid(field="limit", reason="out_of_range", low=1, high=FEED_LIMIT)
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=desk.now())
        place = authority.site_for(uow, actor, site)
        found = uow.decisions.after(place.id, cursor, limit=limit + 1)
    items = tuple(found[:limit])
    return DecisionFeed(items=items, cursor=items[-1].position if items else cursor, more=len(found) > limit)
