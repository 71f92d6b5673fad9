"""An invitation: a link by which somebody makes their own account, in the role that an admin chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.limits import Limit
from moderation.roles import Role

MAX_LENGTH = timedelta(days=30)
LENGTH = timedelta(days=7)


class InvitationState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`display_name` is what the admin suggests; `staff_id` is whoever accepted."""

    id: int
    role: Role
    display_name: str
    limits: tuple[Limit, ...]
    invited_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    accepted_at: datetime | None = None
    staff_id: int | None = None

    def state(self, now: datetime) -> InvitationState:
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        return InvitationState.OPEN if now < self.expires_at else InvitationState.EXPIRED
