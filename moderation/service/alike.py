"""Waves of near-identical comments, as a campaign or a spammer makes them, each to be decided as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from moderation.ports import UnitOfWork
from moderation.roles import Caller, Permission
from moderation.search import Chosen, Folded, SearchFilter, Wave
from moderation.service import authority
from moderation.service.desk import Desk

# The newest of those asked for; ten thousand take some seconds.
COMPARED = 10_000
SMALLEST, SHOWN, SAMPLED = 3, 50, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Waves:
    """The largest first. `compared`: how many comments were looked at; `more`: whether there were more."""

    waves: tuple[Wave, ...]
    compared: int
    more: bool


def waves(desk: Desk, caller: Caller, *, site: str, waiting: bool = True) -> Waves:
    """Among the newest comments that wait for a person, or among all that are not erased."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        part = authority.part_for(uow, actor, site)
        where = SearchFilter(within=part.sections)
        texts = uow.search.folded(part.site.id, where, limit=COMPARED + 1, waiting=waiting)
    compared = texts[:COMPARED]
    # Outside the transaction: comparing takes its time.
    found = [group for group in desk.alike([one.folded for one in compared]) if len(group) >= SMALLEST][:SHOWN]
    with desk.read() as uow:
        made = tuple(_wave(uow, [compared[at] for at in group]) for group in found)
    return Waves(waves=made, compared=len(compared), more=len(texts) > COMPARED)


def _wave(uow: UnitOfWork, members: list[Folded]) -> Wave:
    return Wave(
        chosen=tuple(Chosen(one.comment_id, one.version) for one in members),
        revisions=tuple(one.revision for one in members),
        commenters=len({one.commenter_id for one in members}),
        articles=len({one.article_id for one in members}),
        sample=tuple(uow.search.rows([one.comment_id for one in members[:SAMPLED]])),
    )


def renewed(desk: Desk, caller: Caller, found: Waves, *, site: str, waiting: bool = True) -> Waves:
    """The same waves with what is still asked for in each, at its present version; nothing is compared anew.

    What its author changed meanwhile is in none: nobody has seen whether it still says the same.
    """
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        place = authority.part_for(uow, actor, site).site
        # A limit may have come since they were found.
        reached = authority.reached(uow, actor, [one.comment_id for wave in found.waves for one in wave.chosen])
        ids = sorted(reached)
        left = {one.comment_id: one for one in uow.search.still(place.id, ids, waiting=waiting)}
        members = [_unchanged(wave, left) for wave in found.waves]
        made = tuple(_wave(uow, some) for some in members if len(some) >= SMALLEST)
    return replace(found, waves=made)


def _unchanged(wave: Wave, left: Mapping[int, Folded]) -> list[Folded]:
    compared = zip(wave.chosen, wave.revisions, strict=True)
    found = ((left.get(one.comment_id), revision) for one, revision in compared)
    return [one for one, revision in found if one is not None and one.revision == revision]
