"""What people decided and nobody took back: what a model is held against and can learn from."""

from __future__ import annotations

from moderation.ports import Judged
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk

_PAGE = 500


def newest_decided(
    desk: Desk, caller: Caller, permission: Permission, *, site: str | None, newest: int
) -> list[Judged]:
    """Newest first, each comment once, with its newest decision, if its text is still the one that was decided on.

    A short transaction a page, so that a long reading holds up nobody."""
    kept: dict[int, Judged] = {}
    before: int | None = None
    while len(kept) < newest:
        with desk.read() as uow:
            actor = authority.require(uow, caller, permission, now=desk.now())
            place = authority.site_or_all(uow, actor, site)
            page = uow.decisions.judged(place, before=before, limit=_PAGE)
        if not page:
            break
        before = page[-1].decision_id
        for one in page:
            kept.setdefault(one.comment_id, one)
    return list(kept.values())[:newest]
