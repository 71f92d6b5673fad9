"""Decisions for the site that asks what changed since it last asked."""

from __future__ import annotations

from dataclasses import dataclass
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
    """Decisions sealed after the cursor (-1 for the first), in the order of their commits; Invalid beyond the log.

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
        if not found and cursor >= 0 and uow.log.event(place.id, cursor) is None:
            # In silence it would be told nothing until the log has grown that far again.
            raise Invalid(field="after", reason="beyond_the_log")
        grace = uow.policies.grace(place.id, at=now)
    due = list(takewhile(lambda item: item.by_machine or grace.is_due(item.decided_at, now), found[:limit]))
    return DecisionFeed(
        # The undoing itself is told in any case: it says again what the site knows.
        items=tuple(item for item in due if not grace.is_never_told(item.decided_at, item.undone_at)),
        cursor=due[-1].position if due else cursor,
        more=len(due) == limit and len(found) > limit,
    )
