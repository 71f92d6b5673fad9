"""What stands around a comment: its thread, what people decided on it, and how much the same words were decided."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.decision import Recorded
from moderation.errors import NotFound
from moderation.ports import UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.search import Found, Similar, Thread
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.text.likeness import may_resemble, resemblance, shingles, telling_words
from moderation.text.normalise import folded

# From this share of common shingles a comment is worth showing beside another.
SIMILAR = 0.5
SHOWN, _CANDIDATES, _WORDS = 5, 80, 4
_ABOVE, _REPLIES = 10, 30


def similar(desk: Desk, caller: Caller, comment_id: int) -> tuple[Similar, ...]:
    """The most similar first, at most one more than `SHOWN`, among the newest that share two of its longest words."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        found = _one(uow, comment_id, actor)
        text = folded(found.comment.body)
        own = shingles(text)
        within = authority.sections_for(actor, found.comment.site_id)
        texts = _candidates(uow, found, text, within)
        # Of a wave the texts are the same, and compared once.
        shares = {
            other: resemblance(own, shingles(other))
            for other in set(texts.values())
            if may_resemble(own, other, SIMILAR)
        }
        alike = {key: shares[other] for key, other in texts.items() if other in shares}
        near = sorted((key for key in alike if alike[key] >= SIMILAR), key=lambda key: (-alike[key], -key))
        nearest = near[: SHOWN + 1]
        # What a row shows is fetched for these alone: most comments are like no other.
        rows = {row.comment.id: row for row in uow.search.rows(nearest)}
        verdicts = uow.decisions.latest(nearest) if nearest else {}
        return tuple(Similar(found=rows[key], resemblance=alike[key], verdict=verdicts[key]) for key in nearest)


def _candidates(uow: UnitOfWork, found: Found, text: str, within: tuple[int, ...] | None) -> dict[int, str]:
    """Two words at a time and none twice, so that a changed one does not hide the rest."""
    words = telling_words(text, longest=_WORDS)
    if not words:
        return {}
    texts = uow.search.sharing(
        found.comment.site_id, (words[:2], words[2:] or words[:2]), within=within, limit=_CANDIDATES
    )
    return {key: other for key, other in texts.items() if key != found.comment.id}


def decided(desk: Desk, caller: Caller, comment_ids: Sequence[int]) -> dict[int, tuple[Recorded, ...]]:
    """What people decided on each of these, with their notes, newest first; what has none is left out."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        reached = authority.reached(uow, actor, comment_ids) if comment_ids else set()
        return uow.decisions.by_people(sorted(reached)) if reached else {}


def thread(desk: Desk, caller: Caller, comment_id: int) -> Thread:
    """What it answers, up to the thread's beginning, and its direct replies."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        found = _one(uow, comment_id, actor)
        above = uow.comments.ancestors(comment_id, limit=_ABOVE)
        replies = uow.comments.replies(comment_id)
        first = replies[:_REPLIES]
        # What it answers may stand under another article.
        reached = authority.reached(uow, actor, [*above, *first])
        rows = {one.comment.id: one for one in uow.search.rows(sorted(reached))}
        return Thread(
            before=tuple(rows[one] for one in reversed(above) if one in rows),
            comment=found,
            replies=tuple(rows[one] for one in first if one in rows),
            more=len(replies) - len(first),
        )


def _one(uow: UnitOfWork, comment_id: int, actor: Actor) -> Found:
    found = uow.search.rows([comment_id])
    if not found:
        raise NotFound(what="comment")
    comment = found[0].comment
    authority.check_reach(actor, comment.site_id, comment.section_id)
    return found[0]
