"""Which log is meant and of when, and the desk's own."""

from __future__ import annotations

from datetime import datetime

from moderation.audit import Event
from moderation.errors import Invalid
from moderation.ports import UnitOfWork
from moderation.roles import Actor
from moderation.service import authority

DESK_LOG = 0
DESK_SITE = "desk"


def origin_of(site: str) -> str:
    """The name under which a site's log is signed."""
    return f"taliq/{site}"


DESK_ORIGIN = origin_of(DESK_SITE)


def log_of(uow: UnitOfWork, actor: Actor, site: str | None) -> int:
    """The site's log, or the desk's own (accounts, sign-ins) where no site is named."""
    return authority.site_or_all(uow, actor, site) or DESK_LOG


def tell_desk(uow: UnitOfWork, event: Event) -> None:
    """Seal an event that is no site's into the desk's own log."""
    uow.log.open(DESK_LOG, origin=DESK_ORIGIN)
    uow.log.append(DESK_LOG, [event])


def in_order(since: datetime | None, until: datetime | None) -> None:
    """Invalid for a period that ends before it starts: of it nothing would be found, as if there were nothing."""
    if since is not None and until is not None and until <= since:
        raise Invalid(field="until", reason="ends_before_it_starts")
