"""What the nightly files are made of. Who may export the log may have them; readers' texts ask for more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from moderation.article import Site
from moderation.ports import UnitOfWork
from moderation.ports.warehouse import Changed
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.stored_tree import StoredTree
from moderation.tables import Daily


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How far a site's log goes: its size, and the root there (hex), by which another database is told apart."""

    size: int
    root: str


def sites(desk: Desk, caller: Caller) -> list[Site]:
    with desk.read() as uow:
        _ask(uow, desk, caller)
        return uow.sites.all()


def stand(desk: Desk, caller: Caller, *, site_id: int, at: int | None = None) -> Stand:
    """Now, or when the log had `at` events."""
    with desk.read() as uow:
        _ask(uow, desk, caller)
        size = uow.warehouse.size(site_id) if at is None else at
        try:
            return Stand(size=size, root=StoredTree(uow.log, site_id).root(size).hex() if size else "")
        except ValueError:
            # Fewer events than that: another database.
            return Stand(size=size, root="")


def changed(desk: Desk, caller: Caller, *, site_id: int, since: int, until: int) -> Changed:
    with desk.read() as uow:
        _ask(uow, desk, caller)
        return uow.warehouse.changed(site_id, since=since, until=until)


def following(desk: Desk, caller: Caller, table: Daily, *, site_id: int, since: datetime) -> datetime | None:
    """The first moment from then on that has a row of the table."""
    with desk.read() as uow:
        _ask(uow, desk, caller, table)
        return uow.warehouse.next(table, site_id, since=since)


def rows(
    desk: Desk, caller: Caller, table: Daily, *, site_id: int, since: datetime, until: datetime
) -> Iterator[tuple[object, ...]]:
    """Asked for at once, read as they are taken."""
    with desk.read() as uow:
        _ask(uow, desk, caller, table)
    return _rows(desk, table, site_id, since, until)


def _rows(desk: Desk, table: Daily, site_id: int, since: datetime, until: datetime) -> Iterator[tuple[object, ...]]:
    with desk.read() as uow:
        yield from uow.warehouse.rows(table, site_id, since=since, until=until)


def articles(desk: Desk, caller: Caller, *, site_id: int) -> Iterator[tuple[object, ...]]:
    with desk.read() as uow:
        _ask(uow, desk, caller)
    return _articles(desk, site_id)


def _articles(desk: Desk, site_id: int) -> Iterator[tuple[object, ...]]:
    with desk.read() as uow:
        yield from uow.warehouse.articles(site_id)


def _ask(uow: UnitOfWork, desk: Desk, caller: Caller, table: Daily | None = None) -> None:
    actor = authority.require(uow, caller, Permission.AUDIT_EXPORT, now=desk.now())
    # Files of the whole desk are not for who works on a part of it.
    authority.site_or_all(uow, actor, None)
    if table is Daily.TEXTS:
        authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=desk.now())
