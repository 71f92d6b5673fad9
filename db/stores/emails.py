"""Commenters' e-mail addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from db.schema import commenter_emails, commenters, comments
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores.commenters import commenter_of
from moderation.addresses import domain_of
from moderation.comment import VISIBLE
from moderation.measure import Reach

_KNOWN = Prepared(
    select(commenter_emails.c.commenter_id, commenter_emails.c.address).where(
        among(commenter_emails.c.commenter_id, "ids")
    )
)


def within(domain: str) -> ColumnElement[bool]:
    """Addresses of this domain or of one below it."""
    return or_(commenter_emails.c.domain == domain, commenter_emails.c.domain.endswith(f".{domain}", autoescape=True))


class EmailStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, site_id: int, addresses: Mapping[int, str]) -> None:
        known = {row.commenter_id: row.address for row in _KNOWN.all(self._connection, ids=sorted(addresses))}
        new = [_row(id_, address) | {"site_id": site_id} for id_, address in addresses.items() if id_ not in known]
        changed = [
            {f"to_{name}": value for name, value in _row(id_, address).items()}
            for id_, address in addresses.items()
            if id_ in known and known[id_] != address
        ]
        if new:
            self._connection.execute(insert(commenter_emails), new)
        if changed:
            self._connection.execute(
                update(commenter_emails)
                .where(commenter_emails.c.commenter_id == bindparam("to_commenter_id"))
                .values(address=bindparam("to_address"), domain=bindparam("to_domain")),
                changed,
            )

    def of(self, commenter_id: int) -> str | None:
        found = _KNOWN.first(self._connection, ids=[commenter_id])
        return found.address if found else None

    def reach(self, site_id: int | None, domain: str, *, sample: int) -> Reach:
        theirs = [within(domain)] if site_id is None else [within(domain), commenter_emails.c.site_id == site_id]
        seen = select(comments.c.id).where(
            comments.c.commenter_id == commenter_emails.c.commenter_id,
            comments.c.status.in_([status.value for status in VISIBLE]),
        )
        newest = (
            select(commenters)
            .join(commenter_emails, commenter_emails.c.commenter_id == commenters.c.id)
            .where(*theirs)
            .order_by(commenters.c.id.desc())
            .limit(sample)
        )
        return Reach(
            commenters=self._count(*theirs),
            published=self._count(*theirs, seen.exists()),
            sample=tuple(commenter_of(row) for row in self._connection.execute(newest)),
        )

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(commenter_emails).where(*conditions)
        return self._connection.execute(query).scalar_one()


def _row(commenter_id: int, address: str) -> dict[str, Any]:
    return {"commenter_id": commenter_id, "address": address, "domain": domain_of(address)}
