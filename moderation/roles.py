"""Roles, permissions, and who is calling a use case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.limits import Limits


class Role(StrEnum):
    MODERATOR = "moderator"
    EDITOR = "editor"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Way(StrEnum):
    """How a session was opened."""

    PASSWORD = "password"  # noqa: S105 -- the name of a way in, not a password  # nosec B105
    LINK = "link"
    INVITATION = "invitation"
    PROVIDER = "provider"


class Permission(StrEnum):
    COMMENTS_REVIEW = "comments:review"
    COMMENTS_READ = "comments:read"
    COMMENTS_SUBMIT = "comments:submit"
    COMMENTS_FOLLOW = "comments:follow"
    DECISIONS_READ = "decisions:read"
    STANDING_READ = "standing:read"
    ARTICLES_SAVE = "articles:save"
    PICKS_READ = "picks:read"
    COMMENTERS_MANAGE = "commenters:manage"
    # Measures that reach further than one commenter of one site: on all sites, or by the domain of an e-mail.
    COMMENTERS_BROAD = "commenters:broad"
    INSIGHTS_READ = "insights:read"
    WORKLOAD_READ = "workload:read"
    AUDIT_READ = "audit:read"
    AUDIT_EXPORT = "audit:export"
    POLICY_MANAGE = "policy:manage"
    STAFF_MANAGE = "staff:manage"
    KEYS_MANAGE = "keys:manage"
    MODELS_READ = "models:read"
    MODELS_MANAGE = "models:manage"
    PERSONAL_MANAGE = "personal:manage"
    BACKUPS_MAKE = "backups:make"


# What a site's key can be let do; nobody of the staff does any of it in a site's name.
SCOPES = (
    Permission.COMMENTS_SUBMIT,
    Permission.COMMENTS_FOLLOW,
    Permission.DECISIONS_READ,
    Permission.STANDING_READ,
    Permission.ARTICLES_SAVE,
    Permission.PICKS_READ,
)

_REVIEW = {Permission.COMMENTS_REVIEW, Permission.COMMENTS_READ, Permission.COMMENTERS_MANAGE}
_AUDIT = {Permission.AUDIT_READ, Permission.AUDIT_EXPORT, Permission.COMMENTS_READ, Permission.MODELS_READ}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.MODERATOR: frozenset(_REVIEW),
    Role.EDITOR: frozenset(_REVIEW | {Permission.COMMENTERS_BROAD, Permission.INSIGHTS_READ, Permission.MODELS_READ}),
    Role.AUDITOR: frozenset(_AUDIT),
    Role.ADMIN: frozenset(set(Permission) - set(SCOPES)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in person, named by the SHA-256 (hex) of the session token; looked up anew in every use case."""

    token_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A site's API key, named by the SHA-256 (hex) of the secret."""

    secret_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Whoever runs the `taliq` command on the server: the database file is theirs, so every permission is."""

    name: str


Caller = Session | Key | Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who a caller turned out to be. `name` stands in the log (`moderator:amal`, `key:cms`, `operator:cli`)."""

    name: str
    permissions: frozenset[Permission]
    staff_id: int | None = None
    key_id: int | None = None
    key_used_at: datetime | None = None
    site_id: int | None = None
    # None: everywhere.
    limits: Limits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    id: int
    name: str
    display_name: str
    role: Role
    language: str
    active: bool
    has_password: bool
    # Whether harsh words are blurred until they are pointed at; the person's own preference.
    blurs: bool = False
    # The role requires a second factor and there is none yet: nothing but setting it up is allowed.
    lacks_factor: bool = False

    @property
    def actor(self) -> str:
        """Who acts, as the log has it."""
        return f"{self.role}:{self.name}"

    def may(self, permission: Permission) -> bool:
        return self.active and not self.lacks_factor and permission in GRANTS[self.role]
