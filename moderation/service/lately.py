"""What a moderator has done lately: decisions, opinions that wait for a colleague, and skips."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.opinion import OwnOpinion
from moderation.queue import SKIP_FOR, RecentDecision, Skip
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk

_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """Each newest first. Of the opinions those that are open."""

    decisions: list[RecentDecision]
    opinions: list[OwnOpinion]


def own_work(desk: Desk, caller: Caller, *, site: str, limit: int = 20) -> OwnWork:
    """The caller's own, at most so many of each."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        place, staff_id = authority.part_for(uow, actor, site).site, authority.person(actor)
        made = uow.decisions.recent(place.id, staff_id, limit=min(limit, _MOST))
        given = uow.opinions.of(place.id, staff_id, limit=min(limit, _MOST))
        ids = [one.recorded.comment_id for one in made] + [one.opinion.comment_id for one in given]
        reached = authority.reached(uow, actor, ids)
        return OwnWork(
            decisions=[one for one in made if one.recorded.comment_id in reached],
            opinions=[one for one in given if one.opinion.comment_id in reached],
        )


def skips(desk: Desk, caller: Caller, *, site: str, limit: int = 20) -> list[Skip]:
    """The caller's own that are in force, on what still waits; the latest first."""
    with desk.read() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=now)
        place, staff_id = authority.part_for(uow, actor, site).site, authority.person(actor)
        # What stays away for longer waits for another person.
        until, most = now + SKIP_FOR, min(limit, _MOST)
        found = uow.queue.skipped(place.id, staff_id=staff_id, now=now, until=until, limit=most)
        reached = authority.reached(uow, actor, [comment_id for comment_id, _ in found])
        return [Skip(comment_id, ends - SKIP_FOR) for comment_id, ends in found if comment_id in reached]
