"""Finding stored comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from moderation.article import Article, Commenter
from moderation.comment import Status
from moderation.ports import UnitOfWork
from moderation.roles import Caller, Permission
from moderation.search import Chosen, Found, FoundPage, SearchFilter
from moderation.service import authority
from moderation.service.authority import Part
from moderation.service.batches import MAX_BATCH
from moderation.service.desk import Desk
from moderation.service.insights import Choices, choices_of

MAX_PAGE = 100
_NAMED = 8
# So many dots can still be told apart.
SPREAD = 500


def find(
    desk: Desk, caller: Caller, *, site: str, where: SearchFilter, before: int | None = None, limit: int = 50
) -> FoundPage:
    """A page of the comments that fit, newest arrivals first; `before` is the last page's `next_before`."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        part = authority.part_for(uow, actor, site)
        size = max(1, min(limit, MAX_PAGE))
        rows = uow.search.page(part.site.id, _kept_to(part, where), before=before, limit=size + 1)
    more = len(rows) > size
    return FoundPage(rows=tuple(rows[:size]), next_before=rows[size - 1].comment.id if more else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a search page can offer and must be able to name, whatever is found."""

    choices: Choices
    article: Article | None
    commenter: Commenter | None


def scope(desk: Desk, caller: Caller, *, site: str, article_id: int | None, commenter_id: int | None) -> Scope:
    """The filters' choices, and the article and the commenter that are chosen, if they are of this site."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        part = authority.part_for(uow, actor, site)
        place = part.site
        article = uow.articles.find(article_id) if article_id is not None else None
        commenter = uow.commenters.get(commenter_id) if commenter_id is not None else None
        holds = article is not None and article.site_id == place.id and _holds(uow, part, article)
        known = commenter is not None and commenter.site_id == place.id and wrote(uow, part, commenter)
        return Scope(
            choices=choices_of(uow, part),
            article=article if holds else None,
            commenter=commenter if known else None,
        )


def _kept_to(part: Part, where: SearchFilter) -> SearchFilter:
    return where if part.sections is None else replace(where, within=part.sections)


def _holds(uow: UnitOfWork, part: Part, article: Article) -> bool:
    if part.sections is None:
        return True
    names = {name for key, name in uow.articles.sections(part.site.id) if key in part.sections}
    return article.section in names


def wrote(uow: UnitOfWork, part: Part, commenter: Commenter) -> bool:
    """Whether the person may know of them at all: they wrote something that the person may read."""
    if part.sections is None:
        return True
    where = SearchFilter(commenter_id=commenter.id, within=part.sections)
    return bool(uow.search.choose(part.site.id, where, limit=1))


def spread(desk: Desk, caller: Caller, *, site: str, where: SearchFilter) -> list[tuple[float, Status]]:
    """Score and status of the newest that fit: the score of the class that is asked for, or the overall one."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        part = authority.part_for(uow, actor, site)
        return uow.search.spread(part.site.id, _kept_to(part, where), limit=SPREAD)


def named(desk: Desk, caller: Caller, *, site: str, words: tuple[str, ...]) -> list[Commenter]:
    """Commenters whose name holds all the words, folded as comments are; few at most, in the order of their names."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        part = authority.part_for(uow, actor, site)
        found = uow.commenters.named(part.site.id, words, limit=_NAMED) if words else []
        return [one for one in found if wrote(uow, part, one)]


def sample(desk: Desk, caller: Caller, comment_ids: Sequence[int], *, site: str, size: int = 5) -> list[Found]:
    """Some of these from first to last, evenly, so that one sees what is chosen whatever page it lies on."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        place = authority.part_for(uow, actor, site).site
        ids = sorted(authority.reached(uow, actor, comment_ids), reverse=True)
        step = max(1, -(-len(ids) // size))
        return [row for row in uow.search.rows(ids[::step]) if row.comment.site_id == place.id]


def choose(desk: Desk, caller: Caller, *, site: str, where: SearchFilter) -> tuple[list[Chosen], bool]:
    """All that fit, as a batch takes them, and whether there are more than one batch may hold."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_REVIEW, now=desk.now())
        part = authority.part_for(uow, actor, site)
        found = uow.search.choose(part.site.id, _kept_to(part, where), limit=MAX_BATCH + 1)
    return found[:MAX_BATCH], len(found) > MAX_BATCH
