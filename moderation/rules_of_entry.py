"""What an admin sets for everybody who signs in: how long a session lives, and for whom a password is not enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from moderation.errors import Invalid
from moderation.roles import Role

SHORTEST_IDLE, LONGEST_IDLE = timedelta(minutes=5), timedelta(days=14)
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRules:
    """A session ends when nobody used it for `idle`, and at the latest `length` after it was opened.

    `factor_roles`: whose second factor is required.
    """

    idle: timedelta
    length: timedelta
    factor_roles: frozenset[Role]


# What holds until an admin sets something else.
DEFAULT = EntryRules(idle=timedelta(hours=12), length=timedelta(days=14), factor_roles=frozenset())


def check(rules: EntryRules) -> None:
    """Bounds in minutes and hours, which is how people set them."""
    if not SHORTEST_IDLE <= rules.idle <= LONGEST_IDLE:
        raise Invalid(field="idle", reason="out_of_range", low=_minutes(SHORTEST_IDLE), high=_minutes(LONGEST_IDLE))
    if not SHORTEST <= rules.length <= LONGEST:
        raise Invalid(field="length", reason="out_of_range", low=_hours(SHORTEST), high=_hours(LONGEST))


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60


def _hours(span: timedelta) -> int:
    return int(span.total_seconds()) // 3600
