"""Decisions for the site that asks what changed since it last asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

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
    """Decisions sealed after the cursor (-1 for the first), in the order of their commits.

    None is left out, unless the policy has a grace period: then a person's decision comes when it is over, what was
    sealed after it comes no sooner, and one that was undone meanwhile never comes.
    """
    if not 1 <= limit <= FEED_LIMIT:
        raise Invalid(field="limit", reason="out_of_range", low=1, high=FEED_LIMIT)
    with desk.read() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.DECISIONS_READ, now=now)
        place = authority.site_for(uow, actor, site)
        found = uow.decisions.after(place.id, cursor, limit=limit + 1)
        grace = timedelta(seconds=uow.policies.active(place.id).grace_seconds)
    due = list(takewhile(lambda item: _is_due(item, now - grace), found[:limit]))
    return DecisionFeed(
        items=tuple(item for item in due if not _was_undone_within(item, grace)),
        cursor=due[-1].position if due else cursor,
        more=len(due) == limit and len(found) > limit,
    )


def _is_due(item: FeedItem, since: datetime) -> bool:
    return item.actor_kind == "policy" or item.decided_at <= since


def _was_undone_within(item: FeedItem, grace: timedelta) -> bool:
    """The undoing itself is told in any case: it says again what the site knows."""
    return item.undone_at is not None and item.undone_at - item.decided_at < grace
