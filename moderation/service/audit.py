"""Auditors: the events, their export, and whether anyone changed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from moderation.audit import Event, EventType, Sealed, Verification, first_break, instant
from moderation.ports import EventFilter, UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk

DESK_LOG = 0
DESK_ORIGIN = "taliq/desk"
_ANY = EventFilter()
_MAX_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Newest first; `next_before` is None on the last page."""

    rows: tuple[Sealed, ...]
    next_before: int | None


def log_of(uow: UnitOfWork, actor: Actor, site: str | None) -> int:
    """The site's log, or the desk's own (accounts, sign-ins) where no site is named."""
    return DESK_LOG if site is None else authority.site_for(uow, actor, site).id


def tell_desk(uow: UnitOfWork, event: Event) -> None:
    """Seal an event that is no site's into the desk's own log."""
    uow.log.open(DESK_LOG, origin=DESK_ORIGIN)
    uow.log.append(DESK_LOG, [event])


def events(
    desk: Desk,
    caller: Caller,
    *,
    site: str | None,
    where: EventFilter = _ANY,
    before: int | None = None,
    limit: int = 50,
) -> EventPage:
    limit = min(max(limit, 1), _MAX_PAGE)
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now())
        rows = uow.log.page(log_of(uow, actor, site), where, before=before, limit=limit + 1)
    more = len(rows) > limit
    return EventPage(rows=tuple(rows[:limit]), next_before=rows[limit - 1].position if more else None)


def export(desk: Desk, caller: Caller, *, site: str | None, where: EventFilter = _ANY) -> Iterator[Sealed]:
    """Stream the events in order. That someone exported them is the log's newest event before the first is sent."""
    log_id = _record_export(desk, caller, site=site, where=where)
    return _stream(desk, caller, log_id, where)


def _record_export(desk: Desk, caller: Caller, *, site: str | None, where: EventFilter) -> int:
    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=at)
        log_id = log_of(uow, actor, site)
        given = {name: value for name, value in asdict(where).items() if value not in (None, False)}
        facts = {name: instant(at) if hasattr(at, "tzinfo") else at for name, at in given.items()}
        event = Event(
            type=EventType.LOG_EXPORTED,
            actor=actor.name,
            subject=f"log:{log_id}",
            at=at,
            data={"filter": {name: str(value) for name, value in facts.items()}},
        )
        uow.log.append(log_id, [event])
        return log_id


def _stream(desk: Desk, caller: Caller, log_id: int, where: EventFilter) -> Iterator[Sealed]:
    with desk.read() as uow:
        authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
        yield from uow.log.stream(log_id, where)


def verify(
    desk: Desk,
    caller: Caller,
    *,
    site: str | None = None,
    everything: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[Verification]:
    """Recompute the logs from their events and compare with the stored heads: all logs, or the one of `site`.

    `progress` is told (events checked, events in all). This shows that events fit the head stored beside them; whoever
    can rewrite the whole database can rewrite the head too.
    """
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now())
        heads = uow.log.heads()
        if not everything:
            wanted = log_of(uow, actor, site)
            heads = [head for head in heads if head.log_id == wanted]
        total = sum(head.size for head in heads)
        done = 0
        found = []
        for head in heads:

            def tell(checked: int, before: int = done) -> None:
                if progress is not None:
                    progress(before + checked, total)

            wrong = first_break(uow.log.stream(head.log_id, _ANY), size=head.size, root=head.root, progress=tell)
            done += head.size
            tell(0, done)
            found.append(
                Verification(
                    log_id=head.log_id,
                    origin=head.origin,
                    size=head.size,
                    root=head.root.hex(),
                    checked_at=desk.now(),
                    first_break=wrong,
                )
            )
        return found


def actors(desk: Desk, caller: Caller, *, site: str | None) -> list[str]:
    """Who did anything in this log, machines left out."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.AUDIT_READ, now=desk.now())
        return uow.log.actors(log_of(uow, actor, site))
