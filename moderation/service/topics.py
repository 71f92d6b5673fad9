"""What comments are about, for editors: phrases in readers' spelling, and the comments that say most of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from moderation import topics as core
from moderation.comment import Status
from moderation.ports import UnitOfWork
from moderation.roles import Caller, Permission
from moderation.search import Found, SearchFilter
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.text.phrase_counts import Phrase
from moderation.text.phrases import Keys, Spelt, spellings
from moderation.topics import Background, Scope

# The newest of a scope and of the site; more would make no other topics, only later ones.
COMPARED, OTHERS = 2_000, 5_000
# In so many comments a phrase's spelling is looked up.
_SPELT_IN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """`text` is the phrase in its commonest spelling, `others` what is said beside it; `examples` are comments' ids.

    `civil`, `comments`, `commenters` and `rejected` as in `moderation.topics.Topic`.
    """

    text: str
    others: tuple[str, ...]
    comments: int
    commenters: int
    rejected: int
    civil: float
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """`compared`: how many comments were read; `more`: whether there are older ones."""

    topics: tuple[Topic, ...]
    compared: int
    more: bool


def mark(desk: Desk, caller: Caller, *, site: str, scope: Scope) -> tuple[int, int, int]:
    """Stays the same as long as `topics` would find the same comments; cheap, and asks for the permission as well."""
    with desk.read() as uow:
        return uow.topics.mark(_site(uow, desk, caller, site), scope, limit=COMPARED + 1)


def background(desk: Desk, caller: Caller, *, site: str) -> Background:
    """Of the site's newest comments; changes slowly, so that callers keep one for an hour."""
    with desk.read() as uow:
        newest = uow.search.folded(_site(uow, desk, caller, site), SearchFilter(), limit=OTHERS)
    return core.background((one.comment_id, one.folded) for one in newest)


def topics(desk: Desk, caller: Caller, *, site: str, scope: Scope, others: Background) -> Topics:
    with desk.read() as uow:
        said = uow.topics.said(_site(uow, desk, caller, site), scope, limit=COMPARED + 1)
        # Outside any lock: a reading transaction holds none.
        found = core.topics(said[:COMPARED], others)
        bodies = _bodies(uow, found)
    keys = core.keys_of(said[:COMPARED], others)
    shown = tuple(_topic(one, bodies, keys) for one in found)
    compared = sum(not one.rejected for one in said[:COMPARED])
    return Topics(topics=shown, compared=compared, more=len(said) > COMPARED)


def examples(desk: Desk, caller: Caller, ids: Sequence[int]) -> tuple[Found, ...]:
    """These comments as they are now, in this order, without those that were erased or rejected since."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        reached = authority.reached(uow, actor, ids)
        rows = {one.comment.id: one for one in uow.search.rows(sorted(reached))}
    gone = (Status.ERASED, Status.REJECTED)
    return tuple(rows[one] for one in ids if one in rows and rows[one].comment.status not in gone)


def _site(uow: UnitOfWork, desk: Desk, caller: Caller, site: str) -> int:
    actor = authority.require(uow, caller, Permission.INSIGHTS_READ, now=desk.now())
    return authority.site_for(uow, actor, site).id


def _bodies(uow: UnitOfWork, found: Sequence[core.Topic]) -> dict[int, str]:
    wanted = {one for topic in found for one in topic.ids[:_SPELT_IN]}
    return {row.comment.id: row.comment.body for row in uow.search.rows(sorted(wanted))}


def _topic(topic: core.Topic, bodies: dict[int, str], keys: Keys) -> Topic:
    texts = [bodies[one] for one in topic.ids[:_SPELT_IN] if one in bodies]
    return Topic(
        text=_commonest(topic.phrase, texts, keys),
        others=tuple(_commonest(phrase, texts, keys) for phrase in topic.others),
        comments=topic.comments,
        commenters=topic.commenters,
        rejected=topic.rejected,
        civil=topic.civil,
        examples=topic.central,
    )


def _commonest(phrase: Phrase, texts: Sequence[str], keys: Keys) -> str:
    """With a particle written onto it only where readers never leave it out; bare where it is not found."""
    spelt = Counter(one for text in texts for one in spellings(text, phrase, keys))
    best = max(spelt, key=lambda one: (one.plain, spelt[one], one.text), default=Spelt(" ".join(phrase), True))
    return best.text
