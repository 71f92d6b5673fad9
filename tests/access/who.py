"""Callers of every kind, and the sets of them that the rows name."""

from __future__ import annotations

from enum import StrEnum

from moderation.roles import Role


class Kind(StrEnum):
    """Callers that are nobody's role."""

    NOBODY = "nobody"
    ENDED = "ended session"
    DEACTIVATED = "deactivated person"
    WRONG_KEY = "wrong key"
    REVOKED_KEY = "revoked key"
    KEY = "key"
    OPERATOR = "operator"


Who = Role | Kind
STRANGERS = frozenset({Kind.NOBODY, Kind.ENDED, Kind.DEACTIVATED, Kind.WRONG_KEY, Kind.REVOKED_KEY})

_OPERATOR: frozenset[Who] = frozenset({Kind.OPERATOR})
# Those who review in person; the operator of the server is no person of the desk.
REVIEWERS: frozenset[Who] = frozenset({Role.MODERATOR, Role.EDITOR, Role.ADMIN})
REVIEW = REVIEWERS | _OPERATOR
READ = REVIEW | {Role.AUDITOR}
STAFF: frozenset[Who] = frozenset(Role)
KNOWN: frozenset[Who] = STAFF | _OPERATOR | {Kind.KEY}
SITES: frozenset[Who] = frozenset({Kind.KEY, Kind.OPERATOR})
INSIGHTS: frozenset[Who] = frozenset({Role.EDITOR, Role.ADMIN}) | _OPERATOR
# Measures that reach further than one commenter of one site.
BROAD: frozenset[Who] = frozenset({Role.EDITOR, Role.ADMIN}) | _OPERATOR
MODELS = INSIGHTS | {Role.AUDITOR}
AUDIT: frozenset[Who] = frozenset({Role.AUDITOR, Role.ADMIN}) | _OPERATOR
ADMIN: frozenset[Who] = frozenset({Role.ADMIN}) | _OPERATOR
