"""Invitations, by the hash of their token."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, Row, insert, or_, select, update

from db.schema import invitations
from moderation.invitation import Invitation
from moderation.limits import Limit, LimitKind
from moderation.roles import Role
from moderation.text.compact import compact_encoder

_encode = compact_encoder()
_OPEN = invitations.c.accepted_at.is_(None) & invitations.c.revoked_at.is_(None)


def _invitation(row: Row[tuple[object, ...]]) -> Invitation:
    return Invitation(
        id=row.id,
        role=Role(row.role),
        display_name=row.display_name,
        limits=tuple(
            Limit(site_id=site, kind=LimitKind(kind), item_id=item) for site, kind, item in json.loads(row.limits)
        ),
        invited_by=row.invited_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        accepted_at=row.accepted_at,
        staff_id=row.staff_id,
    )


class InvitationStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, invitation: Invitation, *, token_hash: str) -> None:
        self._connection.execute(
            insert(invitations).values(
                id=invitation.id,
                token_hash=token_hash,
                role=invitation.role.value,
                display_name=invitation.display_name,
                limits=_encode([[one.site_id, one.kind, one.item_id] for one in invitation.limits]),
                invited_by=invitation.invited_by,
                created_at=invitation.created_at,
                expires_at=invitation.expires_at,
            )
        )

    def get(self, invitation_id: int) -> Invitation | None:
        row = self._connection.execute(select(invitations).where(invitations.c.id == invitation_id)).first()
        return _invitation(row) if row else None

    def by_token(self, token_hash: str) -> Invitation | None:
        row = self._connection.execute(select(invitations).where(invitations.c.token_hash == token_hash)).first()
        return _invitation(row) if row else None

    def all(self) -> list[Invitation]:
        rows = self._connection.execute(select(invitations).order_by(invitations.c.id.desc()))
        return [_invitation(row) for row in rows]

    def accept(self, invitation_id: int, *, staff_id: int, now: datetime) -> bool:
        chosen = (invitations.c.id == invitation_id) & (invitations.c.expires_at > now)
        accepted = update(invitations).where(chosen, _OPEN).values(accepted_at=now, staff_id=staff_id)
        return self._connection.execute(accepted).rowcount == 1

    def revoke(self, invitation_id: int, *, at: datetime) -> bool:
        revoked = update(invitations).where(invitations.c.id == invitation_id, _OPEN).values(revoked_at=at)
        return self._connection.execute(revoked).rowcount == 1

    def revoke_of(self, staff_name: str, *, at: datetime) -> int:
        by = or_(*[invitations.c.invited_by == f"{role}:{staff_name}" for role in Role])
        still = invitations.c.expires_at > at
        return self._connection.execute(update(invitations).where(by, still, _OPEN).values(revoked_at=at)).rowcount
