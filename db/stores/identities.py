"""Who people of the staff are at the newsroom's identity provider."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from db.schema import identities, staff
from db.stores.accounts import staff_of
from moderation.ports import Identity
from moderation.roles import Staff


def _identity(row: Row[Any]) -> Identity:
    return Identity(staff_id=row.staff_id, issuer=row.issuer, email=row.email, subject=row.subject)


class IdentityStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, staff_id: int) -> Identity | None:
        row = self._connection.execute(select(identities).where(identities.c.staff_id == staff_id)).first()
        return _identity(row) if row else None

    def all(self) -> dict[int, Identity]:
        return {row.staff_id: _identity(row) for row in self._connection.execute(select(identities))}

    def by_subject(self, issuer: str, subject: str) -> tuple[Identity, Staff] | None:
        return self._one((identities.c.issuer == issuer) & (identities.c.subject == subject))

    def by_email(self, issuer: str, email: str) -> tuple[Identity, Staff] | None:
        return self._one((identities.c.issuer == issuer) & (identities.c.email == email))

    def _one(self, which: ColumnElement[bool]) -> tuple[Identity, Staff] | None:
        query = select(staff, identities).join(identities, identities.c.staff_id == staff.c.id).where(which)
        row = self._connection.execute(query).first()
        return (_identity(row), staff_of(row)) if row else None

    def put(self, identity: Identity, *, at: datetime | None) -> None:
        self.drop(identity.staff_id)
        self._connection.execute(
            insert(identities).values(
                staff_id=identity.staff_id,
                issuer=identity.issuer,
                email=identity.email,
                subject=identity.subject,
                bound_at=at,
            )
        )

    def drop(self, staff_id: int) -> None:
        self._connection.execute(delete(identities).where(identities.c.staff_id == staff_id))
