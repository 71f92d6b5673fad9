"""Every page and the roles that it is open to."""

from __future__ import annotations

from moderation.roles import Role
from tests.access.who import REVIEWERS, STAFF, Who

PAGES: dict[str, frozenset[Who]] = {
    "queue": REVIEWERS,
    "insights": frozenset({Role.EDITOR, Role.ADMIN}),
    "audit": frozenset({Role.AUDITOR, Role.ADMIN}),
    "search": STAFF,
    "alike": REVIEWERS,
    "domains": REVIEWERS,
    "model": frozenset({Role.EDITOR, Role.AUDITOR, Role.ADMIN}),
    "settings": frozenset({Role.ADMIN}),
    "account": STAFF,
}
