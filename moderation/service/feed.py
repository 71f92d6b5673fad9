"""Decisions and erasures for the site that asks what changed since it last asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from moderation.errors import Invalid
from moderation.ports import ErasedComment, FeedItem, UnitOfWork
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk

FEED_LIMIT = 1_000
# So many events are gone through at once for the few that are erasures: a tenth of a second.
_AMONG = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFeed:
    """`cursor` is where the next call goes on; `more` says that it would find something now.

    `leaves`: the log's leaf at the cursor and at each item's position, which tells this log from another as long.
    """

    items: tuple[FeedItem, ...]
    cursor: int
    more: bool
    leaves: Mapping[int, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasures:
    """As a `DecisionFeed`; `more` says that the log goes on after the cursor, which may be erasures or not."""

    items: tuple[ErasedComment, ...]
    cursor: int
    more: bool
    leaves: Mapping[int, bytes]


def decisions_after(
    desk: Desk, caller: Caller, cursor: int, *, leaf: bytes = b"", limit: int = 100, site: str | None = None
) -> DecisionFeed:
    """Decisions sealed after the cursor (-1 for the first), in the order of their commits.

    `leaf` is how the leaf at the cursor began when it was read. Invalid where the log has no such position
    (`beyond_the_log`) or another leaf there (`another_log`): in silence, what a restored log has gained
    since its backup would be left out.

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
        taken_back = [item.undone_at for item in found if item.undone_at is not None]
        grace = uow.policies.grace(place.id, since=min([now, *taken_back]))
        due = list(takewhile(lambda item: item.by_machine or grace.is_due(item.decided_at, now), found[:limit]))
        leaves = _leaves(uow, place.id, {cursor, *(item.position for item in due)})
    _check(cursor, leaf, leaves)
    return DecisionFeed(
        # The undoing itself is told in any case: it says again what the site knows.
        items=tuple(item for item in due if not grace.is_never_told(item.decided_at, item.undone_at)),
        cursor=due[-1].position if due else cursor,
        more=len(due) == limit and len(found) > limit,
        leaves=leaves,
    )


def erasures_after(
    desk: Desk, caller: Caller, cursor: int, *, leaf: bytes = b"", limit: int = 100, site: str | None = None
) -> Erasures:
    """Comments whose texts were erased after the cursor, by their authors, at the desk, or at the end of their period.

    Cursors are those of `decisions_after`, and refused likewise. Each comment is told once, at once.
    """
    if not 1 <= limit <= FEED_LIMIT:
        raise Invalid(field="limit", reason="out_of_range", low=1, high=FEED_LIMIT)
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.DECISIONS_READ, now=desk.now())
        place = authority.site_for(uow, actor, site)
        found, last = uow.log.erasures(place.id, after=cursor, among=_AMONG, limit=limit)
        leaves = _leaves(uow, place.id, {cursor, last, last + 1, *(item.position for item in found)})
    _check(cursor, leaf, leaves)
    return Erasures(items=tuple(found), cursor=last, more=last + 1 in leaves, leaves=leaves)


def _check(cursor: int, leaf: bytes, leaves: Mapping[int, bytes]) -> None:
    if cursor >= 0 and cursor not in leaves:
        raise Invalid(field="after", reason="beyond_the_log")
    if leaf and not leaves.get(cursor, b"").startswith(leaf):
        raise Invalid(field="after", reason="another_log")


def _leaves(uow: UnitOfWork, log_id: int, positions: set[int]) -> dict[int, bytes]:
    return {position: leaf for position, (leaf, _) in uow.log.hashes(log_id, positions).items()}
