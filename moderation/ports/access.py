"""Who gets in and how far: API keys, invitations, limits, identities at a provider, the desk's rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from moderation.invitation import Invitation
from moderation.limits import Limit
from moderation.roles import Permission, Staff
from moderation.rules_of_entry import EntryRules


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """`replaces` is the key that this one was issued in place of."""

    id: int
    site_id: int
    name: str
    prefix: str
    scopes: frozenset[Permission]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    replaces: int | None = None

    def works(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


class Keys(Protocol):
    def by_secret(self, secret_hash: str) -> ApiKey | None:
        """Whether it still works is for the caller to see."""
        ...

    def touch(self, key_id: int, *, now: datetime) -> None: ...
    def of_site(self, site_id: int) -> list[ApiKey]:
        """Newest first."""
        ...

    def get(self, key_id: int) -> ApiKey | None: ...
    def locked(self, key_id: int) -> ApiKey | None:
        """As it stays until this transaction ends."""
        ...

    def add(self, key: ApiKey, *, secret_hash: str) -> None: ...
    def revoke(self, key_id: int, *, at: datetime) -> None: ...
    def end(self, key_id: int, *, at: datetime) -> None:
        """It works until then."""
        ...

    def successor(self, key_id: int) -> ApiKey | None: ...


class Invitations(Protocol):
    def add(self, invitation: Invitation, *, token_hash: str) -> None: ...
    def get(self, invitation_id: int) -> Invitation | None: ...
    def by_token(self, token_hash: str) -> Invitation | None: ...
    def all(self) -> list[Invitation]:
        """Newest first."""
        ...

    def accept(self, invitation_id: int, *, staff_id: int, now: datetime) -> bool:
        """False if it does not stand open any more."""
        ...

    def revoke(self, invitation_id: int, *, at: datetime) -> bool:
        """False if it does not stand open any more."""
        ...

    def revoke_of(self, staff_name: str, *, at: datetime) -> int:
        """All open ones that this person made, in whatever role; how many there were."""
        ...


class StaffLimits(Protocol):
    def of(self, staff_id: int) -> list[Limit]: ...
    def all(self) -> dict[int, list[Limit]]:
        """By the person; who is not named has none."""
        ...

    def replace(self, staff_id: int, limits: Iterable[Limit]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`subject` is None until the person has come once."""

    staff_id: int
    issuer: str
    email: str
    subject: str | None


class Identities(Protocol):
    def of(self, staff_id: int) -> Identity | None: ...
    def all(self) -> dict[int, Identity]: ...
    def by_subject(self, issuer: str, subject: str) -> tuple[Identity, Staff] | None: ...
    def by_email(self, issuer: str, email: str) -> tuple[Identity, Staff] | None: ...
    def put(self, identity: Identity, *, at: datetime | None) -> None:
        """In place of whatever the person had; `at`: when the subject was seen first."""
        ...

    def drop(self, staff_id: int) -> None: ...


class Rules(Protocol):
    def get(self) -> EntryRules: ...
    def set(self, rules: EntryRules) -> None: ...
