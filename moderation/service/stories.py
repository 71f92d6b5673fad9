"""One comment's whole story, for auditors."""

from __future__ import annotations

from moderation.errors import NotFound
from moderation.ports import EventFilter
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.story import Story, step_of

# A comment has a handful of events; one that was skipped a thousand times is told by its newest.
_MOST = 500


def story(desk: Desk, caller: Caller, comment_id: int, *, site: str) -> Story:
    """From the first event to the last, each with the text as it was and whether that is what the log binds."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now())
        place = authority.site_for(uow, actor, site)
        found = uow.search.rows([comment_id])
        if not found or found[0].comment.site_id != place.id:
            raise NotFound(what="comment")
        rows = uow.log.page(place.id, EventFilter(comment_id=comment_id), before=None, limit=_MOST)
        texts, decisions = uow.stories.texts(comment_id), uow.stories.decisions(comment_id)
        opinions = uow.stories.opinions(comment_id)
        return Story(
            comment=found[0].comment,
            commenter_name=found[0].commenter_name,
            article_title=found[0].article_title,
            steps=tuple(step_of(row, texts, decisions, opinions) for row in reversed(rows)),
        )
