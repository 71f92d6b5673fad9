"""A reply that came before what it answers joins the thread when that comes, as in an archive with the newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from moderation.audit import Event, EventType
from moderation.ports import Reply, UnitOfWork
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.settled import settled

_AT_ONCE = 1_000
# Further up nobody reads, and a thread that is deeper was written to be.
_DEEPEST = 1_000


@settled
def join(desk: Desk, caller: Caller, external_ids: Sequence[str], *, site: str | None = None) -> int:
    """The replies that wait for these comments, of which each is an event; how many there were."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=now)
        place = authority.site_for(uow, actor, site)
        joined = _without_circles(uow, uow.threads.awaiting(place.id, external_ids))
        if joined:
            events = [
                Event(EventType.COMMENT_JOINED, actor.name, f"comment:{one.id}", now, {"parent": str(one.parent_id)})
                for one in joined
            ]
            uow.log.append(place.id, events)
        return len(joined)


def _without_circles(uow: UnitOfWork, replies: Sequence[Reply]) -> list[Reply]:
    """Those that were put into their thread: all but such as answer themselves by whatever way."""
    ids = {one.id for one in replies}
    joined = []
    for one in replies:
        # What stands at the top of its thread, and stays there, is no answer to anything.
        safe = one.above is None and one.parent_id not in ids
        if safe or (one.id != one.parent_id and one.id not in uow.comments.ancestors(one.parent_id, limit=_DEEPEST)):
            uow.threads.join(one.id, one.parent_id)
            joined.append(one)
    return joined


def join_all(desk: Desk, caller: Caller, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """On all of the caller's sites whatever is left: of an earlier version, or where a process ended in between."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=desk.now())
        sites = [site for site in uow.sites.all() if actor.site_id in (None, site.id)]
    joined = 0
    for site in sites:
        after = ""
        while not stopping():
            with desk.read() as uow:
                have_come = uow.threads.have_come(site.id, after=after, limit=_AT_ONCE)
            if not have_come:
                break
            joined += join(desk, caller, have_come, site=site.name)
            after = have_come[-1]
    return joined
